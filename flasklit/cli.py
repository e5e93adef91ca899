"""The command line: groups, plugins and the ``flasklit`` script (chapters 37 to 50)"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import Any
from typing import TYPE_CHECKING

import click
from werkzeug.serving import is_running_from_reloader as is_running_from_reloader
from werkzeug.serving import run_simple as run_simple

from .commands import _debug_option as _debug_option
from .commands import _set_debug as _set_debug
from .commands import _validate_key as _validate_key
from .commands import CertParamType as CertParamType
from .commands import routes_command as routes_command
from .commands import run_command as run_command
from .commands import SeparatedPathType as SeparatedPathType
from .commands import shell_command as shell_command
from .commands import show_server_banner as show_server_banner
from .discovery import find_app_by_string as find_app_by_string
from .discovery import find_best_app as find_best_app
from .discovery import locate_app as locate_app
from .discovery import NoAppException as NoAppException
from .discovery import pass_script_info as pass_script_info
from .discovery import prepare_import as prepare_import
from .discovery import ScriptInfo as ScriptInfo
from .discovery import with_appcontext as with_appcontext
from .globals import current_app as current_app
from .helpers import get_debug_flag as get_debug_flag
from .helpers import get_load_dotenv as get_load_dotenv

if TYPE_CHECKING:
    from .app import Flask

#: The edition of Flask whose API this is.
API_EDITION = "3.1.3"


class AppGroup(click.Group):
    """A group of commands that run in the application's context.

    .. versionadded:: 0.11
    """

    def command(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> Callable[[Callable[..., Any]], click.Command]:
        """Make a function a command of the group, in the application's context.

        :param args: the arguments of :meth:`click.Group.command`.
        :param kwargs: its keyword arguments. ``with_appcontext=False`` leaves
            the function as it is.
        """
        wrap = with_appcontext if kwargs.pop("with_appcontext", True) else _as_it_is
        decorate = super().command(*args, **kwargs)

        def register(f: Callable[..., Any]) -> click.Command:
            command: click.Command = decorate(wrap(f))
            return command

        return register

    def group(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> Callable[[Callable[..., Any]], click.Group]:
        """Make a function a group in this group, itself an :class:`AppGroup`.

        :param args: the arguments of :meth:`click.Group.group`.
        :param kwargs: its keyword arguments.
        """
        return super().group(*args, **{"cls": AppGroup} | kwargs)  # type: ignore[no-any-return]


def _as_it_is(f: Callable[..., Any]) -> Callable[..., Any]:
    return f


def get_version(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Show the versions of Python and the framework, then leave.

    :param ctx: click's context.
    :param param: the option ``--version``.
    :param value: whether it was given.
    """
    if not value or ctx.resilient_parsing:
        return
    import platform
    from importlib.metadata import version

    from .standin import OWN_VERSION as __version__

    click.echo(
        f"Python {platform.python_version()}\n"
        f"flasklit {__version__} (the API of Flask {API_EDITION})\n"
        f"Werkzeug {version('werkzeug')}",
        color=ctx.color,
    )
    ctx.exit()


version_option = click.Option(
    ["--version"],
    help="Show the versions of Python and the framework.",
    expose_value=False,
    callback=get_version,
    is_flag=True,
    is_eager=True,
)


def load_dotenv(
    path: str | os.PathLike[str] | None = None, load_defaults: bool = True
) -> bool:
    """Set environment variables from dotenv files.

    What a later file sets wins: first the nearest ``.flaskenv``, then the nearest
    ``.env``, then ``path``. A variable that the environment has already is left
    alone; ``FLASK_NAME`` in the environment also stands for ``FLASKLIT_NAME``.

    :param path: a file to load besides the default ones.
    :param load_defaults: look for the default ones in the current folder and
        those above it.
    :returns: whether a file set any variable; ``False`` if the package
        ``python-dotenv`` is not installed.

    .. versionadded:: 1.0
    .. versionchanged:: 2.0
        Files are UTF-8, and the current folder stays.
    .. versionchanged:: 3.1
        Added ``load_defaults``; ``path`` wins over the default files.
    """
    try:
        import dotenv
    except ImportError:
        if path or any(map(os.path.isfile, (".env", ".flaskenv"))):
            click.secho(
                " * Tip: dotenv files are present but not read. Install"
                " 'python-dotenv' to use them.",
                fg="yellow",
                err=True,
            )
        return False
    files: list[str | os.PathLike[str]] = []
    if load_defaults:
        files += (dotenv.find_dotenv(n, usecwd=True) for n in (".flaskenv", ".env"))
    if path is not None:
        files.append(path)
    values: dict[str, str | None] = {}
    for file in files:
        if os.path.isfile(file):
            values |= dotenv.dotenv_values(file, encoding="utf-8")
    present = frozenset(os.environ)
    for name, value in values.items():
        twin = name.replace("FLASKLIT_", "FLASK_", 1)
        if value is not None and present.isdisjoint((name, twin)):
            os.environ[name] = value
    return bool(values)


