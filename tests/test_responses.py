"""Responses: the short ways in and out answer exactly as Werkzeug's class does.

``Reference`` is Werkzeug's ``Response`` with the defaults of Flask's. Whatever is
generated here is done to it and to flasklit's ``Response``, and the two must not
differ in status, headers, bytes, calls of overridden methods, or errors.
"""

import io
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from typing import NamedTuple
from wsgiref.handlers import BaseCGIHandler
from wsgiref.validate import validator

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound
from werkzeug.test import Client
from werkzeug.test import create_environ
from werkzeug.wrappers import Response as BaseResponse

from flasklit import Flask
from flasklit import make_response
from flasklit import Response
from flasklit.wrappers import Body


class Reference(BaseResponse):
    default_mimetype = "text/html"
    autocorrect_location_header = False


class Text(str):
    """Text that is not of the type ``str``."""


class OwnHeaders(Headers):
    """Headers that are not of the type ``Headers``."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter([*super().__iter__(), ("X-Own", "1")])

    def to_wsgi_list(self) -> list[tuple[str, str]]:
        return list(self)


class Change(NamedTuple):
    """Something done to a response after it was made."""

    what: str
    value: Any

    def apply(self, response: BaseResponse) -> None:
        match self.what:
            case "set header":
                response.headers[self.value[0]] = self.value[1]
            case "add header":
                response.headers.add(*self.value)
            case "remove header":
                response.headers.remove(self.value)
            case "set cookie":
                response.set_cookie("note", self.value)
            case "own headers":
                response.headers = OwnHeaders(response.headers)
            case "plain headers":
                response.headers = dict(response.headers)
            case "append":
                response.response.append(self.value)
            case "replace the body":
                response.response = self.value()
            case "flatten":
                response.get_data()
            case attribute:
                setattr(response, attribute, self.value)


class Case(NamedTuple):
    """How a response is made, changed and asked for."""

    arguments: dict[str, Any]
    changes: list[Change]
    method: str


class Answer(NamedTuple):
    """What a server got."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    closed: int


def ask(response: BaseResponse, method: str = "GET") -> Answer:
    """Calls a response as a server does."""
    closed: list[None] = []
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(*args: Any) -> Callable[[bytes], object]:
        started.append(args[:2])
        return lambda data: None

    response.call_on_close(lambda: closed.append(None))
    body = response(create_environ(method=method), start_response)
    data = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    assert len(started) == 1
    return Answer(*started[0], data, len(closed))


def outcome(cls: type[BaseResponse], case: Case) -> Answer | Exception:
    """The answer of a response of a class, or how it fails."""
    arguments = dict(case.arguments)
    body = arguments["response"]
    if callable(body):
        arguments["response"] = body()
    if isinstance(arguments["headers"], Headers):
        arguments["headers"] = arguments["headers"].copy()
    try:
        response = cls(**arguments)
        for change in case.changes:
            change.apply(response)
        return ask(response, case.method)
    except Exception as error:
        return error


def same(ours: type[BaseResponse], reference: type[BaseResponse], case: Case) -> None:
    """Fails if one class answers what the other does not."""
    got, wanted = outcome(ours, case), outcome(reference, case)
    if isinstance(got, Answer) and isinstance(wanted, Answer):
        # Werkzeug gives a body that is passed through to the server as it is, and so
        # forgets to close the response.
        assert got.closed == wanted.closed or wanted.closed == 0
        assert got[:3] == wanted[:3]
    else:
        # Of several mistakes another one may be reported first.
        assert isinstance(got, Exception)
        assert isinstance(wanted, Exception)


def later(items: list[Any]) -> Callable[[], Iterable[Any]]:
    """A generator for each of the two responses."""
    return lambda: (item for item in items)


def anew(items: list[Any]) -> Callable[[], list[Any]]:
    """A list for each of the two responses."""
    return lambda: list(items)


