"""An application's name, folders and configuration (chapters 2 to 19)"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from importlib.util import find_spec
from types import FunctionType
from typing import Any
from typing import TYPE_CHECKING

from werkzeug.datastructures import ImmutableDict

from .config import Config
from .config import ConfigAttribute
from .helpers import get_debug_flag
from .json.provider import DefaultJSONProvider
from .json.provider import JSONProvider
from .lazy import lazy
from .scaffold import Scaffold

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from collections.abc import Coroutine
    from collections.abc import Mapping


def _make_timedelta(value: timedelta | int | None) -> timedelta | None:
    """A number of seconds as a ``timedelta``; anything else as it is."""
    if value is None or isinstance(value, timedelta):
        return value
    return timedelta(seconds=value)


class Foundation(Scaffold):
    """Configuration, folders, logger and JSON provider of an application.

    :param import_name: as for :class:`Scaffold`, and so are its folders.
    :param instance_path: the absolute path of the instance folder; found from
        the import name if omitted.
    :param instance_relative_config: whether configuration files are relative to
        the instance folder instead of the root folder.
    """

    #: The configuration every application starts with.
    default_config: Mapping[str, Any] = ImmutableDict(
        {
            "DEBUG": None,
            "TESTING": False,
            "PROPAGATE_EXCEPTIONS": None,
            "TRAP_HTTP_EXCEPTIONS": False,
            "TRAP_BAD_REQUEST_ERRORS": None,
            "MAX_CONTENT_LENGTH": None,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "MAX_FORM_PARTS": 1_000,
            "TRUSTED_HOSTS": None,
            "PROVIDE_AUTOMATIC_OPTIONS": True,
            "SERVER_NAME": None,
            "APPLICATION_ROOT": "/",
            "PREFERRED_URL_SCHEME": "http",
            "SECRET_KEY": None,
            "SECRET_KEY_FALLBACKS": None,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
            "SESSION_REFRESH_EACH_REQUEST": True,
            "SESSION_COOKIE_NAME": "session",
            "SESSION_COOKIE_PATH": None,
            "SESSION_COOKIE_DOMAIN": None,
            "SESSION_COOKIE_SECURE": False,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": None,
            "SESSION_COOKIE_PARTITIONED": False,
            "MAX_COOKIE_SIZE": 4093,
            "USE_X_SENDFILE": False,
            "SEND_FILE_MAX_AGE_DEFAULT": None,
            "TEMPLATES_AUTO_RELOAD": None,
            "EXPLAIN_TEMPLATE_LOADING": False,
        }
    )

    #: The class of :attr:`config`.
    config_class = Config

    #: The class of :attr:`json`.
    json_provider_class: type[JSONProvider] = DefaultJSONProvider

    #: Whether the application is under test: exceptions propagate.
    testing = ConfigAttribute[bool]("TESTING")

    #: The key that sessions and other things are signed with.
    secret_key = ConfigAttribute["str | bytes | None"]("SECRET_KEY")

    #: How long a permanent session lasts.
    permanent_session_lifetime = ConfigAttribute[timedelta](
        "PERMANENT_SESSION_LIFETIME",
        get_converter=_make_timedelta,  # type: ignore[arg-type]
    )

    def __init__(
        self,
        import_name: str,
        instance_path: str | None,
        instance_relative_config: bool,
        **folders: Any,
    ) -> None:
        super().__init__(import_name, **folders)
        if instance_path is None:
            instance_path = self.auto_find_instance_path()
        elif not os.path.isabs(instance_path):
            raise ValueError(
                f"The instance path {instance_path!r} is relative. An instance path"
                " must be absolute."
            )
        #: The instance folder: files that belong to one installation.
        self.instance_path = instance_path
        #: The configuration, a dictionary with methods to fill it.
        self.config = self.make_config(instance_relative_config)
        #: The functions behind ``flasklit.json``, ``jsonify`` and ``get_json``.
        self.json: JSONProvider = self.json_provider_class(self)  # type: ignore[arg-type]
        #: A place for extensions to keep their state, by extension name.
        self.extensions: dict[str, Any] = {}
        self._got_first_request = False

    @lazy
    def name(self) -> str:
        """The name of the application: its import name, or that of the main file.

        .. versionadded:: 0.8
        """
        if self.import_name != "__main__":
            return self.import_name
        file = getattr(sys.modules["__main__"], "__file__", None)
        if file is None:
            return "__main__"
        return str(os.path.splitext(os.path.basename(file))[0])

    @lazy
    def logger(self) -> logging.Logger:
        """The logger called like the application, set up on first use.

        .. versionadded:: 0.3
        """
        from .logging import create_logger

        return create_logger(self)  # type: ignore[arg-type]

    @property
    def debug(self) -> bool:
        """Whether debug mode is on; ``config["DEBUG"]``."""
        return self.config["DEBUG"]  # type: ignore[no-any-return]

    @debug.setter
    def debug(self, value: bool) -> None:
        self.config["DEBUG"] = value

    def make_config(self, instance_relative: bool = False) -> Config:
        """Create :attr:`config` with the defaults in it.

        :param instance_relative: make the instance folder the root of relative
            file names.

        .. versionadded:: 0.8
        """
        root = self.instance_path if instance_relative else self.root_path
        defaults = dict(self.default_config)
        defaults["DEBUG"] = get_debug_flag()
        return self.config_class(root, defaults)

    def auto_find_instance_path(self) -> str:
        """Where the instance folder is when the application does not say.

        Beside the module or package, or below ``var`` of the prefix an
        installed package belongs to.

        .. versionadded:: 0.8
        """
        prefix, folder = find_package(self.import_name)
        if prefix is None:
            return os.path.join(folder, "instance")
        return os.path.join(prefix, "var", f"{self.name}-instance")

    def open_instance_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = "utf-8"
    ) -> Any:
        """Open a file below :attr:`instance_path`, for writing too.

        :param resource: the path, relative to the instance folder.
        :param mode: as for :func:`open`.
        :param encoding: of a text file.

        .. versionchanged:: 3.1
            The ``encoding`` parameter.
        """
        path = os.path.join(self.instance_path, resource)
        return open(path, mode, encoding=None if "b" in mode else encoding)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """A function that can be called and gives a result at once.

        :param func: any function; a coroutine function is wrapped.

        .. versionadded:: 2.0
        """
        if (
            type(func) is FunctionType
            and not func.__code__.co_flags & _COROUTINE
            and func.__dict__.keys() <= _UNMARKED
        ):
            return func
        from inspect import iscoroutinefunction

        return self.async_to_sync(func) if iscoroutinefunction(func) else func

    def async_to_sync(
        self, func: Callable[..., Coroutine[Any, Any, Any]]
    ) -> Callable[..., Any]:
        """Wrap a coroutine function so that calling it runs it to the end.

        :param func: the coroutine function.
        :raises RuntimeError: asgiref is not installed.

        .. versionadded:: 2.0
        """
        try:
            from asgiref.sync import async_to_sync
        except ImportError:
            raise RuntimeError(
                "An async view or hook needs the 'asgiref' package."
                " Install it with: pip install 'flasklit[async]'"
            ) from None
        return async_to_sync(func)

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_first_request:
            raise AssertionError(
                f"The setup method '{f_name}' can no longer be called on the"
                " application. It has already handled its first request, any changes"
                " will not be applied consistently.\n"
                "Make sure that every module that sets up the application is imported"
                " before it serves requests."
            )


_COROUTINE = 0x80 | 0x100
_UNMARKED = frozenset({"__wrapped__"})


def find_package(import_name: str) -> tuple[str | None, str]:
    """Where a module or package is installed.

    :param import_name: its name.
    :returns: the prefix it is installed under, ``None`` if it is not installed,
        and the folder that contains it.
    """
    folder = _containing_folder(import_name)
    prefix = os.path.abspath(sys.prefix)
    if _is_below(folder, prefix):
        return prefix, folder
    above, name = os.path.split(folder)
    if name.lower() != "site-packages":
        return None, folder
    for prefix in (above, os.path.dirname(above)):
        outer, name = os.path.split(prefix)
        if name.lower() == "lib":
            return outer, folder
    return above, folder


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _containing_folder(import_name: str) -> str:
    """The folder that the top-level package or module of a name lies in."""
    top = import_name.partition(".")[0]
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return os.getcwd()
    locations = spec.submodule_search_locations
    if not locations:
        return os.path.dirname(spec.origin or "")
    if spec.origin is not None and spec.origin != "namespace":
        return os.path.dirname(os.path.dirname(spec.origin))
    return os.path.dirname(_namespace_portion(import_name, list(locations)))


def _namespace_portion(import_name: str, locations: list[str]) -> str:
    """The folder of a namespace package that holds a given module."""
    spec = find_spec(import_name)
    if spec is None or not spec.submodule_search_locations:
        return locations[0]
    package = os.path.commonpath(spec.submodule_search_locations)
    return next((p for p in locations if _is_below(package, p)), locations[0])
