"""The commands that every application has: run, shell and routes (chapters 39, 40)"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from typing import Any
from typing import Literal
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from werkzeug.serving import is_running_from_reloader
from werkzeug.utils import import_string

from .discovery import pass_script_info
from .discovery import ScriptInfo
from .discovery import with_appcontext
from .globals import current_app
from .helpers import get_debug_flag

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable
    from wsgiref.types import StartResponse
    from wsgiref.types import WSGIApplication
    from wsgiref.types import WSGIEnvironment

    from werkzeug.routing import Rule


class CertParamType(click.ParamType):  # type: ignore[type-arg]
    """The type of ``--cert``: a file, ``adhoc`` or the import path of a context."""

    name = "path"

    def __init__(self) -> None:
        self.path_type = click.Path(exists=True, dir_okay=False, resolve_path=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Turn the argument into what Werkzeug's server takes.

        :param value: what was given on the command line.
        :param param: the option.
        :param ctx: click's context.
        :raises click.BadParameter: if it is none of the three, or if a library
            that it takes is missing.
        """
        try:
            import ssl
        except ImportError:
            self.fail("This Python was built without TLS support.", param, ctx)
        try:
            return self.path_type(value, param, ctx)
        except click.BadParameter:
            name = click.STRING(value, param, ctx).lower()
            if name == "adhoc":
                return self._adhoc(param, ctx)
            context = import_string(name, silent=True)
            if not isinstance(context, ssl.SSLContext):
                raise
            return context

    def _adhoc(
        self, param: click.Parameter | None, ctx: click.Context | None
    ) -> Literal["adhoc"]:
        try:
            import_module("cryptography")
        except ImportError:
            self.fail(
                "A certificate made on the spot takes the package 'cryptography'."
                " Install it with 'pip install cryptography'.",
                param,
                ctx,
            )
        return "adhoc"


def _validate_key(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Join ``--key`` to a ``--cert`` that is a file; nothing else takes a key."""
    certificate = ctx.params.get("cert")
    if isinstance(certificate, str) and certificate != "adhoc":
        if value is None:
            raise click.BadParameter(
                "The file given to '--cert' needs its key.", ctx, param
            )
        ctx.params["cert"] = certificate, value
    elif value is not None:
        raise click.BadParameter(
            f"There is no certificate for it: '--cert' is {certificate!r}, not a file.",
            ctx,
            param,
        )
    return value


class SeparatedPathType(click.Path):
    """The type of an option that takes several paths.

    They are separated as in ``PATH``: by a colon, on Windows by a semicolon.
    """

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Convert each path.

        :param value: what was given on the command line.
        :param param: the option.
        :param ctx: click's context.
        """
        convert = super().convert
        return [convert(path, param, ctx) for path in self.split_envvar_value(value)]


def _set_debug(ctx: click.Context, param: click.Option, value: bool) -> bool | None:
    """Put the flag into the environment, where a factory can see it too."""
    given = ctx.get_parameter_source(param.name or "")
    if given in (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP):
        return None
    os.environ.pop("FLASKLIT_DEBUG", None)
    os.environ["FLASK_DEBUG"] = str(int(value))
    return value


_debug_option = click.Option(
    ["--debug/--no-debug"],
    help="Switch debug mode on or off.",
    expose_value=False,
    callback=_set_debug,
)


def show_server_banner(debug: bool, app_import_path: str | None) -> None:
    """Say what is about to be served, unless the reloader starts it again.

    :param debug: whether debug mode is on.
    :param app_import_path: where the application was found, or ``None``.
    """
    if is_running_from_reloader():
        return
    if app_import_path is not None:
        click.echo(f" * Serving application '{app_import_path}'")
    if debug is not None:
        click.echo(f" * Debug mode: {'on' if debug else 'off'}")


@click.command("run", short_help="Run the development server.")
@click.option("--host", "-h", default="127.0.0.1", help="The address to listen on.")
@click.option("--port", "-p", default=5000, help="The port to listen on.")
@click.option(
    "--cert",
    type=CertParamType(),
    is_eager=True,
    help="Serve HTTPS with this certificate: a file, the import path of an"
    " SSLContext, or 'adhoc' to make one.",
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True),
    callback=_validate_key,
    expose_value=False,
    help="The file with the certificate's key.",
)
@click.option(
    "--reload/--no-reload",
    default=None,
    help="Restart when code changes. The default follows debug mode.",
)
@click.option(
    "--debugger/--no-debugger",
    default=None,
    help="Show errors in the browser's debugger. The default follows debug mode.",
)
@click.option(
    "--with-threads/--without-threads",
    default=True,
    help="Answer requests in threads, or one after the other.",
)
@click.option(
    "--extra-files",
    default=None,
    type=SeparatedPathType(),
    help=f"More files to watch for changes, separated by {os.pathsep!r}.",
)
@click.option(
    "--exclude-patterns",
    default=None,
    type=SeparatedPathType(),
    help=f"Patterns of files not to watch, separated by {os.pathsep!r}.",
)
@pass_script_info
def run_command(
    info: ScriptInfo,
    host: str,
    port: int,
    reload: bool | None,
    debugger: bool | None,
    with_threads: bool,
    cert: ssl.SSLContext | tuple[str, str | None] | Literal["adhoc"] | None,
    extra_files: list[str] | None,
    exclude_patterns: list[str] | None,
) -> None:
    """Run the development server.

    It is neither fast nor safe enough for anything but development. In debug
    mode it restarts when code changes and shows errors in the browser.
    """
    from . import cli

    app = _load_or_defer(info)
    debug = get_debug_flag()
    show_server_banner(debug, info.app_import_path)
    cli.run_simple(
        host,
        port,
        app,
        use_reloader=debug if reload is None else reload,
        use_debugger=debug if debugger is None else debugger,
        threaded=with_threads,
        ssl_context=cert,
        extra_files=extra_files,
        exclude_patterns=exclude_patterns,
    )


