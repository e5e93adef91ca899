"""Contexts where examples cannot look: in many threads and tasks, and when things fail.

Whatever a test does, no context may be left when it ends; a fixture looks after that.
"""

import asyncio
import gc
import random
import sys
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier
from types import MethodType
from types import ModuleType
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound
from werkzeug.test import create_environ
from werkzeug.wrappers import Response as BaseResponse

from flasklit import abort
from flasklit import after_this_request
from flasklit import copy_current_request_context
from flasklit import current_app
from flasklit import Flask
from flasklit import g
from flasklit import has_app_context
from flasklit import has_request_context
from flasklit import render_template_string
from flasklit import request
from flasklit import session
from flasklit.ctx import AppContext
from flasklit.ctx import RequestContext
from flasklit.globals import app_ctx
from flasklit.globals import request_ctx
from flasklit.sessions import SecureCookieSessionInterface
from flasklit.wrappers import Request

WAIT_SECONDS = 30.0


@pytest.fixture(autouse=True)
def _no_context_is_left() -> Iterator[None]:
    assert not has_app_context()
    yield
    assert not has_request_context()
    assert not has_app_context()


def call(app: Flask, path: str, method: str = "GET", **environ: Any) -> tuple[str, str]:
    """Call an application as a server does; return the status and the text."""
    statuses: list[str] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        statuses.append(status)

    body = app(create_environ(path, method=method, **environ), start_response)
    try:
        return statuses[0], b"".join(body).decode()
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


# --------------------------------------------------------------------- isolation


def test_threads_see_their_own_request() -> None:
    people, rounds = 24, 20
    meeting = Barrier(people, timeout=WAIT_SECONDS)
    apps = [Flask("even"), Flask("odd")]

    def show(name: str) -> str:
        g.name = name
        session["name"] = name
        meeting.wait()
        seen = (
            request.path,
            request.args["again"],
            g.name,
            session["name"],
            current_app.name,
        )
        meeting.wait()
        return " ".join((*seen, *(request.view_args or {}).values()))

    for app in apps:
        app.secret_key = "a key"
        app.add_url_rule("/<name>", "show", show)

    def visit(person: int) -> list[str]:
        app, name = apps[person % 2], f"person{person}"
        return [
            call(app, f"/{name}", query_string={"again": f"{name}.{again}"})[1]
            for again in range(rounds)
        ]

    with ThreadPoolExecutor(people) as pool:
        seen = list(pool.map(visit, range(people)))
    for person, texts in enumerate(seen):
        name, app = f"person{person}", apps[person % 2].name
        assert texts == [
            f"/{name} {name}.{again} {name} {name} {app} {name}"
            for again in range(rounds)
        ]


def test_tasks_see_their_own_request() -> None:
    apps = [Flask("even"), Flask("odd")]
    order = random.Random(7)

    async def visit(number: int) -> None:
        app, path = apps[number % 2], f"/{number}"
        for _ in range(order.randrange(3)):
            await asyncio.sleep(0)
        with app.request_context(create_environ(path)):
            g.number = number
            for _ in range(order.randrange(1, 9)):
                await asyncio.sleep(0)
                assert (request.path, g.number, current_app) == (path, number, app)
        assert not has_app_context()

    async def all_at_once() -> None:
        await asyncio.gather(*map(visit, range(200)))
        assert not has_app_context()

    asyncio.run(all_at_once())


def test_a_task_inherits_the_request_and_keeps_its_changes() -> None:
    app = Flask("tasks")

    async def child() -> str:
        with app.request_context(create_environ("/child")):
            await asyncio.sleep(0)
            return request.path

    async def parent() -> None:
        with app.request_context(create_environ("/parent")):
            inside = asyncio.create_task(child())
            for _ in range(3):
                await asyncio.sleep(0)
                assert request.path == "/parent"
            assert await inside == "/child"
            assert request.path == "/parent"

    asyncio.run(parent())


