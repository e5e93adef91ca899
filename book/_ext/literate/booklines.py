"""Shows book lines where Python shows lines of tangled files."""

from __future__ import annotations

import os
import re
from functools import cached_property
from functools import lru_cache
from typing import TYPE_CHECKING

from literate import sourcemap
from literate.state import read_bytes
from literate.state import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from literate.book import Book
    from literate.sourcemap import SourceMap

_FRAME = re.compile(
    r'^(?P<lead>[ |+]*)File "(?P<file>[^"]+)", line (?P<line>\d+)(?P<rest>.*)$',
    re.MULTILINE,
)


class BookLines:
    """The book lines behind the program that is being tested.

    :param book: the book.
    :param root: absolute path of the folder the tangled files are below.
    :param upto: number of the last chapter in the program; ``None`` for all.
    """

    def __init__(self, book: Book, root: str, upto: int | None = None) -> None:
        self.book = book
        self.root = os.path.realpath(root)
        self.upto = upto
        self._maps: dict[str, SourceMap | None] = {}

    @cached_property
    def _current(self) -> SourceMap:
        return sourcemap.source_map(self.book.tangle(self.upto))

    @cached_property
    def _stored(self) -> SourceMap:
        return sourcemap.load(self.book.config.project)

    def show(self, file: str) -> str:
        """A file's name for a report: relative when it is the project's."""
        for folder in (self.root, self.book.config.project):
            path = _below(folder, file)
            if path:
                return path
        return file

    def places(self, file: str, line: int) -> str:
        """The book lines a line comes from, as ``book/03-x.md:57``.

        :param file: a path as it stands in a traceback.
        :returns: an empty string for a file that is not tangled, or that is neither
            what the book makes nor what was last tangled.
        """
        found = self._find(file, line)
        return ", ".join(f"{book}:{number}" for book, number in found)

    def innermost(self, error: BaseException) -> tuple[str, int] | None:
        """The last book line that an exception's traceback passes through."""
        last = None
        for file, line in _frames(error.__traceback__):
            found = self._find(file, line)
            last = found[0] if found else last
        return last

    def _find(self, file: str, line: int) -> list[tuple[str, int]]:
        path = _below(self.root, file)
        if path not in self.book.tangle(self.upto):
            return []
        if path not in self._maps:
            self._maps[path] = self._map(path)
        found = self._maps[path]
        return found.to_book(path, line) if found else []

    def _map(self, path: str) -> SourceMap | None:
        """The map that is true of a file as it stands on disk."""
        data = read_bytes(os.path.join(self.root, *path.split("/")))
        if data == self.book.tangle(self.upto)[path].bytes:
            return self._current
        if data is not None and state_of(self.book.config).wrote(path, data):
            return self._stored
        return None

    def annotate(self, text: str) -> str:
        """Rewrites a formatted traceback: short paths, and the book lines."""

        def frame(match: re.Match[str]) -> str:
            file, line = match["file"], int(match["line"])
            shown = (
                f'{match["lead"]}File "{self.show(file)}", line {line}{match["rest"]}'
            )
            places = self.places(file, line)
            return f"{shown} ({places})" if places else shown

        return _FRAME.sub(frame, text)

    def trail(self, error: BaseException) -> list[str]:
        """The tangled lines an exception and its causes passed through.

        :returns: ``flasklit/app.py:40 → book/chapters/03-x.md:57`` for each, without
            repeats.
        """
        trail: dict[str, None] = {}
        for each in _chain(error, set()):
            for file, line in _frames(each.__traceback__):
                places = self.places(file, line)
                if places:
                    trail[f"{self.show(file)}:{line} → {places}"] = None
        return list(trail)


@lru_cache(maxsize=1024)
def _below(folder: str, file: str) -> str:
    """A path relative to a folder, with forward slashes, or an empty string."""
    if not os.path.isabs(file):
        return ""
    for path in (file, os.path.realpath(file)):
        if path.startswith(folder + os.sep):
            return path[len(folder) + 1 :].replace(os.sep, "/")
    return ""


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _chain(error: BaseException | None, seen: set[int]) -> Iterator[BaseException]:
    """An exception's causes, the first one first, and the exception itself."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield from _chain(error.__cause__, seen)
    if not error.__suppress_context__:
        yield from _chain(error.__context__, seen)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _chain(each, seen)
    yield error
