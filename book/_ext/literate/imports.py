"""Merges the import statements of all chapters into one sorted block a file."""

from __future__ import annotations

import sys
from _ast import Import
from _ast import ImportFrom
from _ast import Module
from _ast import PyCF_ONLY_AST

from literate.model import Origin
from literate.model import Problem
from literate.model import TangledLine

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from literate.import_edits import Entry
    from literate.model import Chunk

_FUTURE, _STDLIB, _THIRD_PARTY, _FIRST_PARTY, _RELATIVE = range(5)


class ImportName:
    """One imported name and where it stands in the book.

    :param level: number of leading dots.
    :param module: the module, possibly empty; the imported one for ``import x``.
    :param name: what is taken from it, or ``None`` for ``import x``.
    :param alias: its name here, if another one.
    :param comment: what stands behind the statement, with its ``#``.
    :param chunk: the chunk it stands in.
    :param origin: the line of the name.
    :param first: body index of the statement's first line.
    :param last: body index of the statement's last line.
    """

    __slots__ = (
        "alias",
        "chunk",
        "comment",
        "first",
        "last",
        "level",
        "module",
        "name",
        "origin",
    )

    def __init__(
        self,
        level: int,
        module: str,
        name: str | None,
        alias: str | None,
        chunk: Chunk,
        origin: Origin,
        first: int,
        last: int,
    ) -> None:
        self.level = level
        self.module = module
        self.name = name
        self.alias = alias
        self.comment = ""
        self.chunk = chunk
        self.origin = origin
        self.first = first
        self.last = last

    @property
    def statement(self) -> str:
        """The statement that imports this name alone."""
        return statement_text(self.level, self.module, self.name, self.alias)


def statement_text(level: int, module: str, name: str | None, alias: str | None) -> str:
    """The statement that imports one name."""
    tail = f" as {alias}" if alias else ""
    if name is None:
        return f"import {module}{tail}"
    return f"from {'.' * level}{module} import {name}{tail}"


def parse(chunk: Chunk) -> tuple[list[ImportName], list[Problem]]:
    """Reads the statements of an ``:imports:`` chunk.

    :returns: the names they import, in order, and what is wrong.
    """
    fence = chunk.fence
    try:
        tree = parse_python("\n".join(fence.body))
    except (SyntaxError, ValueError) as error:
        line = (getattr(error, "lineno", None) or 1) - 1
        offset = max(getattr(error, "offset", None) or 1, 1)
        message = f"not an import statement: {getattr(error, 'msg', None) or error}"
        return [], [_problem(chunk, line, offset - 1, message)]
    names: list[ImportName] = []
    problems: list[Problem] = []
    for node in tree.body:
        if isinstance(node, Import):
            names.extend(_names(node, 0, None, chunk))
        elif isinstance(node, ImportFrom):
            names.extend(_names(node, node.level, node.module or "", chunk))
        else:
            problems.append(
                _problem(
                    chunk,
                    node.lineno - 1,
                    node.col_offset,
                    "an :imports: chunk holds import statements only; "
                    "move this line to another chunk",
                )
            )
    _attach_comments(chunk, names, problems)
    return names, problems


def parse_python(text: str) -> ast.Module:
    """What :func:`ast.parse` does, without importing :mod:`ast`."""
    tree = compile(text, "book", "exec", PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, Module)
    return tree


def _problem(chunk: Chunk, index: int, column: int, message: str) -> Problem:
    fence = chunk.fence
    return Problem(
        fence.path, fence.body_line + index, fence.indent + column + 1, message
    )


def _names(
    node: ast.Import | ast.ImportFrom, level: int, module: str | None, chunk: Chunk
) -> list[ImportName]:
    return [
        ImportName(
            level,
            alias.name if module is None else module,
            None if module is None else alias.name,
            alias.asname,
            chunk,
            Origin(chunk.fence.path, chunk.fence.body_line + alias.lineno - 1),
            node.lineno - 1,
            (node.end_lineno or node.lineno) - 1,
        )
        for alias in node.names
    ]


def _attach_comments(
    chunk: Chunk, names: list[ImportName], problems: list[Problem]
) -> None:
    """Gives a comment to the one name in front of it, or reports it."""
    for index, text in enumerate(chunk.fence.body):
        column = text.find("#")
        if column < 0:
            continue
        here = [name for name in names if name.first <= index <= name.last]
        if len(here) == 1 and here[0].first == here[0].last:
            here[0].comment = text[column:].rstrip()
            continue
        problems.append(
            _problem(
                chunk,
                index,
                column,
                "this comment would get lost when the imports are merged; put it "
                "behind a statement that imports one name, or into the prose",
            )
        )