def a(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


data = st.binary(max_size=8)
text = st.text(max_size=8)
items = st.lists(data | text, max_size=3)
chunks = st.lists(data, max_size=3)
bodies = st.one_of(
    text,
    text,
    data,
    data,
    text.map(Text),
    data.map(bytearray),
    st.none(),
    chunks.map(anew),
    items.map(anew),
    items.map(tuple),
    items.map(later),
    a("\ud800", 41, [41]),
)
statuses = st.one_of(
    a(None, None, 200, 200, 204, 304, 404, 500, HTTPStatus.OK, HTTPStatus.GONE),
    a("200 OK", "200", "404 Not There", " 201 ", "", "no number", "304 Same"),
    st.integers(99, 600),
)
names = a(
    "Location",
    "location",
    "Content-Location",
    "Content-Length",
    "content-length",
    "Content-Type",
    "content-type",
    "Content-Encoding",
    "ETag",
    "Set-Cookie",
    "X-Note",
    "x-note",
)
values = a("7", "0", "/näch ste?q=ä", "http://example.com/ü", "text/plain", "a\r\nb")
pairs = st.tuples(names, values)
some_headers = st.one_of(
    st.none(),
    st.none(),
    st.lists(pairs, max_size=3),
    st.dictionaries(names, values, max_size=3),
    st.lists(st.tuples(names, a("7", "/x")), max_size=3).map(Headers),
)
mimetypes = a(
    *(None, None, None, "text/plain", "application/json", "application/xml", ""),
    *("image/svg+xml", "text/css; charset=latin-1", "text/x-ü", "a/b\r\nX-C: d", 41),
)
changes = st.one_of(
    st.builds(Change, a("set header", "add header"), pairs),
    st.builds(Change, a("remove header"), names),
    st.builds(Change, a("set cookie"), a("7", "ü;")),
    st.builds(Change, a("own headers", "plain headers", "flatten"), st.none()),
    st.builds(Change, a("append"), data | text),
    st.builds(Change, a("replace the body"), chunks.map(anew) | items.map(later)),
    st.builds(Change, a("status", "status_code"), statuses),
    st.builds(Change, a("data"), data | text),
    st.builds(Change, a("content_length"), a(None, 0, 7)),
    st.builds(Change, a("mimetype"), a("text/plain", "image/png")),
    st.builds(
        Change,
        a(
            "automatically_set_content_length",
            "autocorrect_location_header",
            "direct_passthrough",
            "implicit_sequence_conversion",
        ),
        st.booleans(),
    ),
)
cases = st.builds(
    Case,
    st.fixed_dictionaries(
        {
            "response": bodies,
            "status": statuses,
            "headers": some_headers,
            "mimetype": mimetypes,
            "content_type": a(None, None, None, "text/plain", "text/x\r\n-y"),
            "direct_passthrough": a(False, False, False, True),
        }
    ),
    st.lists(changes, max_size=2),
    a("GET", "GET", "POST", "HEAD"),
)


def plain(**arguments: Any) -> Case:
    """A case in which nothing is special but what is given."""
    usual = {
        "response": "hello",
        "status": None,
        "headers": None,
        "mimetype": None,
        "content_type": None,
        "direct_passthrough": False,
    }
    changes = arguments.pop("changes", [])
    method = arguments.pop("method", "GET")
    return Case({**usual, **arguments}, changes, method)


@settings(max_examples=400)
@given(cases)
@example(plain())
@example(plain(method="HEAD"))
@example(plain(status=204))
@example(plain(status=304))
@example(plain(status=101))
@example(plain(status=199, response=anew([b"a", b"b"])))
@example(plain(mimetype="text/html\r\nX-Header: 1"))
@example(plain(headers=[("Location", "/ü")], status=302))
@example(plain(changes=[Change("location", "/ü ")]))
@example(plain(changes=[Change("add header", ("Location", "/ü"))] * 2))
@example(plain(changes=[Change("add header", ("content-length", "7"))]))
@example(plain(changes=[Change("content_length", 7)]))
@example(plain(changes=[Change("remove header", "Content-Length")]))
@example(plain(changes=[Change("automatically_set_content_length", False)]))
@example(plain(response=anew([b"a", b"b"])))
@example(plain(response=anew([b"a", "b"]), headers={"Content-Length": "2"}))
@example(plain(changes=[Change("own headers", None)]))
@example(plain(changes=[Change("plain headers", None)]))
@example(plain(direct_passthrough=True))
def test_as_werkzeug(case: Case) -> None:
    same(Response, Reference, case)


@pytest.mark.parametrize(
    "case",
    [
        plain(mimetype="text/html\r\nX-Header: 1"),
        plain(mimetype=41),
        plain(status=""),
        plain(response="\ud800"),
        plain(response=41),
        plain(response=anew([41])),
        plain(changes=[Change("append", 41)]),
    ],
)
def test_same_complaint(case: Case) -> None:
    got, wanted = outcome(Response, case), outcome(Reference, case)
    assert isinstance(got, Exception)
    assert (type(got), str(got)) == (type(wanted), str(wanted))


def test_mimetypes_beyond_the_table() -> None:
    """More mimetypes than are remembered, each of them twice."""
    for _ in range(2):
        for number in range(200):
            same(Response, Reference, plain(mimetype=f"text/x-{number}"))


class SetsData:
    def set_data(self, value: Any) -> None:
        super().set_data(value.strip())
        self.headers["X-Override"] = "1"


class MakesHeaders:
    def get_wsgi_headers(self, environ: Any) -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers["X-Override"] = environ["REQUEST_METHOD"]
        return headers


class MakesBody:
    def get_app_iter(self, environ: Any) -> Any:
        return [b"[", *super().get_app_iter(environ), b"]"]


class Encodes:
    def iter_encoded(self) -> Iterator[bytes]:
        for chunk in super().iter_encoded():
            yield chunk.upper()


class Answers:
    def get_wsgi_response(self, environ: Any) -> Any:
        body, status, headers = super().get_wsgi_response(environ)
        return body, f"{status} INDEED", headers


class Calls:
    def __call__(self, environ: Any, start_response: Any) -> Any:
        return super().__call__(environ, start_response)


class Closes:
    def close(self) -> None:
        super().close()
        super().close()


class HasAStatus:
    @property
    def status(self) -> str:
        return "299 OVERRIDE"

    @status.setter
    def status(self, value: Any) -> None:
        self._status, self._status_code = "200 OK", 200


class HasACode:
    @property
    def status_code(self) -> int:
        return 204

    @status_code.setter
    def status_code(self, value: Any) -> None:
        self._status, self._status_code = "200 OK", 200


class NeverASequence:
    @property
    def is_sequence(self) -> bool:
        return False


class CountsNothing:
    automatically_set_content_length = False


class CountsSometimes:
    def __init__(self, *args: Any, **options: Any) -> None:
        self.automatically_set_content_length = options["status"] == 200
        super().__init__(*args, **options)


class KeepsHeaders:
    """Headers are copied when they are set."""

    @property
    def headers(self) -> Headers:
        return self._kept

    @headers.setter
    def headers(self, value: Any) -> None:
        self._kept = Headers(value)


class HasNoMimetype:
    default_mimetype = None


class IsMissing:
    default_status = 404


class Absolute:
    autocorrect_location_header = True


OVERRIDES = [
    *(SetsData, MakesHeaders, MakesBody, Encodes, Answers, Calls, Closes),
    *(HasAStatus, HasACode, NeverASequence, CountsNothing, CountsSometimes),
    *(KeepsHeaders, HasNoMimetype, IsMissing, Absolute),
]


@pytest.mark.parametrize("mixin", OVERRIDES)
@settings(max_examples=50)
@given(case=cases)
@example(case=plain())
@example(case=plain(response=b" hello "))
@example(case=plain(response=anew([b"a", b"b"])))
@example(case=plain(headers={"Location": "/ü"}, status=302))
def test_override_is_called(mixin: type, case: Case) -> None:
    ours = type("Ours", (mixin, Response), {})
    reference = type("Reference", (mixin, Reference), {})
    same(ours, reference, case)


@pytest.mark.parametrize("mixin", OVERRIDES)
def test_override_matters(mixin: type) -> None:
    """Each override changes some answer, so that the test above can fail."""
    overridden = type("Overridden", (mixin, Reference), {})
    moved = plain(headers={"Location": "/"}, status=302)
    indifferent = {Calls, KeepsHeaders}
    assert mixin in indifferent or any(
        outcome(overridden, case) != outcome(Reference, case)
        for case in (plain(response=" a "), plain(response=anew([b"b"])), moved)
    )


PATCHED = [
    *("__init__", "__call__", "set_data", "close", "iter_encoded"),
    *("get_wsgi_response", "get_wsgi_headers", "get_app_iter"),
]


@pytest.mark.parametrize("name", PATCHED)
@pytest.mark.parametrize("patched", [BaseResponse, Response])
def test_patch_at_run_time(
    name: str, patched: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A measuring tool replaces a method of either class: it sees each call."""
    calls: list[str] = []
    original = getattr(patched, name)

    def measured(self: Any, *args: Any, **options: Any) -> Any:
        calls.append(name)
        return original(self, *args, **options)

    plain_answer = ask(Response("hello"))
    monkeypatch.setattr(patched, name, measured)
    assert ask(Response("hello")) == plain_answer
    assert calls
    if patched is BaseResponse:
        ours, calls[:] = list(calls), []
        ask(Reference("hello"))
        assert ours == calls
    monkeypatch.undo()
    calls.clear()
    assert ask(Response("hello")) == plain_answer
    assert not calls


@pytest.mark.parametrize("patched", [BaseResponse, Response])
def test_patch_of_a_property(patched: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        patched,
        "status",
        property(lambda self: "299 PATCHED", lambda self, value: None),
    )
    monkeypatch.setattr(patched, "status_code", property(lambda self: 299))
    assert ask(Response("hello")).status == "299 PATCHED"


def body_of(response: BaseResponse, method: str = "GET") -> Any:
    """What a server gets to send."""
    return response(create_environ(method=method), lambda status, headers: None)


@pytest.mark.parametrize(
    "response",
    [
        Response("hello"),
        Response(b"hello", 404, mimetype="text/plain"),
        Response("hello", headers={"X-Note": "7"}),
        Response([b"a", b"b"], headers={"Content-Length": "2"}),
    ],
)
def test_short_way_is_taken(response: Response) -> None:
    """The comparisons above say nothing if nothing is ever short."""
    response.set_cookie("note", "7")
    assert isinstance(body_of(response), Body)


def test_short_way_in_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flasklit.wrappers.get_content_type", lambda *args: "a/b")
    assert Response("hello", mimetype="a/never-seen").content_type == "a/b"


def test_body_has_a_length() -> None:
    assert len(body_of(Response("hello"))) == 1
    sized = {"Content-Length": "2"}
    assert len(body_of(Response([b"a", b"b"], headers=sized))) == 2
    assert len(body_of(Response([], headers={"Content-Length": "0"}))) == 0


def test_length_from_the_number_of_pieces() -> None:
    """A server states the length of a single piece when a middleware dropped it."""

    def without_length(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            kept = [pair for pair in headers if pair[0] != "Content-Length"]
            return start_response(status, kept)

        return Response("hello")(environ, start)

    sent = io.BytesIO()
    server = BaseCGIHandler(io.BytesIO(), sent, io.StringIO(), create_environ())
    server.run(without_length)
    head, _, body = sent.getvalue().partition(b"\r\n\r\n")
    assert b"Content-Length: 5" in head.split(b"\r\n")
    assert body == b"hello"


def test_body_can_be_sent_twice() -> None:
    response = Response("hello")
    body = body_of(response)
    assert list(body) == list(body) == [b"hello"]
    assert ask(response) == ask(response)._replace(closed=1)


def test_server_gets_its_own_headers() -> None:
    response = Response("hello")

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        headers.append(("X-Server", "1"))

    response(create_environ(), start_response)
    assert "X-Server" not in response.headers


@pytest.mark.parametrize("body", ["hello", [b"a"], (b"a",), iter([b"a"]), None])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("status", [200, 204, 304])
def test_close_runs_after_the_body(body: Any, method: str, status: int) -> None:
    order: list[str] = []
    response = Response(body, status)
    response.call_on_close(lambda: order.append("first"))
    iterable = body_of(response, method)
    response.call_on_close(lambda: order.append("late"))
    list(iterable)
    assert order == []
    iterable.close()
    assert order == ["first", "late"]


def test_close_assigned_after_the_call() -> None:
    """The body asks the response for ``close`` when the server is done."""
    order: list[str] = []
    response = Response("hello")
    body = body_of(response)
    response.close = lambda: order.append("assigned")
    body.close()
    assert order == ["assigned"]


def test_call_on_close_in_a_view() -> None:
    """It runs when the server closes the body, long after the contexts are gone."""
    app = Flask(__name__)
    order: list[str] = []

    @app.get("/")
    def index() -> Response:
        response = make_response("hello")
        response.call_on_close(lambda: order.append("closed"))
        return response

    body = app(create_environ(), lambda status, headers: None)
    order.append("returned")
    assert b"".join(body) == b"hello"
    body.close()
    assert order == ["returned", "closed"]


def test_stream_is_not_read_ahead() -> None:
    order: list[str] = []

    def pieces() -> Iterator[str]:
        try:
            for piece in ("ä", "b"):
                order.append(f"make {piece}")
                yield piece
        finally:
            order.append("closed")

    app = Flask(__name__)

    @app.get("/")
    def index() -> Iterator[str]:
        return pieces()

    sent: list[bytes] = []
    body = app(create_environ(), lambda status, headers: sent.append)
    assert order == []
    for piece in body:
        order.append(f"send {piece.decode()}")
    body.close()
    assert order == ["make ä", "send ä", "make b", "send b", "closed"]


def test_stream_that_is_given_up() -> None:
    """A client that leaves early closes the generator, not only the response."""
    order: list[str] = []

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield b"more"
        finally:
            order.append("closed")

    body = body_of(Response(pieces()))
    assert next(iter(body)) == b"more"
    body.close()
    assert order == ["closed"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("status", [200, 204, 302, 304, 404])
@pytest.mark.parametrize("body", ["hello", [b"a", b"b"], None])
def test_pep_3333(method: str, status: int, body: Any) -> None:
    """The standard library's checker of WSGI conversations finds nothing."""
    response = Response(body, status, {"X-Note": "7"})
    if status in (204, 304):
        del response.headers["Content-Type"]
    environ = create_environ(method=method)
    iterable = validator(response)(
        environ, lambda status, headers, exc_info=None: print
    )
    list(iterable)
    iterable.close()


returned_headers = st.one_of(
    st.dictionaries(names, a("7", "/x"), max_size=2),
    st.lists(st.tuples(names, a("7", "/x")), max_size=2),
)


@given(text | data | chunks.map(iter), statuses, returned_headers, st.integers(0, 3))
def test_tuples(body: Any, status: Any, extra: Any, form: int) -> None:
    """A tuple means what the constructor means by its parts."""
    app = Flask(__name__, static_folder=None)
    returned = [body, (body, status), (body, extra), (body, status, extra)][form]
    arguments = [{}, {"status": status}, {"headers": extra}][form % 3]
    if form == 3:
        arguments = {"status": status, "headers": extra}
    try:
        wanted: Any = Response(body, **arguments)
    except Exception as error:
        with pytest.raises(type(error)):
            app.make_response(returned)
        return
    got = app.make_response(returned)
    assert (got.status, list(got.headers)) == (wanted.status, list(wanted.headers))
    assert got.response is body or got.response == wanted.response


def test_response_class_with_a_narrow_constructor() -> None:
    """Status and headers are passed by name, so ``**options`` is enough."""
    seen: list[set[str]] = []

    class Narrow(Response):
        def __init__(self, response: Any = None, **options: Any) -> None:
            seen.append({name for name in options if options[name] is not None})
            super().__init__(response, **options)

    class NarrowFlask(Flask):
        response_class = Narrow

    app = NarrowFlask(__name__)
    assert app.make_response("hello").status_code == 200
    assert app.make_response((b"gone", 410)).status_code == 410
    assert app.make_response(("a", 201, {"X-Note": "7"})).headers["X-Note"] == "7"
    assert seen == [set(), {"status"}, {"status", "headers"}]


def test_response_is_returned_as_it_is() -> None:
    app = Flask(__name__)
    response = Response("hello", headers=[("X-Note", "1"), ("X-Note", "2")])
    assert app.make_response(response) is response
    assert app.make_response((response, "299 FINE", {"X-Note": "3"})) is response
    assert response.status == "299 FINE"
    assert response.headers.getlist("X-Note") == ["3"]


def test_other_response_changes_its_class() -> None:
    app = Flask(__name__)
    other = BaseResponse("hello")
    with app.request_context(create_environ()):
        assert app.make_response(other) is other
    assert type(other) is Response
    assert ask(other).body == b"hello"


class Teapot(HTTPException):
    code = 418

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("418 SHORT AND STOUT", [("Content-Type", "text/plain")])
        return [b"called"]


def test_error_that_overrides_its_call() -> None:
    app = Flask(__name__)
    with app.request_context(create_environ()):
        response = app.make_response(Teapot())
    assert (response.status, response.data) == ("418 SHORT AND STOUT", b"called")


def test_error_with_a_response_of_its_own() -> None:
    """The response given to ``abort`` keeps its class; the answer is made of it."""
    app = Flask(__name__)
    given_away = BaseResponse("mine", 404)
    with app.request_context(create_environ()):
        response = app.make_response(NotFound(response=given_away))
    assert type(given_away) is BaseResponse
    assert (type(response), response.status_code) == (Response, 404)
    assert response.data == b"mine"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_error_answers_as_when_called(method: str) -> None:
    app = Flask(__name__)
    environ = create_environ(method=method)
    with app.request_context(environ):
        response = app.make_response(NotFound())
    wanted = Reference.from_app(NotFound(), environ)
    assert list(response.headers) == list(wanted.headers)
    assert response.data == wanted.data
    assert ask(response, method)[:3] == ask(wanted, method)[:3]


@pytest.mark.parametrize("value", [41, object(), 1.5, {1, 2}, (1,), (1, 2, 3, 4), ()])
def test_no_response(value: Any) -> None:
    app = Flask(__name__)
    with (
        app.request_context(create_environ()),
        pytest.raises(TypeError, match="did not return a valid response"),
    ):
        app.make_response(value)


def test_no_response_outside_a_request() -> None:
    with pytest.raises(TypeError, match="for None did not return a valid response"):
        Flask(__name__).make_response(None)


def test_what_a_callable_raises_is_kept() -> None:
    app = Flask(__name__)

    class Report:
        def __init__(self) -> None:
            pass

    with (
        app.request_context(create_environ()),
        pytest.raises(TypeError, match=r"(?s)positional argument.*it was a type\."),
    ):
        app.make_response(Report)


def test_view_returns_a_wsgi_callable() -> None:
    def other(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("203 OTHER", [("X-Path", environ["PATH_INFO"])])
        yield b"other"

    app = Flask(__name__)
    app.add_url_rule("/", "index", lambda: (other, {"X-Added": "1"}))
    response = Client(app).get("/")
    assert (response.status, response.data) == ("203 OTHER", b"other")
    assert response.headers["X-Path"] == "/"
    assert response.headers["X-Added"] == "1"


def test_cookie_size(recwarn: pytest.WarningsRecorder) -> None:
    app = Flask(__name__)
    app.config["MAX_COOKIE_SIZE"] = 20
    assert Response().max_cookie_size == BaseResponse.max_cookie_size
    with app.app_context():
        assert Response().max_cookie_size == 20
        with pytest.warns(UserWarning, match="too large"):
            Response().set_cookie("note", "x" * 20)
