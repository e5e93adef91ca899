"""The development server, started from a program (chapter 40)"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any
from typing import TYPE_CHECKING

import click
from werkzeug.serving import is_running_from_reloader

from . import cli
from .helpers import environment_setting
from .helpers import get_debug_flag
from .helpers import get_load_dotenv

if TYPE_CHECKING:
    from .app import Flask


def serve(
    app: Flask,
    host: str | None,
    port: int | None,
    debug: bool | None,
    load_dotenv: bool,
    options: dict[str, Any],
) -> None:
    """Run an application on Werkzeug's development server until it is stopped.

    The parameters are those of :meth:`Flask.run`. While a command such as
    ``flasklit run`` imports the application the call does nothing, because that
    command starts the server itself.
    """
    from werkzeug.serving import run_simple

    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        _explain_ignored_call()
        return
    if get_load_dotenv(load_dotenv):
        cli.load_dotenv()
        if environment_setting("DEBUG"):
            app.debug = get_debug_flag()
    if debug is not None:
        app.debug = bool(debug)
    name, _, name_port = (app.config.get("SERVER_NAME") or "").partition(":")
    if port is None:
        port = int(name_port or 5000)
    settings = {
        "use_reloader": app.debug,
        "use_debugger": app.debug,
        "threaded": True,
        **options,
    }
    if settings.get("reloader_type") == "watchdog" and find_spec("watchdog") is None:
        raise RuntimeError(
            "The reloader 'watchdog' needs the package of that name. Install it with"
            " 'pip install watchdog', or leave 'reloader_type' out."
        )
    cli.show_server_banner(app.debug, app.name)
    run_simple(host or name or "127.0.0.1", int(port), app, **settings)


def _explain_ignored_call() -> None:
    """Tell once, not again in each process of the reloader."""
    if not is_running_from_reloader():
        click.secho(
            " * Ignoring a call to 'app.run()' that would block the current 'flasklit'"
            " CLI command.\n   Only call 'app.run()' in an"
            " 'if __name__ == \"__main__\"' guard.",
            fg="red",
        )
