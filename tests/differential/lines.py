"""Which lines of chosen modules run while something is done."""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from types import FrameType
from types import FunctionType
from types import ModuleType
from typing import Any

from flasklit.lazy import lazy

Lines = dict[CodeType, set[int]]


@contextmanager
def watched(modules: list[ModuleType], ran: Lines | None = None) -> Iterator[Lines]:
    """Write down the lines of the modules that run meanwhile, by their code.

    A frame's tracer that has seen all lines of its code is not called for any more.

    :param modules: the modules.
    :param ran: what ran before, to be added to.
    """
    files = {module.__file__ for module in modules}
    ran = {} if ran is None else ran
    todo = {code: lines_of(code) - seen for code, seen in ran.items()}

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code.co_filename not in files:
            return None
        if code not in ran:
            ran[code] = set()
            todo[code] = lines_of(code)
        return line if todo[code] else None

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            code = frame.f_code
            ran[code].add(frame.f_lineno)
            todo[code].discard(frame.f_lineno)
            if not todo[code]:
                return None
        return line

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield ran
    finally:
        sys.settrace(before)


def lines_of(code: CodeType) -> set[int]:
    """The lines of a function's own that can run, without its ``def``."""
    found = {number for _, number in dis.findlinestarts(code) if number is not None}
    return found - {code.co_firstlineno}


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """The functions and methods that a module defines, by their qualified names."""
    found: dict[str, FunctionType] = {}

    def collect(owner: Any) -> None:
        for value in vars(owner).values():
            function = underlying(value)
            if getattr(function, "__module__", None) != module.__name__:
                continue
            if isinstance(function, FunctionType):
                found.setdefault(function.__qualname__, function)
            elif isinstance(function, type):
                collect(function)

    collect(module)
    return found


def underlying(value: Any) -> Any:
    """The function of a method or property; a class or function itself.

    ``isinstance`` would ask a proxy what it stands for.
    """
    if issubclass(type(value), (FunctionType, type)):
        return value
    if issubclass(type(value), (classmethod, staticmethod)):
        return value.__func__
    if issubclass(type(value), property):
        return value.fget
    return value.compute if issubclass(type(value), lazy) else None


def codes_of(function: FunctionType) -> list[CodeType]:
    """The code of a function and of those that are defined in it."""
    codes = [function.__code__]
    for code in codes:
        codes += [it for it in code.co_consts if isinstance(it, CodeType)]
    return codes


def missed(ran: Lines, function: FunctionType) -> list[int]:
    """The lines of a function that did not run."""
    return sorted(
        {
            number
            for code in codes_of(function)
            for number in lines_of(code) - ran.get(code, set())
        }
    )