def _copy_own_variables() -> None:
    """Copy each ``FLASKLIT_NAME`` to ``FLASK_NAME``.

    Extensions, plugins and click's automatic variables know the latter only.
    """
    for name, value in list(os.environ.items()):
        if name.startswith("FLASKLIT_") and value:
            os.environ["FLASK_" + name.removeprefix("FLASKLIT_")] = value


def _set_app(ctx: click.Context, param: click.Option, value: str | None) -> str | None:
    if value is not None:
        ctx.ensure_object(ScriptInfo).app_import_path = value
    return value


def _env_file_callback(
    ctx: click.Context, param: click.Option, value: str | None
) -> str | None:
    if value is not None:
        try:
            import dotenv  # noqa: F401
        except ImportError:
            raise click.BadParameter(
                "Reading it takes the package 'python-dotenv'. Install it with"
                " 'pip install python-dotenv'.",
                ctx,
                param,
            ) from None
    load_defaults = ctx.obj.load_dotenv_defaults
    if load_defaults or value is not None:
        load_dotenv(value, load_defaults=load_defaults)
        _copy_own_variables()
    return value


# Both options are eager: the variables may name the application, and --help,
# which is eager too, lists the application's commands.
_env_file_option = click.Option(
    ["-e", "--env-file"],
    type=click.Path(exists=True, dir_okay=False),
    help="A dotenv file to load. It wins over '.env' and '.flaskenv'; the"
    " environment wins over all. Takes the package 'python-dotenv'.",
    is_eager=True,
    expose_value=False,
    callback=_env_file_callback,
)
_app_option = click.Option(
    ["-A", "--app"],
    metavar="IMPORT",
    help="The application, as 'module:name' or 'path/file.py:name'. The name may be"
    " left out for 'app', 'application', 'create_app' and 'make_app', and may be a"
    " call, 'name(args)'.",
    is_eager=True,
    expose_value=False,
    callback=_set_app,
)


