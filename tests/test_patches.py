"""What may be overridden or patched is called, and called as Flask calls it.

Measuring tools replace methods of Flask's classes while the application runs, programs
override them, tests set them on an object and take them back. Each public method and
property of the classes that take part in a request is replaced in each of these ways, by
one that writes its calls down; then the same requests go to Flask and to flasklit. What
Flask calls, and how often, is what is expected.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from types import FunctionType
from types import ModuleType
from typing import Any
from unittest import mock

import flask
import pytest
from werkzeug.test import create_environ
from werkzeug.utils import cached_property

import flasklit
from flasklit.lazy import lazy

PACKAGES: tuple[ModuleType, ...] = (flask, flasklit)
Calls = list[str]

#: The classes, by the package; the first one of a name is where it is patched.
OWNERS: dict[str, Callable[[ModuleType], type]] = {
    "Flask": lambda package: package.Flask,
    "Request": lambda package: package.Request,
    "Response": lambda package: package.Response,
    "RequestContext": lambda package: package.ctx.RequestContext,
    "AppContext": lambda package: package.ctx.AppContext,
    "Session": lambda package: package.sessions.SecureCookieSessionInterface,
    "Provider": lambda package: package.json.provider.DefaultJSONProvider,
    "Config": lambda package: package.Config,
}

#: Which of their names are no part of a request, or are called to make the test.
NOT_ASKED: dict[str, set[str]] = {
    "Flask": {
        "name",
        "logger",
        "run",
        "test_client",
        "test_cli_runner",
        "add_url_rule",
    },
    "Config": set(),
}

_COOKIE = "asked for when a cookie is set or deleted, not with every response"
_SCOPES = "the scopes of a request are found out once, when it is matched"

#: What flasklit calls less often than Flask, by decision, and why. What an overriding
#: member returns is honoured all the same: the answers have to be equal.
LESS_OFTEN = {
    ("Flask", "create_url_adapter"): (
        "the application context of a request binds its adapter when it is asked for"
    ),
    ("Provider", "dumps"): (
        "itsdangerous tries a serializer out when it is made; ours is made once"
    ),
    ("Request", "blueprint"): _SCOPES,
    ("Request", "blueprints"): _SCOPES,
    ("Request", "endpoint"): _SCOPES,
    ("Response", "allow"): "the answer to OPTIONS writes the header as it is",
    ("Response", "vary"): "the header is written as it is, if there is none",
    ("Session", "get_signing_serializer"): "a session that nobody reads is not opened",
    ("Session", "get_cookie_name"): _COOKIE,
    ("Session", "get_cookie_domain"): _COOKIE,
    ("Session", "get_cookie_path"): _COOKIE,
    ("Session", "get_cookie_secure"): _COOKIE,
    ("Session", "get_cookie_partitioned"): _COOKIE,
    ("Session", "get_cookie_samesite"): _COOKIE,
    ("Session", "get_cookie_httponly"): _COOKIE,
}

REQUESTS: list[dict[str, Any]] = [
    {"path": "/"},
    {"path": "/dict"},
    {"path": "/none"},
    {"path": "/", "method": "POST"},
    {"path": "/fail"},
    {"path": "/", "method": "HEAD"},
    {"path": "/", "method": "OPTIONS"},
    {"path": "/slash"},
    {"path": "/redirect"},
    {"path": "/session"},
    {"path": "/blueprint/form", "method": "POST", "data": {"a": "1"}},
    {"path": "/blueprint/abort", "query_string": "a=1"},
    {"path": "/stream"},
    {"path": "/handled"},
    {"path": "/json", "method": "POST", "json": {"a": 1}},
]


def application(package: ModuleType, cls: Any = None, hooks: bool = False) -> Any:
    """An application with a view of each kind."""
    app = (cls or package.Flask)("patched", static_folder=None)
    app.secret_key = "a key"
    app.logger.disabled = True
    inner = package.Blueprint("inner", "patched", url_prefix="/blueprint")
    app.add_url_rule("/", "index", lambda: "hello")
    app.add_url_rule("/dict", "dict", lambda: {"a": 1})
    app.add_url_rule("/fail", "fail", lambda: 1 / 0)
    app.add_url_rule("/slash/", "slash", lambda: "slash")
    app.add_url_rule("/stream", "stream", lambda: iter(["a", "b"]))
    app.add_url_rule(
        "/redirect", "redirect", lambda: package.redirect(package.url_for("index"))
    )

    def visits() -> str:
        package.session["n"] = package.session.get("n", 0) + 1
        return package.url_for("inner.form")  # type: ignore[no-any-return]

    def handled() -> str:
        raise KeyError("handled")

    app.add_url_rule("/session", "session", visits)
    app.add_url_rule("/handled", "handled", handled)
    app.add_url_rule(
        "/json", "json", lambda: package.request.get_json(), methods=["POST"]
    )
    inner.add_url_rule(
        "/form", "form", lambda: package.request.form["a"], methods=["POST"]
    )
    inner.add_url_rule("/abort", "abort", lambda: package.abort(418))
    app.register_error_handler(KeyError, lambda problem: ("handled", 400))
    if hooks:
        app.before_request(lambda: None)
        app.after_request(lambda response: response)
        app.teardown_request(lambda problem: None)
        app.teardown_appcontext(lambda problem: None)
        app.url_value_preprocessor(lambda endpoint, values: None)
        app.url_defaults(lambda endpoint, values: None)
        inner.before_request(lambda: None)
        inner.after_request(lambda response: response)
    app.register_blueprint(inner)
    return app


def send(app: Any, request: dict[str, Any]) -> tuple[Any, ...]:
    """Status, body and the headers that do not depend on the order of a set."""
    sent: list[Any] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        sent[:] = [status, sorted(name for name, _ in headers)]

    try:
        body = app(create_environ(**request), start_response)
        text = b"".join(body)
        if hasattr(body, "close"):
            body.close()
    except Exception as problem:
        return type(problem).__name__, str(problem)
    return (*sent, text)


def conversation(app: Any, calls: Calls) -> list[Any]:
    """What each request was answered with, and what it called."""
    found = []
    for request in REQUESTS:
        calls.clear()
        answer = send(app, request)
        found.append((request["path"], request.get("method"), answer, list(calls)))
    return found


def members(owner: str) -> list[str]:
    """The public methods and properties of Flask's class."""
    cls = OWNERS[owner](flask)
    names = [name for name in dir(cls) if not name.startswith("_")]
    if owner in {"Response", "Flask"}:
        names.append("__call__")
    if owner in {"Response", "Request", "RequestContext", "AppContext"}:
        names.append("__init__")
    return [
        name
        for name in names
        if name not in NOT_ASKED.get(owner, set()) and kind_of(cls, name) is not None
    ]


