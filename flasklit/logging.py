"""The application's logger and its handler (chapters 19, 47)"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import cast
from typing import TextIO
from typing import TYPE_CHECKING

from werkzeug.local import LocalProxy

from .globals import _cv_request

if TYPE_CHECKING:
    from .app import Flask


def create_logger(app: Flask) -> logging.Logger:
    """Return the logger of an application, set up as far as nobody else did.

    It is named after the application. In debug mode it gets the level
    ``DEBUG`` unless it has a level, and it gets :data:`default_handler`
    unless some handler would write its messages already.

    :param app: the application.
    """
    if not _FORMER_SETTINGS.isdisjoint(app.config) or (
        hasattr(app, "_logger_name") or hasattr(app, "_debug_log_format")
    ):
        from .former.logs import create_logger as create_former_logger

        return create_former_logger(app)
    logger = logging.getLogger(app.name)
    if app.debug and logger.level == logging.NOTSET:
        logger.setLevel(logging.DEBUG)
    if not has_level_handler(logger):
        logger.addHandler(default_handler)
    return logger


_FORMER_SETTINGS = frozenset({"LOGGER_NAME", "LOGGER_HANDLER_POLICY"})


def has_level_handler(logger: logging.Logger) -> bool:
    """Tell whether a handler would take messages at the logger's effective level.

    :param logger: the logger; its ancestors count as far as it propagates.
    """
    level = logger.getEffectiveLevel()
    return any(
        handler.level <= level
        for ancestor in _self_and_ancestors(logger)
        for handler in ancestor.handlers
    )


def _self_and_ancestors(logger: logging.Logger) -> Iterator[logging.Logger]:
    current: logging.Logger | None = logger
    while current is not None:
        yield current
        current = current.parent if current.propagate else None


@LocalProxy
def wsgi_errors_stream() -> TextIO:
    """The stream for errors: the server's during a request, else ``sys.stderr``.

    For a ``StreamHandler`` of your own; in a logging configuration it is
    ``ext://flasklit.logging.wsgi_errors_stream``.
    """
    context = _cv_request.get(None)
    if context is None:
        return sys.stderr
    stream: TextIO = context.request.environ["wsgi.errors"]
    return stream


#: Writes ``[time] LEVEL in module: message`` to :data:`wsgi_errors_stream`.
default_handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
default_handler.setFormatter(
    logging.Formatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
)