def _refuse_late_option(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> None:
    if value is not None:
        raise click.BadParameter("It has to be the first argument.", ctx, param)


_as_flask_option = click.Option(
    ["--as-flask"],
    metavar="[=EDITION] [SCRIPT | -m MODULE]",
    help="Let 'import flask' mean flasklit, as of an edition of Flask such as 0.11"
    " (without one, the newest). Comes first. A script or module may follow, with its"
    " arguments, to be run instead of a command.",
    is_flag=False,
    flag_value="",
    expose_value=False,
    callback=_refuse_late_option,
)


class FlaskGroup(AppGroup):
    """A group that has the commands of the application it loads.

    Besides those it has the commands of plugins, which packages declare as entry
    points in the groups ``flask.commands`` and ``flasklit.commands``. One that
    cannot be imported is reported, and the others work.

    :param add_default_commands: add ``run``, ``shell`` and ``routes``.
    :param create_app: a function that returns the application; without one,
        ``--app`` says where it is.
    :param add_version_option: add ``--version``.
    :param load_dotenv: load the default dotenv files.
    :param set_debug_flag: set the application's debug mode from the
        environment.
    :param extra: the arguments of :class:`click.Group`.

    .. versionadded:: 0.11
    .. versionchanged:: 2.2
        Added the options ``--app``, ``--debug`` and ``--env-file``.
    """

    def __init__(
        self,
        add_default_commands: bool = True,
        create_app: Callable[..., Flask] | None = None,
        add_version_option: bool = True,
        load_dotenv: bool = True,
        set_debug_flag: bool = True,
        **extra: Any,
    ) -> None:
        # Options with callbacks leave the group's own callback to the user.
        own: list[click.Parameter] = [_env_file_option, _app_option, _debug_option]
        if add_version_option:
            own.append(version_option)
        extra["params"] = [*(extra.get("params") or ()), *own]
        settings = extra.setdefault("context_settings", {})
        settings.setdefault("auto_envvar_prefix", "FLASK")
        super().__init__(**extra)
        self.create_app = create_app
        self.load_dotenv = load_dotenv
        self.set_debug_flag = set_debug_flag
        self._loaded_plugin_commands = False
        if add_default_commands:
            self.add_command(run_command)
            self.add_command(shell_command)
            self.add_command(routes_command)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Make click's context, with a :class:`ScriptInfo` as its ``obj``.

        From here on :meth:`flasklit.Flask.run` does nothing, so that a module
        that calls it when imported does not start a server.

        :param info_name: the name of the script.
        :param args: the arguments to parse.
        :param parent: the context of the group this one is in.
        :param extra: the arguments of :class:`click.Context`.
        """
        os.environ["FLASK_RUN_FROM_CLI"] = "true"
        _copy_own_variables()
        if "obj" not in extra and "obj" not in self.context_settings:
            extra["obj"] = ScriptInfo(
                create_app=self.create_app,
                set_debug_flag=self.set_debug_flag,
                load_dotenv_defaults=self.load_dotenv,
            )
        return super().make_context(info_name, args, parent=parent, **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; a call for help reads the environment first.

        :param ctx: click's context.
        :param args: the arguments to parse.
        """
        no_args = not args and self.no_args_is_help
        if no_args or (len(args) == 1 and args[0] in self.get_help_option_names(ctx)):
            for option in (_env_file_option, _app_option):
                option.handle_parse_result(ctx, {}, [])
        try:
            return super().parse_args(ctx, args)
        except Exception:
            ctx.close()
            raise

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Find a command: here, then in plugins, then in the application.

        :param ctx: click's context.
        :param name: the name of the command.
        """
        self._load_plugin_commands()
        command = super().get_command(ctx, name)
        if command is not None:
            return command
        try:
            app = ctx.ensure_object(ScriptInfo).load_app()
        except NoAppException as error:
            _show_error(f"Error: {error.format_message()}", ctx)
            return None
        if not current_app or current_app._get_current_object() is not app:  # type: ignore[attr-defined]
            ctx.with_resource(app.app_context())
        return app.cli.get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List all commands, as far as plugins and application can be loaded.

        :param ctx: click's context.
        """
        self._load_plugin_commands()
        names = set(super().list_commands(ctx))
        try:
            app = ctx.ensure_object(ScriptInfo).load_app()
            names.update(app.cli.list_commands(ctx))
        except NoAppException as error:
            _show_error(f"Error: {error.format_message()}", ctx)
        except Exception:
            _show_error(traceback.format_exc(), ctx)
        return sorted(names)

    def _load_plugin_commands(self) -> None:
        if self._loaded_plugin_commands:
            return
        from importlib.metadata import entry_points

        self._loaded_plugin_commands = True
        installed = entry_points()
        for group in ("flask.commands", "flasklit.commands"):
            for plugin in installed.select(group=group):
                if group == "flask.commands":
                    from .standin import stand_in_if_free

                    stand_in_if_free()
                try:
                    self.add_command(plugin.load(), plugin.name)
                except ImportError as error:
                    _show_error(
                        f"Error: the command {plugin.name!r} of the plugin"
                        f" {plugin.value!r} is missing: {error}"
                    )


def _show_error(text: str, ctx: click.Context | None = None) -> None:
    if ctx is None or not ctx.resilient_parsing:
        click.secho(f"{text}\n", err=True, fg="red")


cli = FlaskGroup(
    name="flasklit",
    help="Run and inspect an application.\n\n"
    "Name it with '--app', with the environment variable FLASKLIT_APP or FLASK_APP,"
    " or put it in 'wsgi.py' or 'app.py' in the current folder. A variable"
    " FLASKLIT_NAME wins over FLASK_NAME.",
    params=[_as_flask_option],
)


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] and sys.argv[1].partition("=")[0] == "--as-flask":
        from .programs import run_as_flask

        if run_as_flask(sys.argv):
            return
    cli.main()


if __name__ == "__main__":
    main()
