"""Says what is wrong with an example, in the lines of the book."""

from __future__ import annotations

import difflib
import doctest
import re
import traceback
from typing import NamedTuple
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from literate.booklines import BookLines
    from literate.examples import Prompt
    from literate.model import Fence

_CHECKER = doctest.OutputChecker()
_BLANK_LINE = re.compile(r"^[ ]*$(?=\n)", re.MULTILINE)
_CONTEXT = 8


class Failure(NamedTuple):
    """Something in an example that is not as the book says.

    :param path: book file, relative to the project.
    :param line: its line at fault.
    :param headline: what is wrong, in one line.
    :param details: the lines of a report.
    """

    path: str
    line: int
    headline: str
    details: list[str]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.headline}"


class ExampleFailed(Exception):
    """An example that failed.

    :param failures: what is wrong with it.
    :param earlier: what was wrong with the chapter's examples before it.
    """

    def __init__(self, failures: list[Failure], earlier: list[Failure]) -> None:
        super().__init__(str(failures[0]))
        self.failures = failures
        self.earlier = earlier


class Result(NamedTuple):
    """What a statement did.

    :param output: what it printed.
    :param error: what it raised, without the frames of the tool.
    """

    output: str
    error: BaseException | None


def malformed(fence: Fence, line: int, message: str) -> Failure:
    """A failure of a fence that is not written as an example should be."""
    return Failure(fence.path, line, message, excerpt(fence, line, line))


def check(
    fence: Fence, prompt: Prompt, result: Result, lines: BookLines
) -> Failure | None:
    """Compares what a statement did with what the book says.

    As with doctest, an expected exception is compared by its last lines. What Python
    adds to a message (``Did you mean: 'total'?``, or a note of its own) depends on its
    version, so the book may leave it out.
    """
    error = result.error
    if error is not None and prompt.error is None:
        headline = f"unexpected exception: {_first_line(error)}"
        details = _printed(result.output)
    else:
        want = prompt.want if error is None else prompt.error or ""
        got = result.output if error is None else last_lines(error)
        accepted = {got}
        if error is not None:
            accepted |= {_without_hint(error, got), _without_notes(error, got)}
        if any(_CHECKER.check_output(want, each, prompt.flags) for each in accepted):
            return None
        headline = _headline(prompt, error)
        details = _difference(want, got, f"{fence.path}:{prompt.want_line}")
    if error is not None:
        details += ["", *_traceback(error, lines)]
    shown = excerpt(fence, prompt.line, prompt.last_line)
    return Failure(fence.path, prompt.line, headline, [*shown, *details])


def _headline(prompt: Prompt, error: BaseException | None) -> str:
    if prompt.error is None:
        return "wrong output"
    if error is None:
        return "no exception, though the book shows one"
    return "wrong exception"


def broken_setup(fence: Fence, error: BaseException, lines: BookLines) -> Failure:
    """A failure of a set-up fence."""
    file = lines.book.config.absolute(fence.path)
    line = _line_in(file, error) or fence.line
    headline = f"this set-up fails: {_first_line(error)}"
    shown = excerpt(fence, line, line)
    details = [*shown, "", *_traceback(error, lines)]
    return Failure(fence.path, line, headline, details)


def broken_module(
    path: str, name: str, error: BaseException, lines: BookLines
) -> Failure:
    """A failure of a module that cannot be imported.

    :param path: the chapter to blame when the traceback passes no book line.
    """
    place = lines.innermost(error) or (path, 1)
    headline = f"{name} cannot be imported: {_first_line(error)}"
    return Failure(*place, headline, _traceback(error, lines))


def left_behind(
    path: str, line: int, error: BaseException, lines: BookLines
) -> Failure:
    """A failure that comes up after an example: an unclosed file, a thread's end.

    :param line: the example's line, for an error that does not say its own.
    """
    file = lines.book.config.absolute(path)
    headline = f"after the example: {_first_line(error)}"
    place = _line_in(file, error) or line
    return Failure(path, place, headline, _traceback(error, lines))


def last_lines(error: BaseException) -> str:
    """An exception as a traceback ends with it, without a syntax error's source."""
    found = traceback.format_exception_only(error)
    if isinstance(error, SyntaxError):
        name = type(error).__qualname__
        starts = (f"{name}:", f"{type(error).__module__}.{name}:")
        while len(found) > 1 and not found[0].startswith(starts):
            del found[0]
    return "".join(found)


def _without_hint(error: BaseException, shown: str) -> str:
    message = str(error)
    if not (message and isinstance(error, NameError | AttributeError | ImportError)):
        return shown
    head, found, tail = shown.partition(message)
    return head + found + tail[tail.find("\n") :]


def _without_notes(error: BaseException, shown: str) -> str:
    notes = "".join([f"{note}\n" for note in getattr(error, "__notes__", ())])
    return shown.removesuffix(notes) if notes else shown


def _first_line(error: BaseException) -> str:
    return last_lines(error).partition("\n")[0]


def excerpt(fence: Fence, line: int, last: int) -> list[str]:
    """The fence's lines up to the last one at fault, numbered, the first marked."""
    shown = []
    for number in range(max(fence.line, line - _CONTEXT), last + 1):
        index = number - fence.body_line
        inside = 0 <= index < len(fence.body)
        if inside or number == line:
            text = fence.body[index] if inside else "```" + fence.info
            mark = ">" if number == line else " "
            shown.append(f"{mark} {number:4}  {text}".rstrip())
    return shown


def _difference(want: str, got: str, place: str) -> list[str]:
    """A unified diff; blank lines as they would stand in the book."""
    if not want:
        place = "nothing"
    wanted, actual = _visible(want), _visible(got)
    hint = []
    if want.split() == got.split():
        hint = ["the two differ only in blanks, shown here as ·"]
        wanted = [line.replace(" ", "·") for line in wanted]
        actual = [line.replace(" ", "·") for line in actual]
    files = f"expected ({place})", "actual"
    diff = difflib.unified_diff(wanted, actual, *files, lineterm="")
    return ["", *[line for line in diff if not line.startswith("@@")], *hint]


def _visible(text: str) -> list[str]:
    """The lines of an output as they would stand in the book, nothing invisible."""
    text = _BLANK_LINE.sub(doctest.BLANKLINE_MARKER, text)
    return [
        "".join([char if char.isprintable() else repr(char)[1:-1] for char in line])
        for line in text.split("\n")[:-1]
    ]


def _printed(output: str) -> list[str]:
    return ["", "output before it:", *output.splitlines()] if output else []


def _traceback(error: BaseException, lines: BookLines) -> list[str]:
    text = "".join(traceback.format_exception(error))
    return lines.annotate(text).splitlines()


def _line_in(file: str, error: BaseException) -> int:
    """The line of a file at which an exception left it, 0 if it was never there."""
    found = error.__traceback__
    while found is not None:
        if found.tb_frame.f_code.co_filename == file:
            return found.tb_lineno
        found = found.tb_next
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno or 0
    return 0