def test_a_thread_starts_without_a_context() -> None:
    app = Flask("threads")
    with ThreadPoolExecutor(1) as pool, app.request_context(create_environ("/")):
        assert not pool.submit(has_request_context).result()
        assert not pool.submit(has_app_context).result()
        assert pool.submit(copy_context().run, has_request_context).result()


def test_a_copied_context_has_a_life_of_its_own() -> None:
    app = Flask("copies")
    app.secret_key = "a key"
    torn: list[str] = []
    app.teardown_request(lambda exc: torn.append("request"))
    app.teardown_appcontext(lambda exc: torn.append("app"))
    original = app.request_context(create_environ("/"))

    with ThreadPoolExecutor(1) as pool:
        with original:
            session["who"] = g.who = "ann"

            @copy_current_request_context
            def look() -> tuple[str, str, bool, bool]:
                assert request_ctx != original
                return request.path, session["who"], "who" in g, request == expected

            expected = original.request
            assert pool.submit(look).result() == ("/", "ann", False, True)
            assert torn == ["request", "app"]
            assert look() == ("/", "ann", True, True)
            assert torn == ["request", "app", "request"]
            assert request_ctx == original
        assert torn == ["request", "app", "request", "request", "app"]
        assert pool.submit(look).result() == ("/", "ann", False, True)


# ------------------------------------------------------------------ push and pop


class Diary:
    """An application that writes its teardowns down."""

    def __init__(self, name: str = "diary") -> None:
        self.app = Flask(name)
        self.pages: list[tuple[str, BaseException | None]] = []
        self.app.teardown_request(lambda exc: self.pages.append(("request", exc)))
        self.app.teardown_appcontext(lambda exc: self.pages.append(("app", exc)))

    def context(self, path: str = "/") -> RequestContext:
        return self.app.request_context(create_environ(path))


def test_contexts_nest() -> None:
    one, two = Diary("one"), Diary("two")
    with one.context("/a"):
        outer = app_ctx._get_current_object()  # type: ignore[attr-defined]
        with one.context("/b"):
            assert (request.path, current_app.name) == ("/b", "one")
            assert app_ctx == outer
            with two.context("/c"):
                assert (request.path, current_app.name) == ("/c", "two")
                with one.context("/d"):
                    assert (request.path, current_app.name) == ("/d", "one")
                    assert app_ctx != outer
                with two.app.app_context():
                    assert (request.path, current_app.name) == ("/c", "two")
            assert two.pages == [("app", None), ("request", None), ("app", None)]
            assert (request.path, current_app.name) == ("/b", "one")
        assert (request.path, current_app.name) == ("/a", "one")
    names = [name for name, _ in one.pages]
    assert names == ["request", "app", "request", "request", "app"]


@pytest.mark.parametrize("kind", ["app", "request"])
def test_only_the_last_pop_tears_down(kind: str) -> None:
    diary = Diary()
    context: Any = diary.app.app_context() if kind == "app" else diary.context()
    expected = ["app"] if kind == "app" else ["request", "app"]
    for _ in range(2):  # a context that was popped may be used again
        for _ in range(3):
            context.push()
        context.pop()
        context.pop()
        assert diary.pages == []
        assert has_app_context()
        context.pop()
        assert [name for name, _ in diary.pages] == expected
        assert not has_app_context()
        diary.pages.clear()


def test_a_pushed_context_is_pushed_again_between_others() -> None:
    one, two = Diary("one"), Diary("two")
    first, second = one.context("/first"), two.context("/second")
    with first, second, first:
        assert (request.path, current_app.name) == ("/first", "one")
        with second:
            assert (request.path, current_app.name) == ("/second", "two")
        assert two.pages == [("app", None)]
        assert (request.path, current_app.name) == ("/first", "one")
    assert [name for name, _ in one.pages].count("request") == 1
    assert [name for name, _ in two.pages].count("request") == 1


def test_the_with_statement_tells_the_teardown() -> None:
    diary = Diary()
    problem = ValueError("told")
    with pytest.raises(ValueError, match="told"), diary.context():
        raise problem
    assert diary.pages == [("request", problem), ("app", problem)]


