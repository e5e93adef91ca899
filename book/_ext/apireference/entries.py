"""What the reference has to say: the names of the package, their kinds, their homes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from sphinx.errors import PycodeError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docstrings import prepare_docstring

from apireference.check import answers
from apireference.names import DATA
from apireference.names import documented_names
from apireference.source import definition
from apireference.source import PACKAGE

_LISTED = re.compile(rf"^   ({PACKAGE}\.[\w.]+)$", re.M)
"""A line of an ``api`` directive."""

_ELSEWHERE = "?"
"""The home of what only objects have, and no comment in the code tells about."""


@dataclass(frozen=True)
class Entry:
    """A name with an entry of its own.

    :ivar name: what it is called in the reference, as ``flasklit.Flask.route``.
    :ivar kind: ``"class"``, ``"exception"``, ``"function"``, ``"data"``, ``"method"``,
        ``"property"`` or ``"attribute"``.
    :ivar home: where it is defined, as ``flasklit.scaffold.Scaffold.route``.
    :ivar value: the object, or the descriptor that a class keeps under the name.
    :ivar told: the definition to which the entry leads; its home, mostly.
    :ivar doc: what the code says of it, lines of reStructuredText.
    :ivar dropped: the edition of Flask that dropped it, or an empty string.
    :ivar instead: what to use instead, a sentence.
    """

    name: str
    kind: str
    home: str
    value: Any
    told: str
    doc: list[str]
    dropped: str = ""
    instead: str = ""

    @property
    def documented(self) -> str:
        """The same name on Flask's pages."""
        return "flask" + self.name.removeprefix(PACKAGE)

    @property
    def own(self) -> bool:
        """Whether the program defines it, rather than a library."""
        return self.home.partition(".")[0] == PACKAGE


def top_entry(name: str) -> Entry | None:
    """The entry of a module's name, if the module has it.

    :param name: absolute, as ``flasklit.url_for``.
    """
    module, _, last = name.rpartition(".")
    dropped = _dropped_names().get(module, {}).get(last)
    if dropped is not None:
        origin, edition, instead = dropped
        value = getattr(import_module(origin), last)
        home = _home(definition(origin, last), value)
        told = home if _is_own(home) else f"{PACKAGE}.dropped._DROPPED"
        doc = _comment_or_docstring(home, value)
        return Entry(name, _kind(value), home, value, told, doc, edition, instead)
    value = getattr(import_module(module), last, None)
    if value is None:  # or it is a module that nobody has imported yet
        with suppress(ModuleNotFoundError):
            value = import_module(name)
    if value is None:
        return None
    home = _home(definition(module, last), value)
    told = home if _is_own(home) else module
    doc = _comment_or_docstring(home, value)
    return Entry(name, _kind(value), home, value, told, doc)


def _comment_or_docstring(home: str, value: Any) -> list[str]:
    module, _, name = home.rpartition(".")
    return comments(module).get(("", name)) or _docstring(value)


def members(entry: Entry) -> list[Entry]:
    """The public members of a class or object, as far as they are told about.

    These are what the program defines and describes, but for what the entry of a base
    class has told, and what Flask's pages document.
    """
    if isinstance(entry.value, ModuleType):
        return []
    told = {each for base in listed_bases(entry.value) for each in base.__mro__}
    owners = [owner for owner in _own_classes(entry.value) if owner not in told]
    names = {name for owner in owners for name in _public(owner)}
    start = entry.documented + "."
    documented = {
        each.name.removeprefix(start)
        for each in documented_names()
        if each.name.startswith(start)
    }
    found = [
        _member(entry, name)
        for name in sorted(names | documented, key=str.lower)
        if name not in documented or _has(start + name)
    ]
    return [
        member
        for member in found
        if member.doc or member.name.rpartition(".")[2] in documented
    ]


def _member(entry: Entry, name: str) -> Entry:
    full = f"{entry.name}.{name}"
    owners = _classes(entry.value)
    holder = next((each for each in owners if name in vars(each)), None)
    value = vars(holder)[name] if holder else None
    if hasattr(value, "edition") and hasattr(value, "instead"):
        return _dropped_member(full, value)
    comment, home = _comment(owners, name)
    if holder is not None:
        home = f"{holder.__module__}.{holder.__qualname__}.{name}"
    return Entry(
        full,
        _member_kind(value),
        home or _ELSEWHERE,
        value,
        home if _is_own(home) else f"{entry.told}.{name}",
        comment or _docstring(value),
        entry.dropped,
        entry.instead,
    )


