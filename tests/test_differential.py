"""Every request that we can think of is answered as Flask answers it.

Applications and requests are drawn from a seed, theme by theme, and sent to Flask and
to flasklit in one process, over the same Werkzeug. Status, headers, body, what was
logged, signalled, raised and called, and in which order, must be equal; ``judge`` lists
what may differ. A difference is shown with the smallest descriptions that still have it.

``--differential-seed`` and ``--differential-requests`` choose others and more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from linecache import getline
from pathlib import Path
from types import FunctionType
from types import MethodType
from types import ModuleType
from typing import Any

import flask
import pytest
import werkzeug
from differential import judge
from differential.ask import Inquiry
from differential.build import write_files
from differential.describe import conversation
from differential.draw import THEMES
from differential.known import KNOWN
from differential.lines import functions_of
from differential.lines import Lines
from differential.lines import missed
from differential.lines import watched
from differential.requests import METHODS

import flasklit
from flasklit import app
from flasklit import cookies
from flasklit import ctx
from flasklit import errors
from flasklit import matching
from flasklit import plain
from flasklit import responses
from flasklit import routing
from flasklit import sessions
from flasklit import shortcut
from flasklit import signing
from flasklit import wrappers

LENGTH = 50  # requests to one application
LEAST = 20_000

Talk = Callable[..., judge.Difference | None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("differential")
    write_files(folder)
    return folder


@contextmanager
def talking(folder: Path) -> Iterator[Talk]:
    """Ask two applications of a conversation's description."""
    with Inquiry() as inquiry:

        def talk(seed: str, theme: str, seen: Any = None) -> judge.Difference | None:
            described = conversation(seed, theme, LENGTH)
            return judge.converse(inquiry, folder, *described, seen)

        yield talk


