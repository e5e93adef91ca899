"""How the command line finds the application and hands it to commands (chapters 36, 37)"""

from __future__ import annotations

import ast
import os
import re
import sys
import traceback
from collections.abc import Callable
from functools import update_wrapper
from types import FunctionType
from types import ModuleType
from typing import Any
from typing import Literal
from typing import overload
from typing import TYPE_CHECKING
from typing import TypeVar

import click

from .globals import current_app
from .helpers import get_debug_flag
from .helpers import get_load_dotenv

if TYPE_CHECKING:
    from .app import Flask

F = TypeVar("F", bound=Callable[..., Any])


class NoAppException(click.UsageError):
    """There is no application where the command line looked for one."""


class ScriptInfo:
    """What the commands of one command line share.

    A :class:`~flasklit.cli.FlaskGroup` makes one and passes it to its commands
    as click's ``obj``.

    :param app_import_path: where to find the application, as given to
        ``--app``.
    :param create_app: a function that returns the application, instead.
    :param set_debug_flag: set the application's debug mode from the
        environment.
    :param load_dotenv_defaults: whether default dotenv files are to be loaded,
        unless the environment says otherwise.

    .. versionadded:: 0.11
    .. versionchanged:: 3.1
        Added ``load_dotenv_defaults``.
    """

    def __init__(
        self,
        app_import_path: str | None = None,
        create_app: Callable[..., Flask] | None = None,
        set_debug_flag: bool = True,
        load_dotenv_defaults: bool = True,
    ) -> None:
        #: Where to find the application, or ``None``.
        self.app_import_path = app_import_path
        #: The function that makes the application, or ``None``.
        self.create_app = create_app
        #: Whether :meth:`load_app` sets the application's debug mode.
        self.set_debug_flag = set_debug_flag
        #: Whether default dotenv files are to be loaded.
        self.load_dotenv_defaults = get_load_dotenv(load_dotenv_defaults)
        #: Room for anything that commands want to share.
        self.data: dict[Any, Any] = {}
        self._loaded_app: Flask | None = None

    def load_app(self) -> Flask:
        """Return the application; the first call loads it.

        Without a path and without a factory, ``wsgi.py`` and ``app.py`` in the
        current folder are tried.

        :raises NoAppException: if there is no application.
        """
        if self._loaded_app is None:
            app = self.create_app() if self.create_app else self._find_app()
            if self.set_debug_flag:
                app.debug = get_debug_flag()
            self._loaded_app = app
        return self._loaded_app

    def _find_app(self) -> Flask:
        if self.app_import_path:
            # The colon of a Windows drive is followed by a slash.
            path, *name = re.split(r":(?![\\/])", self.app_import_path, maxsplit=1)
            return locate_app(prepare_import(path), name[0] if name else None)
        for path in ("wsgi.py", "app.py"):
            app = locate_app(prepare_import(path), None, raise_if_not_found=False)
            if app is not None:
                return app
        raise NoAppException(
            "No application is given. Name one with '--app module:name' or the"
            " environment variable FLASKLIT_APP or FLASK_APP, or put it in 'wsgi.py'"
            f" or 'app.py' in {os.getcwd()!r}."
        )


#: Decorator that passes the :class:`ScriptInfo` as the first argument.
pass_script_info = click.make_pass_decorator(ScriptInfo, ensure=True)


def with_appcontext(f: F) -> F:
    """Run a command's function in the context of the application.

    Commands of ``app.cli`` and of a blueprint's ``cli`` need no decorator.

    :param f: the function to wrap.

    .. versionchanged:: 2.2
        The context stays active for subcommands.
    """

    @click.pass_context
    def run(context: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        if not current_app:
            app = context.ensure_object(ScriptInfo).load_app()
            context.with_resource(app.app_context())
        return context.invoke(f, *args, **kwargs)

    return update_wrapper(run, f)  # type: ignore[return-value]


@overload
def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: Literal[True] = True
) -> Flask: ...


@overload
def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: Literal[False]
) -> Flask | None: ...


def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: bool = True
) -> Flask | None:
    """Import a module and find the application in it.

    :param module_name: the dotted name of the module.
    :param app_name: the name of the application in it, or the call that makes
        it, or ``None`` to search.
    :param raise_if_not_found: with ``False``, return ``None`` if there is no
        such module.
    :raises NoAppException: if there is no such module or application, or if the
        module fails to import something.
    """
    try:
        __import__(module_name)
    except ImportError as error:
        if error.__traceback__ and error.__traceback__.tb_next:
            raise NoAppException(
                f"Importing {module_name!r} failed on an import of its own:\n\n"
                f"{traceback.format_exc()}"
            ) from None
        if raise_if_not_found:
            raise NoAppException(
                f"There is no module {module_name!r} to import from"
                f" {sys.path[0]!r}. Check the name and the folder."
            ) from None
        return None
    module = sys.modules[module_name]
    if app_name is None:
        return find_best_app(module)
    return find_app_by_string(module, app_name)


