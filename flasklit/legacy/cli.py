"""The command line as it was at 0.11 (chapter 53)"""

from __future__ import annotations

import os
import re
import ssl as ssl
import sys
from collections.abc import Callable
from functools import update_wrapper
from inspect import Parameter
from inspect import signature
from types import FunctionType
from types import ModuleType
from typing import Any
from typing import TYPE_CHECKING

from .. import cli as current
from ..cli import prepare_import as prepare_import
from .helpers import get_debug_flag
from .restored import restored_names

if TYPE_CHECKING:
    import click

    from ..app import Flask

dotenv: Any
try:
    import dotenv
except ImportError:
    dotenv = None

__getattr__ = restored_names(__name__)


class ScriptInfo(current.ScriptInfo):
    """What the commands of one command line share; factories may ask for it.

    A factory gets it in the parameter ``script_info``, or as the only argument
    it needs.
    """

    def load_app(self) -> Flask:
        """Return the application; the first call loads it."""
        if self._loaded_app is None:
            create = self.create_app
            app: Flask = _with_info(self, create)() if create else self._find_app()
            if self.set_debug_flag:
                app.debug = get_debug_flag()
            self._loaded_app = app
        return self._loaded_app

    def _find_app(self) -> Flask:
        if self.app_import_path:
            # The colon of a Windows drive is followed by a slash.
            path, *name = re.split(r":(?![\\/])", self.app_import_path, maxsplit=1)
            given: Flask = locate_app(self, prepare_import(path), *name or (None,))
            return given
        for path in ("wsgi.py", "app.py"):
            app: Flask | None = locate_app(self, prepare_import(path), None, False)
            if app is not None:
                return app
        return super()._find_app()


class FlaskGroup(current.FlaskGroup):
    """A group that has the commands of the application it loads."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Make click's context, with a :class:`ScriptInfo` as its ``obj``.

        :param info_name: the name of the script.
        :param args: the arguments to parse.
        :param parent: the context of the group this one is in.
        :param extra: the arguments of :class:`click.Context`.
        """
        if "obj" not in extra and "obj" not in self.context_settings:
            extra["obj"] = ScriptInfo(
                create_app=self.create_app,
                set_debug_flag=self.set_debug_flag,
                load_dotenv_defaults=self.load_dotenv,
            )
        return super().make_context(info_name, args, parent=parent, **extra)


cli = FlaskGroup(name="flask", help=current.cli.help)


def main() -> None:
    """Run the command line."""
    cli.main()


def _with_info(
    script_info: current.ScriptInfo, factory: Callable[..., Any]
) -> Callable[..., Any]:
    """A factory that need not be given the information it asks for."""
    wanted = signature(factory)
    asking = wanted.parameters.get("script_info")
    needed = [p for p in wanted.parameters.values() if p.default is Parameter.empty]
    if asking is None and len(needed) == 1 == len(wanted.parameters):
        (asking,) = needed
    if asking is None:
        return factory

    def create(*args: Any, **kwargs: Any) -> Any:
        given = wanted.bind_partial(*args, **kwargs)
        given.arguments.setdefault(asking.name, script_info)
        return factory(*given.args, **given.kwargs)

    parameters = [
        p.replace(default=script_info, kind=Parameter.KEYWORD_ONLY)
        if p is asking
        else p
        for p in wanted.parameters.values()
    ]
    create.__signature__ = wanted.replace(parameters=parameters)  # type: ignore[attr-defined]
    return update_wrapper(create, factory)


def _informed(script_info: current.ScriptInfo, module: ModuleType) -> ModuleType:
    """A copy of a module whose functions get the information they ask for."""
    copy = ModuleType(module.__name__)
    for name in vars(module):
        value = getattr(module, name)
        if isinstance(value, FunctionType):
            value = _with_info(script_info, value)
        if not name.startswith("__"):
            setattr(copy, name, value)
    return copy


def find_best_app(script_info: current.ScriptInfo, module: ModuleType) -> Flask:
    """Search a module for its application.

    :param script_info: what a factory may ask for.
    :param module: the module.
    :raises NoAppException: there is none, or there are several.
    """
    return current.find_best_app(_informed(script_info, module))


def locate_app(
    script_info: current.ScriptInfo,
    module_name: str,
    app_name: str | None,
    raise_if_not_found: bool = True,
) -> Any:
    """Import a module and find the application in it.

    :param script_info: what a factory may ask for.
    :param module_name: the dotted name of the module.
    :param app_name: the application's name, the call that makes it, or ``None``.
    :param raise_if_not_found: with ``False``, return ``None`` if there is no
        such module.
    :raises NoAppException: no such module or application.
    """
    try:
        __import__(module_name)
    except ImportError:
        return current.locate_app(module_name, app_name, raise_if_not_found)  # type: ignore[call-overload]
    module = sys.modules[module_name]
    if app_name is None:
        return find_best_app(script_info, module)
    return current.find_app_by_string(_informed(script_info, module), app_name)


def load_dotenv(path: str | os.PathLike[str] | None = None) -> bool:
    """Set environment variables from a file, or from ``.env`` and ``.flaskenv``.

    :param path: the file; without one, the default files are looked for, and
        the folder they are in becomes the current one.
    :returns: whether a file set any variable.
    """
    if dotenv is None:
        return False
    loaded = current.load_dotenv(path, load_defaults=path is None)
    for name in (".env", ".flaskenv") if path is None else ():
        found = dotenv.find_dotenv(name, usecwd=True)
        if found:
            os.chdir(os.path.dirname(found))
            break
    return loaded


def get_version(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Show the versions of Flask, Python and Werkzeug, then leave.

    :param ctx: click's context.
    :param param: the option ``--version``.
    :param value: whether it was given.
    """
    if value and not ctx.resilient_parsing:
        from . import __version__

        print(f"Flask {__version__}, as it is in")
    current.get_version(ctx, param, value)
