"""The source of the package: where a name is defined, which type is stated for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

PACKAGE = "flasklit"


@cache
def files() -> dict[str, Path]:
    """The files of the package, by the names of their modules."""
    top = Path(str(import_module(PACKAGE).__file__)).parent
    found = {}
    for file in sorted(top.rglob("*.py")):
        parts = (PACKAGE, *file.relative_to(top).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = file
    return found


@cache
def modules() -> dict[str, ast.Module]:
    """The modules of the package with their code, by name."""
    return {name: ast.parse(file.read_text("utf-8")) for name, file in files().items()}


def definition(module: str, name: str) -> str:
    """Where a module's name comes from: the module that defines it, and its name there.

    :param module: the absolute name of the module.
    :param name: a name in it.
    :returns: both, with a dot between; a library's module is not looked into.
    """
    origin = _imports(module).get(name)
    if origin is None or (module, name) == origin:
        return f"{module}.{name}"
    return definition(*origin)


@cache
def imported_names() -> dict[str, str]:
    """What the names are called in full that the modules import from libraries."""
    return {
        name: f"{origin}.{original}"
        for module in modules()
        for name, (origin, original) in _imports(module).items()
        if origin.partition(".")[0] != PACKAGE
    }


@cache
def stated_types() -> dict[str, str]:
    """The types that the code states for attributes and properties, by full name."""
    return {
        f"{module}.{owner.name}.{name}": ast.unparse(annotation)
        for module, tree in modules().items()
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for name, annotation in _stated(owner)
    }


@cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    """For each name a module imports, the module it comes from and its name there."""
    tree = modules().get(module)
    package = module if _is_package(module) else module.rpartition(".")[0]
    found = {}
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parts = package.split(".")[: 1 - node.level or None]
                origin = ".".join([*parts, origin]).rstrip(".")
            for alias in node.names:
                found[alias.asname or alias.name] = (origin, alias.name)
    return found


def _is_package(module: str) -> bool:
    return any(name.startswith(f"{module}.") for name in modules())


def _stated(owner: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(owner):
        match node:
            case ast.AnnAssign(ast.Name(name) | ast.Attribute(_, name), annotation):
                yield name, annotation
            case ast.FunctionDef(name, returns=ast.expr() as result) if (
                node.decorator_list
            ):
                yield name, result
