"""Modules that are known by more than one name (chapters 41, 49)"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.machinery import PathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def alias(name: str, target: str) -> None:
    """Make a module name, and all names below it, mean another module.

    The alias is found before anything else, even where a module of that name
    exists. Modules that are loaded have the second name at once, the others
    when they are imported by it.

    :param name: the new name, such as ``"flask"``.
    :param target: the absolute name of the module that it shall mean.
    """
    finder = Renamed(name, target)
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)
    for known, module in list(sys.modules.items()):
        if known == target or known.startswith(f"{target}."):
            sys.modules[name + known.removeprefix(target)] = module


def alias_missing(name: str, target: str) -> None:
    """Let a package have the modules of another where it has none of its own.

    :param name: the package, such as ``"flasklit.legacy"``.
    :param target: the package that is asked for what is missing.
    """
    finder = Completed(name, target)
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)


def target_of(name: str) -> str | None:
    """Say what a name was made to mean with :func:`alias`.

    :param name: the name.
    """
    for finder in sys.meta_path:
        if isinstance(finder, Renamed) and finder.name == name:
            return finder.target
    return None


class AliasFinder:
    """Finds modules by other names; an instance goes first on ``sys.meta_path``.

    A subclass says in :meth:`resolve` what a name means. The module that an
    import gives is then the other module itself, not a copy of it.
    """

    def resolve(self, name: str) -> str | None:
        """Say which module a name means.

        :param name: the absolute name that is to be imported.
        :returns: the absolute name of a module, or ``None`` to leave the name
            to other finders.
        """
        raise NotImplementedError

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module for the import system (:pep:`451`).

        :param name: the absolute name that is to be imported.
        :param path: where the parent package has its modules.
        :param target: the module that is being reloaded, if one is.
        """
        known = self.resolve(name)
        real = None if known is None else find_module(known)
        if real is None:
            return None
        loader: Any = AliasLoader(real)
        spec = ModuleSpec(name, loader, origin=real.origin)
        spec.submodule_search_locations = real.submodule_search_locations
        return spec


class Renamed(AliasFinder):
    """Finds the modules of one package under the name of another.

    :param name: the name that takes the place of ``target``.
    :param target: the package the modules are in.
    """

    def __init__(self, name: str, target: str) -> None:
        self.name = name
        self.target = target

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.name, self.target))

    def resolve(self, name: str) -> str | None:
        """Replace the beginning of a name.

        :param name: the absolute name that is to be imported.
        """
        if name == self.name or name.startswith(f"{self.name}."):
            return self.target + name.removeprefix(self.name)
        return None


class Completed(Renamed):
    """Finds the modules of one package where another has none of the name.

    :param name: the package that may lack modules.
    :param target: the package that has them.
    """

    def resolve(self, name: str) -> str | None:
        """Say where a module is that the package has not got.

        :param name: the absolute name that is to be imported.
        """
        known = super().resolve(name)
        parent, _, last = name.rpartition(".")
        if known is None or name == self.name:
            return None
        package = sys.modules[parent]
        if package.__name__ != parent:
            return f"{package.__name__}.{last}"
        if PathFinder.find_spec(name, package.__path__):
            return None
        return known


class AliasLoader:
    """Loads the module that a name stands for.

    :param real: where that module comes from.
    """

    def __init__(self, real: ModuleSpec) -> None:
        self.real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Import the other module; what the import system makes is thrown away.

        :param spec: what :class:`AliasFinder` found.
        """
        self.module = import_module(self.real.name)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put the other module under the name of the new one.

        :param module: the new, empty module.
        """
        sys.modules[module.__name__] = self.module

    def get_code(self, name: str) -> Any:
        """The code of the other module, for ``python -m``.

        :param name: the alias.
        """
        loader: Any = self.real.loader
        return loader.get_code(self.real.name)


def find_module(name: str) -> ModuleSpec | None:
    """Find a module without importing it; the packages around it are imported.

    :param name: the absolute name of the module.
    :returns: its spec, or ``None`` if there is no such module.
    """
    module = sys.modules.get(name)
    if module is not None:
        return module.__spec__ or ModuleSpec(name, None)
    parent = name.rpartition(".")[0]
    if parent and not _is_package(parent):
        return None
    return find_spec(name)


def _is_package(name: str) -> bool:
    return find_module(name) is not None and hasattr(import_module(name), "__path__")
