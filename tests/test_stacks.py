"""The context stacks and preserved contexts: what extensions of other days rely on."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

import flasklit
from flasklit import current_app
from flasklit import flash
from flasklit import Flask
from flasklit import g
from flasklit import get_flashed_messages
from flasklit import has_app_context
from flasklit import has_request_context
from flasklit import request
from flasklit import session
from flasklit.ctx import AppContext
from flasklit.ctx import RequestContext
from flasklit.former.stacks import _app_ctx_stack
from flasklit.former.stacks import _request_ctx_stack
from flasklit.sessions import SecureCookieSession

KEEP = "flask._preserve_context"


def warned() -> Any:
    return pytest.warns(DeprecationWarning, match="was dropped in Flask")


@pytest.fixture(autouse=True)
def _no_context_is_left() -> Iterator[None]:
    assert not has_app_context()
    yield
    left = has_request_context() or has_app_context()
    while _request_ctx_stack.pop() or _app_ctx_stack.pop():
        pass
    assert not left


@pytest.fixture
def app() -> Flask:
    app = Flask("notes", root_path="/tmp")
    app.secret_key = "for tests only"

    @app.get("/")
    def index() -> str:
        g.seen = True
        return "fine"

    @app.get("/fail")
    def fail() -> str:
        raise ZeroDivisionError

    return app


@pytest.fixture
def told(app: Flask) -> list[Any]:
    """What the teardown functions are told."""
    told: list[Any] = []
    app.teardown_request(lambda error: told.append(("request", error)))
    app.teardown_appcontext(lambda error: told.append(("app", error)))
    return told


# names


@pytest.mark.parametrize(
    "name",
    [
        "_app_ctx_stack",
        "_request_ctx_stack",
        "_find_app",
        "_lookup_app_object",
        "_lookup_req_object",
    ],
)
def test_each_name_warns_where_it_is_used(name: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"'flasklit.globals.{name}'") as seen:
        getattr(flasklit.globals, name)
    assert [warning.filename for warning in seen] == [__file__]


def test_package_and_globals_have_the_same_stacks() -> None:
    with warned():
        assert flasklit._request_ctx_stack is _request_ctx_stack
        assert flasklit.globals._request_ctx_stack is _request_ctx_stack
        assert flasklit._app_ctx_stack is _app_ctx_stack
        assert flasklit.globals._app_ctx_stack is _app_ctx_stack


def test_globals_have_no_other_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'unknown'"):
        flasklit.globals.unknown  # noqa: B018


# the stacks


def test_top_is_none_outside() -> None:
    assert _request_ctx_stack.top is None
    assert _app_ctx_stack.top is None
    assert _request_ctx_stack.pop() is None
    assert _app_ctx_stack.pop() is None


def test_top_has_what_the_documentation_lists(app: Flask) -> None:
    with app.test_request_context("/?page=2"):
        top = _request_ctx_stack.top
        assert isinstance(top, RequestContext)
        assert top.app is app
        assert top.request is request._get_current_object()
        assert top.session is session._get_current_object()
        assert top.url_adapter.match("/") == ("index", {})
        assert top.flashes is None
        flash("saved")
        assert get_flashed_messages() == ["saved"]
        assert top.flashes == [("message", "saved")]
        with pytest.warns(DeprecationWarning, match="RequestContext.g"):
            assert top.g is g._get_current_object()
        below = _app_ctx_stack.top
        assert isinstance(below, AppContext)
        assert below.app is app
        assert below.g is g._get_current_object()
        assert below.url_adapter is None


def test_g_can_be_replaced_through_the_request_context(app: Flask) -> None:
    with app.test_request_context():
        other = app.app_ctx_globals_class()
        with pytest.warns(DeprecationWarning, match="Use flask.g"):
            _request_ctx_stack.top.g = other
        assert g._get_current_object() is other


def test_the_session_can_be_replaced(app: Flask) -> None:
    with app.test_request_context():
        _request_ctx_stack.top.session = SecureCookieSession({"user": "ann"})
        assert session["user"] == "ann"


def test_attributes_stay_with_their_context(app: Flask) -> None:
    def connection() -> Any:
        top = _app_ctx_stack.top or _request_ctx_stack.top
        if not hasattr(top, "notes_connection"):
            top.notes_connection = SimpleNamespace()
        return top.notes_connection

    with app.app_context():
        outer = connection()
        with app.app_context():
            assert connection() is not outer
        assert connection() is outer
        with app.test_request_context():
            assert connection() is outer


def test_push_and_pop(app: Flask, told: list[Any]) -> None:
    context = app.test_request_context("/?page=2")
    _request_ctx_stack.push(context)
    assert request.args["page"] == "2"
    assert request.endpoint == "index"
    assert current_app == app
    assert _request_ctx_stack.pop() is context
    assert _request_ctx_stack.top is None
    assert _app_ctx_stack.top is None
    assert told == []


def test_the_stack_pops_what_a_context_pushed(app: Flask, told: list[Any]) -> None:
    with app.app_context() as below:
        context = app.test_request_context()
        context.push()
        context.push()
        assert _request_ctx_stack.pop() is context
        assert _request_ctx_stack.pop() is context
        assert _request_ctx_stack.top is None
        assert _app_ctx_stack.top is below
        _app_ctx_stack.push(below)
        assert _app_ctx_stack.pop() is below
    assert told == [("app", None)]


def test_a_context_pops_what_the_stack_pushed(app: Flask, told: list[Any]) -> None:
    context = app.test_request_context()
    _request_ctx_stack.push(context)
    context.pop()
    assert told == [("request", None), ("app", None)]


def test_an_app_context_pushed_above_is_not_popped_with_the_request(
    app: Flask,
) -> None:
    _request_ctx_stack.push(app.test_request_context())
    inner = app.app_context()
    _app_ctx_stack.push(inner)
    _request_ctx_stack.pop()
    assert _app_ctx_stack.top is inner
    _app_ctx_stack.pop()
    _app_ctx_stack.pop()


def test_threads_have_their_own(app: Flask) -> None:
    found: list[Any] = []

    def look() -> None:
        found.append((_request_ctx_stack.top, _request_ctx_stack.__ident_func__()))

    with app.test_request_context():
        thread = Thread(target=look)
        thread.start()
        thread.join()
        look()
        (none, there), (top, here) = found
        assert none is None
        assert top is _request_ctx_stack.top
        assert there != here


def test_lookups(app: Flask) -> None:
    with warned():
        from flasklit.globals import _find_app
        from flasklit.globals import _lookup_app_object
        from flasklit.globals import _lookup_req_object
    for function, arguments in [
        (_lookup_req_object, ("request",)),
        (_lookup_app_object, ("g",)),
        (_find_app, ()),
    ]:
        with pytest.raises(RuntimeError, match="Working outside of"):
            function(*arguments)
    with app.test_request_context():
        assert _find_app() is app
        assert _lookup_app_object("g") is g._get_current_object()
        assert _lookup_req_object("request") is request._get_current_object()


# contexts that outlive their request


def kept(app: Flask) -> None:
    app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = True
    app.testing = True


def fail(app: Flask) -> None:
    with (
        pytest.warns(DeprecationWarning, match="PRESERVE_CONTEXT_ON_EXCEPTION"),
        pytest.raises(ZeroDivisionError),
    ):
        app.test_client().get("/fail")


def test_debug_alone_preserves_nothing(app: Flask) -> None:
    app.debug = True
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/fail")
    with pytest.warns(DeprecationWarning, match="preserve_context_on_exception"):
        assert app.preserve_context_on_exception is False


def test_the_configuration_preserves(app: Flask, told: list[Any]) -> None:
    kept(app)
    with pytest.warns(DeprecationWarning, match="preserve_context_on_exception"):
        assert app.preserve_context_on_exception is True
    fail(app)
    assert told == []
    assert request.path == "/fail"
    assert _request_ctx_stack.top.preserved
    app.test_client().get("/")
    (_, first), (_, second), *rest = told
    assert isinstance(first, ZeroDivisionError)
    assert second is first
    assert rest == [("request", None), ("app", None)]


def test_only_one_context_is_preserved(app: Flask, told: list[Any]) -> None:
    kept(app)
    for _ in range(3):
        fail(app)
    assert len(told) == 4
    _request_ctx_stack.top.pop()
    assert _request_ctx_stack.top is None
    assert _app_ctx_stack.top is None
    assert [type(error) for _, error in told] == [ZeroDivisionError] * 6


def test_an_answered_failure_is_preserved_as_well(app: Flask, told: list[Any]) -> None:
    app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = True
    with warned():
        assert app.test_client().get("/fail").status_code == 500
    assert _request_ctx_stack.top.preserved
    _request_ctx_stack.top.pop()
    assert [type(error) for _, error in told] == [ZeroDivisionError] * 2


def test_an_ignored_error_is_not_preserved(
    app: Flask, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(app)
    monkeypatch.setattr(app, "should_ignore_error", lambda error: True)
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/fail")
    assert told == [("request", None), ("app", None)]


def test_with_warnings_as_errors_the_context_is_popped(app: Flask) -> None:
    kept(app)
    with pytest.raises(DeprecationWarning, match="PRESERVE_CONTEXT_ON_EXCEPTION"):
        app.test_client().get("/fail")


def test_another_application_pops_the_preserved_context(
    app: Flask, told: list[Any]
) -> None:
    kept(app)
    fail(app)
    other = Flask("other", root_path="/tmp")
    other.add_url_rule("/", "index", lambda: current_app.name)
    assert other.test_client().get("/").text == "other"
    assert len(told) == 2


def test_a_with_block_that_fails_preserves(app: Flask, told: list[Any]) -> None:
    kept(app)
    with (
        warned(),
        pytest.raises(ZeroDivisionError),
        app.test_request_context("/later"),
    ):
        raise ZeroDivisionError
    assert request.path == "/later"
    _request_ctx_stack.top.pop()
    assert len(told) == 2


def test_below_an_app_context_that_ends_first(app: Flask, told: list[Any]) -> None:
    kept(app)
    with app.app_context():
        fail(app)
    assert told == []
    assert current_app == app
    app.test_client().get("/")
    assert [kind for kind, _ in told] == ["request", "app", "request", "app"]


def test_below_an_app_context_that_goes_on(app: Flask, told: list[Any]) -> None:
    kept(app)
    with app.app_context() as below:
        fail(app)
        app.test_client().get("/")
        assert _app_ctx_stack.top is below
        assert [kind for kind, _ in told] == ["request", "request"]
    assert [kind for kind, _ in told] == ["request", "request", "app"]


def test_an_inner_push_is_not_preserved(app: Flask, told: list[Any]) -> None:
    kept(app)
    context = app.test_request_context("/")
    with warned(), context:
        with pytest.raises(ZeroDivisionError), context:
            raise ZeroDivisionError
        assert not context.preserved
    assert told == [("request", None), ("app", None)]


def test_a_subclass_may_decide(app: Flask, told: list[Any]) -> None:
    with pytest.warns(DeprecationWarning, match="preserve_context_on_exception"):

        class Keeping(Flask):
            preserve_context_on_exception = True

    keeping = Keeping("keeping", root_path="/tmp")
    keeping.testing = True
    with pytest.raises(ZeroDivisionError), keeping.test_request_context():
        raise ZeroDivisionError
    assert _request_ctx_stack.top.preserved
    _request_ctx_stack.top.pop()


@pytest.mark.parametrize("argument", ["environ_base", "environ_overrides"])
def test_the_key_preserves(app: Flask, told: list[Any], argument: str) -> None:
    client = app.test_client()
    client.get("/", **{argument: {KEEP: True}})
    assert g.seen
    assert told == []
    client.get("/")
    assert told == [("request", None), ("app", None)] * 2


def test_the_key_in_an_environ_preserves(app: Flask, told: list[Any]) -> None:
    client = app.test_client()
    client.open(create_environ("/", environ_overrides={KEEP: True}))
    assert request.path == "/"
    _request_ctx_stack.top.pop()
    assert told == [("request", None), ("app", None)]


def test_a_false_key_preserves_nothing(app: Flask, told: list[Any]) -> None:
    app.test_client().get("/", environ_base={KEEP: False})
    assert told == [("request", None), ("app", None)]


def test_the_key_remembers_a_failure(app: Flask, told: list[Any]) -> None:
    app.testing = True
    client = app.test_client()
    with pytest.raises(ZeroDivisionError):
        client.get("/fail", environ_base={KEEP: True})
    assert told == []
    client.get("/")
    assert [type(error) for _, error in told[:2]] == [ZeroDivisionError] * 2


def test_the_key_and_the_configuration_preserve_once(
    app: Flask, told: list[Any]
) -> None:
    app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = True
    with warned():
        app.test_client().get("/fail", environ_base={KEEP: True})
    _request_ctx_stack.top.pop()
    assert _request_ctx_stack.top is None
    assert [type(error) for _, error in told] == [ZeroDivisionError] * 2


def test_the_key_in_a_block_of_the_client(app: Flask) -> None:
    with app.test_client() as client:
        client.get("/", environ_base={KEEP: True})
        assert g.seen


def test_the_end_of_a_block_pops_a_preserved_context(
    app: Flask, told: list[Any]
) -> None:
    kept(app)
    with app.test_client() as client:
        with warned(), pytest.raises(ZeroDivisionError):
            client.get("/fail")
        assert request.path == "/fail"
        assert told == []
    assert len(told) == 2


def test_a_server_gives_no_heed_to_the_key(app: Flask, told: list[Any]) -> None:
    run_wsgi_app(app, create_environ("/", environ_overrides={KEEP: True}))
    assert told == [("request", None), ("app", None)]


def test_heed_makes_any_environ_count(app: Flask, told: list[Any]) -> None:
    from flasklit.former.stacks import heed

    environ = create_environ("/")
    heed(environ)
    run_wsgi_app(app, environ)
    assert len(told) == 2
    environ = create_environ("/", environ_overrides={KEEP: True})
    heed(environ)
    run_wsgi_app(app, environ)
    assert len(told) == 2
    assert _request_ctx_stack.top.preserved
    _request_ctx_stack.top.pop()


def test_auto_pop(app: Flask, told: list[Any]) -> None:
    def leave(context: RequestContext, error: BaseException | None) -> None:
        with warned():
            context.auto_pop(error)

    context = app.test_request_context()
    context.push()
    leave(context, None)
    assert len(told) == 2
    context = app.test_request_context(environ_overrides={KEEP: True})
    context.push()
    leave(context, None)
    assert len(told) == 2
    assert context.preserved
    context.pop()
    assert not context.preserved
    assert len(told) == 4
    kept(app)
    context = app.test_request_context()
    context.push()
    leave(context, ZeroDivisionError())
    assert context.preserved
    context.pop(None)
    assert told[4:] == [("request", None), ("app", None)]


def test_a_preserved_context_can_be_pushed_again(app: Flask, told: list[Any]) -> None:
    context = app.test_request_context(environ_overrides={KEEP: True})
    context.push()
    with warned():
        context.auto_pop(None)
    with context:
        assert len(told) == 2
        assert not context.preserved
    assert len(told) == 4


def test_ordinary_failures_leave_no_cycle(app: Flask) -> None:
    app.testing = True
    contexts: list[Any] = []
    app.teardown_request(
        lambda error: contexts.append(weakref.ref(_request_ctx_stack.top))
    )
    gc.disable()
    try:
        with pytest.raises(ZeroDivisionError) as caught:
            app.test_client().get("/fail")
        del caught
        gc.collect()
        assert contexts[0]() is None
    finally:
        gc.enable()