def test_pop_asks_for_the_exception_being_handled() -> None:
    diary = Diary()
    for exc in ((), (None,)):
        context = diary.context()
        context.push()
        try:
            raise ValueError("handled")
        except ValueError as problem:
            context.pop(*exc)
            expected = None if exc else problem
            assert diary.pages == [("request", expected), ("app", expected)]
        diary.pages.clear()


def test_a_context_that_is_not_pushed_cannot_be_popped() -> None:
    diary = Diary()
    for context in (diary.context(), diary.app.app_context()):
        with pytest.raises(AssertionError, match="not pushed"):
            context.pop()
        with context:
            pass
        with pytest.raises(AssertionError, match="not pushed"):
            context.pop()


def test_popping_in_the_wrong_order_is_refused() -> None:
    def in_a_context_of_its_own() -> None:
        diary = Diary()
        outer, inner = diary.context("/outer"), diary.context("/inner")
        outer.push()
        inner.push()
        with pytest.raises(AssertionError, match=r"wrong request context.*/inner.*of"):
            outer.pop()

    copy_context().run(in_a_context_of_its_own)

    def the_same_for_applications() -> None:
        outer, inner = Flask("outer").app_context(), Flask("inner").app_context()
        outer.push()
        inner.push()
        with pytest.raises(AssertionError, match="wrong app context"):
            outer.pop()

    copy_context().run(the_same_for_applications)


def test_the_files_of_the_request_are_closed_once() -> None:
    closed: list[str] = []

    class Closing(Request):
        def close(self) -> None:
            closed.append(self.path)
            super().close()

    diary = Diary()
    diary.app.request_class = Closing
    with (context := diary.context("/file")), context:
        assert closed == []
    assert closed == ["/file"]


# --------------------------------------------------------------- teardown, always

#: Where a request can fail, and whether the teardown functions are told.
PLACES = {
    "nowhere": False,
    "url value preprocessor": True,
    "before_request": True,
    "view": True,
    "system exit in the view": True,
    "error handler": True,
    "handler of the 500": True,
    "after_this_request": True,
    "after_request": True,
    "save_session": True,
    "start_response": False,
    "teardown_request": False,
    "teardown_appcontext": False,
    "handled error": False,
    "missing page": False,
    "aborted view": False,
}


class Failing(Exception):
    """What the functions of an application that fails on demand raise."""


class Handled(Exception):
    """What an error handler answers."""


def failing_app(
    place: str, counts: Counter[str], told: list[BaseException | None]
) -> Flask:
    """An application that fails in one place, and counts its teardowns."""
    app = Flask("failing")
    app.secret_key = "a key"

    def fail(here: str) -> None:
        if here == place:
            raise Failing(here)

    class Interface(SecureCookieSessionInterface):
        def save_session(self, *args: Any) -> None:
            fail("save_session")
            super().save_session(*args)

    app.session_interface = Interface()

    @app.get("/")
    def view() -> str:
        after_this_request(lambda response: fail("after_this_request") or response)
        fail("view")
        if place == "system exit in the view":
            raise SystemExit(3)
        if place in {"error handler", "handled error"}:
            raise Handled
        if place == "handler of the 500":
            raise Failing("to get there")
        if place == "aborted view":
            abort(403)
        return "fine"

    @app.errorhandler(Handled)
    def handle(problem: Handled) -> str:
        fail("error handler")
        return "handled"

    @app.errorhandler(500)
    def handle_500(problem: HTTPException) -> tuple[str, int]:
        fail("handler of the 500")
        return "sorry", 500

    app.url_value_preprocessor(lambda *args: fail("url value preprocessor"))
    app.before_request(lambda: fail("before_request"))
    app.after_request(lambda response: fail("after_request") or response)

    def first(scope: str) -> Callable[[BaseException | None], None]:
        def teardown(exc: BaseException | None) -> None:
            counts[scope] += 1
            told.append(exc)
            fail(scope)

        return teardown

    app.teardown_request(first("teardown_request"))
    app.teardown_appcontext(first("teardown_appcontext"))
    return app


