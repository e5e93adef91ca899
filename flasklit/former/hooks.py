"""The hook that filled the Jinja environment (chapter 45)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy

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