def _dropped_member(name: str, descriptor: Any) -> Entry:
    """The entry of what a class has for older code."""
    value = descriptor.find()
    module = f"{PACKAGE}.former.{descriptor.home}"
    home = f"{module}.{descriptor.name}"
    doc = comments(module).get(("", descriptor.name)) or _docstring(value)
    kind = _member_kind(value)
    edition, instead = descriptor.edition, descriptor.instead
    return Entry(name, kind, home, value, home, doc, edition, instead)


def _comment(owners: tuple[type, ...], name: str) -> tuple[list[str], str]:
    """The comment on an attribute and its place, from the first class that has one."""
    for owner in owners:
        found = comments(owner.__module__).get((owner.__qualname__, name))
        if found and _is_own(owner.__module__):
            return found, f"{owner.__module__}.{owner.__qualname__}.{name}"
    return [], ""


def _docstring(value: Any) -> list[str]:
    """The docstring of a value itself, not of its type, nor of what it overrides."""
    speaks = isinstance(value, property | staticmethod | classmethod | ModuleType)
    if speaks or inspect.isclass(value) or inspect.isroutine(value):
        text: object = value.__doc__
    else:
        try:
            text = object.__getattribute__(value, "__dict__").get("__doc__")
        except AttributeError:
            text = None
    return prepare_docstring(text) if text and isinstance(text, str) else []


@cache
def _has(documented: str) -> bool:
    """Whether the package has a documented name."""
    answer = answers(PACKAGE).get(documented)
    return answer is not None and answer.exists


def _classes(value: Any) -> tuple[type, ...]:
    return value.__mro__ if inspect.isclass(value) else ()


@cache
def listed_classes() -> frozenset[type]:
    """The classes of the package that have entries on the pages of the reference."""
    found = []
    for page in DATA.glob("*.md"):
        for name in _LISTED.findall(page.read_text("utf-8")):
            module, _, last = name.rpartition(".")
            if last not in _dropped_names().get(module, {}):
                found.append(getattr(import_module(module), last, None))
    return frozenset(each for each in found if inspect.isclass(each))


def listed_bases(value: Any) -> list[type]:
    """The base classes of a class that have entries, too."""
    return [
        owner
        for owner in _own_classes(value)
        if owner is not value and owner in listed_classes()
    ]


def _own_classes(value: Any) -> Iterator[type]:
    """The classes of the package that a class consists of."""
    return (owner for owner in _classes(value) if _is_own(owner.__module__))


def _public(owner: type) -> Iterator[str]:
    for name in (*vars(owner), *_attributes(owner)):
        if not name.startswith("_"):
            yield name


def _attributes(owner: type) -> list[str]:
    """The attributes that a class's code documents with comments."""
    return [
        name
        for within, name in comments(owner.__module__)
        if within == owner.__qualname__
    ]


@cache
def comments(module: str) -> dict[tuple[str, str], list[str]]:
    """The comments that document a module's names: by class, or none, and name."""
    try:
        return ModuleAnalyzer.for_module(module).find_attr_docs()
    except PycodeError:
        return {}


@cache
def _dropped_names() -> dict[str, dict[str, tuple[str, str, str]]]:
    """For each module, the names it gives away with a warning."""
    dropped: dict[str, dict[str, tuple[str, str, str]]] = import_module(
        f"{PACKAGE}.dropped"
    )._DROPPED
    return dropped


def _kind(value: Any) -> str:
    if inspect.isclass(value):
        return "exception" if issubclass(value, BaseException) else "class"
    return "function" if inspect.isroutine(value) else "data"


def _member_kind(value: Any) -> str:
    if inspect.isfunction(value) or isinstance(value, staticmethod | classmethod):
        return "method"
    return "property" if isinstance(value, property) else "attribute"


def _home(name: str, value: Any) -> str:
    """Where a value is defined; a class or function of a library says so itself."""
    if isinstance(value, ModuleType):
        return value.__name__
    if not _is_own(name) and (inspect.isclass(value) or inspect.isroutine(value)):
        return f"{value.__module__}.{value.__qualname__}"
    return name


def _is_own(name: str) -> bool:
    return name.partition(".")[0] == PACKAGE