@pytest.mark.parametrize("propagate", [False, True], ids=["answering", "raising"])
@pytest.mark.parametrize("place", PLACES)
def test_teardown_runs_once_wherever_a_request_fails(
    place: str, propagate: bool
) -> None:
    counts: Counter[str] = Counter()
    told: list[BaseException | None] = []
    app = failing_app(place, counts, told)
    app.config["PROPAGATE_EXCEPTIONS"] = propagate
    app.logger.disabled = True

    def start_response(*args: Any) -> Any:
        if place == "start_response":
            raise Failing(place)

    path = "/missing" if place == "missing page" else "/"
    unanswered = {
        "system exit in the view",
        "handler of the 500",
        "start_response",
        "teardown_request",
        "teardown_appcontext",
    }
    error: BaseException | None = None
    try:
        list(app(create_environ(path), start_response))
    except (Failing, SystemExit) as problem:
        error = problem
    fails = PLACES[place]
    assert bool(error) == (place in unanswered or (fails and propagate))
    assert counts == {"teardown_request": 1, "teardown_appcontext": 1}
    if fails:
        assert told[0] is told[1] is not None
    else:
        assert told == [None, None]


def test_teardown_functions_run_although_a_later_scope_fails() -> None:
    app = Flask("nested")
    seen: list[str] = []

    @app.teardown_appcontext
    def last(exc: BaseException | None) -> None:
        seen.append("app")

    @app.teardown_request
    def broken(exc: BaseException | None) -> None:
        seen.append("request")
        raise Failing

    app.add_url_rule("/", "index", lambda: "fine")
    for _ in range(2):
        with pytest.raises(Failing):
            call(app, "/")
        assert seen == ["request", "app"]
        assert not has_app_context()
        seen.clear()


def test_an_ignored_error_is_kept_from_the_teardown() -> None:
    class Tolerant(Flask):
        def should_ignore_error(self, error: BaseException | None) -> bool:
            return isinstance(error, Failing)

    diary = Diary()
    app = Tolerant("tolerant")
    app.teardown_request(lambda exc: diary.pages.append(("request", exc)))
    app.logger.disabled = True

    @app.get("/<kind>")
    def fail(kind: str) -> str:
        raise Failing if kind == "ignored" else ValueError(kind)

    assert call(app, "/ignored")[0].startswith("500")
    assert call(app, "/told")[0].startswith("500")
    assert [type(exc) for _, exc in diary.pages] == [type(None), ValueError]


# ------------------------------------------------------------------------ garbage


def busy_app() -> Flask:
    """An application with one of everything that a request can meet."""
    app = Flask("busy")
    app.secret_key = "a key"
    app.logger.disabled = True

    @app.get("/")
    def hello() -> str:
        return "hello"

    @app.get("/number/<int:number>/")
    def number(number: int) -> dict[str, int]:
        return {"number": number}

    @app.get("/session")
    def visits() -> str:
        session["visits"] = session.get("visits", 0) + 1
        return "counted"

    @app.get("/template")
    def template() -> str:
        return render_template_string("{{ request.path }}")

    @app.get("/abort")
    def give_up() -> str:
        abort(418)

    @app.get("/key")
    def key() -> str:
        return request.args["missing"]

    @app.get("/handled")
    def handled() -> str:
        raise Handled

    @app.get("/fail")
    def fail() -> str:
        raise Failing

    @app.post("/form")
    def form() -> str:
        return request.form["name"]

    @app.get("/after")
    def after() -> str:
        after_this_request(lambda response: response)
        return "after"

    @app.errorhandler(Handled)
    def handle(problem: Handled) -> tuple[str, int]:
        return "handled", 400

    return app


def with_hooks(app: Flask) -> Flask:
    """The application with hooks and handlers of every kind."""
    app.url_value_preprocessor(lambda endpoint, values: None)
    app.before_request(lambda: None)
    app.after_request(lambda response: response)
    app.teardown_request(lambda exc: None)
    app.teardown_appcontext(lambda exc: None)
    app.register_error_handler(404, lambda problem: (f"{problem.name}!", 404))
    app.register_error_handler(418, lambda problem: problem)
    app.register_error_handler(500, lambda problem: ("sorry", 500))
    return app


