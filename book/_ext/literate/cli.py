"""The command line: ``python -m literate COMMAND``."""

from __future__ import annotations

import os
import sys
from time import perf_counter

from literate.model import LiterateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from collections.abc import Sequence

    from literate.book import Book

FINE, DIFFERS, ERROR = 0, 1, 2
_DIFF_LINES = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    :param arguments: the command line; without it, the process's own.
    :returns: the exit status: 0 fine, 1 differs or conflict, 2 error.
    """
    started = perf_counter()
    options = _parser().parse_args(arguments)
    options.started = started
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    command = globals()["_" + options.command]
    try:
        status: int = command(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read the output, as `head` does, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except (LiterateError, OSError) as error:
        _say(_message(error))
    except KeyboardInterrupt:
        _say("interrupted; every file is as it was or as it should be")
    return ERROR


def _message(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"error: {error.filename or 'output'}: {error.strerror}"
    return f"error: {error}"


def _parser() -> ArgumentParser:
    from argparse import ArgumentParser

    parser = ArgumentParser(
        prog="python -m literate",
        description="Turns the code chunks of a Markdown book into a program, and "
        "carries edits of the program back into the book.",
        epilog="Exit status: 0 fine, 1 differs or conflict, 2 error. The settings "
        "stand in [tool.literate] of the project's pyproject.toml.",
    )
    parser.add_argument(
        "--project",
        metavar="DIR",
        help="folder with the pyproject.toml (default: nearest from here upwards)",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, text: str) -> ArgumentParser:
        return commands.add_parser(name, help=text.partition(";")[0], description=text)

    add("tangle", "write the program; never over an edit made by hand")
    add("check", "report errors and whether the program on disk is the book's")
    command = add("stitch", "carry edits of the program back into the book")
    command.add_argument(
        "-n", "--dry-run", action="store_true", help="show the edits, write nothing"
    )
    command = add("prefix", "write the program as of a chapter")
    command.add_argument("number", metavar="N", nargs="?", type=int, help="the chapter")
    command.add_argument("--output", metavar="DIR", help="folder to write it to")
    command.add_argument("--list", action="store_true", help="list the chapters")
    command = add("where", "show where a line of the book or of the program comes from")
    command.add_argument("place", metavar="FILE:LINE")
    add("stats", "count the words, chunks, examples and exercises of each chapter")
    add("watch", "tangle on every save; Ctrl-C ends it")
    return parser


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _show(text: str) -> None:
    print(text)


def _load(options: Namespace, recover: bool = False) -> Book:
    from literate.book import Book
    from literate.config import load_config

    config = load_config(options.project)
    if recover:
        from literate.journal import finish_interrupted

        for path in finish_interrupted(config):
            _say(f"{path}: written now; an earlier stitch was interrupted")
    return Book(config)


def _report(book: Book) -> bool:
    """Prints the book's problems; whether one of them is an error."""
    for problem in book.problems:
        _say(str(problem))
    count = sum(problem.severity == "error" for problem in book.problems)
    if count:
        _say(f"{count} error{'s' if count > 1 else ''}; nothing was written")
    return count > 0


def _tangle(options: Namespace) -> int:
    from literate.tangle import tangle

    book = _load(options, recover=True)
    if _report(book):
        return ERROR
    outcome = tangle(book)
    for edit in outcome.edits:
        if edit.tangled is None:
            _say(
                f"{edit.path}: no chunk makes this file any more, and it was edited "
                "by hand; delete it, or give it a chunk"
            )
            continue
        _say_diff(edit.path, edit.tangled, edit.disk, "book", "disk")
    if outcome.edits:
        _say_edits([edit.path for edit in outcome.edits if edit.tangled is not None])
        return DIFFERS
    for path in outcome.deleted:
        _say(f"{path}: no chunk makes this file any more; deleted")
    seconds = perf_counter() - options.started
    _show(
        f"tangled {outcome.files} files, {len(outcome.written)} written, {seconds:.2f} s"
    )
    return FINE


