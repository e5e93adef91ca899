"""Answers that need no response object (chapter 57)"""

from __future__ import annotations

from operator import attrgetter
from typing import Any
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from .json.provider import DefaultJSONProvider
from .responses import _answers_itself
from .wrappers import _content_type
from .wrappers import _LOCATED_OR_SIZED
from .wrappers import Response

if TYPE_CHECKING:
    from .app import Flask
    from .wrappers import Request

Plain = tuple[str, list[tuple[str, str]], "PlainBody"]


class PlainBody(list[bytes]):
    """The body of a plain answer, which has nothing to close."""

    __slots__ = ()

    def close(self) -> None:
        """Do nothing; some middleware calls ``close`` without looking for it."""


def plain_answer(app: Flask, answer: Any, request: Request) -> Plain | None:
    """What the server gets for an answer, without making a response of it.

    :param app: the application.
    :param answer: what a view, a hook or an error handler returned.
    :param request: the request.
    :returns: status line, headers and body; ``None`` where it takes a response
        to know them.
    """
    if app.response_class is not Response or _parts(Response) != _stock:
        return None
    status = "200 OK"
    if type(answer) is tuple and len(answer) == 2 and type(answer[1]) is int:
        answer, code = answer
        line = _status_line(code)
        if line is None or isinstance(answer, HTTPException):
            return None
        status = line
    kind = type(answer)
    if kind is str:
        content_type = _HTML
        body = answer.encode()
    elif kind is dict or kind is list:
        provider: Any = app.json
        stock = type(provider).response is _json_response
        if not stock or "response" in provider.__dict__:
            return None
        body = provider._response_text(answer, app.debug).encode()
        content_type = "Content-Type", _content_type(provider.mimetype)
    elif isinstance(answer, HTTPException):
        return _error_page(answer, request)
    else:
        return None
    length = "Content-Length", str(len(body))
    return status, [content_type, length], PlainBody((body,))


_HTML = "Content-Type", "text/html; charset=utf-8"


def _status_line(code: int | None) -> str | None:
    """The status line of a response that may have a body."""
    if type(code) is not int or code < 200 or code in _BODILESS:
        return None
    reason = HTTP_STATUS_CODES.get(code)
    return None if reason is None else f"{code} {reason.upper()}"


_BODILESS = frozenset({204, 304})


def _error_page(error: HTTPException, request: Request) -> Plain | None:
    """An HTTP error that nobody handled, as the server gets it."""
    cls = type(error)
    status = _status_line(error.code)
    if (
        status is None
        or cls.get_response is not HTTPException.get_response
        or not _ERROR_PARTS.isdisjoint(vars(error))
        or not _answers_itself(error, Response)
    ):
        return None
    environ = request.environ
    shelf = error.description is cls.description and _page_parts(cls) == _stock_page
    key = (cls, error.code, error.description) if shelf else None
    body = _pages.get(key)
    if body is None:
        body = error.get_body(environ).encode()
        if key is not None and len(_pages) < 64:
            _pages[key] = body
    if cls.get_headers is HTTPException.get_headers:
        headers = [_HTML]
    else:
        headers = Headers(error.get_headers(environ))._list
        if any(name.lower() in _LOCATED_OR_SIZED for name, _ in headers):
            return None
    headers.append(("Content-Length", str(len(body))))
    return status, headers, PlainBody((body,))


_parts = attrgetter(
    "__call__",
    "__init__",
    "automatically_set_content_length",
    "close",
    "default_mimetype",
    "default_status",
    "get_app_iter",
    "get_wsgi_headers",
    "get_wsgi_response",
    "is_sequence",
    "iter_encoded",
    "set_data",
    "status",
    "status_code",
)
_stock = _parts(Response)
_json_response = DefaultJSONProvider.response
_ERROR_PARTS = frozenset({"get_body", "get_description", "get_headers", "get_response"})
_page_parts = attrgetter("get_body", "get_description", "name")
_stock_page = _page_parts(HTTPException)
_pages: dict[tuple[type, int | None, str | None] | None, bytes] = {}
