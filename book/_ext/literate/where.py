"""Finds the book line of a tangled line, and the tangled lines of a book line."""

from __future__ import annotations

import os

from literate.model import LiterateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.book import Book


def where(book: Book, place: str) -> list[str]:
    """Answers ``FILE:LINE`` with the lines it comes from or makes.

    :param place: a place in a tangled file or in the book; the file relative to the
        current folder or to the project, or absolute.
    :returns: a sentence for each place.
    :raises LiterateError: there is no such place.
    """
    path, line = _split(place)
    for candidate in _candidates(book, path):
        if candidate in book.tangle():
            return _from_tangled(book, candidate, line)
        if book.chapter(candidate) is not None:
            return _from_book(book, candidate, line)
    raise LiterateError(
        f"{path} is neither a chapter of the book nor a file it makes; "
        "give the path from here or from the project's folder"
    )


def _split(place: str) -> tuple[str, int]:
    path, _, line = place.rpartition(":")
    if not path or not line.isascii() or not line.isdigit():
        raise LiterateError(f"`{place}` is no place; write FILE:LINE")
    return path, int(line)


def _candidates(book: Book, path: str) -> list[str]:
    here = book.config.relative(os.path.abspath(path))
    return [here, path.replace(os.sep, "/").removeprefix("./")]


def _from_tangled(book: Book, path: str, line: int) -> list[str]:
    tangled = book.tangle()[path]
    if not 0 < line <= len(tangled.lines):
        raise LiterateError(f"{path} has lines 1 to {len(tangled.lines)}")
    found = tangled.lines[line - 1]
    if not found.origins:
        return [f"{path}:{line}: put in by the tool"]
    return [
        f"{path}:{line} → {origin}{_chunk_at(book, origin.path, origin.line)}"
        for origin in found.origins
    ]


def _from_book(book: Book, path: str, line: int) -> list[str]:
    from literate.sourcemap import source_map

    places = source_map(book.tangle()).to_files(path, line)
    if places:
        return [
            f"{path}:{line}{_chunk_at(book, path, line)} → {file}:{number}"
            for file, number in places
        ]
    chapter = book.chapter(path)
    if chapter is None or not 0 < line <= len(chapter.lines):
        count = len(chapter.lines) if chapter else 0
        raise LiterateError(f"{path} has lines 1 to {count}")
    return [_explain(book, path, line)]


def _explain(book: Book, path: str, line: int) -> str:
    """Why a book line makes no tangled line."""
    name = _chunk_at(book, path, line)
    if not name:
        return f"{path}:{line}: prose, no chunk"
    return f"{path}:{line}{name}: makes no line of the finished program"


def _chunk_at(book: Book, path: str, line: int) -> str:
    for chunk in book.graph.chunks:
        fence = chunk.fence
        if fence.path == path and fence.line <= line <= fence.end_line:
            return f' (chunk "{chunk.name}")'
    return ""
