"""Attributes that stood for settings, and ``Config.from_json`` (chapter 42)"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING

from ..config import ConfigAttribute
from ..foundation import _make_timedelta
from .functions import current_environment

if TYPE_CHECKING:
    from ..app import Flask
    from ..config import Config

session_cookie_name = ConfigAttribute[str]("SESSION_COOKIE_NAME")
use_x_sendfile = ConfigAttribute[bool]("USE_X_SENDFILE")
send_file_max_age_default = ConfigAttribute[timedelta | None](
    "SEND_FILE_MAX_AGE_DEFAULT", get_converter=_make_timedelta
)


def _get_propagate_exceptions(app: Flask) -> bool:
    """Whether exceptions are raised again; in tests and debug mode unless set.

    .. versionadded:: 0.7
    .. deprecated:: 2.2
    """
    value: bool | None = app.config["PROPAGATE_EXCEPTIONS"]
    return app.testing or app.debug if value is None else value


def _set_propagate_exceptions(app: Flask, value: bool | None) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = value


def _get_templates_auto_reload(app: Flask) -> bool:
    """Whether templates are reloaded when they change; in debug mode unless set.

    .. versionadded:: 1.0
    .. deprecated:: 2.2
    """
    value: bool | None = app.config["TEMPLATES_AUTO_RELOAD"]
    return app.debug if value is None else value


def _set_templates_auto_reload(app: Flask, value: bool | None) -> None:
    app.config["TEMPLATES_AUTO_RELOAD"] = value


def _get_env(app: Flask) -> str:
    """The environment's name: ``ENV``, or else what ``FLASK_ENV`` says.

    .. versionadded:: 1.0
    .. deprecated:: 2.2
    """
    return app.config.get("ENV") or current_environment()


def _set_env(app: Flask, value: str) -> None:
    app.config["ENV"] = value


propagate_exceptions = property(_get_propagate_exceptions, _set_propagate_exceptions)
templates_auto_reload = property(_get_templates_auto_reload, _set_templates_auto_reload)
env = property(_get_env, _set_env)


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
