"""Attributes that cost nothing until somebody asks for them (chapters 4, 27)"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any
from typing import Generic
from typing import overload
from typing import Self
from typing import TypeVar

T = TypeVar("T")


class lazy(Generic[T]):
    """Compute an attribute on first access and keep it on the instance.

    The class defines ``__get__`` only, so the value stored in the instance
    hides the descriptor from then on: the second access is an ordinary
    attribute access. Assigning the attribute replaces the value and ``del``
    brings the computation back. No lock is taken; two threads that ask at the
    same moment may both compute, and the later one wins.

    :param compute: the method that returns the value.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value = self.compute(instance)
        if type(self) is lazy and getattr(owner, self.name, None) is self:
            object.__setattr__(instance, self.name, value)
        else:
            instance.__dict__[self.name] = value
        return value


class imported(Generic[T]):
    """A class attribute whose value lives in a module that is dear to import.

    The module is imported when the attribute is first read, on the class or on
    an instance. A subclass overrides it like any class attribute.

    :param module: the absolute name of the module.
    :param name: the name to take from it.
    """

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __get__(self, instance: object | None, owner: type) -> T:
        value: T = getattr(import_module(self.module), self.name)
        return value