def kind_of(cls: type, name: str) -> str | None:
    for base in cls.__mro__:
        if name in vars(base):
            value = vars(base)[name]
            if isinstance(value, FunctionType):
                setup = getattr(value, "__wrapped__", None)
                return None if setup is not None else "method"
            return "property" if isinstance(value, property) else None
    return None


def spy(cls: type, name: str, calls: Calls) -> Any:
    """What takes the place of a member: it notes its calls and goes on."""
    original = getattr(cls, name)
    if isinstance(original, (cached_property, lazy)):
        compute: Any = original.compute if isinstance(original, lazy) else original.fget

        def once(self: Any) -> Any:
            calls.append(name)
            return compute(self)

        return cached_property(once, name)
    if isinstance(original, property):
        getter = original.fget
        assert getter is not None

        def get(self: Any) -> Any:
            calls.append(name)
            return getter(self)

        return property(get, original.fset, original.fdel)

    def method(self: Any, *args: Any, **options: Any) -> Any:
        calls.append(name)
        return original(self, *args, **options)

    return method


def subclassed(package: ModuleType, owner: str, name: str, calls: Calls) -> Any:
    """An application whose class, or a class it uses, overrides a member."""
    cls = OWNERS[owner](package)
    own: Any = type("Own", (cls,), {name: spy(cls, name, calls)})
    attributes: dict[str, Any] = {
        "Flask": {},
        "Request": {"request_class": own},
        "Response": {"response_class": own},
        "RequestContext": {"request_context": lambda self, environ: own(self, environ)},
        "AppContext": {"app_context": lambda self: own(self)},
        "Session": {"session_interface": own()} if owner == "Session" else {},
        "Provider": {"json_provider_class": own},
        "Config": {"config_class": own},
    }[owner]
    return own if owner == "Flask" else type("App", (package.Flask,), attributes)


def by_subclass(
    package: ModuleType, owner: str, name: str, calls: Calls, hooks: bool
) -> Iterator[Any]:
    yield application(package, subclassed(package, owner, name, calls), hooks)


