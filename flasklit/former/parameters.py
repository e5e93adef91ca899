"""Parameters under the names they once had (chapter 47)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from typing import TypedDict

from ..dropped import warn_dropped


def renamed(
    function: str,
    edition: str,
    names: Mapping[str, str],
    former: Mapping[str, Any],
    today: dict[str, Any],
) -> dict[str, Any]:
    """Arguments under today's names, with a warning for each former one.

    :param function: the function they are for.
    :param edition: the edition that dropped the former names.
    :param names: former names and today's.
    :param former: the arguments under former names.
    :param today: the arguments that were given under today's names.
    :raises TypeError: an unknown name, or both names of one parameter.
    """
    for name, value in former.items():
        if name not in names:
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
        if names[name] in today:
            raise TypeError(
                f"{function}() got {name!r} and {names[name]!r}, two names of one parameter"
            )
        instead = f"Use {names[name]}."
        warn_dropped(f"{function}({name}=...)", edition, instead)
        today[names[name]] = value
    return today


class FlaskParameters(TypedDict, total=False):
    """What :class:`Flask` took before 1.0."""

    static_path: str | None


def for_flask(former: Mapping[str, Any], static_url_path: str | None) -> Any:
    """The ``static_url_path`` that an application was given as ``static_path``."""
    names = {"static_path": "static_url_path"}
    today = {} if static_url_path is None else {"static_url_path": static_url_path}
    return renamed("Flask", "1.0", names, former, today)["static_url_path"]


class SendFileParameters(TypedDict, total=False):
    """What :func:`send_file` took before 2.2."""

    filename_or_fp: Any
    attachment_filename: str | None
    add_etags: bool
    cache_timeout: int | None


_SEND_FILE = {
    "filename_or_fp": "path_or_file",
    "attachment_filename": "download_name",
    "add_etags": "etag",
    "cache_timeout": "max_age",
}
_DEFAULTS = {"path_or_file": ..., "download_name": None, "etag": True, "max_age": None}


def for_send_file(former: Mapping[str, Any], **today: Any) -> dict[str, Any]:
    """The arguments of ``send_file`` under today's names.

    One that equals its default counts as not given.
    """
    for name, default in _DEFAULTS.items():
        if today[name] is default:
            del today[name]
    arguments = renamed("send_file", "2.2", _SEND_FILE, former, today)
    if "path_or_file" not in arguments:
        raise TypeError("send_file() is missing the argument 'path_or_file'")
    return arguments


def for_send_from_directory(path: Any, **given: Any) -> dict[str, Any]:
    """The arguments of ``send_from_directory`` under today's names."""
    names = {**_SEND_FILE, "filename": "path"}
    today = {} if path is ... else {"path": path}
    today |= {name: given.pop(name) for name in given.keys() - names.keys()}
    arguments = renamed("send_from_directory", "2.2", names, given, today)
    if "path" not in arguments:
        raise TypeError("send_from_directory() is missing the argument 'path'")
    return arguments


def for_null_session(session: Any, initial: Any, **former: Any) -> Any:
    """What a null session was given to begin with, as ``initial`` or ``data``."""
    given = {name: value for name, value in former.items() if value is not None}
    today = {} if initial is None else {"initial": initial}
    for name in ("secret_key", "new"):
        if name in given:
            warn_dropped(f"NullSession({name}=...)", "0.10", "Leave it out.")
            setattr(session, name, given.pop(name))
    arguments = renamed("NullSession", "0.10", {"data": "initial"}, given, today)
    return arguments.get("initial")


def for_register(new_here: bool, first_registration: bool) -> bool:
    """Whether to register a blueprint as if for the first time."""
    instead = "Leave it out: the blueprint knows."
    warn_dropped("Blueprint.register(first_registration=...)", "2.0", instead)
    return new_here or first_registration
