"""Functions that Flask had and its users can have elsewhere (chapter 42)"""

from __future__ import annotations

from threading import RLock
from typing import Any
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join as _safe_join
from werkzeug.utils import cached_property

from ..helpers import environment_setting
from ..signals import _available

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

#: Whether there is a JSON library. There is one in Python.
json_available = True

#: Whether blinker is installed, so that somebody can listen to signals.
signals_available = _available


def safe_join(directory: str, *pathnames: str, filename: str | None = None) -> str:
    """Join a folder and a path that came from a client.

    :param directory: the folder.
    :param pathnames: the path, or several parts of it.
    :param filename: the path, as its only parameter was called once.
    :raises werkzeug.exceptions.NotFound: the path leads out of the folder.

    .. versionadded:: 0.7
    .. versionchanged:: 0.12
        Several parts.
    .. deprecated:: 2.0
    """
    parts = pathnames if filename is None else (*pathnames, filename)
    path = _safe_join(directory, *parts)
    if path is None:
        raise NotFound()
    return path


def total_seconds(td: timedelta) -> int:
    """The whole seconds of a ``timedelta``.

    .. deprecated:: 2.0
    """
    return td.days * 86400 + td.seconds


def current_environment() -> str:
    """What ``FLASKLIT_ENV`` or ``FLASK_ENV`` says, by default ``production``."""
    return environment_setting("ENV") or "production"


get_env = current_environment


class locked_cached_property(cached_property[Any]):
    """A property that is computed once, by the first thread that asks.

    :param fget: the method that computes it.
    :param name: the attribute's name, by default the method's.
    :param doc: its docstring, by default the method's.

    .. versionadded:: 0.8
    .. deprecated:: 2.3
    """

    def __init__(
        self,
        fget: Callable[[Any], Any],
        name: str | None = None,
        doc: str | None = None,
    ) -> None:
        super().__init__(fget, name=name, doc=doc)
        self.lock = RLock()

    def __get__(self, obj: Any, type: Any = None) -> Any:
        if obj is None:
            return self
        with self.lock:
            return super().__get__(obj, type)
