"""What the short way answers is what the long way answers; and it is taken."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any
from weakref import ref
from weakref import ReferenceType

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule
from werkzeug.test import create_environ

import flasklit
from flasklit import Flask
from flasklit import g
from flasklit import request
from flasklit import session
from flasklit import shortcut

Answer = tuple[str, list[tuple[str, str]], bytes]


class Moved(HTTPException):
    """An error with a header that has to be escaped."""

    code = 410
    description = "moved"

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **kwargs), ("Location", "/ü ")]


class Retry(HTTPException):
    code = 503

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **kwargs), ("Retry-After", "7")]


def stream() -> Iterator[str]:
    yield "a"
    yield "b"


def retry() -> None:
    raise Retry("later")


def move() -> None:
    raise Moved()


VIEWS: dict[str, Callable[[], Any]] = {
    "text": lambda: "hé",
    "bytes": lambda: b"x",
    "dict": lambda: {"b": 1, "a": [2, None]},
    "list": lambda: [1, 2],
    "pair": lambda: ("x", 201),
    "pair of a dict": lambda: ({"a": 1}, 404),
    "pair without a body": lambda: ("x", 204),
    "pair with an unknown code": lambda: ("x", 299),
    "pair of an error": lambda: (NotFound(), 403),
    "pair with a status text": lambda: ("x", "201 Made"),
    "pair with headers": lambda: ("x", {"X-A": "b"}),
    "triple": lambda: ("x", 202, {"X-A": "b"}),
    "response": lambda: flasklit.Response("x", 202, mimetype="text/plain"),
    "stream": stream,
    "error returned": lambda: NotFound("gone for <good>"),
    "error raised": lambda: flasklit.abort(404),
    "error with text": lambda: flasklit.abort(403, "not <you>"),
    "error with headers": retry,
    "error with a location": move,
    "redirect": lambda: flasklit.redirect("/ü?q=a b"),
    "session": lambda: str(session.setdefault("n", 1)),
    "g": lambda: str(g.setdefault("n", 1)),
    "nothing": lambda: None,
    "failure": lambda: 1 / 0,
}


@pytest.fixture
def app() -> Flask:
    app = Flask("shortcut", root_path=".", static_folder=None)
    app.secret_key = "a secret key"
    for name, view in VIEWS.items():
        app.add_url_rule(f"/{name}", name, view)
    app.add_url_rule("/slash/", "slash", lambda: "x", methods=["GET", "PUT"])
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = lambda: request.method
    return app


def ask(app: Flask, path: str, method: str = "GET", **options: Any) -> Answer:
    environ = create_environ(path, method=method, **options)
    sent: list[Any] = []
    body = app(environ, lambda *started: sent.extend(started))
    try:
        return sent[0], sent[1], b"".join(body)
    finally:
        body.close()  # type: ignore[attr-defined]
        assert environ["werkzeug.request"] is None


def long_way(app: Flask) -> None:
    app.full_dispatch_request = app.full_dispatch_request  # type: ignore[method-assign]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that took the short way."""
    paths: list[str] = []
    serve = shortcut.serve

    def noted(app: Any, environ: Any, start_response: Any) -> Any:
        paths.append(environ["PATH_INFO"])
        return serve(app, environ, start_response)

    monkeypatch.setattr(shortcut, "serve", noted)
    return paths


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
@pytest.mark.parametrize("path", [*VIEWS, "slash/", "slash", "any", "none"])
def test_both_ways_answer_alike(
    app: Flask, taken: list[str], path: str, method: str
) -> None:
    path = f"/{path}"
    short = [ask(app, path, method) for _ in range(2)]
    assert taken == [path, path]
    long_way(app)
    expected = ask(app, path, method)
    assert taken == [path, path]
    assert short == [expected, expected]


def test_options_of_a_rule_for_any_method_lists_none(app: Flask) -> None:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "any")
    rule.provide_automatic_options = True  # type: ignore[attr-defined]
    status, headers, _ = ask(app, "/any", "OPTIONS")
    assert status == "200 OK"
    assert "Allow" not in dict(headers)


