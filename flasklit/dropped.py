"""Names that Flask has dropped, found when older code asks for them (chapters 42, 45)"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any
from warnings import warn


class Dropped:
    """A method or property that Flask has dropped and older code still uses.

    It is imported from :mod:`flasklit.former` when an object is asked for it,
    and warns. The class itself gives it away without a warning.

    :param home: the module below ``flasklit.former`` that has it, by this name.
    :param edition: the Flask edition that dropped it.
    :param instead: what to do instead, a sentence.
    """

    def __init__(self, home: str, edition: str, instead: str) -> None:
        self.home = home
        self.edition = edition
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.label = f"{owner.__name__.removeprefix('Former')}.{name}"

    def __get__(self, instance: object | None, owner: type) -> Any:
        found = self.find()
        if instance is None:
            return found
        warn_dropped(self.label, self.edition, self.instead)
        return found.__get__(instance, owner)

    def find(self) -> Any:
        """The function or property, from its module."""
        return getattr(import_module(f"flasklit.former.{self.home}"), self.name)


class DroppedAttribute(Dropped):
    """A dropped property that can also be set."""

    def __set__(self, instance: object, value: Any) -> None:
        warn_dropped(self.label, self.edition, self.instead)
        self.find().__set__(instance, value)


def dropped_names(module: str) -> Callable[[str], Any]:
    """A module's ``__getattr__`` (:pep:`562`) for the names it has dropped.

    :param module: the module's ``__name__``.
    """

    def find(name: str) -> Any:
        return find_dropped(module, name)

    return find


def find_dropped(module: str, name: str) -> Any:
    """A name that a module has dropped, with a warning.

    :param module: the absolute name of the module.
    :param name: the name that the module does not have.
    :raises AttributeError: the module never had it.
    """
    known = _DROPPED.get(module, {}).get(name)
    if known is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    home, edition, instead = known
    if sys._getframe(2).f_code.co_name != "_handle_fromlist":
        warn_dropped(f"{module}.{name}", edition, instead, stacklevel=4)
    return getattr(import_module(home), name)


class Former:
    """A class's part of the older API: a mixin of :class:`Dropped` attributes."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        current: dict[str, Any] = {}
        dropped: dict[str, Dropped] = {}
        for base in reversed(cls.__mro__):
            for name, value in vars(base).items():
                current[name] = value
                if isinstance(value, Dropped):
                    dropped[name] = value
        overridden = {
            name: value for name, value in dropped.items() if current[name] is not value
        }
        if overridden:
            from .former.overrides import adapt

            adapt(cls, overridden)


class FormerFlask(Former):
    """The application's part of the older API."""

    got_first_request = Dropped("setup", "2.3", "Set up the application first.")
    init_jinja_globals = Dropped(
        "hooks", "1.0", "Override Flask.create_jinja_environment."
    )


_DROPPED: dict[str, dict[str, tuple[str, str, str]]] = {
    "flasklit": {
        "escape": ("markupsafe", "3.0", "Use markupsafe.escape."),
        "Markup": ("markupsafe", "3.0", "Use markupsafe.Markup."),
    },
}


def warn_dropped(label: str, edition: str, instead: str, stacklevel: int = 3) -> None:
    """Say that a name is no longer part of Flask.

    :param label: the name, as the reader of the warning knows it.
    :param edition: the edition that dropped it.
    :param instead: what to do instead, a sentence.
    :param stacklevel: how far away the code that used the name is.
    """
    warn(
        f"'{label}' was dropped in Flask {edition}. {instead}",
        DeprecationWarning,
        stacklevel,
    )
