"""One spelling for what two Pythons spelled differently (chapter 53)"""

from __future__ import annotations

import types
from collections.abc import Iterator
from collections.abc import Mapping
from io import BytesIO as BytesIO
from io import StringIO as StringIO
from os import fspath as fspath
from types import TracebackType
from typing import NoReturn
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

PY2 = False
BROKEN_PYPY_CTXMGR_EXIT = False
json_available = True
text_type = str
string_types = (str,)
integer_types = (int,)
range_type = range


def iterkeys(d: Mapping[K, V]) -> Iterator[K]:
    """Iterate over the keys of a dictionary."""
    return iter(d)


def itervalues(d: Mapping[K, V]) -> Iterator[V]:
    """Iterate over the values of a dictionary."""
    return iter(d.values())


def iteritems(d: Mapping[K, V]) -> Iterator[tuple[K, V]]:
    """Iterate over the items of a dictionary."""
    return iter(d.items())


def reraise(
    tp: type[BaseException], value: BaseException, tb: TracebackType | None = None
) -> NoReturn:
    """Raise an exception again, with another traceback if one is given."""
    raise value if value.__traceback__ is tb else value.with_traceback(tb)


def implements_to_string(cls: type[V]) -> type[V]:
    """Decorate a class whose ``__str__`` returns text; nothing is left to do."""
    return cls


def with_metaclass(meta: type, *bases: type) -> type:
    """A base for a class that shall have a metaclass."""
    return types.new_class("Base", bases, {"metaclass": meta})
