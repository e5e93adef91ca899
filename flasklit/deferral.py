"""Werkzeug without the server and the test client, until they are used (chapter 59)"""

from __future__ import annotations

import builtins
import gc
import sys
from importlib import import_module
from importlib.util import find_spec
from importlib.util import module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from importlib.machinery import ModuleSpec


def import_without(package: str, *modules: str) -> None:
    """Import a package and leave out some of the modules it imports.

    They are imported when they, or the names that the package takes from them,
    are used. A package that was imported before stays as it is.

    :param package: the name of the package.
    :param modules: the names of the modules, relative to the package.
    """
    finder: Any = DeferringFinder(package, frozenset(modules))
    sys.meta_path.insert(0, finder)
    try:
        import_module(package)
    finally:
        sys.meta_path.remove(finder)


class DeferringFinder:
    """Finds one package as the other finders do, and replaces its loader.

    :param package: the name of the package.
    :param left_out: the names of the modules to leave out.
    """

    def __init__(self, package: str, left_out: frozenset[str]) -> None:
        self.package = package
        self.left_out = left_out

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The specification that another finder has, with our loader."""
        if name != self.package:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        found = (finder.find_spec(name, path, target) for finder in others)
        spec: Any = next(filter(None, found), None)
        if spec is not None and spec.loader is not None:
            spec.loader = DeferringLoader(spec.loader, self.left_out)
        return spec


class DeferringLoader:
    """Executes a package, leaving out some of its modules.

    :param loader: the loader of the package.
    :param left_out: the names of the modules, relative to the package.
    """

    def __init__(self, loader: Any, left_out: frozenset[str]) -> None:
        self.loader = loader
        self.left_out = left_out

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """What the package's loader creates."""
        return self.loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        """Run the package's code; afterwards it is :class:`Deferred`."""
        spec: Any = module.__spec__
        spec.loader = module.__loader__ = self.loader
        namespace = vars(module)
        namespace["__builtins__"] = {**vars(builtins), "__import__": self._importer()}
        try:
            self.loader.exec_module(module)
            again = "__getattr__" in namespace
        except Exception:
            again = True
        self.left_out = frozenset()
        if again:
            self.loader.exec_module(module)
        namespace["__builtins__"] = vars(builtins)
        promises = {k: v for k, v in namespace.items() if isinstance(v, Promise)}
        if promises:
            for name in promises:
                del namespace[name]
            namespace["_promises"] = promises
            module.__class__ = Deferred

    def _importer(self) -> Callable[..., Any]:
        """An ``__import__`` for the code of the package."""

        def promise(
            name: str,
            globals: Any = None,
            locals: Any = None,
            fromlist: Any = (),
            level: int = 0,
        ) -> Any:
            if level != 1 or name not in self.left_out or "*" in fromlist:
                return __import__(name, globals, locals, fromlist, level)
            promises = ModuleType(name)
            vars(promises).update((each, Promise(name, each)) for each in fromlist)
            return promises

        return promise


class Promise:
    """Stands for a name of a module while the package that imports it is executed."""

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name


class Deferred(ModuleType):
    """A package while it lacks names of modules that were left out."""

    def __getattr__(self, name: str) -> Any:
        promises = vars(self).get("_promises", {})
        for promised, promise in list(promises.items()):
            if name in {promised, promise.module, "__all__"}:
                module = import_module(f"{self.__name__}.{promise.module}")
                setattr(self, promise.module, module)
        if name in vars(self):
            return vars(self)[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        promises = vars(self).get("_promises", {})
        for promised, promise in list(promises.items()):
            if promise.module == name and isinstance(value, ModuleType):
                vars(self).setdefault(promised, getattr(value, promise.name))
                promises.pop(promised, None)
        if not promises:
            vars(self).pop("_promises", None)
            self.__class__ = ModuleType  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        promises = vars(self).get("_promises", {})
        missing = {promise.module for promise in promises.values()}
        return sorted({*vars(self), *promises, *missing} - {"_promises"})


def import_later(name: str) -> None:
    """Put a module in its place whose code runs when a name in it is used.

    A module that was imported before stays as it is.

    :param name: the name of a module in a package.
    """
    package, _, last = name.rpartition(".")
    spec = None if name in sys.modules else find_spec(name)
    if spec is not None:
        module = module_from_spec(spec)
        vars(module)["_waiting"] = spec
        module.__class__ = Later
        setattr(import_module(package), last, sys.modules.setdefault(name, module))


class Later(ModuleType):
    """A module whose code runs when it is asked for a name that it defines."""

    def __getattr__(self, name: str) -> Any:
        _run(self)
        return ModuleType.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _run(self)
        ModuleType.__setattr__(self, name, value)

    def __dir__(self) -> Iterable[str]:
        _run(self)
        return ModuleType.__dir__(self)


def _run(module: Later) -> None:
    with _running:
        spec: Any = vars(module).pop("_waiting", None)
        if spec is None:
            return
        try:
            spec.loader.exec_module(module)
        except BaseException:
            vars(module)["_waiting"] = spec
            raise
        module.__class__ = ModuleType  # type: ignore[assignment]


_running = RLock()


def _start() -> None:
    collecting = gc.isenabled()
    gc.disable()
    try:
        import_later("email.utils")
        import_without("werkzeug", "serving", "test")
        import_module(".app", __package__)
    finally:
        if collecting:
            gc.enable()


_start()
