"""The program as of each chapter; a file that a chapter leaves alone is not made anew."""

from __future__ import annotations

from bisect import bisect_right

from literate.program import build_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.config import Config
    from literate.graph import Graph
    from literate.model import Chunk
    from literate.model import TangledFile


class Versions:
    """All versions of the files of a book.

    A file changes only in a chapter that holds a chunk of it, or of what it refers to,
    in whatever chapter. From there to the next such chapter it is one and the same
    object.

    :param config: the project's settings.
    :param graph: the book's chunks.
    :param finished: the files of the whole book, as far as they are made already.
    """

    def __init__(
        self, config: Config, graph: Graph, finished: dict[str, TangledFile]
    ) -> None:
        self._config = config
        self._graph = graph
        self._touched = {path: _touched(graph, path) for path in sorted(graph.roots)}
        self._made: dict[tuple[str, int], TangledFile | None] = {
            (path, chapters[-1]): finished[path]
            for path, chapters in self._touched.items()
            if path in finished
        }

    def as_of(self, chapter: int) -> dict[str, TangledFile]:
        """The program at the end of a chapter.

        :returns: the files by path, sorted.
        """
        live: dict[str, list[Chunk]] | None = None
        files: dict[str, TangledFile] = {}
        for path, chapters in self._touched.items():
            count = bisect_right(chapters, chapter)
            if not count:
                continue
            key = (path, chapters[count - 1])
            if key not in self._made:
                if live is None:
                    live = self._graph.live(chapter)
                self._made[key] = build_file(
                    self._config, self._graph, live, path, chapter
                )
            made = self._made[key]
            if made is not None:
                files[path] = made
        return files


def _touched(graph: Graph, path: str) -> list[int]:
    """The chapters with chunks that a file may be made of, in order."""
    names = {graph.roots[path].name}
    waiting = list(names)
    chapters = {chunk.chapter for chunk in graph.imports.get(path, ())}
    while waiting:
        for piece in graph.pieces.get(waiting.pop(), ()):
            chapters.add(piece.chapter)
            for reference in piece.references:
                if reference.name not in names:
                    names.add(reference.name)
                    waiting.append(reference.name)
    return sorted(chapters)
