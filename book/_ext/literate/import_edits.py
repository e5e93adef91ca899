"""Carries edits of a merged import block back to the statements it is made of."""

from __future__ import annotations

from _ast import If
from _ast import Import
from _ast import ImportFrom

from literate.edits import AFTER
from literate.edits import AT
from literate.edits import BEFORE
from literate.edits import Edit
from literate.imports import ImportName
from literate.imports import parse
from literate.imports import parse_python
from literate.imports import sort_key
from literate.imports import statement_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

    from literate.model import Chunk

_TYPE_CHECKING = "from typing import TYPE_CHECKING"


class Refusal(Exception):
    """Why the imports cannot be carried over.

    :param line: line in the import block, from 0.
    :param reason: what is in the way.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Entry:
    """One name of an import block.

    :param typing: it stands under ``if TYPE_CHECKING:``.
    :param line: its line in the block, from 0.
    """

    __slots__ = ("alias", "comment", "level", "line", "module", "name", "typing")

    def __init__(
        self,
        typing: bool,
        line: int,
        level: int,
        module: str,
        name: str | None,
        alias: str | None,
        comment: str,
    ) -> None:
        self.typing = typing
        self.line = line
        self.level = level
        self.module = module
        self.name = name
        self.alias = alias
        self.comment = comment

    @property
    def statement(self) -> str:
        """The statement that imports this name alone."""
        return statement_text(self.level, self.module, self.name, self.alias)

    @property
    def key(self) -> tuple[bool, str, str]:
        """Equal for entries that make the same line."""
        return self.typing, self.statement, self.comment

    @property
    def source(self) -> tuple[bool, int, str]:
        """Equal for entries of one kind from one module."""
        return self.name is None, self.level, self.module


def read_block(texts: list[str]) -> list[Entry]:
    """The names an import block imports.

    :raises Refusal: something else stands there.
    """
    try:
        tree = parse_python("\n".join(texts))
    except (SyntaxError, ValueError) as error:
        line = (getattr(error, "lineno", None) or 1) - 1
        raise Refusal(line, "this is no import statement") from None
    entries: list[Entry] = []
    for node in tree.body:
        if isinstance(node, If):
            for inner in node.body:
                entries.extend(_entries(inner, True, texts))
        else:
            entries.extend(_entries(node, False, texts))
    return entries


def _entries(node: ast.stmt, typing: bool, texts: list[str]) -> list[Entry]:
    if not isinstance(node, Import | ImportFrom):
        raise Refusal(node.lineno - 1, "this is no import statement")
    comment = texts[node.lineno - 1].partition("#")[1:]
    level, module = 0, ""
    if isinstance(node, ImportFrom):
        level, module = node.level, node.module or ""
    return [
        Entry(
            typing,
            alias.lineno - 1,
            level,
            module if isinstance(node, ImportFrom) else alias.name,
            alias.name if isinstance(node, ImportFrom) else None,
            alias.asname,
            "".join(comment).rstrip(),
        )
        for alias in node.names
    ]


def import_edit(
    chunks: list[Chunk], old_texts: list[str], new_texts: list[str]
) -> Edit:
    """The book edit that turns one import block into another.

    :param chunks: the live ``:imports:`` chunks of the file.
    :param old_texts: the block they make.
    :param new_texts: the block as edited.
    :raises Refusal: it cannot be done.
    """
    old = {entry.key: entry for entry in read_block(old_texts)}
    new = {entry.key: entry for entry in read_block(new_texts)}
    removed = [entry for key, entry in old.items() if key not in new]
    added = [entry for key, entry in new.items() if key not in old]
    if any(entry.typing for entry in new.values()):
        added = [entry for entry in added if entry.statement != _TYPE_CHECKING]
    edit = _Statements(chunks)
    for entry in removed:
        successor = _successor(entry, added)
        if edit.change(entry, successor) and successor is not None:
            added.remove(successor)
    for entry in added:
        edit.insert(entry)
    return edit.finish()


def _successor(entry: Entry, added: list[Entry]) -> Entry | None:
    """The added name that a removed one was turned into, if it looks like it."""
    for other in added:
        if other.typing == entry.typing and other.statement == entry.statement:
            return other
    for other in added:
        if other.typing == entry.typing and other.source == entry.source:
            return other
    for other in added:
        if other.typing == entry.typing and entry.name and other.name == entry.name:
            return other
    return None


class _Statements:
    """The statements of a file's imports chunks while they are changed."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self.chunks = chunks
        self.names = {id(chunk): parse(chunk)[0] for chunk in chunks}
        self.changed: dict[tuple[int, int], list[ImportName | Entry]] = {}
        self.inserted: dict[tuple[int, int], list[Entry]] = {}

    def change(self, entry: Entry, successor: Entry | None) -> bool:
        """Replaces or removes a name wherever it is imported."""
        found = False
        for chunk in self.chunks:
            if chunk.typing != entry.typing:
                continue
            for name in self.names[id(chunk)]:
                if name.statement == entry.statement:
                    self._change(chunk, name, successor)
                    found = True
        return found

    def _change(self, chunk: Chunk, name: ImportName, successor: Entry | None) -> None:
        parts = self.changed.setdefault(
            (id(chunk), name.first), list(self._same_statement(chunk, name))
        )
        position = parts.index(name)
        parts[position : position + 1] = [] if successor is None else [successor]

    def _same_statement(self, chunk: Chunk, name: ImportName) -> list[ImportName]:
        return [other for other in self.names[id(chunk)] if other.first == name.first]

    def insert(self, entry: Entry) -> None:
        """Adds a name to the chunk that needs it most."""
        chunks = [chunk for chunk in self.chunks if chunk.typing == entry.typing]
        if not chunks:
            kind = ":imports: typing" if entry.typing else ":imports:"
            raise Refusal(
                entry.line, f"no chunk with {kind} takes new imports of this file"
            )
        for chunk in chunks:
            sources = [
                (name.name is None, name.level, name.module)
                for name in self.names[id(chunk)]
            ]
            if entry.source in sources:
                self._insert(chunk, entry)
                return
        self._insert(chunks[0], entry)

    def _insert(self, chunk: Chunk, entry: Entry) -> None:
        """Puts a name where the chunk's order, if it has one, wants it."""
        index = -1
        for name in self.names[id(chunk)]:
            if sort_key(name) <= sort_key(entry):
                index = name.last
        self.inserted.setdefault((id(chunk), index), []).append(entry)

    def finish(self) -> Edit:
        """The changes as an edit of the book."""
        edit = Edit()
        for chunk in self.chunks:
            fence = chunk.fence
            for name in self.names[id(chunk)]:
                parts = self.changed.pop((id(chunk), name.first), None)
                if parts is None:
                    continue
                self._check_alone(chunk, name)
                edit.put(fence, fence.body_line + name.first, AT, _render(parts, name))
                for index in range(name.first + 1, name.last + 1):
                    edit.put(fence, fence.body_line + index, AT, [])
            for (key, index), entries in self.inserted.items():
                if key != id(chunk):
                    continue
                texts = [_text(entry) for entry in entries]
                if index < 0:
                    edit.put(fence, fence.body_line, BEFORE, texts)
                else:
                    edit.put(fence, fence.body_line + index, AFTER, texts)
        return edit

    def _check_alone(self, chunk: Chunk, name: ImportName) -> None:
        for line in chunk.fence.body[name.first : name.last + 1]:
            if ";" in line:
                raise Refusal(0, f"its statement shares a line: `{line.strip()}`")


def _render(parts: list[ImportName | Entry], original: ImportName) -> list[str]:
    """The lines of a statement whose names have changed."""
    together: dict[tuple[int, str] | None, list[ImportName | Entry]] = {}
    for part in parts:
        key = None if part.name is None else (part.level, part.module)
        together.setdefault(key, []).append(part)
    lines: list[str] = []
    for key, members in together.items():
        if len(members) == 1:
            lines.append(_text(members[0]))
            continue
        names = [
            (member.name or member.module)
            + (f" as {member.alias}" if member.alias else "")
            for member in members
        ]
        if key is None:
            lines.append(f"import {', '.join(names)}")
        elif original.last > original.first:
            lines.append(f"from {'.' * key[0]}{key[1]} import (")
            lines.extend([f"    {name}," for name in names])
            lines.append(")")
        else:
            lines.append(f"from {'.' * key[0]}{key[1]} import {', '.join(names)}")
    return lines


def _text(part: ImportName | Entry) -> str:
    return "  ".join([part.statement, part.comment]) if part.comment else part.statement
