"""A pytest plugin that answers every import of ``flask`` with flasklit.

The environment variable ``STAND_IN`` may name another package to answer with.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

STAND_IN = os.environ.get("STAND_IN", "flasklit")


def target(name: str) -> str | None:
    """The module that stands in for ``flask`` or one of its submodules."""
    if name == "flask" or name.startswith("flask."):
        return STAND_IN + name.removeprefix("flask")
    return None


class Loader:
    """Hands out a module of flasklit, and gives its own spec back to it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self.name)
        self.spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec


class Finder:
    """First on ``sys.meta_path``, so that an installed Flask is never asked."""

    @staticmethod
    def find_spec(
        name: str, path: object = None, module: object = None
    ) -> ModuleSpec | None:
        real = target(name)
        if real is None:
            return None
        spec = importlib.util.find_spec(real)
        if spec is None:
            raise ModuleNotFoundError(
                f"{STAND_IN} has no counterpart of {name!r}", name=name
            )
        is_package = spec.submodule_search_locations is not None
        return ModuleSpec(name, Loader(real), is_package=is_package)  # type: ignore[arg-type]


if any(name == "flask" or name.startswith("flask.") for name in sys.modules):
    raise RuntimeError("flask was imported before flasklit could take its place")
sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]
