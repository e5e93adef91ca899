"""Writes the program as of a chapter to a folder of its own."""

from __future__ import annotations

import os

from literate.model import LiterateError
from literate.state import walk
from literate.state import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.book import Book

_MARKER = ".literate-prefix"


def write_prefix(book: Book, number: int, folder: str | None) -> tuple[str, int]:
    """Writes a prefix of a book that has no problems.

    :param number: the last chapter that counts.
    :param folder: where to; the default lies in the build folder.
    :returns: the folder and the number of files.
    :raises LiterateError: no such chapter, or a folder this did not make.
    """
    files = book.tangle(number)
    if folder is None:
        folder = book.config.absolute(f"{book.config.build}/prefix-{number:02}")
    _claim(folder)
    for name in walk(folder):
        path = os.path.relpath(name, folder).replace(os.sep, "/")
        if path not in files and book.config.owns(path):
            os.remove(name)
    for path, tangled in files.items():
        name = os.path.join(folder, *path.split("/"))
        write_atomically(name, tangled.bytes, lasting=False)
    return folder, len(files)


def _claim(folder: str) -> None:
    """Makes sure that everything in a folder is the tool's own."""
    marker = os.path.join(folder, _MARKER)
    if os.path.isfile(marker):
        return
    if os.path.lexists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
        raise LiterateError(
            f"{folder} was not made by this command; name another folder"
        )
    write_atomically(marker, b"made by `python -m literate prefix`\n")
