"""Flask's public names, all of them, read off the installed Flask: flasklit has each one.

Signatures are compatible when every call that Flask's takes can be made to ours.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import Parameter
from pathlib import Path
from types import FunctionType
from types import ModuleType
from typing import Any
from typing import TypeVar

import flask
import pytest

POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
VARIABLE = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)

#: Differences that are meant, and why.
EXCEPTIONS = {
    "flask.Flask.open_resource: default of 'encoding'": (
        "Flask's own blueprints, and all text files of a project, are UTF-8; the"
        " application's None would mean whatever the machine's locale says"
    ),
}


def modules() -> list[str]:
    """The modules of the installed Flask, but for the one that is a program."""
    root = Path(flask.__file__).parent
    names = [
        p.relative_to(root.parent).with_suffix("").parts for p in root.rglob("*.py")
    ]
    dotted = sorted(".".join(parts).removesuffix(".__init__") for parts in names)
    return [name for name in dotted if not name.endswith("__main__")]


@pytest.mark.parametrize("name", modules())
def test_a_module_of_flask(name: str) -> None:
    ours = import_module("flasklit" + name.removeprefix("flask"))
    wrong = sorted(set(differences(name, import_module(name), ours)))
    assert [w for w in wrong if canonical(w) not in EXCEPTIONS] == []


def test_no_exception_is_out_of_date() -> None:
    found = {
        canonical(wrong)
        for name in modules()
        for wrong in differences(
            name,
            import_module(name),
            import_module("flasklit" + name.removeprefix("flask")),
        )
    }
    assert set(EXCEPTIONS) <= found


def test_a_missing_method_and_a_missing_parameter_are_found() -> None:
    class Theirs:
        def kept(self, a: int, b: int = 1) -> None: ...
        def gone(self) -> None: ...

    class Ours:
        def kept(self, a: int) -> None: ...

    assert list(class_differences("X", Theirs, Ours)) == [
        "X.gone is missing",
        "X.kept: no parameter 'b'",
    ]


def test_each_kind_of_signature_is_told_apart() -> None:
    def theirs(a: int, b: int = 1, *args: int, c: int = 2, **more: int) -> None: ...
    def equal(a: int, b: int = 1, *args: int, c: int = 2, **more: int) -> None: ...
    def swapped(b: int, a: int = 1, *args: int, c: int = 2, **more: int) -> None: ...
    def closed(a: int, b: int = 1, *, c: int = 2) -> None: ...
    def stricter(a: int, b: int, *args: int, c: int = 2, **more: int) -> None: ...
    def needier(
        a: int, b: int = 1, *args: int, c: int = 2, d: int, **more: int
    ) -> None: ...
    def other(a: int, b: int = 3, *args: int, c: int = 2, **more: int) -> None: ...

    def found(function: Any) -> list[str]:
        return list(call_differences("f", theirs, function))

    assert found(equal) == []
    assert found(swapped) == [
        "f: 'a' is not at position 0",
        "f: 'b' is not at position 1",
        "f: 'b' is required",
    ]
    assert found(closed) == ["f: no *args", "f: no **more"]
    assert found(stricter) == ["f: 'b' is required"]
    assert found(needier) == ["f: 'd' is required"]
    assert found(other) == ["f: default of 'b' is 3, not 1"]


def canonical(difference: str) -> str:
    """A difference under the public path of what differs, without the values."""
    text = difference.replace("flask.app.Flask.", "flask.Flask.")
    return text.partition(" is ")[0] if ": default of" in text else text


def differences(name: str, theirs: ModuleType, ours: ModuleType) -> Iterator[str]:
    for attribute, value in vars(theirs).items():
        if attribute.startswith("_") or not belongs(theirs, attribute, value):
            continue
        path = f"{name}.{attribute}"
        if not hasattr(ours, attribute):
            yield f"{path} is missing"
            continue
        mine = getattr(ours, attribute)
        kind = type(value)  # a proxy pretends to be what it stands for
        if issubclass(kind, type):
            yield from class_differences(path, value, mine)
        elif issubclass(kind, FunctionType):
            yield from call_differences(path, value, mine)


def belongs(module: ModuleType, attribute: str, value: object) -> bool:
    """Whether a name is the module's own, or what a package is there to offer."""
    if issubclass(type(value), (ModuleType, TypeVar)):
        return False
    home = str(getattr(value, "__module__", ""))
    offers = hasattr(module, "__path__") and home.partition(".")[0] != "typing"
    return offers or home == module.__name__ or attribute in assigned(module)


@cache
def assigned(module: ModuleType) -> set[str]:
    """The names that a module assigns to: proxies, signals, constants."""
    names = ast.walk(ast.parse(inspect.getsource(module)))
    return {
        n.id for n in names if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def class_differences(path: str, theirs: type, ours: type) -> Iterator[str]:
    for member in dir(theirs):
        if member.startswith("_") and member not in {"__init__", "__call__"}:
            continue
        if not hasattr(ours, member):
            yield f"{path}.{member} is missing"
            continue
        there, here = getattr(theirs, member), getattr(ours, member)
        if callable(there) and not inspect.isclass(there):
            yield from call_differences(f"{path}.{member}", there, here)


def call_differences(path: str, theirs: Any, ours: Any) -> Iterator[str]:
    """Why a call that ``theirs`` takes might not do for ``ours``."""
    wanted, given = signature(theirs), signature(ours)
    if wanted is None:
        return
    if given is None:
        yield f"{path}: not callable"
        return
    kinds = {p.kind for p in given.values()}
    order = [p.name for p in wanted.values() if p.kind in POSITIONAL]
    mine_in_order = [p.name for p in given.values() if p.kind in POSITIONAL]
    for name, parameter in wanted.items():
        mine = given.get(name)
        if parameter.kind in VARIABLE:
            if parameter.kind not in kinds:
                stars = "*" * (1 + (parameter.kind is Parameter.VAR_KEYWORD))
                yield f"{path}: no {stars}{name}"
        elif mine is None:
            if Parameter.VAR_KEYWORD not in kinds:
                yield f"{path}: no parameter {name!r}"
        else:
            if name in order and name in mine_in_order:
                position = order.index(name)
                if mine_in_order.index(name) != position:
                    yield f"{path}: {name!r} is not at position {position}"
            yield from default_differences(path, parameter, mine)
    for name in given.keys() - wanted.keys():
        if given[name].default is Parameter.empty and given[name].kind not in VARIABLE:
            yield f"{path}: {name!r} is required"


def default_differences(path: str, theirs: Parameter, ours: Parameter) -> Iterator[str]:
    if theirs.default is Parameter.empty or ours.kind in VARIABLE:
        return
    if ours.default is Parameter.empty:
        yield f"{path}: {theirs.name!r} is required"
    elif not same_default(theirs.default, ours.default):
        yield (
            f"{path}: default of {theirs.name!r} is {ours.default!r},"
            f" not {theirs.default!r}"
        )


def signature(thing: Any) -> dict[str, Parameter] | None:
    try:
        return dict(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return None


def same_default(theirs: Any, ours: Any) -> bool:
    """Defaults that are markers of a module have no other value than being there."""
    if type(theirs) is object or " object at 0x" in repr(theirs):
        return True
    if inspect.isroutine(theirs) or inspect.isclass(theirs):
        return getattr(theirs, "__name__", 1) == getattr(ours, "__name__", 2)
    return bool(theirs == ours)