def seeds(theme: str, seed: str, requests: int) -> list[str]:
    """The conversations of a theme, as many as it takes."""
    number = -(-requests // (len(THEMES) * LENGTH))
    return [f"{seed}:{theme}:{n}" for n in range(number)]


@pytest.fixture(scope="module")
def seen() -> Counter[str]:
    """How the requests of this module's tests were answered."""
    return Counter()


@pytest.mark.parametrize("theme", THEMES)
def test_every_answer_is_flasks(
    theme: str, folder: Path, seen: Counter[str], pytestconfig: pytest.Config
) -> None:
    seed = pytestconfig.getoption("--differential-seed", "flasklit")
    requests = pytestconfig.getoption("--differential-requests", 24_000)

    def count(item: Any, answer: Any) -> None:
        kind = "raised" if answer["raised"] else answer["status"][:1]
        seen.update([theme, kind, f"method {item.get('method', 'GET')}"])

    with talking(folder) as talk:
        failed = [n for n in seeds(theme, seed, requests) if talk(n, theme, count)][:1]
    for name in failed:
        with Inquiry() as inquiry:
            described = conversation(name, theme, LENGTH)
            found = judge.smallest(inquiry, folder, *described)
        pytest.fail(f"{name}\n{judge.report(*found)}", pytrace=False)


@pytest.mark.parametrize("name", KNOWN)
def test_what_was_different_once(name: str, folder: Path) -> None:
    with Inquiry() as inquiry:
        difference = judge.converse(inquiry, folder, *KNOWN[name])
    if difference is not None:
        pytest.fail(judge.report(*KNOWN[name], difference), pytrace=False)


def test_there_were_enough_requests_of_every_kind(
    seen: Counter[str], pytestconfig: pytest.Config
) -> None:
    """A comparison of answers that are all alike says nothing."""
    if set(THEMES) - set(seen):
        pytest.skip("not all themes have run")
    total = sum(seen[theme] for theme in THEMES)
    if pytestconfig.getoption("--differential-requests", LEAST) >= LEAST:
        assert total >= LEAST
    wanted = {"2": 0.2, "3": 0.04, "4": 0.2, "5": 0.05, "1": 0.001, "raised": 0.02}
    assert {
        kind: seen[kind] / total for kind in wanted if seen[kind] < wanted[kind] * total
    } == {}
    assert [m for m in METHODS if not seen[f"method {m}"]] == []


def test_both_use_the_same_werkzeug() -> None:
    bases = [package.Request.__mro__ for package in (flask, flasklit)]
    assert all(werkzeug.Request in base for base in bases)
    assert flask.Flask is not flasklit.Flask  # type: ignore[comparison-overlap]


# ---------------------------------------------------------- mistakes must be found


class Mistake:
    """A change of flasklit that some request has to reveal."""

    def __init__(
        self, owner: Any, name: str, wrong: Callable[[Any], Any], *themes: str
    ) -> None:
        self.owner, self.name, self.wrong = owner, name, wrong
        self.themes = themes or tuple(THEMES)

    def make(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(self.owner, self.name, self.wrong(getattr(self.owner, self.name)))


def _shares_values(original: Any) -> Any:
    """Gives all requests of a rule the same dictionary of arguments."""
    kept: dict[Any, Any] = {}

    def match(self: Any, path: str, method: str) -> Any:
        found = original(self, path, method)
        return kept.setdefault((id(self), path, method), found)

    return match


def _forgets_the_method(original: Any) -> Any:
    kept: dict[Any, Any] = {}

    def match(self: Any, path: str, method: str) -> Any:
        if (self, path) not in kept:
            kept[self, path] = original(self, path, method)
        return kept[self, path]

    return match


def _without_close(original: Any) -> Any:
    def call(self: Any, environ: Any, start_response: Any) -> Any:
        return list(original(self, environ, start_response))

    return call


def _forwards(original: Any) -> Any:
    """Runs the functions of ``after_request`` in the order of registration."""

    def process(self: Any, response: Any) -> Any:
        functions = self.after_request_funcs
        for name in functions:
            functions[name].reverse()
        try:
            return original(self, response)
        finally:
            for name in functions:
                functions[name].reverse()

    return process


def _without_length_of_empty(original: Any) -> Any:
    def start(self: Any, body: Any, mimetype: Any) -> None:
        original(self, body, mimetype)
        if not body:
            del self.headers["Content-Length"]

    return start


def _in_characters(original: Any) -> Any:
    def start(self: Any, body: Any, mimetype: Any) -> None:
        original(self, body, mimetype)
        self.headers["Content-Length"] = str(len(body))

    return start


def _returning(value: Any) -> Callable[[Any], Any]:
    return lambda original: lambda *args, **options: value


def _with_another_host(original: Any) -> Any:
    """Trusts every host once it has trusted one."""

    def find(self: Any, request: Any) -> Any:
        self._bound_hosts.add(request.environ.get("HTTP_HOST"))
        return original(self, request)

    return find


def _quietly(original: Any) -> Any:
    def log(self: Any, exc_info: Any) -> None:
        pass

    return log


def _without_scopes(original: Any) -> Any:
    def match(self: Any) -> None:
        original(self)
        self.scopes = (None,)

    return match


def _latin(original: Any) -> Any:
    return lambda value: value


MISTAKES = {
    "shared arguments": Mistake(matching.Matcher, "match", _shares_values),
    "one answer for all methods": Mistake(
        matching.Matcher, "match", _forgets_the_method
    ),
    "no close": Mistake(wrappers.Response, "__call__", _without_close),
    "after_request forwards": Mistake(
        responses.Responses, "process_response", _forwards
    ),
    "empty bodies without a length": Mistake(
        wrappers.Response, "_start", _without_length_of_empty
    ),
    "characters counted, not bytes": Mistake(
        wrappers.Response, "_start", _in_characters
    ),
    "sessions never refreshed": Mistake(
        sessions.SecureCookieSessionInterface, "must_refresh", _returning(False)
    ),
    "sessions always saved": Mistake(
        sessions.SecureCookieSessionInterface, "should_set_cookie", _returning(True)
    ),
    "Vary forgotten": Mistake(sessions, "_vary_by_cookie", _returning(None)),
    "any host": Mistake(routing.Routes, "_find_rule", _with_another_host),
    "nothing logged": Mistake(errors.Errors, "log_exception", _quietly),
    "blueprints forgotten": Mistake(
        ctx.RequestContext, "match_request", _without_scopes
    ),
    "paths left in Latin-1": Mistake(wrappers, "_text", _latin),
    "HTTP errors trapped": Mistake(
        errors.Errors, "trap_http_exception", _returning(True)
    ),
    "no teardown": Mistake(app.Flask, "do_teardown_request", _returning(None)),
    "no hooks": Mistake(app.Flask, "preprocess_request", _returning(None)),
    "bodies where none may be": Mistake(
        wrappers, "_BODILESS", lambda original: frozenset(), "answers"
    ),
    "defaults not redirected": Mistake(
        matching, "_target", lambda original: _always_a_target(original), "routes"
    ),
    "errors answer for themselves": Mistake(
        responses, "_answers_itself", _returning(True), "methods", "answers"
    ),
}


def _always_a_target(original: Any) -> Any:
    def target(rule: Any) -> Any:
        patched = MethodType(lambda self, rule: False, rule)
        rule.provides_defaults_for = patched
        siblings = rule.map._rules_by_endpoint[rule.endpoint]
        for sibling in siblings:
            sibling.provides_defaults_for = patched
        return original(rule)

    return target


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(
    mistake: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison notices what a rewrite of the request path may get wrong."""
    MISTAKES[mistake].make(monkeypatch)
    themes = MISTAKES[mistake].themes
    names = ((f"mistake:{n}", theme) for n in range(120) for theme in themes)
    with talking(folder) as talk:
        assert any(talk(name, theme) is not None for name, theme in names)


# ------------------------------------------------- the short ways have been walked

#: Functions that the requests above have to walk through, line by line.
SHORT_WAYS: list[tuple[ModuleType, list[str]]] = [
    (
        matching,
        [
            *("Matcher.match", "Matcher._explore", "Matcher._root", "State.fill"),
            *("Matcher._remember", "Target.__init__"),
            *("Target.values", "Targets.__missing__", "_walk", "_branch", "_step"),
            *("_part_reader", "_pattern_reader", "_target", "_conversion"),
        ],
    ),
    (
        wrappers,
        [
            *("Request.__init__", "Request._sent_cookies", "Request.cookies"),
            *("Request.blueprint", "Request.blueprints", "Request.close"),
            *("Response.__init__", "Response.__call__", "Response._start"),
            *("Response._finished_headers", "Body.close", "_enters_plainly"),
            *("_leaves_plainly", "_content_type", "_text"),
        ],
    ),
    (
        sessions,
        [
            *("opens_lazily", "SecureCookieSessionInterface.must_refresh"),
            *("SecureCookieSessionInterface.open_session", "_vary_by_cookie"),
            *("SecureCookieSessionInterface.save_session", "_has_stock"),
            "SecureCookieSessionInterface._send_cookie",
        ],
    ),
    (
        responses,
        [
            *("Responses.make_response", "Responses._convert", "_unpack"),
            *("Responses.process_response", "Responses.finalize_request"),
            *("Responses.make_default_options_response", "_answers_itself"),
            *("Responses._allowed_methods", "_not_valid"),
        ],
    ),
    (
        app,
        [
            *("Flask.wsgi_app", "Flask.full_dispatch_request", "Flask._answer"),
            "Flask._leave",
            *("Flask.preprocess_request", "Flask.dispatch_request"),
            *("Flask.do_teardown_request", "Flask.do_teardown_appcontext"),
        ],
    ),
    (
        ctx,
        [
            *("RequestContext.__init__", "RequestContext.push", "RequestContext.pop"),
            *("RequestContext.match_request", "RequestContext.save_session"),
            *("AppContext.push", "AppContext.pop", "RequestContext.url_adapter"),
        ],
    ),
    (
        errors,
        [
            *("Errors.handle_user_exception", "Errors.handle_exception"),
            *("Errors.handle_http_exception", "Errors._find_error_handler"),
            "Errors.trap_http_exception",
        ],
    ),
    (routing, ["Routes._find_rule", "Routes.create_url_adapter", "_is_plain"]),
    (shortcut, ["is_open", "serve", "_answer", "_finish"]),
    (plain, ["plain_answer", "_status_line", "_error_page"]),
    (
        signing,
        [
            *("KeyedSigner._macs", "KeyedSigner.sign", "KeyedSigner.accept"),
            *("KeyedSigner._is_ours", "SessionSerializer.loads", "_sign"),
            "SessionSerializer.dump_payload",
        ],
    ),
    (
        cookies,
        [
            *("may_be_permanent", "sent_cookie", "sends_no_cookies"),
            *("possible_cookies", "needs_no_quotes", "to_base64", "from_base64"),
        ],
    ),
]

_STAMP = "it takes a token that we signed with another time; test_sessions has one"
_FOREIGN = "it takes a request of another library; test_matching has one"
_ANY_METHOD = "it takes a rule for any method; test_shortcut has them"

#: Lines that no request to a fresh application reaches, by function and text, and why.
#: Reviewed by hand; a line that is reached after all has to leave the list.
NOT_WALKED: dict[tuple[str, str], str] = {
    ("Routes._find_rule", "self._bound_hosts.clear()"): (
        "it takes 256 hosts; test_matching has them"
    ),
    ("Routes._find_rule", "except AttributeError:"): _FOREIGN,
    ("Routes._find_rule", "return None"): _FOREIGN,
    ("State.fill", "return"): "it takes two threads; test_matching has four",
    ("RequestContext.match_request", "self.scopes = (*request.blueprints, None)"): (
        "no class of requests that is drawn has blueprints of its own; test_patches has"
    ),
    ("KeyedSigner.accept", "except Exception:"): _STAMP,
    ("KeyedSigner.accept", "return None"): _STAMP,
    ("Responses._allowed_methods", "return ()"): _ANY_METHOD,
    ("Responses._allowed_methods", "except HTTPException:"): _ANY_METHOD,
    ("_error_page", "return None"): (
        "no error of Werkzeug's has such headers; test_shortcut has one"
    ),
    ("Response._finished_headers", "return None"): (
        "a header that is there twice is drawn too rarely; test_responses has them"
    ),
}


def walked(folder: Path, requests: int) -> Lines:
    """The lines of the short ways' modules that so many requests have walked."""
    modules = [module for module, _ in SHORT_WAYS]
    for kept in (plain._pages, wrappers._content_types):
        kept.clear()  # earlier tests have filled them
    with Inquiry() as inquiry, watched(modules) as ran:
        for application, items in KNOWN.values():
            judge.converse(inquiry, folder, application, items)
    with talking(folder) as talk, watched(modules, ran):
        for theme in THEMES:
            for name in seeds(theme, "walk", requests):
                talk(name, theme)
    return ran


def test_the_short_ways_are_walked(folder: Path) -> None:
    ran = walked(folder, 6_000)
    missing: set[tuple[str, str]] = set()
    for module, names in SHORT_WAYS:
        functions = functions_of(module)
        for name in names:
            for number in missed(ran, functions[name]):
                text = getline(str(module.__file__), number).strip()
                missing.add((name, text))
    assert sorted(missing - set(NOT_WALKED)) == []
    assert sorted(set(NOT_WALKED) - missing) == []


def test_a_line_that_is_not_walked_is_seen() -> None:
    module = import_module("differential.lines")
    with watched([module]) as ran:
        functions_of(ModuleType("empty"))
    assert missed(ran, functions_of(module)["missed"]) != []
    collect = functions_of(module)["functions_of"]
    assert isinstance(collect, FunctionType)
    text = [getline(str(module.__file__), n).strip() for n in missed(ran, collect)]
    assert "collect(function)" in text
    assert "collect(module)" not in text