def on_the_class(
    package: ModuleType, owner: str, name: str, calls: Calls, hooks: bool
) -> Iterator[Any]:
    """While the application runs, and taken back again."""
    app = application(package, None, hooks)
    cls = OWNERS[owner](package)
    conversation(app, calls)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cls, name, spy(cls, name, calls))
        yield app
    yield app


def on_the_object(
    package: ModuleType, owner: str, name: str, calls: Calls, hooks: bool
) -> Iterator[Any]:
    """On the application itself, or the interface or provider that it has."""
    app = application(package, None, hooks)
    target = {"Flask": app, "Session": app.session_interface, "Provider": app.json}
    owned = target[owner]
    if owner == "Session":
        owned = app.session_interface = type(owned)()
    conversation(app, calls)
    original = getattr(owned, name)

    def replacement(*args: Any, **options: Any) -> Any:
        calls.append(name)
        return original(*args, **options)

    with mock.patch.object(owned, name, replacement):
        yield app
    yield app


WAYS = {
    "subclass": by_subclass,
    "class": on_the_class,
    "object": on_the_object,
}


def cases() -> Iterator[Any]:
    for owner in OWNERS:
        for name in members(owner):
            for way in WAYS:
                changed = kind_of(OWNERS[owner](flask), name)
                if way == "object" and (
                    owner not in {"Flask", "Session", "Provider"}
                    or changed == "property"
                    or name.startswith("__")
                ):
                    continue
                yield pytest.param(owner, name, way, id=f"{owner}.{name}-{way}")


def outcome(
    package: ModuleType, owner: str, name: str, way: str, hooks: bool
) -> list[Any]:
    calls: Calls = []
    return [
        conversation(app, calls)
        for app in WAYS[way](package, owner, name, calls, hooks)
    ]


@pytest.mark.parametrize("hooks", [False, True], ids=["plain", "hooks"])
@pytest.mark.parametrize("owner, name, way", list(cases()))
def test_called_as_flask_calls_it(owner: str, name: str, way: str, hooks: bool) -> None:
    theirs, ours = (outcome(p, owner, name, way, hooks) for p in PACKAGES)
    if (owner, name) in LESS_OFTEN:
        assert all(map(less_often, theirs, ours))
        theirs, ours = without_calls(theirs), without_calls(ours)
    assert ours == theirs


def less_often(theirs: list[Any], ours: list[Any]) -> bool:
    return all(
        len(here[-1]) <= len(there[-1])
        for there, here in zip(theirs, ours, strict=True)
    )


@pytest.mark.parametrize("owner, name", LESS_OFTEN)
def test_what_is_called_less_often(owner: str, name: str) -> None:
    """Neither the list nor what it says is out of date."""
    theirs, ours = (outcome(p, owner, name, "class", False) for p in PACKAGES)
    assert ours != theirs
    if owner in {"Flask", "Request", "Session"}:
        assert ours[0] != ours[1], "the patch is not noticed at all"


def without_calls(found: list[Any]) -> list[Any]:
    return [[(*rest, []) for *rest, _ in talk] for talk in found]


@pytest.mark.parametrize("hooks", [False, True], ids=["plain", "hooks"])
@pytest.mark.parametrize("owner", ["Flask", "Response", "RequestContext", "AppContext"])
def test_called_in_flasks_order(owner: str, hooks: bool) -> None:
    """All members of a class at once."""
    found = []
    for package in PACKAGES:
        calls: Calls = []
        app = application(package, None, hooks)
        cls = OWNERS[owner](package)
        with pytest.MonkeyPatch.context() as patch:
            for name in members(owner):
                if (owner, name) not in LESS_OFTEN:
                    patch.setattr(cls, name, spy(cls, name, calls))
            found.append(conversation(app, calls))
    assert found[1] == found[0]


def test_something_is_called() -> None:
    """The comparison would pass if nothing were ever called by either."""
    for owner, name in [
        ("Flask", "dispatch_request"),
        ("Response", "get_wsgi_headers"),
        ("RequestContext", "push"),
        ("Session", "open_session"),
        ("Provider", "dumps"),
    ]:
        for *_, calls in outcome(flask, owner, name, "class", False)[0][:2]:
            assert name in calls or owner == "Provider"
        unpatched = outcome(flasklit, owner, name, "class", False)[1]
        assert [calls for *_, calls in unpatched if calls] == []
