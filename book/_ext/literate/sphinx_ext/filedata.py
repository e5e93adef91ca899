"""All versions of a tangled file as data, for scripts that show it as of a chapter.

A file changes in some chapters only, and there in some lines. So each different line is
kept once, and a version is a list of stretches of lines::

    {"file": "flasklit/app.py",
     "pages": [["chapters/05-routes.html", "chapter 5"]],
     "chunks": [[0, "chunk-add-a-rule", "add a rule"]],
     "nodes": [[-1, 0, -1, 0], [0, 3, 2, 4]],
     "imports": [[], [7, 9]],
     "texts": ["<span class=…"],
     "lines": [[0, 0], [1, 0]],
     "versions": [[5, [[0, 12], [40, 3]], [[2, 2, 2, 4]]]]}

A chunk is the number of its page, its anchor there, and its name.

A node is a place in the tree of references that make the file: the node of the chunk
that refers, a chunk, the line of the reference in the chunk that refers, and the width
of the indentation. The node of a line that was put in by the tool, or merged of several
imports, is negative: -1 - n says that ``imports[n]`` lists its chunks. A version is a
chapter, its stretches of ``lines`` as start and length, and where it differs from the
version before: first and last line there, first and last line here, as
``difflib.SequenceMatcher.get_opcodes`` counts them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any

from literate.model import Chunk
from literate.model import TangledFile
from literate.model import TangledLine
from literate.sphinx_ext.code import Highlighted
from literate.sphinx_ext.code import lighter
from literate.sphinx_ext.languages import language_of
from literate.sphinx_ext.weave import Weave


class FileData:
    """Collects the versions of one file.

    :param weave: the book.
    :param file: the file's path.
    :param address_of: gives the address of a book file, as seen from the start page.
    :param highlighted: what is highlighted already.
    """

    def __init__(
        self,
        weave: Weave,
        file: str,
        address_of: Callable[[str], str],
        highlighted: Highlighted,
    ) -> None:
        self._weave = weave
        self._file = file
        self._address_of = address_of
        self._language = language_of(file)
        self._highlighted = highlighted
        self._html: dict[tuple[int, int, str], str] = {}
        self._chunks: dict[int, int] = {}
        self._pages: dict[tuple[str, str], int] = {}
        self._nodes: dict[tuple[int, int, int, int], int] = {}
        self._imports: dict[tuple[int, ...], int] = {(): 0}
        self._texts: dict[str, int] = {}
        self._lines: dict[tuple[int, int], int] = {}
        self._chunk_rows: list[list[Any]] = []
        self._makers = import_chunks(weave, file)

    def json(self) -> bytes:
        """The data."""
        versions = file_versions(self._weave, self._file)
        if not versions:
            return b""
        self._learn(self._weave.finished.files.get(self._file) or versions[-1][1])
        rows = []
        before: list[str] = []
        for chapter, tangled in versions:
            texts = [line.text for line in tangled.lines]
            rows.append(
                [
                    chapter,
                    _stretches([self._line(line) for line in tangled.lines]),
                    differences(before, texts),
                ]
            )
            before = texts
        data = {
            "file": self._file,
            "pages": list(self._pages),
            "chunks": self._chunk_rows,
            "nodes": list(self._nodes),
            "imports": list(self._imports),
            "texts": list(self._texts),
            "lines": list(self._lines),
            "versions": rows,
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

    def _learn(self, tangled: TangledFile) -> None:
        """Highlights a whole version, so that its lines need not be looked at alone."""
        lines = self._highlighted.lines(
            [line.text for line in tangled.lines], self._language
        )
        for line, html in zip(tangled.lines, lines, strict=True):
            self._html[_key(line)] = lighter(html)

    def _line(self, line: TangledLine) -> int:
        text = self._texts.setdefault(self._code(line), len(self._texts))
        return self._lines.setdefault((text, self._node(line)), len(self._lines))

    def _code(self, line: TangledLine) -> str:
        if not line.text:
            return ""
        key = _key(line)
        if key not in self._html:
            if line.chunk is None or line.chunk.mode == "imports":
                (html,) = self._highlighted.lines([line.text], self._language)
                self._html[key] = lighter(html)
            else:
                self._learn_chunk(line.chunk, line.indent)
        return self._html[key]

    def _learn_chunk(self, chunk: Chunk, indent: str) -> None:
        fence = chunk.fence
        hidden = {reference.index for reference in chunk.references}
        texts = [
            "" if index in hidden else (indent + text).rstrip()
            for index, text in enumerate(fence.body)
        ]
        lines = self._highlighted.lines(texts, self._language)
        for index, (text, html) in enumerate(zip(texts, lines, strict=True)):
            key = (id(chunk), fence.body_line + index, text)
            self._html.setdefault(key, lighter(html))

    def _node(self, line: TangledLine) -> int:
        if line.chunk is None:
            return -1
        if line.chunk.mode == "imports":
            places = [(origin.path, origin.line) for origin in line.origins]
            found = [self._makers[place] for place in places if place in self._makers]
            chunks = tuple(dict.fromkeys(map(self._chunk, found)))
            return -1 - self._imports.setdefault(chunks, len(self._imports))
        node, indent, index = -1, 0, -1
        for chunk, reference in line.via:
            key = (node, self._chunk(chunk), index, indent)
            node = self._nodes.setdefault(key, len(self._nodes))
            index = reference.index
            indent += len(reference.indent)
        key = (node, self._chunk(line.chunk), index, indent)
        return self._nodes.setdefault(key, len(self._nodes))

    def _chunk(self, chunk: Chunk) -> int:
        if id(chunk) not in self._chunks:
            self._chunks[id(chunk)] = len(self._chunk_rows)
            relations = self._weave.relations
            page = (self._address_of(chunk.path), relations.chapter_label(chunk.path))
            number = self._pages.setdefault(page, len(self._pages))
            anchor = relations.link(chunk, "").anchor
            self._chunk_rows.append([number, anchor, chunk.name])
        return self._chunks[id(chunk)]


def file_versions(weave: Weave, file: str) -> list[tuple[int, TangledFile]]:
    """The different versions of a file, each with the first chapter that has it."""
    found: list[tuple[int, TangledFile]] = []
    for number in range(1, weave.book.last + 1):
        tangled = weave.book.tangle(number).get(file)
        if tangled is None or (found and found[-1][1] is tangled):
            continue
        found.append((number, tangled))
    return found


def differences(before: list[str], after: list[str]) -> list[list[int]]:
    """The stretches of two texts that differ, the smallest ones that explain it."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        [first, last, start, end]
        for kind, first, last, start, end in matcher.get_opcodes()
        if kind != "equal"
    ]


def import_chunks(weave: Weave, file: str) -> dict[tuple[str, int], Chunk]:
    """The imports chunk behind each book line."""
    return {
        (chunk.path, line): chunk
        for chunk in weave.book.graph.imports.get(file, ())
        for line in range(chunk.fence.body_line, chunk.fence.end_line)
    }


def _key(line: TangledLine) -> tuple[int, int, str]:
    if line.chunk is None or line.chunk.mode == "imports" or not line.origins:
        return 0, 0, line.text
    return id(line.chunk), line.origins[0].line, line.text


def _stretches(lines: list[int]) -> list[list[int]]:
    """Numbers as starts and lengths of stretches that count up by one."""
    found: list[list[int]] = []
    for line in lines:
        if found and found[-1][0] + found[-1][1] == line:
            found[-1][1] += 1
        else:
            found.append([line, 1])
    return found
