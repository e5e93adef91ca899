"""The definitions of the program as a page shows them before one follows the link.

A name is looked up as of a chapter: a reader of chapter 5 wants to be led to what
chapter 5 or one before it says, not to what becomes of it in chapter 58.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import NamedTuple

from literate.book import Book
from literate.model import Chunk
from literate.model import TangledFile
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.model import NameLink
from literate.sphinx_ext.outline import instance_attributes
from literate.sphinx_ext.outline import outline
from literate.sphinx_ext.relations import Relations
from literate.sphinx_ext.summaries import summaries
from literate.sphinx_ext.usages import Meanings
from literate.sphinx_ext.usages import module_name
from literate.sphinx_ext.usages import Usage

MENTION = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")
"""What prose writes as code when it mentions a name."""


class Name(NamedTuple):
    """A definition, in one of the versions it has in the course of the book.

    :param full: its name, with the module.
    :param kind: ``"class"``, ``"function"``, ``"method"``, ``"constant"`` or
        ``"attribute"``.
    :param link: the chunk that defines it.
    :param summary: what it is for, in one line, or an empty string.
    """

    full: str
    kind: str
    link: Link
    summary: str


Known = dict[str, Name]
"""The definitions of a program by name, with the module."""


class Names:
    """All definitions of a program, as of each chapter.

    :param book: the book.
    :param files: the files of the finished program.
    :param relations: how the book's chunks are connected.
    :ivar known: the definitions of the finished program.
    """

    def __init__(
        self, book: Book, files: dict[str, TangledFile], relations: Relations
    ) -> None:
        self._book = book
        self._relations = relations
        self._read: dict[TangledFile, Known] = {}
        self.known = self._definitions(files)
        self._as_of = [
            self._definitions(book.tangle(number)) for number in range(1, book.last + 1)
        ]
        self._versions: dict[str, list[tuple[int, Name]]] = {}
        self._came_from: dict[str, str] = {}
        before: Known = {}
        for number, known in enumerate(self._as_of or [self.known], 1):
            self._note_versions(number, before, known)
            before = known
        self._meanings: dict[int, Meanings] = {}
        self._usages: dict[tuple[int, TangledFile], dict[int, list[Usage]]] = {}

    def _definitions(self, files: dict[str, TangledFile]) -> Known:
        found: Known = {}
        for path, file in files.items():
            if path.endswith(".py"):
                if file not in self._read:
                    self._read[file] = self._in_module(module_name(path), file)
                found.update(self._read[file])
        return found

    def _in_module(self, module: str, file: TangledFile) -> Known:
        found: Known = {}
        told = summaries(file.text)
        for each in (*outline(file.text), *instance_attributes(file.text)):
            chunk = file.lines[each.line - 1].chunk
            full = f"{module}.{each.name}"
            if each.kind == "local" or chunk is None or full in found:
                continue
            label = self._relations.chapter_label(chunk.path)
            link = self._relations.link(chunk, each.name, label)
            found[full] = Name(full, each.kind, link, told.get(each.name, ""))
        return found

    def _note_versions(self, number: int, before: Known, known: Known) -> None:
        """Notes what a chapter defines anew or otherwise, and what it moves."""
        gone = {before[full].link.text: full for full in before.keys() - known.keys()}
        for full, name in known.items():
            if before.get(full) != name:
                versions = self._versions.setdefault(full, [])
                versions.append((number, name))
                if len(versions) == 1 and name.link.text in gone:
                    self._came_from[full] = gone[name.link.text]

    # As of a chapter

    def as_of(self, chapter: int | None) -> Known:
        """The definitions of the program as of a chapter.

        :param chapter: its number; ``None`` stands for before the first one.
        """
        if chapter is None:
            return {}
        return (
            self._as_of[chapter - 1] if 0 < chapter <= len(self._as_of) else self.known
        )

    def version(self, full: str, chapter: int | None) -> Name:
        """The definition to which a name leads on a page.

        It is the one of the program as of the page's chapter. Of a name that only later
        chapters define, it is the first. What a chapter moves to another module stays
        the same definition.

        :param full: the name, with the module where it lies now, then or in between.
        :param chapter: the page's chapter, or ``None`` for a page without a number,
            whose reader is led to where the name is first defined.
        """
        now = self.as_of(chapter)
        line = [full]
        while line[-1] in self._came_from and len(line) < len(self._came_from):
            line.append(self._came_from[line[-1]])
        for each in line:
            if each in now:
                return now[each]
        versions = sorted(
            (number, name) for each in line for number, name in self._versions[each]
        )
        later = [name for number, name in versions if number > (chapter or 0)]
        return later[0] if later else versions[-1][1]

    def key(self, name: Name) -> str:
        """How the data of the previews calls a version of a definition."""
        if self.known.get(name.full) == name:
            return name.full
        versions = [each for _, each in self._versions[name.full]]
        return f"{name.full}@{self._versions[name.full][versions.index(name)][0]}"

    # In code

    def in_chunk(
        self, chunk: Chunk, programs: list[tuple[int, TangledFile]]
    ) -> tuple[NameLink, ...]:
        """The names in a chunk that another chunk defines, each where it is first.

        :param programs: the numbers of chapters, each with a file as of that chapter
            of which the chunk is a part. What a name means in the first one, counts.
        """
        meant: dict[tuple[int, int], tuple[int, Name]] = {}
        for number, file in programs:
            for usage in self._in_file(number, file).get(id(chunk), ()):
                tangled = file.lines[usage.line - 1]
                index = tangled.origins[0].line - chunk.fence.body_line
                shift = len(tangled.indent)
                name = self.version(usage.name, chunk.chapter or self._book.last)
                place = index, usage.column - shift
                meant.setdefault(place, (usage.end - shift, name))
        found: dict[str, NameLink] = {}
        own = self._relations.link(chunk, "")
        for (index, column), (end, name) in sorted(meant.items()):
            if name.full not in found and name.link[2:] != own[2:]:
                link = NameLink(index, column, end, self.key(name), name.link)
                found[name.full] = link
        return tuple(sorted(found.values()))

    def _in_file(self, number: int, file: TangledFile) -> dict[int, list[Usage]]:
        """The usages in a file, by the ``id`` of the chunk they stand in."""
        if (number, file) not in self._usages:
            found: dict[int, list[Usage]] = {}
            # Of an earlier version only the chapter's own chunks are asked about.
            lines = [
                index
                for index, line in enumerate(file.lines, 1)
                if line.chunk is not None and line.chunk.chapter == number
            ]
            meanings = self._meanings_as_of(number)
            for usage in meanings.usages(file, lines if number else None):
                chunk = file.lines[usage.line - 1].chunk
                if chunk is not None and chunk.mode != "imports":
                    found.setdefault(id(chunk), []).append(usage)
            self._usages[number, file] = found
        return self._usages[number, file]

    def _meanings_as_of(self, number: int) -> Meanings:
        if number not in self._meanings:
            files = self._book.tangle(number or None)
            modules = [module_name(path) for path in files if path.endswith(".py")]
            self._meanings[number] = Meanings(files, [*self.as_of(number), *modules])
        return self._meanings[number]

    # In prose

    @cached_property
    def _mentioned(self) -> dict[str, list[str]]:
        """For each way to mention a definition, those that may be meant."""
        found: dict[str, dict[str, None]] = {}
        for full, versions in self._versions.items():
            for _, name in versions:
                for way in _ways(name):
                    found.setdefault(way, {})[full] = None
        return {way: list(names) for way, names in found.items()}

    def mentioned(self, text: str, chapter: int | None = None) -> Name | None:
        """The definition that prose means, if only one can be meant.

        Of several that are called the same in their modules, the one is meant whose
        module lies nearest to the top of the package, if it is the only one there.

        :param chapter: the chapter in which it is mentioned, or ``None`` for a page
            without a number.
        """
        if not MENTION.fullmatch(text):
            return None
        candidates = self._mentioned.get(text)
        if candidates is None and text.endswith("()"):
            candidates = self._mentioned.get(text.removesuffix("()"))
        if not candidates:
            return None
        known = self.as_of(chapter)
        now = [full for full in candidates if full in known]
        last = [full for full in candidates if full in self.known]
        called = {known[full].link.text for full in now}
        finally_called = {self.known[full].link.text for full in last}
        if not now or called <= finally_called:
            called |= finally_called
        if len(called) > 1:
            return None
        nearest = _nearest(now or last or candidates)
        return self.version(nearest, chapter) if nearest else None

    def json(self) -> bytes:
        """The data of the previews: of each name its chapter, kind and summary."""
        versions = {
            self.key(name): name for each in self._versions.values() for _, name in each
        }
        paths = sorted({name.link.path for name in versions.values()})
        chapters = [
            [self._relations.chapters[path].title, self._relations.chapter_label(path)]
            for path in paths
        ]
        names = {
            key: [paths.index(name.link.path), name.kind, name.summary]
            for key, name in sorted(versions.items())
        }
        data = {"chapters": chapters, "names": names}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _ways(name: Name) -> set[str]:
    """What prose may write when it means a definition."""
    module = name.full.removesuffix(f".{name.link.text}")
    ways = {
        name.full,
        name.link.text,
        f"{module.partition('.')[0]}.{name.link.text}",
    }
    last = name.link.text.rpartition(".")[2]
    if name.kind in ("method", "function"):
        ways.add(f"{last}()")
    if "_" in last.strip("_"):
        ways.add(last)
    return ways


def _nearest(names: list[str]) -> str | None:
    """The name nearest to the top of the package, if it is the only one there."""
    depths = [full.count(".") for full in names]
    nearest = [
        full for full, depth in zip(names, depths, strict=True) if depth == min(depths)
    ]
    return nearest[0] if len(nearest) == 1 else None
