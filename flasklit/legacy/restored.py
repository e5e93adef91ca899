"""What Flask has dropped, given back without a warning (chapter 51)"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from inspect import getattr_static
from types import ModuleType
from typing import Any
from typing import TypeVar

from ..dropped import _DROPPED
from ..dropped import Dropped
from ..dropped import DroppedAttribute

C = TypeVar("C", bound=type)


def restored(cls: C) -> C:
    """Let a class have what its bases have dropped, and not warn of it.

    :param cls: a class with bases that have :class:`Dropped` attributes.
    :returns: the class.
    """
    attributes = {name: getattr_static(cls, name) for name in dir(cls)}
    for name, value in attributes.items():
        if isinstance(value, Dropped):
            setattr(cls, name, _restored_attribute(cls, value))
    cls._adapted = frozenset(attributes)  # type: ignore[attr-defined]
    return cls


def _restored_attribute(cls: type, dropped: Dropped) -> Dropped:
    kind = RestoredAttribute if isinstance(dropped, DroppedAttribute) else Restored
    attribute = kind(dropped.home, dropped.edition, dropped.instead)
    attribute.__set_name__(cls, dropped.name)
    return attribute


class Restored(Dropped):
    """A dropped attribute that does not warn."""

    def __get__(self, instance: object | None, owner: type) -> Any:
        return self.find().__get__(instance, owner)


class RestoredAttribute(Restored):
    """A dropped property that can be set, and does not warn."""

    def __set__(self, instance: object, value: Any) -> None:
        self.find().__set__(instance, value)


def restored_names(module: str) -> Callable[[str], Any]:
    """A ``__getattr__`` for a module of this package.

    It finds whatever the module's model has, which is the module of the same
    name outside of ``legacy``, and what the model has dropped.

    :param module: the module's ``__name__``.
    """
    model = module.replace(".legacy", "", 1)

    def find(name: str) -> Any:
        if name == "__all__":
            names = {*vars(sys.modules[module]), *dir(import_module(model))}
            names.update(_DROPPED.get(model, ()))
            return sorted(name for name in names if not name.startswith("_"))
        known = _DROPPED.get(model, {}).get(name)
        value = getattr(import_module(known[0] if known else model), name)
        if type(value) is ModuleType and value.__name__ == f"{model}.{name}":
            value = import_module(f"{module}.{name}")
        setattr(sys.modules[module], name, value)
        return value

    return find
