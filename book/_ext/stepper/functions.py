"""What the source says of a function that a step calls."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from stepper.trace import APPLICATION


class Function(NamedTuple):
    """A function of the framework or of the application.

    :param line: the line of its ``def``.
    :param summary: the first line of its docstring, or an empty string.
    """

    line: int
    summary: str


def source_of(project: str, file: str) -> Path:
    """The file that a step names."""
    if file == APPLICATION:
        return Path(__file__).with_name(APPLICATION)
    return Path(project, file)


def line_of(project: str, file: str, line: int) -> str:
    """The text of a line, without the blanks around it."""
    return _read(source_of(project, file)).lines[line - 1].strip()


def function_at(project: str, file: str, line: int) -> Function:
    """The function that begins in a line, its decorators included.

    :raises KeyError: there is none.
    """
    return _read(source_of(project, file)).functions[line]


class _Source(NamedTuple):
    """The lines of a file, and its functions by the line they begin in."""

    lines: list[str]
    functions: dict[int, Function]


def _read(path: Path) -> _Source:
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, changed: int) -> _Source:
    text = path.read_text("utf-8")
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            summary = (ast.get_docstring(node) or "").partition("\n")[0]
            found[first] = Function(node.lineno, summary)
    return _Source(text.split("\n"), found)


def short(function: str) -> str:
    """A qualified name without the function it was made in."""
    return function.rpartition("<locals>.")[2]
