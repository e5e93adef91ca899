"""The logger as editions before 1.0 set it up (chapter 47)"""

from __future__ import annotations

import logging
from typing import cast
from typing import TextIO
from typing import TYPE_CHECKING
from weakref import ref

from ..logging import default_handler
from ..logging import wsgi_errors_stream

if TYPE_CHECKING:
    from ..app import Flask

PRODUCTION_FORMAT = "[%(asctime)s] %(levelname)s in %(module)s: %(message)s"
DEBUG_FORMAT = "\n".join(
    [
        "-" * 80,
        "%(levelname)s in %(module)s [%(pathname)s:%(lineno)d]:",
        "%(message)s",
        "-" * 80,
    ]
)


def create_logger(app: Flask) -> logging.Logger:
    """The logger of an application, with a handler for each mode.

    In debug mode messages of all levels are written in ``debug_log_format``,
    otherwise those from ``ERROR`` on in a short one.
    ``LOGGER_HANDLER_POLICY`` says in which modes: ``always``, ``debug``,
    ``production`` or ``never``.

    :param app: the application.
    """
    logger = logging.getLogger(_get_logger_name(app))
    if app.debug and logger.level == logging.NOTSET:
        logger.setLevel(logging.DEBUG)
    for handler in logger.handlers[:]:
        if handler is default_handler or isinstance(handler, ModeHandler):
            logger.removeHandler(handler)
    logger.addHandler(ModeHandler(app, True, logging.DEBUG, _get_format(app)))
    logger.addHandler(ModeHandler(app, False, logging.ERROR, PRODUCTION_FORMAT))
    return logger


class ModeHandler(logging.StreamHandler[TextIO]):
    """Writes in debug mode only, or never in debug mode.

    :param app: the application.
    :param debug: the mode.
    :param level: the level from which on messages are written.
    :param pattern: their format.
    """

    def __init__(self, app: Flask, debug: bool, level: int, pattern: str) -> None:
        super().__init__(cast(TextIO, wsgi_errors_stream))
        self.app = ref(app)
        self.debug = debug
        self.setLevel(level)
        self.setFormatter(logging.Formatter(pattern))

    def filter(self, record: logging.LogRecord) -> bool:
        app = self.app()
        if app is None or app.debug != self.debug:
            return False
        policy = app.config.get("LOGGER_HANDLER_POLICY", "always")
        mode = "debug" if self.debug else "production"
        return policy in ("always", mode) and bool(super().filter(record))


def _get_logger_name(app: Flask) -> str:
    """The name of the logger, by default the application's.

    .. versionadded:: 0.4
    """
    name = app.config.get("LOGGER_NAME") or getattr(app, "_logger_name", None)
    return name or app.name


def _set_logger_name(app: Flask, name: str) -> None:
    dict.__setitem__(app.config, "LOGGER_NAME", name)
    app.__dict__.pop("logger", None)


def _get_format(app: Flask) -> str:
    """The format of messages in debug mode."""
    return getattr(app, "_debug_log_format", DEBUG_FORMAT)


def _set_format(app: Flask, pattern: str) -> None:
    app._debug_log_format = pattern  # type: ignore[attr-defined]
    app.__dict__.pop("logger", None)


logger_name = property(_get_logger_name, _set_logger_name)
debug_log_format = property(_get_format, _set_format)
