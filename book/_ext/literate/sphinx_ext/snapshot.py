"""The program as of a chapter: where a chunk lands, and what stands around it."""

from __future__ import annotations

from literate.model import Chunk
from literate.model import TangledFile
from literate.places import placements
from literate.sphinx_ext.model import Context
from literate.sphinx_ext.outline import enclosing

Stretches = dict[int, list[tuple[str, int, int]]]
"""For each chunk, by ``id``, where it lands: file, first and last line."""


class Snapshot:
    """A tangled program.

    :param files: its files by path.
    :param known: the stretches of files that other snapshots have, too; more are added.
    """

    def __init__(
        self, files: dict[str, TangledFile], known: dict[TangledFile, Stretches]
    ) -> None:
        self.files = files
        self._in_file: dict[str, Stretches] = {}
        self._places: Stretches = {}
        for path, tangled in files.items():
            if tangled not in known:
                known[tangled] = placements({path: tangled})
            self._in_file[path] = known[tangled]
            for chunk, places in known[tangled].items():
                self._places.setdefault(chunk, []).extend(places)

    def places(self, chunk: Chunk) -> list[tuple[str, int, int]]:
        """Where a chunk lands: file, first and last line."""
        return self._places.get(id(chunk), [])

    def file_of(self, chunk: Chunk) -> str:
        """The first file that a chunk is a part of, if only by what it refers to."""
        if chunk.mode == "imports":
            return chunk.file if chunk.file in self.files else ""
        for path, _, _ in self.places(chunk):
            return path
        for path, tangled in self.files.items():
            if chunk.references and any(
                user is chunk for line in tangled.lines for user, _ in line.via
            ):
                return path
        return ""

    def stretches(self, file: str) -> list[tuple[int, int]]:
        """First and last line of every stretch that one chunk makes of a file."""
        return [
            (first, last)
            for places in self._in_file[file].values()
            for _, first, last in places
        ]

    def starts(self, chunk: Chunk) -> list[tuple[str, int]]:
        """Where the chunks begin that a chunk refers to: file and line."""
        names = {reference.name for reference in chunk.references}
        return [
            (path, number)
            for path, tangled in self.files.items()
            for number, line in enumerate(tangled.lines, 1)
            if line.chunk is not None and line.chunk.name in names
        ]

    def within(self, file: str, first: int, last: int) -> str:
        """The class or function around some lines, as ``Flask.run()``."""
        if not file.endswith(".py"):
            return ""
        around = enclosing(self.files[file].text, first, last)
        return around.signature if around else ""

    def import_line(self, file: str, chunk: Chunk) -> int:
        """The first line an imports chunk has a part in, 0 when there is none."""
        fence = chunk.fence
        if file in self.files:
            for number, line in enumerate(self.files[file].lines, 1):
                for origin in line.origins:
                    if origin.path == fence.path and (
                        fence.body_line <= origin.line < fence.end_line
                    ):
                        return number
        return 0

    def context(self, chunk: Chunk) -> Context:
        """The lines around a chunk where they help to see where it goes.

        A neighbour helps when no blank line lies between, when it is more than the
        end of a bracket or a docstring, and when the chunk shows its own first or
        last line there rather than a reference.
        """
        places = self.places(chunk)
        if not places or chunk.mode == "imports" or not chunk.fence.body:
            return Context()
        file, first, last = places[0]
        lines = self.files[file].lines
        ends = {0, len(chunk.fence.body) - 1}
        ends.intersection_update(reference.index for reference in chunk.references)
        before = after = ""
        if first > 1 and 0 not in ends:
            before = _telling(lines[first - 2].text)
        if last < len(lines) and len(chunk.fence.body) - 1 not in ends:
            after = _telling(lines[last].text)
        return _aligned(before, after, lines[first - 1].indent)


def _telling(text: str) -> str:
    """A line, or nothing if it only ends what other lines began."""
    start = text.lstrip()[:1]
    return text if start not in ")]}" and any(map(str.isalnum, text)) else ""


def _aligned(before: str, after: str, indent: str) -> Context:
    """The neighbours and the chunk without the blanks they have in common."""
    if not before and not after:
        return Context()
    widths = [len(text) - len(text.lstrip()) for text in (before, after) if text]
    common = min(len(indent), *widths)
    return Context(before[common:], after[common:], indent[common:])
