"""The short way through a request, and when it is open (chapters 55, 56, 57)"""

from __future__ import annotations

from operator import attrgetter
from types import FunctionType
from typing import Any
from typing import TYPE_CHECKING

from .ctx import _changed
from .ctx import AppContext
from .ctx import RequestContext
from .foundation import _COROUTINE
from .foundation import _UNMARKED
from .globals import _cv_app
from .globals import _cv_request
from .plain import plain_answer
from .sessions import SecureCookieSession
from .sessions import SecureCookieSessionInterface
from .signals import appcontext_popped
from .signals import appcontext_pushed
from .signals import appcontext_tearing_down
from .signals import request_finished
from .signals import request_started
from .signals import request_tearing_down
from .wrappers import Request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse
    from wsgiref.types import WSGIEnvironment

    from werkzeug.exceptions import HTTPException

    from . import typing as ft
    from .app import Flask
    from .plain import Plain
    from .wrappers import Response


def is_open(app: Flask) -> bool:
    """Tell whether nothing but the usual would happen around a view.

    Asked for every request, as methods may be replaced and signals connected
    at any time. Whether the application's own methods are the stock ones is the
    application's question.

    :param app: the application.
    """
    interface = app.session_interface
    own = interface.__dict__
    return (
        _get_app(None) is None
        and not _changed
        and not appcontext_pushed.receivers
        and not request_started.receivers
        and not request_finished.receivers
        and not request_tearing_down.receivers
        and not appcontext_tearing_down.receivers
        and not appcontext_popped.receivers
        and _session_parts(type(interface)) == _stock_session
        and interface.session_class is SecureCookieSession  # type: ignore[attr-defined]
        and (not own or _SESSION_PARTS.isdisjoint(own))
    )


def serve(
    app: Flask, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer a WSGI call, with what usually happens written out.

    :param app: an application for which :func:`is_open` holds.
    :param environ: the WSGI environment.
    :param start_response: the server's callable.
    :returns: the body.
    """
    context = RequestContext(app, environ)
    app_context = _new(AppContext)
    app_context.app = app
    app_token = _set_app(app_context)
    app_context._pushes = app_token, None
    token = _set_request(context)
    context._pushes = token, app_context, None
    context.request._cookie_header = environ.get("HTTP_COOKIE", "")
    failure: BaseException | None = None
    try:
        try:
            response = _finish(app, context, _answer(app, context))
        except BaseException as problem:
            failure = problem
            if not isinstance(problem, Exception):
                raise
            response = app.handle_exception(problem)
        if type(response) is tuple:
            status, headers, body = response
            if environ["REQUEST_METHOD"] == "HEAD":
                body.clear()
            start_response(status, headers)
            return body
        return response(environ, start_response)  # type: ignore[operator]
    finally:
        request = context.request
        marked, refusal = request.environ, request.routing_exception
        quiet = (
            failure is None
            and _get_request(None) is context
            and _get_app(None) is app_context
            and context._pushes[2] is None
            and not app.teardown_appcontext_funcs
            and "werkzeug.debug.preserve_context" not in environ
            and type(request).close is _close
            and "files" not in request.__dict__
        )
        hooks = app.teardown_request_funcs
        for scope in context.scopes:
            if scope in hooks:
                quiet = False
        if quiet:
            _reset_request(token)
            _reset_app(app_token)
            context._pushes = app_context._pushes = None
            marked["werkzeug.request"] = None
            if refusal is not None:
                refusal.__traceback__ = refusal.__context__ = None
        else:
            app._leave(context, environ, failure)
        failure = refusal = None


def _answer(
    app: Flask, context: RequestContext
) -> ft.ResponseReturnValue | HTTPException:
    """What a hook, the view or an error handler answers."""
    context.match_request(True)
    if not app._got_first_request:
        app._got_first_request = True
    request = context.request
    try:
        hooks, preprocessors = app.before_request_funcs, app.url_value_preprocessors
        for scope in context.scopes:
            if scope in hooks or (preprocessors and scope in preprocessors):
                answer = app.preprocess_request()
                if answer is not None:
                    return answer
                break
        if request.routing_exception is not None or request.method == "OPTIONS":
            return app.dispatch_request()
        view: Any = app.view_functions[request.url_rule.endpoint]  # type: ignore[union-attr]
        if type(view) is not FunctionType or (
            view.__code__.co_flags & _COROUTINE
            or (view.__dict__ and not view.__dict__.keys() <= _UNMARKED)
        ):
            view = app.ensure_sync(view)
        return view(**request.view_args)  # type: ignore[no-any-return, arg-type]
    except Exception as problem:
        return app.handle_user_exception(problem)


def _finish(
    app: Flask, context: RequestContext, answer: ft.ResponseReturnValue | HTTPException
) -> Response | Plain:
    """The response of an answer, or what would be sent of it if nobody waits."""
    if context._opened is not None or context._after_request_functions:
        return app.finalize_request(answer)
    hooks = app.after_request_funcs
    for scope in context.scopes:
        if scope in hooks:
            return app.finalize_request(answer)
    request = context.request
    if (
        request._cookie_header
        or type(request) is not Request
        or _in_request["cookies"] is not _cookies
    ) and app.session_interface.must_refresh(app, request):
        return app.finalize_request(answer)
    plain = plain_answer(app, answer, request)
    if plain is not None:
        return plain
    return app.make_response(answer)


_get_app = _cv_app.get
_SESSION_PARTS = frozenset(
    {
        "is_null_session",
        "make_null_session",
        "must_refresh",
        "open_session",
        "save_session",
    }
)
_session_parts = attrgetter(*_SESSION_PARTS)
_stock_session = _session_parts(SecureCookieSessionInterface)
_new = object.__new__
_get_request = _cv_request.get
_set_app = _cv_app.set
_set_request = _cv_request.set
_reset_app = _cv_app.reset
_reset_request = _cv_request.reset
_close = Request.close
_in_request = vars(Request)
_cookies = _in_request["cookies"]
