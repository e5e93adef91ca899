"""The hook of the Jinja environment, and handlers in the older form (chapter 46)"""

from __future__ import annotations

from typing import Any
from typing import TYPE_CHECKING

from ..dropped import warn_dropped
from ..lazy import lazy
from ..scaffold import Scaffold

if TYPE_CHECKING:
    from ..app import Flask
    from ..templating import Environment


def init_jinja_globals(app: Flask) -> None:
    """Called after the Jinja environment was made; override it to add to that.

    .. deprecated:: 0.7
    """


@lazy
def jinja_env(app: Flask) -> Environment:
    """The Jinja environment, given to ``init_jinja_globals`` when it is new."""
    environment = app.__dict__["jinja_env"] = app.create_jinja_environment()
    try:
        app.init_jinja_globals()
    except BaseException:
        del app.__dict__["jinja_env"]
        raise
    return environment


def handlers_by_class(code: Any, handlers: Any) -> dict[Any, Any]:
    """What stands today where once one handler stood, or a list of pairs.

    :param code: the status code; ``None`` for a list of classes and handlers.
    :param handlers: the handler, or the list.
    """
    place = f"error_handler_spec[...][{code}] = ..."
    warn_dropped(place, "0.11", "Use register_error_handler.")
    if not callable(handlers):
        return dict(handlers)
    return {Scaffold._get_exc_class_and_code(code)[0]: handlers}
