"""Where chunks land in the tangled files, and what stands around a line."""

from __future__ import annotations

import ast
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.model import TangledFile


def placements(
    files: dict[str, TangledFile],
) -> dict[int, list[tuple[str, int, int]]]:
    """For each chunk, by ``id``, the stretches of tangled lines it makes.

    A stretch goes from the chunk's first own line to its last one, whatever other
    chunks put between. A chunk used twice has two, one for imports as many as the
    sorting makes of it.
    """
    found: dict[int, list[tuple[str, int, int]]] = {}
    for path, tangled in files.items():
        latest: dict[int, int] = {}
        for number, line in enumerate(tangled.lines, 1):
            if line.chunk is None or not line.text:
                continue
            key = id(line.chunk)
            places = found.setdefault(key, [])
            book_line = line.origins[0].line
            goes_on = (
                places and places[-1][0] == path and book_line > latest.get(key, 0)
            )
            if goes_on and line.chunk.mode != "imports":
                places[-1] = (path, places[-1][1], number)
            else:
                places.append((path, number, number))
            latest[key] = book_line
    return found


def enclosing(text: str, line: int) -> str:
    """The dotted name of the innermost class or function around a line."""
    best = ""
    for first, last, name in _definitions(text):
        if first <= line <= last:
            best = name
    return best


@lru_cache(maxsize=64)
def _definitions(text: str) -> tuple[tuple[int, int, str], ...]:
    """First line, last line and dotted name of every definition, outer ones first."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ()
    found: list[tuple[int, int, str]] = []
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, around = waiting.pop(0)
        name = around
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{around}.{node.name}" if around else node.name
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found.append((first, node.end_lineno or node.lineno, name))
        waiting.extend((child, name) for child in ast.iter_child_nodes(node))
    return tuple(found)
