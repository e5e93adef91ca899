"""Subclasses that override what Flask has dropped (chapters 42 to 47)"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from ..dropped import Dropped
from ..dropped import warn_dropped
from .hooks import jinja_env
from .sessions import AskingInterface


def adapt(cls: Any, overridden: Mapping[str, Dropped]) -> None:
    """Make a class heed the dropped names that it, or a base, overrides.

    Warns of each name once, at the class that overrides it first.

    :param cls: the new class.
    :param overridden: the names and what they override.
    """
    told: frozenset[str] = getattr(cls, "_adapted", frozenset())
    for name in sorted(overridden.keys() & OVERRIDES.keys()):
        if name not in told:
            dropped = overridden[name]
            warn_dropped(dropped.label, dropped.edition, dropped.instead)
        OVERRIDES[name](cls)
    cls._adapted = told | overridden.keys()


def ask_preserve_context_on_exception(cls: Any) -> None:
    """Let the attribute decide which contexts outlive their request."""
    cls._preserves_context = lambda app: bool(app.preserve_context_on_exception)


def _keep_json_classes(cls: Any) -> None:
    from .encoders import keep_classes

    keep_classes(cls)


def ask_for_sessions(cls: Any) -> None:
    """Make the session interface call the methods of the application."""
    if not isinstance(vars(cls).get("session_interface"), AskingInterface):
        cls.session_interface = AskingInterface(cls.session_interface)


def call_init_jinja_globals(cls: Any) -> None:
    """Call the method when the environment is made."""
    cls.jinja_env = jinja_env


def keep_logger_name(cls: Any) -> None:
    """Give the logger the name that the class says."""
    cls._logger_name = cls.logger_name


def keep_debug_log_format(cls: Any) -> None:
    """Give the logger the format that the class says."""
    cls._debug_log_format = cls.debug_log_format


#: The names and the functions that adapt a class which overrides one. They are
#: called for every subclass of such a class, too.
OVERRIDES: dict[str, Callable[[Any], None]] = {
    "preserve_context_on_exception": ask_preserve_context_on_exception,
    "json_encoder": _keep_json_classes,
    "json_decoder": _keep_json_classes,
    "open_session": ask_for_sessions,
    "save_session": ask_for_sessions,
    "make_null_session": ask_for_sessions,
    "init_jinja_globals": call_init_jinja_globals,
    "logger_name": keep_logger_name,
    "debug_log_format": keep_debug_log_format,
}
