"""The application, a WSGI callable (chapters 1 to 56)"""

from __future__ import annotations

import os
import sys
import weakref
from operator import attrgetter
from typing import Any
from typing import cast
from typing import TYPE_CHECKING
from typing import TypeVar

from . import shortcut
from . import typing as ft
from .ctx import _AppCtxGlobals
from .ctx import AppContext
from .ctx import RequestContext
from .dropped import FormerFlask
from .dropped import warn_dropped
from .environment import Templates
from .globals import _cv_app
from .globals import _cv_request
from .globals import g
from .scaffold import setupmethod
from .signals import appcontext_tearing_down
from .signals import request_started
from .signals import request_tearing_down
from .wrappers import Request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack
    from wsgiref.types import StartResponse
    from wsgiref.types import WSGIEnvironment

    from werkzeug.exceptions import HTTPException

    from .former.parameters import FlaskParameters
    from .testing import FlaskClient
    from .testing import FlaskCliRunner
    from .wrappers import Response

T_shell_context_processor = TypeVar(
    "T_shell_context_processor", bound=ft.ShellContextProcessorCallable
)
T_teardown = TypeVar("T_teardown", bound=ft.TeardownCallable)
_missing: Any = object()


class Flask(Templates, FormerFlask):
    """A WSGI application, and the registry of all it consists of.

    Usually made once, in the main module or in a function that a server calls::

        app = Flask(__name__)

    :param import_name: what the application is named after, and found by on disk:
        the ``__name__`` of the module that makes it, as a rule.
    :param static_url_path: the URL prefix of the static files, by default the
        name of their folder.
    :param static_folder: the folder of the static files, relative to the root.
    :param static_host: the host of the static route, with ``host_matching``.
    :param host_matching: match rules by their ``host``.
    :param subdomain_matching: match rules by their ``subdomain``, below
        ``SERVER_NAME``.
    :param template_folder: the folder of the templates, relative to the root.
    :param instance_path: the absolute path of the instance folder.
    :param instance_relative_config: make configuration files relative to it.
    :param root_path: the root of the application's files, by default the folder
        of the module or package.

    .. versionadded:: 1.0
        ``host_matching``, ``static_host``, ``subdomain_matching``.

    .. versionadded:: 0.11
        ``root_path``.
    """

    #: The class of the requests.
    request_class: type[Request] = Request

    #: The class of ``g``.
    #:
    #: .. versionadded:: 0.10
    app_ctx_globals_class = _AppCtxGlobals

    #: The class :meth:`test_client` makes, ``FlaskClient`` if ``None``.
    #:
    #: .. versionadded:: 0.7
    test_client_class: type[FlaskClient] | None = None

    #: The class :meth:`test_cli_runner` makes, ``FlaskCliRunner`` if ``None``.
    #:
    #: .. versionadded:: 1.0
    test_cli_runner_class: type[FlaskCliRunner] | None = None

    def __init__(
        self,
        import_name: str,
        static_url_path: str | None = None,
        static_folder: str | os.PathLike[str] | None = "static",
        static_host: str | None = None,
        host_matching: bool = False,
        subdomain_matching: bool = False,
        template_folder: str | os.PathLike[str] | None = "templates",
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
        **former: Unpack[FlaskParameters],
    ) -> None:
        if former:
            from .former.parameters import for_flask

            static_url_path = for_flask(former, static_url_path)
        super().__init__(
            import_name=import_name,
            static_url_path=static_url_path,
            static_folder=static_folder,
            host_matching=host_matching,
            subdomain_matching=subdomain_matching,
            template_folder=template_folder,
            instance_path=instance_path,
            instance_relative_config=instance_relative_config,
            root_path=root_path,
        )
        #: What :meth:`teardown_appcontext` registered.
        self.teardown_appcontext_funcs: list[ft.TeardownCallable] = []
        #: What :meth:`shell_context_processor` registered.
        #:
        #: .. versionadded:: 0.11
        self.shell_context_processors: list[ft.ShellContextProcessorCallable] = []
        if self.has_static_folder:
            self._add_static_route(static_host)

    def _add_static_route(self, host: str | None) -> None:
        """Serve the static folder, without a reference that keeps the app alive."""
        assert bool(host) == self.url_map.host_matching, (
            "Invalid static_host/host_matching combination"
        )
        this = weakref.ref(self)

        def static(filename: str) -> Response:
            return this().send_static_file(filename)  # type: ignore[union-attr]

        self.add_url_rule(
            f"{self.static_url_path}/<path:filename>",
            endpoint="static",
            view_func=static,
            host=host,
        )

    @setupmethod
    def teardown_appcontext(self, f: T_teardown) -> T_teardown:
        """Call a function when the application context is popped.

        It gets the unhandled exception or ``None``; what it returns is ignored.

        .. versionadded:: 0.9
        """
        self.teardown_appcontext_funcs.append(f)
        return f

    @setupmethod
    def shell_context_processor(
        self, f: T_shell_context_processor
    ) -> T_shell_context_processor:
        """Call a function for the names a shell starts with.

        .. versionadded:: 0.11
        """
        self.shell_context_processors.append(f)
        return f

    def make_shell_context(self) -> dict[str, Any]:
        """The names an interactive shell starts with.

        .. versionadded:: 0.11
        """
        names: dict[str, Any] = {"app": self, "g": g}
        for processor in self.shell_context_processors:
            names.update(processor())
        return names

    #: Whether a method that the short way skips was set on this very object.
    _overridden = False

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            object.__setattr__(self, name, value)
            if name in _SKIPPED:
                object.__setattr__(self, "_overridden", True)

        def __delattr__(self, name: str) -> None:
            object.__delattr__(self, name)
            if name in _SKIPPED:
                remaining = not _SKIPPED.isdisjoint(vars(self))
                object.__setattr__(self, "_overridden", remaining)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """What the server calls; middleware wraps :attr:`wsgi_app` instead."""
        return self.wsgi_app(environ, start_response)

    def wsgi_app(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The WSGI application (PEP 3333).

        A method of its own, so that middleware can be wrapped around it while
        the application object stays at hand.

        :param environ: the WSGI environment.
        :param start_response: the server's callable for status and headers.
        :returns: the body.
        """
        if (
            not self._overridden
            and _skipped(type(self)) == _stock
            and shortcut.is_open(self)
        ):
            return shortcut.serve(self, environ, start_response)
        context = self.request_context(environ)
        failure: BaseException | None = None
        try:
            try:
                context.push()
                response = self.full_dispatch_request()
            except BaseException as problem:
                failure = problem
                if not isinstance(problem, Exception):
                    raise
                response = self.handle_exception(problem)
            return response(environ, start_response)
        finally:
            self._leave(context, environ, failure)
            failure = None

    def _leave(
        self,
        context: RequestContext,
        environ: WSGIEnvironment,
        failure: BaseException | None,
    ) -> None:
        """End the time in which the request is the current one."""
        if "werkzeug.debug.preserve_context" in environ:
            preserve = environ["werkzeug.debug.preserve_context"]
            preserve(_cv_app.get())
            preserve(_cv_request.get())
        if failure is None or self.should_ignore_error(failure):
            context.pop(None)
        else:
            context._pop_failed(failure)

    def _preserves_context(self) -> bool:
        """Whether a context outlives the exception that ends its request."""
        if not self.config.get("PRESERVE_CONTEXT_ON_EXCEPTION"):
            return False
        warn_dropped(
            "PRESERVE_CONTEXT_ON_EXCEPTION",
            "2.2",
            "Read the traceback, or use Werkzeug's debugger.",
        )
        return True

    def full_dispatch_request(self) -> Response:
        """Hooks, view, error handlers, response: all between push and pop.

        .. versionadded:: 0.7
        """
        self._got_first_request = True
        return self.finalize_request(self._answer())

    def _answer(self) -> ft.ResponseReturnValue | HTTPException:
        """What a hook, the view or an error handler answers."""
        try:
            if request_started.receivers:
                request_started.send(self, _async_wrapper=self.ensure_sync)
            rv = self.preprocess_request()
            return self.dispatch_request() if rv is None else rv
        except Exception as problem:
            return self.handle_user_exception(problem)

    def preprocess_request(self) -> ft.ResponseReturnValue | None:
        """Call the URL value preprocessors, then the ``before_request`` functions.

        The application's run before those of the request's blueprints, the
        outermost blueprint first.

        :returns: the first answer that is not ``None``; the view is not called
            then.
        """
        processors, functions = self.url_value_preprocessors, self.before_request_funcs
        if not processors and not functions:
            return None
        context = _cv_request.get()
        if processors:
            request = context.request
            for scope in reversed(context.scopes):
                for processor in processors.get(scope, ()):
                    processor(request.endpoint, request.view_args)
        for scope in reversed(context.scopes):
            for function in functions.get(scope, ()):
                rv = self.ensure_sync(function)()
                if rv is not None:
                    return cast("ft.ResponseReturnValue", rv)
        return None

    def dispatch_request(self) -> ft.ResponseReturnValue:
        """Call the view of the rule that matched.

        :returns: what the view returned.
        :raises werkzeug.exceptions.HTTPException: no rule matched.
        """
        request = _cv_request.get().request
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        rule = request.url_rule
        if request.method == "OPTIONS" and getattr(
            rule, "provide_automatic_options", False
        ):
            return self.make_default_options_response()
        view = self.ensure_sync(self.view_functions[rule.endpoint])  # type: ignore[union-attr]
        return view(**request.view_args)  # type: ignore[no-any-return, arg-type]

    def do_teardown_request(self, exc: BaseException | None = _missing) -> None:
        """Call the teardown functions: the blueprints', then the application's.

        :param exc: the unhandled exception, by default the one being handled.

        .. versionchanged:: 0.9
            The ``exc`` parameter.
        """
        if exc is _missing:
            exc = sys.exc_info()[1]
        functions = self.teardown_request_funcs
        if functions:
            for scope in _cv_request.get().scopes:
                if scope in functions:
                    for function in reversed(functions[scope]):
                        self.ensure_sync(function)(exc)
        if request_tearing_down.receivers:
            request_tearing_down.send(self, _async_wrapper=self.ensure_sync, exc=exc)

    def do_teardown_appcontext(self, exc: BaseException | None = _missing) -> None:
        """Call what :meth:`teardown_appcontext` registered, the last one first.

        :param exc: the unhandled exception, by default the one being handled.

        .. versionadded:: 0.9
        """
        if exc is _missing:
            exc = sys.exc_info()[1]
        for function in reversed(self.teardown_appcontext_funcs):
            self.ensure_sync(function)(exc)
        if appcontext_tearing_down.receivers:
            appcontext_tearing_down.send(self, _async_wrapper=self.ensure_sync, exc=exc)

    def app_context(self) -> AppContext:
        """A context in which ``current_app`` is this application.

        .. versionadded:: 0.9
        """
        return AppContext(self)

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """A context in which ``request`` is made from a WSGI environment.

        :param environ: the environment.
        """
        return RequestContext(self, environ)

    def test_request_context(self, *args: Any, **kwargs: Any) -> RequestContext:
        """A request context from the arguments of Werkzeug's ``EnvironBuilder``.

        Pushing it matches the URL but calls no hook and no view.
        """
        from .testing import EnvironBuilder

        builder = EnvironBuilder(self, *args, **kwargs)
        try:
            return self.request_context(builder.get_environ())
        finally:
            builder.close()

    def test_client(self, use_cookies: bool = True, **kwargs: Any) -> FlaskClient:
        """A client that sends requests to this application without a server.

        :param use_cookies: keep cookies between requests.
        :param kwargs: for the client class.
        """
        make = self.test_client_class
        if make is None:
            from .testing import FlaskClient

            make = FlaskClient
        return make(self, self.response_class, use_cookies=use_cookies, **kwargs)

    def test_cli_runner(self, **kwargs: Any) -> FlaskCliRunner:
        """A runner that invokes this application's commands.

        .. versionadded:: 1.0
        """
        make = self.test_cli_runner_class
        if make is None:
            from .testing import FlaskCliRunner

            make = FlaskCliRunner
        return make(self, **kwargs)

    def run(
        self,
        host: str | None = None,
        port: int | None = None,
        debug: bool | None = None,
        load_dotenv: bool = True,
        **options: Any,
    ) -> None:
        """Serve the application with Werkzeug's development server.

        Not for production: see the page on deploying.

        :param host: the address, by default that of ``SERVER_NAME`` or
            ``127.0.0.1``.
        :param port: the port, by default that of ``SERVER_NAME`` or 5000.
        :param debug: switch debug mode on or off.
        :param load_dotenv: read ``.env`` and ``.flaskenv`` first.
        :param options: for Werkzeug's ``run_simple``.
        """
        from .serving import serve

        try:
            serve(self, host, port, debug, load_dotenv, options)
        finally:
            self._got_first_request = False


#: What the short way through a request does in other words.
_SKIPPED = frozenset(
    {
        "app_context",
        "create_url_adapter",
        "dispatch_request",
        "do_teardown_appcontext",
        "do_teardown_request",
        "ensure_sync",
        "finalize_request",
        "full_dispatch_request",
        "make_response",
        "preprocess_request",
        "process_response",
        "request_context",
    }
)
_skipped = attrgetter(*_SKIPPED)
_stock = _skipped(Flask)