def prepare_import(path: str) -> str:
    """Make a file importable.

    The folder that holds the outermost package is put first on ``sys.path``.

    :param path: a file, a package's folder, or a path that ends in a dotted
        name.
    :returns: the dotted name to import.
    """
    path = os.path.realpath(path).removesuffix(".py")
    if os.path.basename(path) == "__init__":
        path = os.path.dirname(path)
    folder, name = os.path.split(path)
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        name = f"{package}.{name}"
    if sys.path[:1] != [folder]:
        sys.path.insert(0, folder)
    return name


def find_best_app(module: ModuleType) -> Flask:
    """Search a module for its application.

    ``app`` and ``application`` come first, then the only application there is,
    then what the functions ``create_app`` and ``make_app`` return.

    :param module: the module, or any object with attributes.
    :raises NoAppException: if there is none, or if there are several.
    """
    from . import Flask

    for name in ("app", "application"):
        app = getattr(module, name, None)
        if isinstance(app, Flask):
            return app
    found = {name: v for name, v in vars(module).items() if isinstance(v, Flask)}
    if len(found) > 1:
        raise NoAppException(
            f"Module {module.__name__!r} has several applications:"
            f" {', '.join(found)}. Choose one with '--app {module.__name__}:name'."
        )
    for app in found.values():
        return app
    for name in ("create_app", "make_app"):
        factory = getattr(module, name, None)
        if isinstance(factory, FunctionType):
            app = _call_factory(factory, f"{module.__name__}:{name}()")
            if isinstance(app, Flask):
                return app
    raise NoAppException(
        f"Module {module.__name__!r} has no application and no factory"
        f" 'create_app' or 'make_app'. Name it with '--app {module.__name__}:name'."
        f"{_other_framework(module)}"
    )


def find_app_by_string(module: ModuleType, app_name: str) -> Flask:
    """Get the application that an expression names.

    :param module: the module to look in.
    :param app_name: a name, or the call of a function with literal arguments.
    :raises NoAppException: if it is neither, or if its value is no application.
    """
    from . import Flask

    name, args, kwargs = _parse_reference(app_name)
    try:
        app = getattr(module, name)
    except AttributeError:
        raise NoAppException(
            f"Module {module.__name__!r} has nothing named {name!r}."
        ) from None
    if isinstance(app, FunctionType):
        reference = f"{module.__name__}:{app_name.strip()}"
        app = _call_factory(app, reference, args, kwargs)
    if not isinstance(app, Flask):
        raise NoAppException(
            f"'{module.__name__}:{app_name}' is not an application but a"
            f" {type(app).__name__!r}.{_other_framework(module)}"
        )
    return app


def _parse_reference(text: str) -> tuple[str, list[Any], dict[str, Any]]:
    """Read a name, or a name called with literals."""
    try:
        expression = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        expression = ast.Constant(None)
    match expression:
        case ast.Name(name):
            return name, [], {}
        case ast.Call(ast.Name(name), args, keywords) if all(k.arg for k in keywords):
            pass
        case _:
            raise NoAppException(
                f"{text!r} is neither the name of an application nor the call of a"
                " factory, as in 'create_app(\"testing\")'."
            )
    try:
        return (
            name,
            [ast.literal_eval(value) for value in args],
            {str(word.arg): ast.literal_eval(word.value) for word in keywords},
        )
    except (TypeError, ValueError):
        raise NoAppException(
            f"The arguments in {text!r} must be literals: strings, numbers, lists."
        ) from None


def _call_factory(
    factory: FunctionType,
    reference: str,
    args: list[Any] | None = None,
    kwargs: dict[str, Any] | None = None,
) -> Any:
    """Call a factory, telling a bad call from an error inside of it."""
    import inspect

    args, kwargs = args or [], kwargs or {}
    signature = inspect.signature(factory, follow_wrapped=False)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        code = factory.__code__
        raise NoAppException(
            f"The factory cannot be called as {reference!r}: {error}. It is"
            f" {factory.__name__}{signature} in {code.co_filename}:"
            f"{code.co_firstlineno}; pass its arguments in the parentheses."
        ) from None
    return factory(*args, **kwargs)


def _other_framework(module: ModuleType) -> str:
    """A hint, if the module's application comes from the package ``flask``."""
    kinds = (kind for value in vars(module).values() for kind in type(value).__mro__)
    if not any(kind.__module__ == "flask.app" for kind in kinds):
        return ""
    return (
        " It has one of the package 'flask': import from 'flasklit' instead, or let"
        " 'flask' mean that: 'python -m flasklit --as-flask ...'."
    )
