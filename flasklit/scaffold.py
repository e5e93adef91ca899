"""What an application and a blueprint share (chapters 1 to 46)"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from typing import cast
from typing import TYPE_CHECKING
from typing import TypeVar

from werkzeug.exceptions import default_exceptions
from werkzeug.exceptions import HTTPException

from . import typing as ft
from .dropped import handlers_by_code
from .dropped import HandlerTable
from .globals import current_app
from .helpers import get_root_path
from .helpers import send_from_directory
from .lazy import lazy

if TYPE_CHECKING:
    from jinja2 import BaseLoader

    from .cli import AppGroup
    from .wrappers import Response

F = TypeVar("F", bound=Callable[..., Any])
T_after_request = TypeVar("T_after_request", bound=ft.AfterRequestCallable[Any])
T_before_request = TypeVar("T_before_request", bound=ft.BeforeRequestCallable)
T_error_handler = TypeVar("T_error_handler", bound=ft.ErrorHandlerCallable)
T_teardown = TypeVar("T_teardown", bound=ft.TeardownCallable)
T_template_context_processor = TypeVar(
    "T_template_context_processor", bound=ft.TemplateContextProcessorCallable
)
T_url_defaults = TypeVar("T_url_defaults", bound=ft.URLDefaultCallable)
T_url_value_preprocessor = TypeVar(
    "T_url_value_preprocessor", bound=ft.URLValuePreprocessorCallable
)
T_route = TypeVar("T_route", bound=ft.RouteCallable)


def setupmethod(f: F) -> F:
    """Make a method refuse to run once setting up is over.

    :param f: a method of a :class:`Scaffold`.
    :returns: the method, asking ``_check_setup_finished`` first.
    """
    name = f.__name__

    def checked(self: Scaffold, *args: Any, **kwargs: Any) -> Any:
        self._check_setup_finished(name)
        return f(self, *args, **kwargs)

    return cast(F, update_wrapper(checked, f))


class Scaffold:
    """The part of the API that :class:`Flask` and :class:`Blueprint` have in common.

    It keeps views by endpoint, hooks and error handlers by blueprint name, where
    ``None`` means "for this object itself", and knows the folders that belong to
    an import name.

    :param import_name: the name of the module or package the object belongs to.
    :param static_folder: the folder of the static files, or ``None``.
    :param static_url_path: the URL prefix of the static files.
    :param template_folder: the folder of the templates, or ``None``.
    :param root_path: the folder the others are relative to; found from
        ``import_name`` if omitted.
    """

    _static_folder: str | None = None
    _static_url_path: str | None = None
    name: str

    def __init__(
        self,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        root_path: str | None = None,
    ) -> None:
        self.import_name = import_name
        #: The folder on disk that resources are looked up in.
        self.root_path = get_root_path(import_name) if root_path is None else root_path
        #: The folder of the templates, relative to :attr:`root_path`.
        self.template_folder = template_folder
        self.static_folder = static_folder
        self.static_url_path = static_url_path
        #: Endpoint to view function.
        self.view_functions: dict[str, ft.RouteCallable] = {}
        #: Scope to code (``None`` for all) to exception class to handler.
        self.error_handler_spec: dict[
            ft.AppOrBlueprintKey,
            dict[int | None, dict[type[Exception], ft.ErrorHandlerCallable]],
        ] = _handler_table()
        #: Scope to the functions :meth:`before_request` registered.
        self.before_request_funcs: dict[
            ft.AppOrBlueprintKey, list[ft.BeforeRequestCallable]
        ] = defaultdict(list)
        #: Scope to the functions :meth:`after_request` registered.
        self.after_request_funcs: dict[
            ft.AppOrBlueprintKey, list[ft.AfterRequestCallable[Any]]
        ] = defaultdict(list)
        #: Scope to the functions :meth:`teardown_request` registered.
        self.teardown_request_funcs: dict[
            ft.AppOrBlueprintKey, list[ft.TeardownCallable]
        ] = defaultdict(list)
        #: Scope to the functions :meth:`context_processor` registered.
        self.template_context_processors: dict[
            ft.AppOrBlueprintKey, list[ft.TemplateContextProcessorCallable]
        ] = defaultdict(list)
        #: Scope to the functions :meth:`url_value_preprocessor` registered.
        self.url_value_preprocessors: dict[
            ft.AppOrBlueprintKey, list[ft.URLValuePreprocessorCallable]
        ] = defaultdict(list)
        #: Scope to the functions :meth:`url_defaults` registered.
        self.url_default_functions: dict[
            ft.AppOrBlueprintKey, list[ft.URLDefaultCallable]
        ] = defaultdict(list)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    def _check_setup_finished(self, f_name: str) -> None:
        """Complain when a set-up method is called too late; here it never is."""

    @property
    def static_folder(self) -> str | None:
        """The absolute path of the static files, or ``None``."""
        if self._static_folder is None:
            return None
        return os.path.join(self.root_path, self._static_folder)

    @static_folder.setter
    def static_folder(self, value: str | os.PathLike[str] | None) -> None:
        self._static_folder = None if value is None else os.fspath(value).rstrip(r"\/")

    @property
    def has_static_folder(self) -> bool:
        """Whether a static folder is set; it need not exist.

        .. versionadded:: 0.5
        """
        return self._static_folder is not None

    @property
    def static_url_path(self) -> str | None:
        """The URL prefix of the static files, by default the folder's name."""
        if self._static_url_path is not None:
            return self._static_url_path
        folder = self.static_folder
        return None if folder is None else f"/{os.path.basename(folder)}".rstrip("/")

    @static_url_path.setter
    def static_url_path(self, value: str | None) -> None:
        self._static_url_path = None if value is None else value.rstrip("/")

    @lazy
    def jinja_loader(self) -> BaseLoader | None:
        """The loader for this object's own templates, ``None`` without a folder.

        .. versionadded:: 0.5
        """
        if self.template_folder is None:
            return None
        from jinja2 import FileSystemLoader

        return FileSystemLoader(os.path.join(self.root_path, self.template_folder))

    @lazy
    def cli(self) -> AppGroup:
        """The click group that commands of this object are added to.

        .. versionadded:: 0.11
        """
        from .cli import AppGroup

        return AppGroup(self.name)

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """How long a client may cache a file, in seconds.

        ``SEND_FILE_MAX_AGE_DEFAULT`` unless overridden.

        :param filename: the path of the file.
        :returns: seconds, or ``None`` for a conditional request each time.

        .. versionadded:: 0.9
        """
        value = current_app.config["SEND_FILE_MAX_AGE_DEFAULT"]
        if value is None or isinstance(value, int):
            return value
        return int(value.total_seconds())

    def send_static_file(self, filename: str) -> Response:
        """The view of the static route: a file from :attr:`static_folder`.

        :param filename: the path below the folder.
        :raises RuntimeError: there is no static folder.

        .. versionadded:: 0.5
        """
        folder = self.static_folder
        if folder is None:
            raise RuntimeError("'static_folder' must be set to serve static_files.")
        max_age = self.get_send_file_max_age(filename)
        return send_from_directory(folder, filename, max_age=max_age)

    def open_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = "utf-8"
    ) -> Any:
        """Open a file below :attr:`root_path` for reading.

        :param resource: the path, relative to the root.
        :param mode: ``"r"``, ``"rt"`` or ``"rb"``.
        :param encoding: of a text file.
        :returns: the open file.
        :raises ValueError: a mode that writes.

        .. versionchanged:: 3.1
            The ``encoding`` parameter.
        """
        if mode not in {"r", "rt", "rb"}:
            raise ValueError("Resources can only be opened for reading.")
        path = os.path.join(self.root_path, resource)
        return open(path, mode, encoding=None if mode == "rb" else encoding)

    @setupmethod
    def get(self, rule: str, **options: Any) -> Callable[[T_route], T_route]:
        """:meth:`route` with ``methods=["GET"]``.

        .. versionadded:: 2.0
        """
        return self._method_route("GET", rule, options)

    @setupmethod
    def post(self, rule: str, **options: Any) -> Callable[[T_route], T_route]:
        """:meth:`route` with ``methods=["POST"]``.

        .. versionadded:: 2.0
        """
        return self._method_route("POST", rule, options)

    @setupmethod
    def put(self, rule: str, **options: Any) -> Callable[[T_route], T_route]:
        """:meth:`route` with ``methods=["PUT"]``.

        .. versionadded:: 2.0
        """
        return self._method_route("PUT", rule, options)

    @setupmethod
    def delete(self, rule: str, **options: Any) -> Callable[[T_route], T_route]:
        """:meth:`route` with ``methods=["DELETE"]``.

        .. versionadded:: 2.0
        """
        return self._method_route("DELETE", rule, options)

    @setupmethod
    def patch(self, rule: str, **options: Any) -> Callable[[T_route], T_route]:
        """:meth:`route` with ``methods=["PATCH"]``.

        .. versionadded:: 2.0
        """
        return self._method_route("PATCH", rule, options)

    def _method_route(
        self, method: str, rule: str, options: dict[str, Any]
    ) -> Callable[[T_route], T_route]:
        if "methods" in options:
            raise TypeError("Use the 'route' decorator to use the 'methods' argument.")
        return self.route(rule, methods=[method], **options)

    @setupmethod
    def route(self, rule: str, **options: Any) -> Callable[[T_route], T_route]:
        """Register the decorated view for a URL rule.

        :param rule: the rule.
        :param options: as for :meth:`add_url_rule`.
        :returns: a decorator that gives the view back unchanged.
        """
        endpoint = options.pop("endpoint", None)

        def register(view: T_route) -> T_route:
            self.add_url_rule(rule, endpoint, view, **options)
            return view

        return register

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Connect a URL rule, an endpoint and a view."""
        raise NotImplementedError

    @setupmethod
    def endpoint(self, endpoint: str) -> Callable[[F], F]:
        """Give an endpoint its view, for rules that were added without one.

        :param endpoint: the endpoint.
        :returns: a decorator that gives the function back unchanged.
        """

        def register(view: F) -> F:
            self.view_functions[endpoint] = view
            return view

        return register

    @setupmethod
    def before_request(self, f: T_before_request) -> T_before_request:
        """Call a function before each request is dispatched.

        If it returns anything but ``None``, that is the response: the view and
        the remaining functions are not called.
        """
        self.before_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def after_request(self, f: T_after_request) -> T_after_request:
        """Call a function with the response of each request.

        It returns the response to go on with. The last one registered runs
        first. It is not called when the request ends in an exception that is
        passed on to the server, as in testing and debug mode.
        """
        self.after_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def teardown_request(self, f: T_teardown) -> T_teardown:
        """Call a function when the request context is popped, whatever happened.

        It gets the unhandled exception or ``None``; what it returns is ignored.
        """
        self.teardown_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def context_processor(
        self, f: T_template_context_processor
    ) -> T_template_context_processor:
        """Call a function for a mapping of names to add to each template."""
        self.template_context_processors[None].append(f)
        return f

    @setupmethod
    def url_value_preprocessor(
        self, f: T_url_value_preprocessor
    ) -> T_url_value_preprocessor:
        """Call a function with endpoint and ``view_args`` before the view.

        It may change the values in place.

        .. versionadded:: 0.7
        """
        self.url_value_preprocessors[None].append(f)
        return f

    @setupmethod
    def url_defaults(self, f: T_url_defaults) -> T_url_defaults:
        """Call a function with endpoint and values whenever a URL is built.

        It may add values in place.

        .. versionadded:: 0.7
        """
        self.url_default_functions[None].append(f)
        return f

    @setupmethod
    def errorhandler(
        self, code_or_exception: type[Exception] | int
    ) -> Callable[[T_error_handler], T_error_handler]:
        """Register the decorated function for a status code or an exception class.

        :param code_or_exception: the code, or the class; its subclasses are
            handled too unless they have a handler of their own.
        :returns: a decorator that gives the function back unchanged.
        """

        def register(handler: T_error_handler) -> T_error_handler:
            self.register_error_handler(code_or_exception, handler)
            return handler

        return register

    @setupmethod
    def register_error_handler(
        self, code_or_exception: type[Exception] | int, f: ft.ErrorHandlerCallable
    ) -> None:
        """The function form of :meth:`errorhandler`.

        .. versionadded:: 0.7
        """
        exc_class, code = self._get_exc_class_and_code(code_or_exception)
        self.error_handler_spec[None][code][exc_class] = f

    @staticmethod
    def _get_exc_class_and_code(
        exc_class_or_code: type[Exception] | int,
    ) -> tuple[type[Exception], int | None]:
        """The class a handler is registered for, and its status code if it has one."""
        exc_class: Any = exc_class_or_code
        if isinstance(exc_class, int):
            exc_class = default_exceptions.get(exc_class)
            if exc_class is None:
                raise ValueError(
                    f"'{exc_class_or_code}' is not a recognized HTTP error code."
                    " Use a subclass of HTTPException with that code instead."
                )
        if isinstance(exc_class, Exception):
            raise TypeError(
                f"{exc_class!r} is an instance, not a class. {_HANDLED_KINDS}"
            )
        if not issubclass(exc_class, Exception):
            raise ValueError(
                f"'{exc_class.__name__}' is not a subclass of Exception."
                f" {_HANDLED_KINDS}"
            )
        code = exc_class.code if issubclass(exc_class, HTTPException) else None
        return exc_class, code


_HANDLED_KINDS = (
    "Handlers can only be registered for Exception classes or HTTP error codes."
)


def _handler_table() -> dict[Any, Any]:
    return HandlerTable(handlers_by_code)


def _endpoint_from_view_func(view_func: ft.RouteCallable | None) -> str:
    """The endpoint a view gets when none is named: its own name."""
    assert view_func is not None, "expected view func if endpoint is not provided."
    return view_func.__name__
