"""What each definition of a Python file is for, in one line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

_COMMENT = "#:"
_Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=512)
def parsed(text: str) -> ast.Module:
    """A file's syntax tree; an empty one for what is no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def summaries(text: str) -> dict[str, str]:
    """The first line of each docstring, by dotted name; ``""`` is the module's.

    A constant or an attribute has no docstring; for it stands the comment above it that
    begins with ``#:``. What has neither is left out.
    """
    tree = parsed(text)
    found = {"": first_line(tree)}
    for name, told in (
        *_documented(tree.body, ""),
        *_commented(tree, text.split("\n")),
    ):
        found[name] = found.get(name) or told
    return {name: told for name, told in found.items() if told}


def first_line(node: ast.Module | _Named) -> str:
    """The first line of a docstring, or nothing."""
    docstring = ast.get_docstring(node)
    return docstring.splitlines()[0] if docstring else ""


def _documented(body: list[ast.stmt], around: str) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, _Named):
            name = f"{around}{node.name}"
            yield name, first_line(node)
            if isinstance(node, ast.ClassDef):
                yield from _documented(node.body, f"{name}.")
        else:
            for inner in ("body", "orelse", "finalbody"):
                yield from _documented(getattr(node, inner, []), around)


def _commented(tree: ast.Module, lines: list[str]) -> Iterator[tuple[str, str]]:
    for name, line in _assignments(tree.body, ""):
        first = line
        while first > 1 and lines[first - 2].lstrip().startswith(_COMMENT):
            first -= 1
        if first < line:
            yield name, lines[first - 1].strip().removeprefix(_COMMENT).strip()


def _assignments(body: list[ast.stmt], around: str) -> Iterator[tuple[str, int]]:
    """The constants and attributes that are given a value, with their lines."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _assignments(node.body, f"{around}{node.name}.")
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            for each in ast.walk(node):
                if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
                    yield f"{around}{each.attr}", each.lineno
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield f"{around}{target.id}", node.lineno
