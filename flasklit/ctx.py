"""The contexts of an application and of a request (chapters 9 to 56)"""

from __future__ import annotations

import sys
from collections.abc import Callable
from collections.abc import Iterator
from functools import cache
from functools import update_wrapper
from operator import attrgetter
from typing import Any
from typing import cast
from typing import TYPE_CHECKING
from typing import TypeVar

from werkzeug.exceptions import HTTPException

from .dropped import Dropped
from .dropped import DroppedAttribute
from .globals import _cv_app
from .globals import _cv_request
from .helpers import _split_blueprint_path
from .lazy import lazy
from .sessions import opens_lazily
from .signals import appcontext_popped
from .signals import appcontext_pushed
from .wrappers import Request

if TYPE_CHECKING:
    from contextvars import Token
    from types import TracebackType

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import MapAdapter

    from .app import Flask
    from .sessions import SessionMixin
    from .typing import AfterRequestCallable
    from .wrappers import Response

F = TypeVar("F", bound=Callable[..., Any])
_missing: Any = object()


class _AppCtxGlobals:
    """The namespace behind ``g``: attributes, with some manners of a dictionary.

    .. versionadded:: 0.10
        ``in`` and iteration.
    """

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    if TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None: ...
        def __delattr__(self, name: str) -> None: ...

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute, or a default.

        .. versionadded:: 0.10
        """
        return self.__dict__.get(name, default)

    def pop(self, name: str, default: Any = _missing) -> Any:
        """Take an attribute away and return it.

        :raises KeyError: it is missing and no default is given.

        .. versionadded:: 0.11
        """
        if default is _missing:
            return self.__dict__.pop(name)
        return self.__dict__.pop(name, default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """An attribute; set to the default first if it is missing.

        .. versionadded:: 0.11
        """
        return self.__dict__.setdefault(name, default)

    def __contains__(self, item: str) -> bool:
        return item in self.__dict__

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __repr__(self) -> str:
        context = _cv_app.get(None)
        if context is None:
            return object.__repr__(self)
        return f"<flask.g of '{context.app.name}'>"


class Watched(type):
    """A class that notes which of its attributes were changed after it was made."""

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
    ) -> None:
        super().__init__(name, bases, namespace)
        type.__setattr__(cls, "_originals", namespace)

    def __setattr__(cls, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        cls._note(name)

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        cls._note(name)

    def _note(cls, name: str) -> None:
        originals: dict[str, Any] = cls.__dict__["_originals"]
        if vars(cls).get(name) is originals.get(name):
            _changed.discard((cls, name))
        else:
            _changed.add((cls, name))


_changed: set[tuple[type, str]] = set()


class AppContext(metaclass=Watched):
    """The time during which ``current_app`` and ``g`` mean something.

    Pushed with every request that finds none, and with every command.

    :param app: the application.
    """

    #: The token of the last push, and the tokens of the pushes before it.
    _pushes: tuple[Token[AppContext], Any] | None = None

    def __init__(self, app: Flask) -> None:
        self.app = app

    @lazy
    def g(self) -> _AppCtxGlobals:
        """The namespace of this context, an ``app_ctx_globals_class``."""
        return self.app.app_ctx_globals_class()

    @lazy
    def url_adapter(self) -> MapAdapter | None:
        """The URL map bound to the configuration; ``None`` without a server name."""
        return self.app.create_url_adapter(None)

    def push(self) -> None:
        """Make this the current application context."""
        self._pushes = (_cv_app.set(self), self._pushes)
        if appcontext_pushed.receivers:
            appcontext_pushed.send(self.app, _async_wrapper=self.app.ensure_sync)

    def pop(self, exc: BaseException | None = _missing) -> None:
        """Leave the context; the last pop runs the teardown functions.

        :param exc: what the teardown functions are told, by default the
            exception being handled.
        """
        app = self.app
        assert self._pushes is not None, "This context is not pushed."
        token, earlier = self._pushes
        try:
            if earlier is None:
                if exc is _missing:
                    exc = sys.exc_info()[1]
                app.do_teardown_appcontext(exc)
        finally:
            current = _cv_app.get()
            self._pushes = earlier
            _cv_app.reset(token)
        if current is not self:
            raise AssertionError(
                f"Popped wrong app context. ({current!r} instead of {self!r})"
            )
        if appcontext_popped.receivers:
            appcontext_popped.send(app, _async_wrapper=app.ensure_sync)

    def __enter__(self) -> AppContext:
        self.push()
        return self

    def __exit__(
        self,
        exc_type: type | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.pop(exc_value)


class RequestContext(metaclass=Watched):
    """The time during which ``request`` and ``session`` mean something.

    :param app: the application.
    :param environ: the WSGI environment of the request.
    :param request: a request to use instead of a new one.
    :param session: a session to use instead of opening one.
    """

    #: What the last push has to undo, and the pushes before it.
    _pushes: tuple[Token[RequestContext], AppContext | None, Any] | None = None

    #: The messages flashed for this request, once they were asked for.
    flashes: list[tuple[str, str]] | None = None

    #: The scopes of the request: its blueprints, the innermost first, and ``None``
    #: for the application. Hooks and handlers are registered under these keys.
    scopes: tuple[str | None, ...] = (None,)

    #: The push that a preserved context keeps, and the exception that ended it.
    _kept: tuple[Token[RequestContext], AppContext | None, Any] | None = None
    _preserved_exc: BaseException | None = None

    def __init__(
        self,
        app: Flask,
        environ: WSGIEnvironment,
        request: Request | None = None,
        session: SessionMixin | None = None,
    ) -> None:
        self.app = app
        if request is None:
            request = app.request_class(environ)
            request.json_module = app.json
        self.request: Request = request
        self._opened = session
        self._after_request_functions: list[AfterRequestCallable[Any]] = []

    @lazy
    def url_adapter(self) -> MapAdapter | None:
        """The URL map bound to the request; ``None`` if its host is refused."""
        try:
            return self.app.create_url_adapter(self.request)
        except HTTPException as problem:
            self.request.routing_exception = problem
            return None

    @property
    def session(self) -> SessionMixin:
        """The session, opened when it is first asked for.

        Asking marks it as accessed, so that the response varies by cookie.
        """
        session = self._session
        session.accessed = True
        return session

    @session.setter
    def session(self, session: SessionMixin) -> None:
        self._opened = session

    @property
    def _session(self) -> SessionMixin:
        """The session, opened now if it was not, without marking it."""
        session = self._opened
        if session is None:
            interface = self.app.session_interface
            session = interface.open_session(self.app, self.request)
            if session is None:
                session = interface.make_null_session(self.app)
            self._opened = session
        return session

    @_session.setter
    def _session(self, session: SessionMixin) -> None:
        self._opened = session

    def copy(self) -> RequestContext:
        """A context of the same request, to be pushed in another greenlet.

        .. versionchanged:: 1.1
            The session is shared, not loaded again.

        .. versionadded:: 0.10
        """
        return type(self)(self.app, self.request.environ, self.request, self._session)

    def match_request(self, _as_usual: bool = False) -> None:
        """Find the rule for the request, or note why there is none."""
        request = self.request
        try:
            match = self.app._find_rule(request, None, _as_usual)
            if match is None and self.url_adapter is not None:
                rule, values = self.url_adapter.match(return_rule=True)
                match = rule, dict(values)
            if match is not None:
                request.url_rule, request.view_args = match
                endpoint = match[0].endpoint
                if "." in endpoint:
                    if _blueprint_parts(type(request)) == _stock_parts:
                        self.scopes = _scopes(endpoint)
                    else:
                        self.scopes = (*request.blueprints, None)
        except HTTPException as problem:
            request.routing_exception = problem

    def push(self) -> None:
        """Make this the current request context, below its application context.

        The first push opens the session, unless that can wait, and matches the
        URL.
        """
        app = self.app
        app_context = None
        if _cv_app.get(None) is None or self._lacks_app_context():
            app_context = app.app_context()
            app_context.push()
        self._pushes = (_cv_request.set(self), app_context, self._pushes)
        if opens_lazily(app.session_interface):
            self.request._cookie_header = self.request.environ.get("HTTP_COOKIE", "")
        else:
            self._session  # noqa: B018
        self.match_request()

    def pop(self, exc: BaseException | None = _missing) -> None:
        """Leave the context; the last pop runs the teardown functions.

        :param exc: what the teardown functions are told, by default the
            exception being handled.

        .. versionchanged:: 0.9
            The ``exc`` parameter.
        """
        assert self._pushes is not None, "This context is not pushed."
        token, app_context, earlier = self._pushes
        try:
            if earlier is None:
                if exc is _missing:
                    exc = self._preserved_exc
                    if exc is None:
                        exc = sys.exc_info()[1]
                self.app.do_teardown_request(exc)
                close = getattr(self.request, "close", None)
                if close is not None:
                    close()
        finally:
            current = _cv_request.get()
            self._pushes = earlier
            _cv_request.reset(token)
            if earlier is None:
                request = self.request
                request.environ["werkzeug.request"] = None
                problem = request.routing_exception
                if problem is not None and problem is not exc:
                    problem.__traceback__ = problem.__context__ = None
            if app_context is not None:
                app_context.pop(exc)
            if current is not self:
                raise AssertionError(
                    f"Popped wrong request context. ({current!r} instead of {self!r})"
                )

    @property
    def preserved(self) -> bool:
        """Whether the request is over and only the next one will pop its context.

        .. versionadded:: 0.8
        """
        return self._pushes is not None and self._pushes is self._kept

    def _preserve(self) -> None:
        """Stay current after the next pop and be torn down by the one after it."""
        assert self._pushes is not None, "This context is not pushed."
        token, app_context, earlier = self._pushes
        if earlier is not None:
            return
        if app_context is None:
            app_context = _cv_app.get()
            app_context.push()
        self._kept = token, app_context, None
        self._pushes = _cv_request.set(self), None, self._kept

    def _lacks_app_context(self) -> bool:
        """Whether what is current, without a preserved request, is of another app."""
        current = _cv_request.get(None)
        if current is not None and current.preserved:
            current.pop(current._preserved_exc)
        app_context = _cv_app.get(None)
        return app_context is None or app_context.app is not self.app

    def _pop_failed(self, failure: BaseException) -> None:
        """Leave the context after a failure, unless it is to be preserved."""
        try:
            if self.app._preserves_context():
                self._preserve()
        finally:
            if self._pushes is not None and self._pushes[2] is self._kept is not None:
                self._preserved_exc = failure
            self.pop(failure)

    def save_session(self, response: Response) -> None:
        """Let the session interface write to the response, if there is a need.

        :param response: the response that is about to be sent.
        """
        interface = self.app.session_interface
        if self._opened is None and not interface.must_refresh(self.app, self.request):
            return
        session = self._session
        if not interface.is_null_session(session):
            interface.save_session(self.app, session, response)

    def __enter__(self) -> RequestContext:
        try:
            self.push()
        except BaseException as problem:
            if self._pushes is not None:
                self.pop(problem)
            raise
        return self

    def __exit__(
        self,
        exc_type: type | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if exc_value is None:
            self.pop(None)
        else:
            self._pop_failed(exc_value)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.request.url!r}"
            f" [{self.request.method}] of {self.app.name}>"
        )

    g = DroppedAttribute("stacks", "2.2", "Use flask.g.")
    auto_pop = Dropped("stacks", "2.2", "Call pop.")


def after_this_request(f: AfterRequestCallable[Any]) -> AfterRequestCallable[Any]:
    """Call a function with the response of the current request only.

    :param f: takes the response and returns one.
    :returns: the function.
    :raises RuntimeError: there is no request.

    .. versionadded:: 0.9
    """
    _active("after_this_request")._after_request_functions.append(f)
    return f


def copy_current_request_context(f: F) -> F:
    """Wrap a function so that it runs in a copy of the current request context.

    :param f: a function for another greenlet or thread.
    :returns: the function, pushing the copy when it is called.
    :raises RuntimeError: there is no request.

    .. versionadded:: 0.10
    """
    context = _active("copy_current_request_context").copy()

    def within(*args: Any, **kwargs: Any) -> Any:
        with context:
            return context.app.ensure_sync(f)(*args, **kwargs)

    return cast(F, update_wrapper(within, f))


def has_request_context() -> bool:
    """Whether ``request`` and ``session`` can be used here.

    .. versionadded:: 0.7
    """
    return _cv_request.get(None) is not None


def has_app_context() -> bool:
    """Whether ``current_app`` and ``g`` can be used here.

    .. versionadded:: 0.9
    """
    return _cv_app.get(None) is not None


def _active(function: str) -> RequestContext:
    """The current request context, for a function that cannot do without."""
    context = _cv_request.get(None)
    if context is None:
        raise RuntimeError(
            f"'{function}' can only be used when a request context is active,"
            " such as in a view function."
        )
    return context


@cache
def _scopes(endpoint: str) -> tuple[str | None, ...]:
    """The scopes of the requests to an endpoint, the innermost first."""
    return (*_split_blueprint_path(endpoint.rpartition(".")[0]), None)


_blueprint_parts = attrgetter("endpoint", "blueprint", "blueprints")
_stock_parts = _blueprint_parts(Request)