def test_options_below_a_redirect_for_any_method_lists_none(app: Flask) -> None:
    app.add_url_rule("/both", "both", lambda: "x")
    app.url_map.add(Rule("/both/", endpoint="any"))
    answers = [ask(app, "/both", "OPTIONS")]
    long_way(app)
    answers.append(ask(app, "/both", "OPTIONS"))
    assert answers[0] == answers[1]
    assert "Allow" not in dict(answers[0][1])


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_no_request_leaves_cycles(app: Flask, name: str) -> None:
    app.logger.disabled = True
    for _ in range(3):
        ask(app, f"/{name}")
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            ask(app, f"/{name}")
        assert gc.collect() == 0
    finally:
        gc.enable()
        app.logger.disabled = False


def test_a_context_that_is_left_behind_is_an_error(app: Flask) -> None:
    def forgetful() -> str:
        app.test_request_context("/text").push()
        return "x"

    app.add_url_rule("/forgetful", "forgetful", forgetful)
    with pytest.raises(AssertionError, match="Popped wrong request context"):
        ask(app, "/forgetful")
    while (context := shortcut._get_request(None)) is not None:
        context.pop(None)
    assert shortcut._get_app(None) is None


def test_the_method_of_an_object_is_honoured_until_it_is_deleted(
    app: Flask, taken: list[str]
) -> None:
    calls: list[str] = []
    plain = app.make_response

    def make_response(rv: Any) -> Any:
        calls.append("made")
        return plain(rv)

    ask(app, "/text")
    app.make_response = make_response  # type: ignore[method-assign]
    ask(app, "/text")
    del app.make_response
    ask(app, "/text")
    assert calls == ["made"]
    assert taken == ["/text", "/text"]


def test_the_page_of_a_class_is_made_again_when_the_class_changes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(app, "/none")[2]
    monkeypatch.setattr(NotFound, "description", "No such page.")
    changed = ask(app, "/none")[2]
    monkeypatch.undo()
    assert b"No such page." in changed
    assert ask(app, "/none")[2] == before


def test_an_error_object_may_have_methods_of_its_own(app: Flask) -> None:
    def own() -> None:
        error = NotFound()
        error.get_body = lambda *args, **kwargs: "mine"  # type: ignore[method-assign]
        raise error

    app.add_url_rule("/own", "own", own)
    ask(app, "/none")
    assert ask(app, "/own")[2] == b"mine"


def test_a_view_that_pops_its_own_context_is_told(app: Flask) -> None:
    def hasty() -> str:
        shortcut._get_request().pop(None)
        return "x"

    app.add_url_rule("/hasty", "hasty", hasty)
    with pytest.raises(AssertionError, match="This context is not pushed"):
        ask(app, "/hasty")


def test_functions_for_one_request_are_forgotten_with_it(app: Flask) -> None:
    class Large:
        """What a function holds on to."""

    made: list[ReferenceType[Large]] = []

    def wait() -> str:
        held = Large()
        made.append(ref(held))

        @flasklit.after_this_request
        def add(response: flasklit.Response) -> flasklit.Response:
            assert held is not None
            return response

        return "x"

    app.add_url_rule("/wait", "wait", wait)
    for _ in range(3):
        ask(app, "/wait")
    gc.collect()
    assert [reference() for reference in made] == [None] * 3


@pytest.mark.skipif(sys.version_info < (3, 12), reason="nothing marks before 3.12")
def test_a_function_may_be_marked_late(app: Flask) -> None:
    pytest.importorskip("asgiref")
    import inspect

    async def answer() -> str:
        return "awaited"

    def view() -> Any:
        return answer()

    assert app.ensure_sync(view) is view
    inspect.markcoroutinefunction(view)  # type: ignore[attr-defined]
    assert app.ensure_sync(view)() == "awaited"