def garbage_of(app: Flask, times: int, path: str, **environ: Any) -> list[object]:
    """What only the cyclic collector can free after some requests."""
    for _ in range(3):
        call(app, path, **environ)
    gc.collect()
    gc.disable()
    try:
        for _ in range(times):
            call(app, path, **environ)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        return list(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize("hooks", [False, True], ids=["plain", "hooks"])
@pytest.mark.parametrize(
    ("path", "environ"),
    [
        ("/", {}),
        ("/", {"method": "HEAD"}),
        ("/number/7/", {}),
        ("/session", {}),
        ("/template", {}),
        ("/after", {}),
        ("/form", {"method": "POST", "data": {"name": "ann"}}),
        ("/missing", {}),
        ("/number/seven/", {}),
        ("/abort", {}),
        ("/key", {}),
        ("/handled", {}),
        ("/fail", {}),
    ],
)
def test_requests_leave_no_cyclic_garbage(
    path: str, environ: dict[str, Any], hooks: bool
) -> None:
    app = with_hooks(busy_app()) if hooks else busy_app()
    left = garbage_of(app, 200, path, **environ)
    assert Counter(type(thing).__name__ for thing in left) == {}


@pytest.mark.parametrize(
    ("path", "environ"),
    [
        ("/number/7", {}),
        ("/", {"method": "POST"}),
        ("/", {"method": "OPTIONS"}),
    ],
)
def test_what_werkzeug_leaves_does_not_hold_the_request(
    path: str, environ: dict[str, Any]
) -> None:
    left = garbage_of(with_hooks(busy_app()), 20, path, **environ)
    kinds = (RequestContext, AppContext, Request, BaseResponse, HTTPException)
    assert [thing for thing in left if isinstance(thing, kinds)] == []


def test_an_error_that_leaves_the_application_keeps_its_traceback() -> None:
    app = Flask("trapping")
    app.config.update(TRAP_HTTP_EXCEPTIONS=True, TESTING=True)
    with pytest.raises(NotFound) as caught:
        call(app, "/missing")
    names = [entry.name for entry in caught.traceback]
    assert "dispatch_request" in names
    assert "match_request" in names


# ------------------------------------------------------------- what may be changed

#: Overridable methods of the application, and a request that has to reach them.
METHODS = {
    "wsgi_app": "GET /",
    "request_context": "GET /",
    "app_context": "GET /",
    "create_url_adapter": "GET /",
    "full_dispatch_request": "GET /",
    "preprocess_request": "GET /",
    "dispatch_request": "GET /",
    "finalize_request": "GET /",
    "make_response": "GET /",
    "process_response": "GET /",
    "ensure_sync": "GET /",
    "do_teardown_request": "GET /",
    "do_teardown_appcontext": "GET /",
    "make_default_options_response": "OPTIONS /",
    "raise_routing_exception": "GET /missing",
    "handle_user_exception": "GET /missing",
    "handle_http_exception": "GET /missing",
    "trap_http_exception": "GET /missing",
    "handle_exception": "GET /fail",
    "log_exception": "GET /fail",
    "should_ignore_error": "GET /fail",
}


def spy_on(owner: Any, name: str, calls: list[str]) -> Callable[..., Any]:
    """A method that writes its calls down and goes on to the original."""
    original = getattr(owner, name)

    def spy(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return original(self, *args, **kwargs)

    return spy


def small_app(cls: type[Flask]) -> Flask:
    app = cls("small")
    app.logger.disabled = True
    app.add_url_rule("/", "index", lambda: "fine")
    app.add_url_rule("/fail", "fail", lambda: 1 / 0)
    return app


def request_line(app: Flask, line: str) -> tuple[str, str]:
    method, path = line.split()
    return call(app, path, method)


@pytest.mark.parametrize("name", METHODS)
def test_an_overriding_method_is_called(name: str) -> None:
    calls: list[str] = []
    app = small_app(type("Own", (Flask,), {name: spy_on(Flask, name, calls)}))
    expected = request_line(small_app(Flask), METHODS[name])
    for _ in range(3):
        calls.clear()
        assert request_line(app, METHODS[name]) == expected
        assert calls != []


@pytest.mark.parametrize("name", METHODS)
def test_a_method_patched_at_run_time_is_called(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    app = small_app(Flask)
    for _ in range(3):
        expected = request_line(app, METHODS[name])
    monkeypatch.setattr(Flask, name, spy_on(Flask, name, calls))
    assert request_line(app, METHODS[name]) == expected
    assert calls != []
    monkeypatch.undo()
    calls.clear()
    assert request_line(app, METHODS[name]) == expected
    assert calls == []


@pytest.mark.parametrize("name", METHODS)
def test_a_method_replaced_on_the_application_is_called(name: str) -> None:
    calls: list[str] = []
    app = small_app(Flask)
    for _ in range(3):
        expected = request_line(app, METHODS[name])
    setattr(app, name, MethodType(spy_on(Flask, name, calls), app))
    assert request_line(app, METHODS[name]) == expected
    assert calls != []


@pytest.mark.parametrize("name", ["push", "pop", "match_request"])
def test_the_methods_of_the_request_context_may_be_changed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    own = type("Own", (RequestContext,), {name: spy_on(RequestContext, name, calls)})

    class App(Flask):
        def request_context(self, environ: Any) -> RequestContext:
            return own(self, environ)

    assert call(small_app(App), "/") == ("200 OK", "fine")
    assert calls == [name]
    app = small_app(Flask)
    call(app, "/")
    monkeypatch.setattr(RequestContext, name, spy_on(RequestContext, name, calls))
    assert call(app, "/") == ("200 OK", "fine")
    assert calls == [name, name]


def test_overriding_methods_change_the_answer() -> None:
    class App(Flask):
        def preprocess_request(self) -> Any:
            return "closed" if request.path == "/closed" else None

        def make_response(self, rv: Any) -> Any:
            return super().make_response((rv, 203) if rv == "fine" else rv)

        def handle_http_exception(self, e: HTTPException) -> Any:
            return f"no {request.path}", e.code

    app = small_app(App)
    assert call(app, "/") == ("203 NON AUTHORITATIVE INFORMATION", "fine")
    assert call(app, "/closed") == ("200 OK", "closed")
    assert call(app, "/missing") == ("404 NOT FOUND", "no /missing")


def test_the_classes_of_an_application_may_be_changed() -> None:
    class OwnRequest(Request):
        whose = "mine"

    class OwnGlobals(Flask.app_ctx_globals_class):  # type: ignore[misc, name-defined]
        drawer = "empty"

    class App(Flask):
        request_class = OwnRequest
        app_ctx_globals_class = OwnGlobals

    app = App("classes")
    app.add_url_rule("/", "index", lambda: f"{request.whose}, {g.drawer}")  # type: ignore[attr-defined]
    assert call(app, "/") == ("200 OK", "mine, empty")


# ------------------------------------------------------- taken when a request starts


def test_a_hook_that_edits_the_environ_changes_nothing() -> None:
    app = Flask("edits")
    seen: list[tuple[str, str, str | None, bytes]] = []

    @app.before_request
    def edit() -> None:
        request.environ.update(
            REQUEST_METHOD="DELETE", PATH_INFO="/other", QUERY_STRING="edited=1"
        )

    @app.after_request
    def look(response: Any) -> Any:
        seen.append((request.method, request.path, request.endpoint, _query()))
        return response

    def _query() -> bytes:
        return request.query_string

    app.add_url_rule("/", "index", lambda: f"{request.method} {request.path}")
    app.add_url_rule("/other", "other", lambda: "other", methods=["GET", "DELETE"])
    assert call(app, "/", query_string="a=1") == ("200 OK", "GET /")
    assert call(app, "/missing")[0] == "404 NOT FOUND"
    assert call(app, "/", "POST")[0] == "405 METHOD NOT ALLOWED"
    assert seen == [
        ("GET", "/", "index", b"a=1"),
        ("GET", "/missing", None, b""),
        ("POST", "/", None, b""),
    ]


def test_middleware_may_edit_the_environ_before() -> None:
    app = Flask("middleware")
    app.add_url_rule("/b", "b", lambda: f"{request.method} {request.path}")
    inner = app.wsgi_app

    def middleware(environ: Any, start_response: Any) -> Any:
        environ["PATH_INFO"] = "/b"
        return inner(environ, start_response)

    app.wsgi_app = middleware  # type: ignore[method-assign]
    assert call(app, "/a") == ("200 OK", "GET /b")


# -------------------------------------------------------------------------- async


@pytest.fixture
def asgiref() -> ModuleType:
    module: ModuleType = pytest.importorskip("asgiref.sync")
    return module


def test_coroutine_functions_everywhere(asgiref: ModuleType) -> None:
    app = Flask("coroutines")
    course: list[str] = []

    async def note(where: str) -> None:
        await asyncio.sleep(0)
        course.append(f"{where} {request.path}")

    @app.before_request
    async def before() -> None:
        await note("before")
        g.started = True

    @app.get("/")
    async def view() -> str:
        @after_this_request
        async def this(response: Any) -> Any:
            await note("after this")
            return response

        await note("view")
        return f"started {g.started}"

    @app.get("/handled")
    async def handled() -> str:
        raise Handled

    @app.errorhandler(Handled)
    async def handle(problem: Handled) -> tuple[str, int]:
        await note("handler")
        return "handled", 400

    @app.after_request
    async def after(response: Any) -> Any:
        await note("after")
        return response

    @app.teardown_request
    async def teardown(exc: BaseException | None) -> None:
        await note("teardown")

    @app.teardown_appcontext
    async def teardown_app(exc: BaseException | None) -> None:
        await asyncio.sleep(0)
        course.append(f"teardown {current_app.name}")

    assert call(app, "/") == ("200 OK", "started True")
    assert course == [
        "before /",
        "view /",
        "after this /",
        "after /",
        "teardown /",
        "teardown coroutines",
    ]
    course.clear()
    assert call(app, "/handled") == ("400 BAD REQUEST", "handled")
    assert course[1:3] == ["handler /handled", "after /handled"]


def test_an_async_view_fails_like_any_other(asgiref: ModuleType) -> None:
    app = Flask("coroutines")
    app.logger.disabled = True
    told: list[BaseException | None] = []
    app.teardown_request(told.append)

    @app.get("/")
    async def view() -> str:
        raise Failing

    assert call(app, "/")[0] == "500 INTERNAL SERVER ERROR"
    assert [type(exc) for exc in told] == [Failing]


def test_async_views_run_side_by_side(asgiref: ModuleType) -> None:
    people = 8
    meeting = Barrier(people, timeout=WAIT_SECONDS)
    app = Flask("coroutines")

    @app.get("/<name>")
    async def view(name: str) -> str:
        g.name = name
        await asyncio.to_thread(meeting.wait)
        return f"{request.path} {g.name}"

    paths = [f"/person{number}" for number in range(people)]
    with ThreadPoolExecutor(people) as pool:
        texts = list(pool.map(lambda path: call(app, path)[1], paths))
    assert texts == [f"{path} {path[1:]}" for path in paths]


def test_a_coroutine_function_in_a_copied_context(asgiref: ModuleType) -> None:
    app = Flask("coroutines")
    with app.request_context(create_environ("/copied")):

        @copy_current_request_context
        async def look() -> str:
            await asyncio.sleep(0)
            return request.path

    assert look() == "/copied"


def test_async_views_name_the_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask("coroutines")

    async def view() -> str:
        return "never"

    monkeypatch.setitem(sys.modules, "asgiref.sync", None)
    with pytest.raises(RuntimeError, match=r"flasklit\[async\]"):
        app.ensure_sync(view)


def test_a_push_that_fails_leaves_no_context() -> None:
    app = Flask("failing")
    app.add_url_rule("/<number>", "old", redirect_to="/<missing>")
    with pytest.raises(KeyError), app.test_request_context("/1"):
        pass
    assert not has_request_context()
    assert not has_app_context()
