"""The whole book: its chapters, their chunks, and the program they make."""

from __future__ import annotations

from literate.config import load_config
from literate.graph import Graph
from literate.model import Chapter
from literate.model import LiterateError
from literate.model import Problem
from literate.program import build
from literate.toctree import chapter_paths
from literate.toctree import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.config import Config
    from literate.model import Chunk
    from literate.model import TangledFile
    from literate.versions import Versions


class Book:
    """A book as it stands on disk.

    :param config: the project's settings.
    :param texts: texts that take the place of book files, by path.
    :ivar chapters: its files in reading order.
    :ivar graph: its chunks.
    :ivar problems: what is wrong with it, sorted.
    """

    def __init__(self, config: Config, texts: dict[str, str] | None = None) -> None:
        self._read(config, Reader(config, texts))

    def _read(self, config: Config, reader: Reader) -> None:
        self.config = config
        self._reader = reader
        self.chapters = self._read_chapters(reader)
        self.graph = Graph(config, self.chapters)
        found = {problem.sort_key(): problem for problem in reader.problems}
        found |= {problem.sort_key(): problem for problem in self.graph.problems}
        self.problems: list[Problem] = [found[key] for key in sorted(found)]
        self._tangled: dict[int | None, dict[str, TangledFile]] = {}
        self._versions: Versions | None = None
        self._placements: dict[int, list[tuple[str, int, int]]] | None = None

    @classmethod
    def load(cls, project: str | None = None) -> Book:
        """Reads the book of a project.

        :param project: its folder; without it, the nearest one from the current
            folder upwards that has a pyproject.toml.
        :raises LiterateError: the settings make no sense.
        """
        return cls(load_config(project))

    def with_texts(self, texts: dict[str, str]) -> Book:
        """The book as it would be with other texts; what is equal is not read again.

        :param texts: the new texts of some book files, by path.
        """
        book = Book.__new__(Book)
        book._read(self.config, self._reader.with_texts(texts))
        return book

    def _read_chapters(self, reader: Reader) -> list[Chapter]:
        chapters: list[Chapter] = []
        count = 0
        start = self.config.book_path(self.config.numbered)
        for path in chapter_paths(reader):
            scanned = reader.scan(path)
            if scanned is None:
                continue
            number = None
            if path.startswith(start):
                count += 1
                number = count
            chapters.append(
                Chapter(
                    path,
                    number,
                    count,
                    scanned.fences,
                    scanned.lines,
                )
            )
        return chapters

    @property
    def last(self) -> int:
        """The number of the last numbered chapter."""
        return self.chapters[-1].position if self.chapters else 0

    def chunks(self, name: str, upto: int | None = None) -> list[Chunk]:
        """The live pieces of a chunk, in order.

        :param upto: number of the last chapter that counts; ``None`` for all.
        """
        return self.graph.live(upto).get(" ".join(name.split()), [])

    def chapter(self, path: str) -> Chapter | None:
        """The chapter in a book file."""
        for chapter in self.chapters:
            if chapter.path == path:
                return chapter
        return None

    def tangle(self, upto: int | None = None) -> dict[str, TangledFile]:
        """The program as of a chapter.

        :param upto: number of the last chapter; ``None`` for the whole book.
        :returns: the files by path.
        :raises LiterateError: there is no such chapter.
        """
        if upto is not None and not 0 < upto <= self.last:
            raise LiterateError(
                f"there is no chapter {upto}; the book has chapters 1 to {self.last}"
            )
        if upto not in self._tangled:
            self._tangled[upto] = self._build(upto)
        return self._tangled[upto]

    def _build(self, upto: int | None) -> dict[str, TangledFile]:
        if upto is None:
            return build(self.config, self.graph)
        if self._versions is None:
            from literate.versions import Versions

            self._versions = Versions(
                self.config, self.graph, self._tangled.get(None, {})
            )
        return self._versions.as_of(upto)

    # What the site shows beside the chunks

    def placements(self, chunk: Chunk) -> list[tuple[str, int, int]]:
        """Where a chunk's own lines land: file, first and last line, in order.

        A chunk used twice has two placements; lines of chunks it refers to lie
        within them.
        """
        from literate.places import placements

        if self._placements is None:
            self._placements = placements(self.tangle())
        return self._placements.get(id(chunk), [])

    def enclosing(self, file: str, line: int) -> str:
        """The class and function a tangled line stands in, as ``Flask.run``.

        :returns: an empty string at module level.
        """
        from literate.places import enclosing

        tangled = self.tangle().get(file)
        return enclosing(tangled.text, line) if tangled else ""
