"""The request and the response (chapters 8 to 42)"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from operator import attrgetter
from typing import Any
from typing import cast
from typing import TYPE_CHECKING

from werkzeug.datastructures import EnvironHeaders
from werkzeug.datastructures import Headers
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.http import parse_cookie
from werkzeug.urls import iri_to_uri
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Request as BaseRequest
from werkzeug.wrappers import Response as BaseResponse

from . import json
from .dropped import FormerRequest
from .globals import _cv_app
from .globals import current_app
from .helpers import _split_blueprint_path
from .lazy import lazy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import MultiDict
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import Rule


class Request(BaseRequest, FormerRequest):
    """The request a view sees as ``request``.

    Everything Werkzeug's ``Request`` offers, plus what routing found out: the
    rule that matched, the values it took from the URL, the endpoint and the
    blueprints it belongs to. Method, path and query string are taken from the
    environ when the request is made, the cookies when its context is pushed;
    the rest is worked out on first access.

    :param environ: the WSGI environment (PEP 3333).
    :param populate_request: put the request into the environ under
        ``werkzeug.request``.
    :param shallow: refuse to read the body.
    """

    #: The JSON functions that :meth:`get_json` uses; the context puts the
    #: application's provider here.
    json_module: Any = json

    #: The rule that matched, or ``None`` when none did (yet).
    url_rule: Rule | None = None

    #: The values taken from the URL, or ``None`` when no rule matched.
    view_args: dict[str, Any] | None = None

    #: What matching raised: ``NotFound``, ``MethodNotAllowed`` or a redirect.
    #: It is raised again when the request is dispatched.
    routing_exception: HTTPException | None = None

    _max_content_length: int | None = None
    _max_form_memory_size: int | None = None
    _max_form_parts: int | None = None

    def __init__(
        self,
        environ: WSGIEnvironment,
        populate_request: bool = True,
        shallow: bool = False,
    ) -> None:
        self.environ = environ
        self.shallow = shallow
        self.method = environ.get("REQUEST_METHOD", "GET").upper()
        path = environ.get("PATH_INFO", "/")
        self._path_info = path if path.isascii() else _text(path)
        slashed = self.path = "/" + self._path_info.lstrip("/")
        self._slashed_path = slashed if path else ""
        self._query = environ.get("QUERY_STRING", "")
        if populate_request and not shallow:
            environ["werkzeug.request"] = self

    @lazy
    def query_string(self) -> bytes:
        """The part of the URL after the question mark, undecoded."""
        return cast(bytes, self._query.encode("latin-1"))

    @lazy
    def headers(self) -> Headers:
        """The request's headers, a view of the environ."""
        return EnvironHeaders(self.environ)

    @lazy
    def args(self) -> MultiDict[str, str]:
        """The arguments in the query string, each name with its values in order."""
        query = self.query_string
        if (
            not query.isascii()
            or b"%" in query
            or b"+" in query
            or self.parameter_storage_class is not ImmutableMultiDict
        ):
            return super().args
        values: dict[str, list[str]] = {}
        for field in query.decode().split("&"):
            if field:
                name, _, value = field.partition("=")
                values.setdefault(name, []).append(value)
        args: MultiDict[str, str] = ImmutableMultiDict.__new__(ImmutableMultiDict)
        dict.update(args, values)
        return args

    @lazy
    def scheme(self) -> str:
        """``http`` or ``https`` (``ws``, ``wss``), as the server reports it."""
        return cast(str, self.environ.get("wsgi.url_scheme", "http"))

    @lazy
    def root_path(self) -> str:
        """The prefix the application is mounted under, without a final slash."""
        return _text(self.environ.get("SCRIPT_NAME") or "").rstrip("/")

    @lazy
    def remote_addr(self) -> str | None:
        """The address of the client, as the server reports it."""
        return self.environ.get("REMOTE_ADDR")

    @lazy
    def server(self) -> tuple[str, int | None] | None:
        """Host and port of the server, ``None`` for the port of a socket file."""
        name = self.environ.get("SERVER_NAME")
        if name is None:
            return None
        try:
            return name, int(self.environ["SERVER_PORT"])
        except (KeyError, TypeError, ValueError):
            return name, None

    #: The ``Cookie`` header at the time when the context was pushed.
    _cookie_header: str | None = None

    def _sent_cookies(self) -> str:
        header = self._cookie_header
        return self.environ.get("HTTP_COOKIE", "") if header is None else header

    @lazy
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies the client sent."""
        return parse_cookie(self._sent_cookies(), cls=self.dict_storage_class)  # type: ignore[return-value]

    @property
    def max_content_length(self) -> int | None:
        """The largest body to read, in bytes; more is answered with 413.

        ``MAX_CONTENT_LENGTH`` unless set on the request; ``None``: no limit.

        .. versionchanged:: 3.1
            Can be set per request.
        """
        return self._limit("max_content_length")

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @property
    def max_form_memory_size(self) -> int | None:
        """The largest field of a multipart form that is no file, in bytes.

        ``MAX_FORM_MEMORY_SIZE`` unless set on the request; more is answered
        with 413.

        .. versionadded:: 3.1
        """
        return self._limit("max_form_memory_size")

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        self._max_form_memory_size = value

    @property  # type: ignore[override]
    def max_form_parts(self) -> int | None:
        """The largest number of parts in a multipart form.

        ``MAX_FORM_PARTS`` unless set on the request; more is answered with 413.

        .. versionadded:: 3.1
        """
        return self._limit("max_form_parts")

    @max_form_parts.setter
    def max_form_parts(self, value: int | None) -> None:
        self._max_form_parts = value

    @property
    def endpoint(self) -> str | None:
        """The endpoint of the rule that matched, or ``None``."""
        rule = self.url_rule
        return None if rule is None else rule.endpoint

    @property
    def blueprint(self) -> str | None:
        """The name of the blueprint that the endpoint belongs to, or ``None``.

        For a nested blueprint this is the whole dotted path.
        """
        endpoint = self.endpoint
        if endpoint is None or "." not in endpoint:
            return None
        return endpoint.rpartition(".")[0]

    @property
    def blueprints(self) -> list[str]:
        """The names of the blueprint and its parents, the innermost first.

        .. versionadded:: 2.0.1
        """
        name = self.blueprint
        return [] if name is None else _split_blueprint_path(name)

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Answer a body that is no JSON, or has another mimetype.

        :param e: what the parser raised, or ``None`` for a wrong mimetype.
        :raises werkzeug.exceptions.BadRequest: the body is malformed; only in
            debug mode does the message say how.
        :raises werkzeug.exceptions.UnsupportedMediaType: the mimetype is not
            JSON's (since 2.3 through Werkzeug).
        """
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as problem:
            if current_app and current_app.debug:
                raise
            raise BadRequest() from problem

    def close(self) -> None:
        """Close the uploaded files, when the form was parsed."""
        if "files" in self.__dict__:
            super().close()

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if (
            current_app
            and current_app.debug
            and self.mimetype != "multipart/form-data"
            and not self.files
        ):
            from .debughelpers import attach_enctype_error_multidict

            attach_enctype_error_multidict(self)

    def _limit(self, name: str) -> int | None:
        """A limit: the request's own, the application's, or Werkzeug's."""
        own = getattr(self, "_" + name)
        if own is None:
            context = _cv_app.get(None)
            if context is None:
                own = getattr(super(), name)
            else:
                own = context.app.config[name.upper()]
        return cast("int | None", own)


