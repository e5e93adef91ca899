"""Finds the chapters of a book: the toctrees of one file, followed recursively."""

from __future__ import annotations

import os
import re

from literate.config import join
from literate.model import Problem
from literate.scan import Scan
from literate.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.config import Config

_TITLED = re.compile(r".*?\s*<([^<>]*)>$")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://|mailto:", re.IGNORECASE)


class Reader:
    """Reads and scans the book's files, each once.

    :param config: the project's settings.
    :param texts: texts that take the place of files on disk, by path.
    """

    def __init__(self, config: Config, texts: dict[str, str] | None = None) -> None:
        self.config = config
        self.texts = texts or {}
        self.problems: list[Problem] = []
        self._scans: dict[str, Scan | None] = {}

    def with_texts(self, texts: dict[str, str]) -> Reader:
        """A reader of the same files with some other texts."""
        reader = Reader(self.config, self.texts | texts)
        reader._scans = {
            path: scanned for path, scanned in self._scans.items() if path not in texts
        }
        return reader

    def scan(self, path: str) -> Scan | None:
        """The fences of a book file, or ``None`` when it cannot be read."""
        if path not in self._scans:
            text = self.texts.get(path)
            if text is None:
                text = self._read(path)
            scanned = None if text is None else scan(text, path)
            if scanned is not None:
                self.problems.extend(scanned.problems)
            self._scans[path] = scanned
        return self._scans[path]

    def exists(self, path: str) -> bool:
        """Whether a book file is there."""
        return path in self.texts or os.path.isfile(self.config.absolute(path))

    def _read(self, path: str) -> str | None:
        try:
            with open(self.config.absolute(path), "rb") as file:
                data = file.read()
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            self.problems.append(Problem(path, 1, 1, message))
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start]
            line = before.count(b"\n") + 1
            column = error.start - (before.rfind(b"\n") + 1) + 1
            message = "this byte is not UTF-8; save the file in UTF-8"
            self.problems.append(Problem(path, line, column, message))
            return None


def chapter_paths(reader: Reader) -> list[str]:
    """The book's chapters in reading order, relative to the project."""
    config = reader.config
    if config.toctree is None:
        return _listed(reader)
    root = config.book_path(config.toctree)
    if not reader.exists(root):
        reader.problems.append(
            Problem(
                "pyproject.toml",
                _line_in_pyproject(config, config.toctree),
                1,
                f"[tool.literate] toctree: there is no {root}; correct the path",
            )
        )
        return []
    paths: list[str] = []
    _follow(reader, root, paths, {root})
    _check_root(reader, root)
    return paths


def _listed(reader: Reader) -> list[str]:
    config = reader.config
    paths: list[str] = []
    for entry in config.chapters or []:
        path = config.book_path(entry)
        if path in paths:
            message = f"[tool.literate] chapters lists {entry} twice; keep one"
        elif not reader.exists(path):
            message = f"[tool.literate] chapters: there is no {path}; correct the path"
        else:
            paths.append(path)
            continue
        line = _line_in_pyproject(config, entry)
        reader.problems.append(Problem("pyproject.toml", line, 1, message))
    return paths


def _line_in_pyproject(config: Config, text: str) -> int:
    with open(config.absolute("pyproject.toml"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if text in line:
                return number
    return 1


def _check_root(reader: Reader, root: str) -> None:
    """Chunks in the file with the toctree would be missed: it is no chapter."""
    scanned = reader.scan(root)
    for fence in scanned.fences if scanned else ():
        if fence.kind == "chunk":
            reader.problems.append(
                Problem(
                    root,
                    fence.line,
                    fence.column,
                    "this file lists the chapters and is none itself; "
                    "move the chunk to a chapter",
                )
            )


def _follow(reader: Reader, path: str, paths: list[str], seen: set[str]) -> None:
    scanned = reader.scan(path)
    for fence in scanned.fences if scanned else ():
        if fence.kind != "toctree":
            continue
        if "glob" in fence.options:
            _report(
                reader,
                path,
                fence.options["glob"][1],
                "`:glob:` would leave the order of the chapters open; list them",
            )
            continue
        for line, text in enumerate(fence.body, fence.body_line):
            entry = _entry(text)
            if entry:
                _follow_entry(reader, path, line, entry, paths, seen)


def _follow_entry(
    reader: Reader, path: str, line: int, entry: str, paths: list[str], seen: set[str]
) -> None:
    config = reader.config
    target = (
        config.book_path(entry.lstrip("/"))
        if entry.startswith("/")
        else join(path.rpartition("/")[0], entry)
    )
    if not target.endswith(".md") or not reader.exists(target):
        if reader.exists(target + ".md"):
            target += ".md"
        else:
            name = target.removesuffix(".md") + ".md"
            _report(
                reader,
                path,
                line,
                f"the toctree names {name}, which is not there; "
                "write it or remove the entry",
            )
            return
    if target in seen:
        _report(reader, path, line, f"{target} is already in a toctree; keep one entry")
        return
    seen.add(target)
    paths.append(target)
    _follow(reader, target, paths, seen)


def _report(reader: Reader, path: str, line: int, message: str) -> None:
    reader.problems.append(Problem(path, line, 1, message))


def _entry(text: str) -> str:
    """The document a toctree line names, or nothing."""
    text = text.strip()
    match = _TITLED.match(text)
    if match:
        text = match[1].strip()
    return "" if text == "self" or text.startswith("%") or _URL.match(text) else text
