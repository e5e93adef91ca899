"""The definitions of the program as a page shows them before one follows the link."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import NamedTuple

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
    """A definition.

    :param kind: ``"class"``, ``"function"``, ``"method"``, ``"constant"`` or
        ``"attribute"``.
    :param link: the chunk that defines it.
    :param summary: what it is for, in one line, or an empty string.
    """

    kind: str
    link: Link
    summary: str


class Names:
    """All definitions of a program.

    :param files: the files of the finished program.
    :param relations: how the book's chunks are connected.
    :ivar known: the definitions by name, with the module.
    """

    def __init__(self, files: dict[str, TangledFile], relations: Relations) -> None:
        self._files = files
        self._relations = relations
        self.known: dict[str, Name] = {}
        modules = []
        for path, file in files.items():
            if path.endswith(".py"):
                modules.append(module_name(path))
                self._read(modules[-1], file)
        self._meanings = Meanings(files, [*self.known, *modules])
        self._by_chunk: dict[int, dict[int, list[Usage]]] = {}
        self._kept: list[TangledFile] = []

    def _read(self, module: str, file: TangledFile) -> None:
        told = summaries(file.text)
        for each in (*outline(file.text), *instance_attributes(file.text)):
            chunk = file.lines[each.line - 1].chunk
            full = f"{module}.{each.name}"
            if each.kind == "local" or chunk is None or full in self.known:
                continue
            label = self._relations.chapter_label(chunk.path)
            link = self._relations.link(chunk, each.name, label)
            self.known[full] = Name(each.kind, link, told.get(each.name, ""))

    def in_chunk(self, chunk: Chunk, file: TangledFile) -> tuple[NameLink, ...]:
        """The names in a chunk that another chunk defines, each where it is first.

        :param file: a file it is a part of, in the version that is meant.
        """
        found: dict[str, NameLink] = {}
        own = self._relations.link(chunk, "")
        for usage in self._in_file(file).get(id(chunk), ()):
            link = self.known[usage.name].link
            if usage.name in found or link[2:] == own[2:]:
                continue
            tangled = file.lines[usage.line - 1]
            index = tangled.origins[0].line - chunk.fence.body_line
            shift = len(tangled.indent)
            found[usage.name] = NameLink(
                index, usage.column - shift, usage.end - shift, usage.name, link
            )
        return tuple(sorted(found.values()))

    def _in_file(self, file: TangledFile) -> dict[int, list[Usage]]:
        """The usages in a file, by the ``id`` of the chunk they stand in."""
        key = id(file)
        if key not in self._by_chunk:
            found: dict[int, list[Usage]] = {}
            for usage in self._meanings.usages(file):
                chunk = file.lines[usage.line - 1].chunk
                if chunk is not None and chunk.mode != "imports":
                    found.setdefault(id(chunk), []).append(usage)
            self._by_chunk[key] = found
            self._kept.append(file)  # so that no other file gets its id
        return self._by_chunk[key]

    @cached_property
    def _mentioned(self) -> dict[str, list[str]]:
        """For each way to mention a definition, those that may be meant."""
        found: dict[str, list[str]] = {}
        for full, name in self.known.items():
            module = full.removesuffix(f".{name.link.text}")
            ways = {
                full,
                name.link.text,
                f"{module.partition('.')[0]}.{name.link.text}",
            }
            last = name.link.text.rpartition(".")[2]
            if name.kind in ("method", "function"):
                ways.add(f"{last}()")
            if "_" in last.strip("_"):
                ways.add(last)
            for way in ways:
                found.setdefault(way, []).append(full)
        return found

    def mentioned(self, text: str) -> str | None:
        """The definition that prose means, if only one can be meant.

        Of several that are called the same in their modules, the one is meant whose
        module lies nearest to the top of the package, if it is the only one there.
        """
        if not MENTION.fullmatch(text):
            return None
        candidates = self._mentioned.get(text)
        if candidates is None and text.endswith("()"):
            candidates = self._mentioned.get(text.removesuffix("()"))
        if (
            not candidates
            or len({self.known[each].link.text for each in candidates}) > 1
        ):
            return None
        depths = [full.count(".") for full in candidates]
        nearest = [
            full
            for full, depth in zip(candidates, depths, strict=True)
            if depth == min(depths)
        ]
        return nearest[0] if len(nearest) == 1 else None

    def json(self) -> bytes:
        """The data of the previews: of each name its chapter, kind and summary."""
        paths = sorted({name.link.path for name in self.known.values()})
        chapters = [
            [self._relations.chapters[path].title, self._relations.chapter_label(path)]
            for path in paths
        ]
        names = {
            full: [paths.index(name.link.path), name.kind, name.summary]
            for full, name in sorted(self.known.items())
        }
        data = {"chapters": chapters, "names": names}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