run_command.params.insert(0, _debug_option)


def _load_or_defer(info: ScriptInfo) -> WSGIApplication:
    """Load the application; an error after a reload is shown by each request."""
    try:
        return info.load_app()
    except Exception as error:
        if not is_running_from_reloader():
            raise
        traceback.print_exc()
        failure = error

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise failure from None

    return app


@click.command("shell", short_help="Start Python with the application at hand.")
@with_appcontext
def shell_command() -> None:
    """Start an interactive Python in the application's context.

    The names in it come from the application's shell context processors.
    """
    import code

    banner = (
        f"Python {sys.version} on {sys.platform}\n"
        f"App: {current_app.import_name}\n"
        f"Instance: {current_app.instance_path}"
    )
    names: dict[str, Any] = {}
    startup = os.environ.get("PYTHONSTARTUP", "")
    if os.path.isfile(startup):
        with open(startup, encoding="utf-8") as file:
            exec(compile(file.read(), startup, "exec"), names)
    names.update(current_app.make_shell_context())
    _set_up_completion(names)
    code.interact(banner=banner, local=names)


def _set_up_completion(names: dict[str, Any]) -> None:
    """Do what Python does at a prompt, but complete the shell's names."""
    interactive_hook = getattr(sys, "__interactivehook__", None)
    if interactive_hook is None:
        return
    try:
        import readline
        import rlcompleter
    except ImportError:
        pass
    else:
        readline.set_completer(rlcompleter.Completer(names).complete)
    os.environ.setdefault("PYTHON_BASIC_REPL", "1")
    interactive_hook()


@click.command("routes", short_help="List the application's routes.")
@click.option(
    "--sort",
    "-s",
    type=click.Choice(("endpoint", "methods", "domain", "rule", "match")),
    default="endpoint",
    help="The column to sort by, or 'match' for the order of registration.",
)
@click.option("--all-methods", is_flag=True, help="Show HEAD and OPTIONS too.")
@with_appcontext
def routes_command(sort: str, all_methods: bool) -> None:
    """List the application's routes."""
    rules = list(current_app.url_map.iter_rules())
    if not rules:
        click.echo("No routes were registered.")
        return
    domain = "Host" if current_app.url_map.host_matching else "Subdomain"
    columns = {
        "endpoint": ["Endpoint", *(rule.endpoint for rule in rules)],
        "methods": ["Methods", *(_methods(rule, all_methods) for rule in rules)],
        "domain": [domain, *(rule.host or rule.subdomain or "" for rule in rules)],
        "rule": ["Rule", *(rule.rule for rule in rules)],
    }
    if not any(columns["domain"][1:]):
        del columns["domain"]
    order = list(range(1, len(rules) + 1))
    if sort in columns:
        order.sort(key=columns[sort].__getitem__)
    widths = [max(map(len, cells)) for cells in columns.values()]
    rows = [[cells[row] for cells in columns.values()] for row in (0, *order)]
    rows.insert(1, ["-" * width for width in widths])
    for cells in rows:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        click.echo("  ".join(padded))


def _methods(rule: Rule, every: bool) -> str:
    hidden = frozenset() if every else frozenset({"HEAD", "OPTIONS"})
    return ", ".join(sorted(frozenset(rule.methods or ()) - hidden))