class Response(BaseResponse):
    """The response a view's return value becomes.

    Werkzeug's ``Response`` with HTML as the default mimetype. A plain body
    takes a short way in and out; it is left as soon as a subclass, or a patch,
    changes a method that the short way would skip.

    :param response: the body: text, bytes or an iterable of them.
    :param status: a code, or code and reason.
    :param headers: a mapping or a list of pairs.
    :param mimetype: the media type; ``text/*`` is completed with the charset.
    :param content_type: the full header, instead of ``mimetype``.
    :param direct_passthrough: hand the iterable to the server untouched.
    """

    default_mimetype: str | None = "text/html"
    json_module = json
    autocorrect_location_header = False

    def __init__(
        self,
        response: Iterable[bytes] | bytes | Iterable[str] | str | None = None,
        status: int | str | HTTPStatus | None = None,
        headers: Mapping[str, str | Iterable[str]]
        | Iterable[tuple[str, str]]
        | None = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        kind = type(response)
        if (
            (kind is str or kind is bytes)
            and headers is None
            and content_type is None
            and self.automatically_set_content_length
            and _enters_plainly(type(self))
        ):
            if status is None:
                status = self.default_status
            if status == 200 and isinstance(status, int):
                self._status, self._status_code = "200 OK", 200
            else:
                self.status = status
            self.direct_passthrough = direct_passthrough
            self._start(cast("str | bytes", response), mimetype)
        else:
            super().__init__(
                response, status, headers, mimetype, content_type, direct_passthrough
            )

    @property
    def max_cookie_size(self) -> int:  # type: ignore[override]
        """The size in bytes above which a cookie is warned about.

        ``MAX_COOKIE_SIZE``; 0 turns the warning off.
        """
        context = _cv_app.get(None)
        if context is None:
            return super().max_cookie_size
        return cast(int, context.app.config["MAX_COOKIE_SIZE"])

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a WSGI call (PEP 3333).

        :param environ: the WSGI environment.
        :param start_response: the server's callable.
        :returns: the body; its ``close()`` closes the response.
        """
        chunks = self.response
        if (
            type(chunks) is list
            and not self.direct_passthrough
            and _leaves_plainly(type(self))
            and self._status_code >= 200
            and self._status_code not in _BODILESS
            and environ["REQUEST_METHOD"] != "HEAD"
        ):
            headers = self._finished_headers(chunks)
            if headers is not None:
                start_response(self._status, headers)
                body = Body(chunks)
                body.response = self
                return body
        return super().__call__(environ, start_response)

    def _start(self, body: str | bytes, mimetype: str | None) -> None:
        """What Werkzeug's constructor does for a body that is one string."""
        data = body.encode() if isinstance(body, str) else body
        if mimetype is None:
            mimetype = self.default_mimetype
        length = ("Content-Length", str(len(data)))
        headers = _new_headers(Headers)
        if mimetype is None:
            headers._list = [length]
        else:
            headers._list = [("Content-Type", _content_type(mimetype)), length]
        self.headers = headers
        self._on_close = []
        self.response = [data]

    def _finished_headers(self, chunks: list[Any]) -> list[tuple[str, str]] | None:
        """The headers for the server, or ``None`` if they need more thought."""
        if type(self.headers) is not Headers:
            return None
        finished = self.headers._list[:]
        missing = {"Content-Length", "Location"}
        for at, (name, value) in enumerate(finished):
            if name == "Content-Type":
                continue
            if name in missing:
                missing.remove(name)
                if name == "Location":
                    if self.autocorrect_location_header:
                        return None
                    finished[at] = name, _uri(value)
            elif name.lower() in _LOCATED_OR_SIZED:
                return None
        for chunk in chunks:
            if type(chunk) is not bytes:
                return None
        counted = self.automatically_set_content_length and self.is_sequence
        if "Content-Length" in missing and counted:
            finished.append(("Content-Length", str(sum(map(len, chunks)))))
        return finished


class Body(list[bytes]):
    """A response's body on its way to the server: the encoded pieces.

    :param chunks: the pieces.
    """

    __slots__ = ("response",)

    #: The response, closed when the server closes the body.
    response: Response

    def close(self) -> None:
        """Run what was registered with ``call_on_close``."""
        self.response.close()


_BODILESS = frozenset({204, 304})
_LOCATED_OR_SIZED = frozenset({"location", "content-location", "content-length"})
_content_types: dict[str, str] = {}
_new_headers = Headers.__new__
_init = BaseResponse.__init__
_set_data = BaseResponse.set_data
_status = BaseResponse.status
_call = BaseResponse.__call__
_skipped = attrgetter(
    "get_wsgi_response",
    "get_wsgi_headers",
    "get_app_iter",
    "iter_encoded",
    "status",
    "status_code",
)
_stock = _skipped(BaseResponse)
_uri = lru_cache(256)(iri_to_uri)


def _enters_plainly(cls: type[BaseResponse]) -> bool:
    """Whether nothing the short way into a response skips was changed."""
    return (
        cls.set_data is _set_data
        and cls.status is _status
        and BaseResponse.__init__ is _init
    )


def _leaves_plainly(cls: type[BaseResponse]) -> bool:
    """Whether nothing the short way out of a response skips was changed."""
    return _skipped(cls) == _stock and BaseResponse.__call__ is _call


def _content_type(mimetype: str) -> str:
    """The ``Content-Type`` header of a mimetype, remembered for the usual few."""
    header = _content_types.get(mimetype)
    if header is None:
        header = get_content_type(mimetype, "utf-8")
        header = Headers([("Content-Type", header)])["Content-Type"]
        if len(_content_types) < 64:
            _content_types[mimetype] = header
    return header


def _text(value: str) -> str:
    """The text of a WSGI string, which holds bytes as Latin-1 (PEP 3333)."""
    if value.isascii():
        return value
    return value.encode("latin-1").decode(errors="replace")