def _say_edits(paths: list[str]) -> None:
    if paths:
        _say(
            f"edited by hand, nothing was written: {', '.join(paths)}\n"
            "run `python -m literate stitch` to carry the edit into the book, "
            "or delete the file to take the book's version"
        )


def _say_diff(path: str, old: bytes, new: bytes, old_name: str, new_name: str) -> None:
    from literate.tangle import diff

    lines = diff(path, old, new, old_name, new_name)
    for line in lines[:_DIFF_LINES]:
        _say(line)
    if len(lines) > _DIFF_LINES:
        _say(f"… {len(lines) - _DIFF_LINES} more lines")


def _check(options: Namespace) -> int:
    from literate.tangle import differing
    from literate.tangle import unexplained

    book = _load(options)
    if _report(book):
        return ERROR
    different = differing(book)
    for path, disk, tangled in different:
        if disk is None:
            _say(f"{path}: not there; run `python -m literate tangle`")
        else:
            _say_diff(path, disk, tangled, "disk", "book")
    if any(disk is not None for _, disk, _ in different):
        _say(
            "run `python -m literate tangle` if the book is right, "
            "`python -m literate stitch` if the program is"
        )
    stale, unknown = unexplained(book)
    for path in stale:
        _say(
            f"{path}: no chunk makes this file any more; run `python -m literate tangle`"
        )
    for path in unknown:
        _say(f"{path}: no chunk makes this file; delete it or give it a chunk")
    if different or stale or unknown:
        return DIFFERS
    seconds = perf_counter() - options.started
    _show(f"{len(book.tangle())} files agree with the book, {seconds:.2f} s")
    return FINE


def _stitch(options: Namespace) -> int:
    from literate.stitch import stitch

    book = _load(options, recover=not options.dry_run)
    if _report(book):
        return ERROR
    told = perf_counter()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if perf_counter() - told > 1:
            told = perf_counter()
            _say(f"{done} of {total} edits have found their place")

    result = stitch(book, not options.dry_run, progress)
    for refusal in result.refusals:
        _say(refusal)
    if result.refusals:
        _say("nothing was written")
        return DIFFERS
    for path, old, new in result.edits:
        for line in _edit_diff(path, old, new):
            _show(line)
    if not result.edits:
        _show("no edits to carry over")
        return FINE
    done = "would change" if options.dry_run else "changed"
    _show(f"{done} {', '.join(path for path, _, _ in result.edits)}")
    return FINE


def _edit_diff(path: str, old: str, new: str) -> list[str]:
    from literate.tangle import diff

    return diff(path, old.encode(), new.encode(), "before", "after")


def _prefix(options: Namespace) -> int:
    from literate.prefix import write_prefix

    book = _load(options)
    if options.list:
        for chapter in book.chapters:
            number = "" if chapter.number is None else chapter.number
            _show(f"{number:>4}  {chapter.path}  {chapter.title}")
        return FINE
    if options.number is None:
        raise LiterateError("give the number of a chapter, or --list")
    if _report(book):
        return ERROR
    folder, count = write_prefix(book, options.number, options.output)
    _show(f"wrote {count} files as of chapter {options.number} to {folder}")
    return FINE


def _where(options: Namespace) -> int:
    from literate.where import where

    answers = where(_load(options), options.place)
    for answer in answers:
        _show(answer)
    return FINE


def _stats(options: Namespace) -> int:
    from literate.stats import figures
    from literate.stats import text_table

    _show(text_table(figures(_load(options))))
    return FINE


def _watch(options: Namespace) -> int:
    from literate.config import load_config
    from literate.watch import watch

    def run() -> None:
        options.started = perf_counter()
        try:
            _tangle(options)
        except (LiterateError, OSError) as error:
            _say(_message(error))

    config = load_config(options.project)
    _say(f"watching {config.source or '.'}; Ctrl-C ends it")
    watch(config, run)
    return FINE