def merge(
    chunks: Iterable[Chunk], packages: frozenset[str], line_length: int
) -> list[TangledLine]:
    """The import block of a file.

    :param chunks: its live ``:imports:`` chunks.
    :param packages: names of the first-party top packages.
    :param line_length: a longer line is broken in parentheses.
    :returns: the lines, without blank lines around them.
    """
    runtime: list[ImportName] = []
    typing: list[ImportName] = []
    for chunk in chunks:
        (typing if chunk.typing else runtime).extend(parse(chunk)[0])
    known = {name.statement for name in runtime}
    typing = [name for name in typing if name.statement not in known]
    if typing:
        runtime.extend(_type_checking(runtime, typing))
    lines = _block(runtime, packages, line_length, "")
    if typing:
        lines.append(TangledLine(""))
        lines.append(TangledLine("if TYPE_CHECKING:"))
        lines.extend(_block(typing, packages, line_length, "    "))
    return lines


def _type_checking(
    runtime: list[ImportName], typing: list[ImportName]
) -> list[ImportName]:
    if any(name.statement == "from typing import TYPE_CHECKING" for name in runtime):
        return []
    return [
        ImportName(0, "typing", "TYPE_CHECKING", None, name.chunk, name.origin, -1, -1)
        for name in typing
    ]


def _block(
    names: list[ImportName], packages: frozenset[str], line_length: int, indent: str
) -> list[TangledLine]:
    """Sorted lines, one for each name, with a blank line between the groups."""
    merged: dict[str, list[ImportName]] = {}
    for name in names:
        merged.setdefault(name.statement, []).append(name)
    entries = sorted(
        [(sort_key(same[0], packages), same) for same in merged.values()],
        key=_first,
    )
    lines: list[TangledLine] = []
    group = None
    for key, same in entries:
        if group is not None and key[0] != group:
            lines.append(TangledLine(""))
        group = key[0]
        lines.extend(_lines(same, line_length, indent))
    return lines


def _first(entry: tuple[tuple[object, ...], list[ImportName]]) -> tuple[object, ...]:
    return entry[0]


def _lines(same: list[ImportName], line_length: int, indent: str) -> list[TangledLine]:
    name = same[0]
    origins = tuple(dict.fromkeys([each.origin for each in same]))
    comments = list(dict.fromkeys([each.comment for each in same if each.comment]))
    text = indent + name.statement
    if len(text) <= line_length or name.name is None:
        texts = ["  ".join([text, *comments])]
    else:
        head, _, tail = text.partition(" import ")
        texts = [f"{head} import (", f"{indent}    {tail},", f"{indent})"]
        texts[0] = "  ".join([texts[0], *comments])
    return [TangledLine(each, origins, name.chunk, indent) for each in texts]


def sort_key(
    name: ImportName | Entry, packages: frozenset[str] = frozenset()
) -> tuple[object, ...]:
    """The place ruff's isort rules give a statement (force-single-line)."""
    return (
        _group(name, packages),
        name.name is not None,
        -name.level,
        _natural(name.module.lower()),
        _natural(name.module),
        name.name != "*",
        _natural((name.name or "").lower()),
        _natural(name.name or ""),
        name.alias is not None,
        _natural(name.alias or ""),
    )


def _group(name: ImportName | Entry, packages: frozenset[str]) -> int:
    if name.level:
        return _RELATIVE
    top = name.module.partition(".")[0]
    if top == "__future__":
        return _FUTURE
    if top in packages:
        return _FIRST_PARTY
    if top in sys.stdlib_module_names:
        return _STDLIB
    return _THIRD_PARTY


_keys: dict[str, list[tuple[int, int, str]]] = {}


def _natural(text: str) -> list[tuple[int, int, str]]:
    """A key under which ``a2`` comes before ``a10``; the same few names come often."""
    key = _keys.get(text)
    if key is None:
        key = _keys[text] = _natural_key(text)
    return key


def _natural_key(text: str) -> list[tuple[int, int, str]]:
    if not any("0" <= char <= "9" for char in text):
        return [(ord(char), 0, "") for char in text]
    key: list[tuple[int, int, str]] = []
    digits = ""
    for char in text + "\0":
        if "0" <= char <= "9":
            digits += char
            continue
        if digits:
            key.append((48, 0 if digits[0] == "0" else len(digits), digits))
            digits = ""
        key.append((ord(char), 0, ""))
    key.pop()
    return key
