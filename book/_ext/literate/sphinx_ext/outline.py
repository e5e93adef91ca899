"""The definitions of a Python file and where they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from literate.sphinx_ext.summaries import parsed

_FUNCTIONS = {"module": "function", "class": "method", "function": "local"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Definition(NamedTuple):
    """Something a Python file gives a name to.

    :param name: dotted, without the module, as ``Flask.run``.
    :param kind: ``"class"``, ``"function"``, ``"method"``, ``"constant"``,
        ``"attribute"``, or ``"local"`` for what a function defines.
    :param first: its first line, decorators included.
    :param line: the line that holds the name.
    :param last: its last line.
    """

    name: str
    kind: str
    first: int
    line: int
    last: int

    @property
    def public(self) -> bool:
        """Whether other modules may use it: no part begins with an underscore."""
        return self.kind != "local" and not any(
            part.startswith("_") for part in self.name.split(".")
        )

    @property
    def signature(self) -> str:
        """The name as it is written in prose: ``Flask.run()``, ``class Flask``."""
        return f"class {self.name}" if self.kind == "class" else f"{self.name}()"


class Module(NamedTuple):
    """What a Python file holds, as far as a page tells it.

    :param definitions: its definitions, in order.
    :param attributes: what ``__init__`` gives to the objects of its classes.
    :param summary: the first line of its docstring.
    """

    definitions: tuple[Definition, ...] = ()
    attributes: tuple[Definition, ...] = ()
    summary: str = ""


@lru_cache(maxsize=512)
def _module(text: str) -> Module:
    """All of it, so that a text is parsed once; nothing, if it is no Python."""
    tree = parsed(text)
    docstring = ast.get_docstring(tree)
    return Module(
        tuple(_walk(tree.body, "", "module")),
        tuple(_initialised(tree.body, "")),
        docstring.splitlines()[0] if docstring else "",
    )


def outline(text: str) -> tuple[Definition, ...]:
    """All classes, functions, constants and attributes, in the file's order.

    Names within functions are left out, definitions are not; a text that is no
    Python has none.
    """
    return _module(text).definitions


def instance_attributes(text: str) -> tuple[Definition, ...]:
    """The attributes that ``__init__`` gives to the objects of each class."""
    return _module(text).attributes


def enclosing(text: str, first: int, last: int) -> Definition | None:
    """The innermost class or function around some lines that begins before them."""
    best = None
    for each in outline(text):
        if each.kind in ("constant", "attribute"):
            continue
        if each.first < first and last <= each.last:
            best = each
    return best


def summary(text: str) -> str:
    """The first line of a module's docstring."""
    return _module(text).summary


def _walk(body: list[ast.stmt], around: str, scope: str) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield _definition(node, around, "local" if scope == "function" else "class")
            yield from _walk(node.body, _join(around, node.name), "class")
        elif isinstance(node, _Function):
            yield _definition(node, around, _FUNCTIONS[scope])
            yield from _walk(node.body, _join(around, node.name), "function")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            if scope != "function":
                yield from _assigned(node, around, scope)
        else:
            for inner in _blocks(node):
                yield from _walk(inner, around, scope)


def _initialised(body: list[ast.stmt], around: str) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            name = _join(around, node.name)
            yield from _initialised(node.body, name)
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                    yield from _given(method, name)


def _given(method: ast.FunctionDef, around: str) -> Iterator[Definition]:
    """What a method assigns to attributes of its first parameter."""
    this = method.args.args[0].arg if method.args.args else ""
    for node in ast.walk(method):
        match node:
            case ast.Attribute(ast.Name(id=owner), name, ast.Store()) if owner == this:
                last = node.end_lineno or node.lineno
                full = _join(around, name)
                yield Definition(full, "attribute", node.lineno, node.lineno, last)


def _definition(node: ast.ClassDef | _Function, around: str, kind: str) -> Definition:
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    last = node.end_lineno or node.lineno
    return Definition(_join(around, node.name), kind, first, node.lineno, last)


def _assigned(
    node: ast.Assign | ast.AnnAssign, around: str, scope: str
) -> Iterator[Definition]:
    kind = "attribute" if scope == "class" else "constant"
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        for each in ast.walk(target):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                last = node.end_lineno or node.lineno
                name = _join(around, each.id)
                yield Definition(name, kind, node.lineno, each.lineno, last)


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The statement lists within an ``if``, a ``try``, a ``with`` or a loop."""
    for field in ("body", "orelse", "finalbody"):
        inner = getattr(node, field, None)
        if inner:
            yield inner
    for handler in getattr(node, "handlers", ()):
        yield handler.body
    for case in getattr(node, "cases", ()):
        yield case.body


def _join(around: str, name: str) -> str:
    return f"{around}.{name}" if around else name
