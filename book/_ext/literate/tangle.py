"""Writes the program to disk, losing nothing that anybody wrote there."""

from __future__ import annotations

import os

from literate import sourcemap
from literate.model import LiterateError
from literate.state import digest
from literate.state import Lock
from literate.state import read_bytes
from literate.state import state_of
from literate.state import temporary
from literate.state import walk
from literate.state import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.book import Book
    from literate.state import State

    Changes = dict[str, tuple[bytes | None, bytes]]


class HandEdit:
    """A file on disk that is neither what was tangled nor what would be.

    :param path: the file, relative to the project.
    :param disk: its content.
    :param tangled: what the book makes of it; ``None`` when it makes no such file.
    """

    __slots__ = ("disk", "path", "tangled")

    def __init__(self, path: str, disk: bytes, tangled: bytes | None) -> None:
        self.path = path
        self.disk = disk
        self.tangled = tangled


class Outcome:
    """What a run of ``tangle`` did.

    :ivar files: number of files the book makes.
    :ivar written: files that were written.
    :ivar deleted: stale files that were deleted.
    :ivar edits: edits by hand; if there are any, nothing was written.
    """

    __slots__ = ("deleted", "edits", "files", "written")

    def __init__(self, files: int) -> None:
        self.files = files
        self.written: list[str] = []
        self.deleted: list[str] = []
        self.edits: list[HandEdit] = []


def tangle(book: Book) -> Outcome:
    """Brings the files on disk up to date with a book that has no problems.

    Files are written one by one, each as a whole. An edit by hand in any of them
    keeps the run from writing at all.
    """
    config = book.config
    files = book.tangle()
    outcome = Outcome(len(files))
    with Lock(config):
        state = state_of(config)
        _remove_temporaries(book, state)
        changes = _changes(book, state, outcome)
        stale = _stale(book, state, outcome)
        if outcome.edits:
            return outcome
        _write(book, state, changes, stale)
        sourcemap.save(config, files)
    outcome.written = sorted(changes)
    outcome.deleted = stale
    return outcome


def _changes(book: Book, state: State, outcome: Outcome) -> Changes:
    """The files to write, with what is there; edits by hand go into the outcome."""
    changes: Changes = {}
    for path, tangled in book.tangle().items():
        data = tangled.bytes
        disk = read_output(book, path)
        if disk == data:
            continue
        if disk is None or state.wrote(path, disk):
            changes[path] = (disk, data)
        else:
            outcome.edits.append(HandEdit(path, disk, data))
    return changes


def _stale(book: Book, state: State, outcome: Outcome) -> list[str]:
    """The files the tool wrote once and the book makes no longer."""
    stale: list[str] = []
    for path in sorted(state.files):
        if path in book.tangle() or not book.config.owns(path):
            continue
        disk = read_output(book, path)
        if disk is None:
            continue
        if state.wrote(path, disk):
            stale.append(path)
        else:
            outcome.edits.append(HandEdit(path, disk, None))
    return stale


def _write(book: Book, state: State, changes: Changes, stale: list[str]) -> None:
    """Writes, with both the old and the new hashes on record meanwhile."""
    config = book.config
    old = state.files
    new = {path: {digest(file.bytes)} for path, file in book.tangle().items()}
    if changes or stale:
        state.files = {
            path: old.get(path, set()) | new.get(path, set()) for path in {*old, *new}
        }
        state.save()
    for path in sorted(changes):
        seen, data = changes[path]
        if read_output(book, path) != seen:
            raise LiterateError(f"{path} was saved at this very moment; run again")
        write_atomically(config.absolute(path), data)
    for path in stale:
        os.remove(config.absolute(path))
        _remove_empty_folders(book, path)
    state.files = new
    state.save()


def _remove_temporaries(book: Book, state: State) -> None:
    """Removes what a killed run left beside the files."""
    config = book.config
    paths = [config.absolute(path) for path in {*state.files, *book.tangle()}]
    for path in [*paths, state.path, sourcemap.path_of(config)]:
        name = temporary(path)
        if os.path.lexists(name):
            os.remove(name)


def _remove_empty_folders(book: Book, path: str) -> None:
    folder = path.rpartition("/")[0]
    while folder and book.config.owns(folder) and folder not in book.config.outputs:
        try:
            os.rmdir(book.config.absolute(folder))
        except OSError:
            return
        folder = folder.rpartition("/")[0]


def read_output(book: Book, path: str) -> bytes | None:
    """What stands on disk in the place of a tangled file."""
    name = book.config.absolute(path)
    try:
        return read_bytes(name)
    except OSError as error:
        raise LiterateError(f"{path}: cannot be read: {error.strerror}") from None


def differing(book: Book) -> list[tuple[str, bytes | None, bytes]]:
    """The tangled files that differ on disk: path, disk (if any), tangled."""
    found = []
    for path, tangled in book.tangle().items():
        disk = read_output(book, path)
        if disk != tangled.bytes:
            found.append((path, disk, tangled.bytes))
    return found


def unexplained(book: Book) -> tuple[list[str], list[str]]:
    """Files in the outputs that the book does not make.

    :returns: stale files, which the tool wrote once, and Python files it never wrote.
    """
    state = state_of(book.config)
    stale: list[str] = []
    unknown: list[str] = []
    for output in book.config.outputs:
        for name in walk(book.config.absolute(output)):
            path = book.config.relative(name)
            if path in book.tangle():
                continue
            if path in state.files:
                stale.append(path)
            elif path.endswith(".py"):
                unknown.append(path)
    return stale, unknown


def diff(path: str, old: bytes, new: bytes, old_name: str, new_name: str) -> list[str]:
    """A unified diff of two contents of a file, line by line."""
    from difflib import unified_diff

    lines = [
        data.decode("utf-8", "backslashreplace").replace("\r", "␍").split("\n")
        for data in (old, new)
    ]
    for each in lines:
        if each[-1]:
            each.append("\\ no newline at the end")
        else:
            each.pop()
    names = (f"{path} ({old_name})", f"{path} ({new_name})")
    return list(unified_diff(lines[0], lines[1], names[0], names[1], lineterm=""))
