"""Which book line each tangled line comes from, and the other way round."""

from __future__ import annotations

import os

from literate.state import read_bytes
from literate.state import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.config import Config
    from literate.model import TangledFile


class SourceMap:
    """The lines of all tangled files with the book lines they come from.

    :param files: for each file, for each line, its book places.
    :param project: absolute path of the project; paths in the map are relative to it.
    """

    def __init__(
        self, files: dict[str, list[list[tuple[str, int]]]], project: str = ""
    ) -> None:
        self.files = files
        self.project = project
        self._reverse: dict[tuple[str, int], list[tuple[str, int]]] | None = None

    def to_book(self, file: str, line: int) -> list[tuple[str, int]]:
        """The book places a tangled line comes from.

        :param file: relative to the project, or absolute.
        :param line: line number, from 1.
        :returns: none for a line the tool put in, several for a merged import.
        """
        lines = self.files.get(self._relative(file), [])
        return lines[line - 1] if 0 < line <= len(lines) else []

    def to_files(self, book: str, line: int) -> list[tuple[str, int]]:
        """The tangled places that a book line makes."""
        if self._reverse is None:
            self._reverse = {}
            for file, lines in self.files.items():
                for number, places in enumerate(lines, 1):
                    for place in places:
                        self._reverse.setdefault(place, []).append((file, number))
        return self._reverse.get((self._relative(book), line), [])

    def _relative(self, path: str) -> str:
        if self.project and os.path.isabs(path):
            path = os.path.relpath(path, self.project)
        return path.replace(os.sep, "/")


def source_map(files: dict[str, TangledFile], project: str = "") -> SourceMap:
    """The map of tangled files in memory."""
    return SourceMap(
        {
            path: [
                [(origin.path, origin.line) for origin in line.origins]
                for line in tangled.lines
            ]
            for path, tangled in files.items()
        },
        project,
    )


def load(project: str) -> SourceMap:
    """The map that the last ``tangle`` of a project stored; empty if there is none.

    :param project: folder of the project.
    """
    import json

    from literate.config import load_config

    config = load_config(project)
    data = read_bytes(path_of(config))
    files: dict[str, list[list[tuple[str, int]]]] = {}
    if data is not None:
        for path, lines in json.loads(data)["files"].items():
            files[path] = [
                [(book, line) for book, line in places or ()] for places in lines
            ]
    return SourceMap(files, config.project)


def save(config: Config, files: dict[str, TangledFile]) -> None:
    """Stores the map of tangled files, if it changed."""
    data = _encode(files)
    path = path_of(config)
    if read_bytes(path) != data:
        write_atomically(path, data)


def path_of(config: Config) -> str:
    """The file the map is stored in."""
    return config.absolute(config.build + "/sourcemap.json")


def _encode(files: dict[str, TangledFile]) -> bytes:
    """The map as JSON, one line a file.

    Written by hand because this is part of every run, and importing ``json`` takes
    longer.
    """
    quoted: dict[str, str] = {}
    entries = []
    for file in sorted(files):
        lines = []
        for line in files[file].lines:
            places = []
            for origin in line.origins:
                path = origin.path
                if path not in quoted:
                    quoted[path] = _quote(path)
                places.append(f"[{quoted[path]},{origin.line}]")
            lines.append(f"[{','.join(places)}]" if places else "null")
        entries.append(f"{_quote(file)}:[{','.join(lines)}]")
    return ('{"version":1,"files":{' + ",\n".join(entries) + "}}\n").encode()


def _quote(text: str) -> str:
    """A string in JSON."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    from json import dumps

    return dumps(text)
