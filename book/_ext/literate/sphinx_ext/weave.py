"""Works out what the pages of a book show of its chunks."""

from __future__ import annotations

from itertools import groupby

from literate.book import Book
from literate.model import Chunk
from literate.model import TangledFile
from literate.sphinx_ext.languages import language_of
from literate.sphinx_ext.model import Key
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.model import NameLink
from literate.sphinx_ext.model import Place
from literate.sphinx_ext.model import View
from literate.sphinx_ext.names import Names
from literate.sphinx_ext.relations import Relations
from literate.sphinx_ext.snapshot import Snapshot
from literate.sphinx_ext.snapshot import Stretches


class Weave:
    """A book with all that its pages show.

    :param book: the book.
    :ivar finished: the program of the whole book.
    :ivar relations: how its chunks are connected.
    :ivar names: its definitions.
    :ivar views: what is shown of each chunk.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self._stretches: dict[TangledFile, Stretches] = {}
        self.finished = Snapshot(book.tangle(), self._stretches)
        self.relations = Relations(book)
        self.names = Names(book, self.finished.files, self.relations)
        self.views: dict[Key, View] = {}
        for position, chunks in groupby(book.graph.chunks, lambda chunk: chunk.chapter):
            snapshot = self._as_of(position)
            for chunk in chunks:
                self.views[chunk.path, chunk.line] = self._view(chunk, snapshot)

    def _as_of(self, position: int) -> Snapshot:
        """The program at the end of a chapter: what its reader knows of it."""
        if position in (0, self.book.last):
            return self.finished
        return Snapshot(self.book.tangle(position), self._stretches)

    def _view(self, chunk: Chunk, snapshot: Snapshot) -> View:
        so_far = snapshot.file_of(chunk)
        if not snapshot.places(chunk):
            snapshot = self.finished
        places = self._places(chunk, snapshot)
        file = places[0].file if places else chunk.file
        return View(
            _name(chunk),
            chunk.mode,
            chunk.mode != "imports" and chunk.file is not None,
            language_of(file),
            tuple(chunk.fence.body),
            self._references(chunk),
            places,
            snapshot.context(chunk),
            self.relations.of(chunk),
            self._names(chunk, snapshot),
            max(chunk.chapter, 1),
            so_far,
        )

    def _names(self, chunk: Chunk, snapshot: Snapshot) -> tuple[NameLink, ...]:
        """The names in a chunk's code, as the program of its chapter means them.

        What that one has not defined yet, the finished program tells, if it can.
        """
        programs = [(0, self.finished)]
        if snapshot is not self.finished:
            programs.insert(0, (chunk.chapter, snapshot))
        files = [
            (number, program.files[file])
            for number, program in programs
            for file, _, _ in program.places(chunk)[:1]
            if file.endswith(".py")
        ]
        return self.names.in_chunk(chunk, files)

    def _places(self, chunk: Chunk, snapshot: Snapshot) -> tuple[Place, ...]:
        """Where a chunk lands in the finished program, or else did in its chapter."""
        if chunk.mode == "imports":
            return self._import_places(chunk)
        program, landed = self.finished, self.finished.places(chunk)
        if not landed:
            program, landed = snapshot, snapshot.places(chunk)
        if not landed:
            return self._start(chunk)
        places: dict[tuple[str, str], Place] = {}
        for file, first, last in landed:
            within = program.within(file, first, last)
            lines = (first, last) if program is self.finished else (0, 0)
            places.setdefault((file, within), Place(file, *lines, within))
        return tuple(places.values())

    def _start(self, chunk: Chunk) -> tuple[Place, ...]:
        """Where a chunk of mere references lands: with the first chunk it refers to.

        That one may be used elsewhere too, and then the place has to come after the
        beginning of a chunk that refers to this one.
        """
        around = [
            stretch
            for user in self.book.graph.used_by(chunk.name)
            for stretch in self.finished.places(user)
        ]
        starts = [(file, line, line) for file, line in self.finished.starts(chunk)]
        if around:
            starts = [start for start in starts if _is_after(start, around)] or around
        if not starts:
            return ()
        file, first, last = starts[0]
        return (Place(file, first, first, self.finished.within(file, first, last)),)

    def _import_places(self, chunk: Chunk) -> tuple[Place, ...]:
        file = chunk.file or ""
        line = self.finished.import_line(file, chunk)
        return (Place(file, line, line, ""),)

    def _references(self, chunk: Chunk) -> tuple[tuple[int, Link], ...]:
        found = []
        for reference in chunk.references:
            link = self.relations.reference(chunk, reference.name)
            if link is not None:
                found.append((reference.index, link))
        return tuple(found)


def _is_after(
    start: tuple[str, int, int], stretches: list[tuple[str, int, int]]
) -> bool:
    return any(start[0] == file and first <= start[1] for file, first, _ in stretches)


def _name(chunk: Chunk) -> str:
    if chunk.mode != "imports":
        return chunk.name
    return "imports for type checkers" if chunk.typing else "imports"
