"""Attributes that stood for settings, and ``Config.from_json`` (chapter 43)"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from typing import TYPE_CHECKING

from ..config import ConfigAttribute
from ..foundation import _make_timedelta
from .functions import current_environment

if TYPE_CHECKING:
    from ..config import Config


def _setting(key: str, default: Callable[[Any], Any]) -> property:
    """A property for a key, and for what follows from its being ``None``."""

    def get(app: Any) -> Any:
        value = app.config.get(key)
        return default(app) if value is None else value

    def set_(app: Any, value: Any) -> None:
        app.config[key] = value

    return property(get, set_, doc=f"The setting ``{key}``.")


session_cookie_name = ConfigAttribute[str]("SESSION_COOKIE_NAME")
use_x_sendfile = ConfigAttribute[bool]("USE_X_SENDFILE")
send_file_max_age_default = ConfigAttribute[timedelta | None](
    "SEND_FILE_MAX_AGE_DEFAULT", get_converter=_make_timedelta
)
propagate_exceptions = _setting(
    "PROPAGATE_EXCEPTIONS", lambda app: app.testing or app.debug
)
templates_auto_reload = _setting("TEMPLATES_AUTO_RELOAD", lambda app: app.debug)
env = _setting("ENV", lambda app: current_environment())


def from_json(
    config: Config, filename: str | os.PathLike[str], silent: bool = False
) -> bool:
    """Take settings from a file that holds a JSON object.

    :param filename: the file, relative to the root path.
    :param silent: ignore a file that is missing.
    :returns: whether the file was there.

    .. versionadded:: 0.11
    .. deprecated:: 2.0
    """
    return config.from_file(filename, json.load, silent=silent)
