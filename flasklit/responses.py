"""From what a view returns to a finished response (chapters 12 to 34)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.utils import redirect as _werkzeug_redirect
from werkzeug.wrappers import Response as BaseResponse

from .globals import _cv_request
from .globals import request
from .routing import Routes
from .sessions import SecureCookieSessionInterface
from .sessions import SessionInterface
from .signals import request_finished
from .wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .ctx import RequestContext
    from .typing import ResponseReturnValue


class Responses(Routes):
    """Makes responses of return values and lets hooks and session finish them."""

    #: The class of the responses.
    response_class: type[Response] = Response

    #: Opens and saves the sessions.
    #:
    #: .. versionadded:: 0.8
    session_interface: SessionInterface = SecureCookieSessionInterface()

    def make_response(self, rv: ResponseReturnValue) -> Response:
        """Turn what a view returned into a response of :attr:`response_class`.

        :param rv: text, bytes, an iterator of them, a dict or list (sent as
            JSON), a response, a WSGI callable; or a tuple of one of these with
            a status, headers, or both in this order.
        :raises TypeError: anything else, ``None`` included.

        .. versionchanged:: 2.2
            An iterator is streamed, a list is sent as JSON.
        """
        if type(rv) is str:
            return self.response_class(rv)
        status: Any = None
        headers: Any = None
        body: Any = rv
        if isinstance(rv, tuple):
            body, status, headers = _unpack(rv)
        if isinstance(body, self.response_class):
            response = body
        elif isinstance(body, (str, bytes, bytearray, Iterator)):
            return self.response_class(body, status=status, headers=headers)  # type: ignore[arg-type]
        else:
            response = self._convert(body)
        if status is not None:
            if isinstance(status, (str, bytes, bytearray)):
                response.status = status  # type: ignore[assignment]
            else:
                response.status_code = status
        if headers:
            response.headers.update(headers)
        return response

    def _convert(self, body: Any) -> Response:
        """A response from anything that is neither a response yet nor a string."""
        if isinstance(body, (dict, list)):
            return self.json.response(body)
        if isinstance(body, HTTPException) and _answers_itself(
            body, self.response_class
        ):
            error = body.get_response(request.environ)
            if "Location" in error.headers:
                error.headers = error.get_wsgi_headers(request.environ)
            return self.response_class.force_type(error)  # type: ignore[return-value]
        if isinstance(body, BaseResponse) or callable(body):
            try:
                return self.response_class.force_type(body, request.environ)  # type: ignore[return-value]
            except TypeError as problem:
                raise TypeError(f"{problem}\n{_not_valid(body)}") from None
        raise TypeError(_not_valid(body))

    def process_response(self, response: Response) -> Response:
        """Run the functions waiting for a response, then save the session.

        First those of ``after_this_request``, then :meth:`after_request`'s: the
        blueprints' before the application's, each list backwards.

        :param response: the response so far.
        :returns: the response to send.
        """
        context = _cv_request.get()
        for function in context._after_request_functions:
            response = self.ensure_sync(function)(response)
        functions = self.after_request_funcs
        if functions:
            for scope in context.scopes:
                if scope in functions:
                    for function in reversed(functions[scope]):
                        response = self.ensure_sync(function)(response)
        context.save_session(response)
        return response

    def finalize_request(
        self, rv: ResponseReturnValue | HTTPException, from_error_handler: bool = False
    ) -> Response:
        """Make and process the response of a request.

        :param rv: what the view, a hook or an error handler returned.
        :param from_error_handler: log what goes wrong here instead of raising,
            because the request has failed once already.
        """
        response = self.make_response(rv)
        try:
            response = self.process_response(response)
            if request_finished.receivers:
                request_finished.send(
                    self, _async_wrapper=self.ensure_sync, response=response
                )
        except Exception:
            if not from_error_handler:
                raise
            self.logger.exception(
                "Request finalizing failed with an error while handling an error"
            )
        return response

    def redirect(self, location: str, code: int = 302) -> BaseResponse:
        """A response that sends the client elsewhere.

        :param location: the URL.
        :param code: the status, 302 unless given.
        :returns: a response of the application's ``response_class``.

        .. versionadded:: 2.2
        """
        return _werkzeug_redirect(location, code, self.response_class)

    def make_default_options_response(self) -> Response:
        """Answer ``OPTIONS`` with the methods the URL allows.

        .. versionadded:: 0.7
        """
        response = self.response_class()
        methods = self._allowed_methods(_cv_request.get())
        if methods:
            response.headers["Allow"] = ", ".join(methods)
        return response

    def _allowed_methods(self, context: RequestContext) -> Iterable[str]:
        """The methods of the rules that have the path of a request."""
        try:
            if self._find_rule(context.request, "--") is not None:
                return ()
        except MethodNotAllowed as problem:
            return problem.valid_methods or ()
        except HTTPException:
            return ()
        return context.url_adapter.allowed_methods(context.request._path_info)  # type: ignore[union-attr]


def _unpack(rv: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """Body, status and headers of a returned tuple."""
    match rv:
        case (body, status, headers):
            return body, status, headers
        case (body, Headers() | dict() | tuple() | list() as headers):
            return body, None, headers
        case (body, status):
            return body, status, None
    raise TypeError(
        "The view function did not return a valid response tuple. The tuple must have"
        " the form (body, status, headers), (body, status), or (body, headers)."
    )


def _answers_itself(error: HTTPException, cls: type[Response]) -> bool:
    """Whether an error's own response can be used without calling it as WSGI."""
    return (
        error.response is None
        and type(error).__call__ is HTTPException.__call__
        and cls.force_type.__func__ is BaseResponse.force_type.__func__  # type: ignore[attr-defined]
        and request.environ["REQUEST_METHOD"] != "HEAD"
    )


def _not_valid(body: Any) -> str:
    """Why a return value is no response."""
    if body is None:
        context = _cv_request.get(None)
        endpoint = context.request.endpoint if context else None
        return (
            f"The view function for {endpoint!r} did not return a valid response. The"
            " function either returned None or ended without a return statement."
        )
    return (
        "The view function did not return a valid response. The return type must be a"
        " string, dict, list, tuple with headers or status, Response instance, or WSGI"
        f" callable, but it was a {type(body).__name__}."
    )
