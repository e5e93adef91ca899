"""The short way to a rule gives the answer of Werkzeug's ``MapAdapter``.

Rule sets and paths are generated; Werkzeug's own adapter, bound to the same map, is
the judge.  The rules use all stock converters and some of the tests' own, and the
paths are made from the rules, then damaged.
"""

import gc
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import FunctionType
from types import ModuleType
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import event
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.exceptions import Gone
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound
from werkzeug.exceptions import SecurityError
from werkzeug.routing import BaseConverter
from werkzeug.routing import Map
from werkzeug.routing import RequestRedirect
from werkzeug.routing import Rule
from werkzeug.routing import ValidationError
from werkzeug.routing.exceptions import RequestPath
from werkzeug.test import create_environ
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wsgi import get_host

from flasklit import Flask
from flasklit import Request
from flasklit.routing import _is_plain
from flasklit.routing import RouteMap
from flasklit.routing import RouteRule

# Converters of an application, each with a peculiarity of its own.


class Words(BaseConverter):
    """Werkzeug's default pattern, values that are no texts."""

    def to_python(self, value: str) -> list[str]:
        return value.split("+")

    def to_url(self, value: Any) -> str:
        return "+".join(value)


class Capitals(BaseConverter):
    regex = "[A-Z]+"
    weight = 60

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: Any) -> str:
        return str(value).upper()


class Even(BaseConverter):
    """Refuses half of what its pattern, that of ``int``, lets through."""

    regex = r"\d+"

    def to_python(self, value: str) -> int:
        if int(value[-1:]) % 2:
            raise ValidationError
        return int(value[-1:])


class Gatekeeper(BaseConverter):
    """Raises exceptions that are no refusals."""

    def to_python(self, value: str) -> str:
        if value.startswith("a"):
            raise Gone
        if value.startswith("b"):
            raise ValueError(value)
        return value


class Branching(BaseConverter):
    """Has a slash in its pattern, and so takes more than one part."""

    regex = "a(?:/b)*"


class NamedGroups(BaseConverter):
    regex = "(?P<left>a|b)(?P<right>b?)"


class OnePart(BaseConverter):
    """Would take more than one part, but its pattern does not."""

    regex = "[^/]{1,}"
    part_isolating = False


class Digits(BaseConverter):
    regex = r"\d+"
    part_isolating = False


class Maybe(BaseConverter):
    """Takes one part, also an empty one."""

    regex = "[^/]*"
    part_isolating = True


class Lines(BaseConverter):
    """Takes anything, also nothing."""

    regex = ".*"
    part_isolating = False
    weight = 300


OWN = {
    "words": Words,
    "capitals": Capitals,
    "even": Even,
    "gate": Gatekeeper,
    "branching": Branching,
    "named": NamedGroups,
    "onepart": OnePart,
    "digits": Digits,
    "maybe": Maybe,
    "lines": Lines,
}
UUID_TEXT = str(UUID(int=7))

#: A converter, and texts that it accepts, refuses or has to think about.
CONVERTERS: dict[str, list[str]] = {
    "": ["a", "b", "12", "é", "a b", "."],
    "default:": ["a", "b"],
    "string(length=2):": ["ab", "12", "a"],
    "string(minlength=2, maxlength=3):": ["a", "ab", "abc", "abcd"],
    "int:": ["0", "7", "12", "012", "-1", "١٢", "²", "1" * 5000],
    "int(fixed_digits=2):": ["12", "1", "123"],
    "int(min=3, max=20):": ["2", "3", "20", "21"],
    "int(signed=True):": ["-12", "12", "--1"],
    "float:": ["1.5", "12", "-1.5", "1.", "1.5e3"],
    "float(signed=True, max=2.0):": ["-1.5", "1.5", "3.5"],
    "path:": ["a", "a/b", "a/b/12", "a//b", "12"],
    'any(a, bb, "c d"):': ["a", "bb", "c d", "c"],
    "uuid:": [UUID_TEXT, UUID_TEXT.upper(), UUID_TEXT[:-1]],
    "words:": ["a+b", "a", "+"],
    "capitals:": ["AB", "Ab"],
    "even:": ["12", "13", "٢"],
    "gate:": ["a", "b", "c"],
    "branching:": ["a", "a/b", "a/b/b", "b"],
    "named:": ["a", "bb", "ab", "c"],
    "onepart:": ["a", "a/b"],
    "digits:": ["12", "1/2"],
    "maybe:": ["", "a"],
    "lines:": ["", "a", "a/b", "/"],
}
STATIC = ["a", "b", "bb", "12", "ab", "é", "A", "a b", ".", "", "v"]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PURGE"]
ENDPOINTS = ["one", "two"]

Chunk = tuple[str, str]  # the text in the rule, a text for the path


def variables(name: str) -> st.SearchStrategy[Chunk]:
    """``<converter:name>`` with a text that might fit."""
    return st.sampled_from(
        [
            (f"<{converter}{name}>", text)
            for converter, texts in CONVERTERS.items()
            for text in texts
        ]
    )


statics = st.sampled_from([(text, text) for text in STATIC])


@st.composite
def parts(draw: st.DrawFn, number: int) -> Chunk:
    """One part of a rule: a text, a variable, or several of them."""
    one, two = variables(f"x{number}"), variables(f"y{number}")
    chunks = draw(
        st.one_of(
            statics.map(lambda chunk: [chunk]),
            one.map(lambda chunk: [chunk]),
            st.tuples(st.sampled_from([("v", "v"), ("a", "a")]), one).map(list),
            st.tuples(one, st.sampled_from([("-", "-"), (".b", ".b")]), two).map(list),
            st.tuples(one, st.sampled_from([("v", "v"), ("b", "b")])).map(list),
        )
    )
    return "".join(chunk[0] for chunk in chunks), "".join(chunk[1] for chunk in chunks)


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, str]:
    """A rule and a path that might fit it."""
    chunks = [draw(parts(at)) for at in range(draw(st.integers(0, 3)))]
    slash = draw(st.sampled_from(["", "/"])) if chunks else "/"
    rule = "".join(f"/{chunk[0]}" for chunk in chunks) + slash
    return rule, "".join(f"/{chunk[1]}" for chunk in chunks) + slash


def _redirect(adapter: Any, **values: Any) -> str:
    return f"/elsewhere?{sorted(values)}"


@st.composite
def options(draw: st.DrawFn, rule: str) -> dict[str, Any]:
    """What else a rule is made with; plain ones are the most frequent."""
    chosen: dict[str, Any] = {"endpoint": draw(st.sampled_from(ENDPOINTS))}
    chosen["methods"] = draw(
        st.one_of(
            st.just(["GET"]),
            st.none(),
            st.lists(st.sampled_from(METHODS), min_size=1, max_size=3),
        )
    )
    for name, values in [
        ("strict_slashes", [True, False]),
        ("merge_slashes", [True, False]),
        ("defaults", [{"x0": 1}, {"x0": "a"}, {"page": 1}, {"x0": 7, "x1": 7}]),
        ("redirect_to", ["/to/<x0>", "/to", _redirect]),
        ("alias", [True]),
        ("build_only", [True]),
        ("websocket", [True]),
    ]:
        if draw(st.integers(0, 9)) == 0:
            chosen[name] = draw(st.sampled_from(values))
    if chosen.get("websocket"):
        chosen["methods"] = draw(st.sampled_from([["GET"], None]))
    return chosen


@st.composite
def rule_sets(draw: st.DrawFn) -> list[tuple[str, dict[str, Any], str]]:
    """Rules with their options, and a path for each."""
    chosen = []
    for _ in range(draw(st.integers(1, 6))):
        if chosen and draw(st.booleans()):  # a relative of an earlier rule
            rule, _, path = draw(st.sampled_from(chosen))
            rule, path = draw(
                st.sampled_from(
                    [
                        (rule, path),
                        (rule.rstrip("/") or "/", path.rstrip("/") or "/"),
                        (rule + "/", path + "/"),
                        (rule.rstrip("/") + "/a", path.rstrip("/") + "/a"),
                        (rule.rstrip("/") + "//b", path.rstrip("/") + "//b"),
                        (rule.rpartition("/")[0] or "/", path.rpartition("/")[0]),
                    ]
                )
            )
        else:
            rule, path = draw(rules())
        chosen.append((rule, draw(options(rule)), path))
    return chosen


def damage(path: str) -> st.SearchStrategy[str]:
    """A path and what becomes of it through slips."""
    head = path.rpartition("/")[0]
    return st.sampled_from(
        [
            path,
            path,
            path + "/",
            path.rstrip("/"),
            path + "//",
            path.replace("/", "//"),
            "/" + path.lstrip("/").replace("/", "//", 1),
            head,
            head + "/",
            head + "/a",
            head + "/zz",
            path + "/a",
            path + "/12/b",
            path.upper(),
            path + "\n",
        ]
    )


@st.composite
def questions(draw: st.DrawFn, chosen: Any) -> list[tuple[str, str]]:
    """Paths and methods to ask about."""
    paths = [path for _, _, path in chosen]
    asked = st.tuples(
        st.sampled_from([*paths, "/", "/a", "/a/b", "/12", "/zz"]).flatmap(damage),
        st.one_of(st.just("GET"), st.sampled_from(METHODS)),
    )
    damaged = draw(st.lists(asked, max_size=10))
    return damaged + [(path, "GET") for path in paths]


map_options = st.fixed_dictionaries(
    {},
    optional={
        "strict_slashes": st.booleans(),
        "merge_slashes": st.booleans(),
        "redirect_defaults": st.booleans(),
        "default_subdomain": st.sampled_from(["", "www"]),
    },
)


def answer(find: Callable[[], Any]) -> tuple[Any, ...]:
    """What a way of matching ends in, in a form that can be compared."""
    try:
        rule, values = find()
    except RequestRedirect as redirect:
        return "redirect", redirect.code, redirect.new_url
    except MethodNotAllowed as problem:
        return 405, sorted(problem.valid_methods or ())
    except HTTPException as problem:
        return type(problem), problem.code
    except Exception as problem:
        return type(problem), str(problem)
    kinds = [type(value) for value in values.values()]
    return "rule", id(rule), list(values.items()), kinds


def add(url_map: Map, chosen: Any) -> None:
    """Add rules, leaving out those that Werkzeug does not accept."""
    for rule, chosen_options, _ in chosen:
        try:
            url_map.add(RouteRule(rule, **chosen_options))
        except (ValueError, TypeError, LookupError, SyntaxError):
            event("Werkzeug refuses the rule")


def normal(path: str) -> str:
    return "/" + path.lstrip("/")


def check(url_map: RouteMap, path: str, method: str) -> str:
    """Ask the matcher, twice, and then the adapter.

    :returns: which kind of answer the matcher gave.
    """
    path = normal(path)
    adapter = url_map.bind("example.com", default_method=method)

    def ask() -> Any:
        try:
            found = url_map.matcher.match(path, method)
        except RequestPath as problem:
            slashed = quote(problem.path_info, safe="!$&'()*+,/:;=@")
            raise RequestRedirect(adapter.make_redirect_url(slashed)) from None
        if found is None:
            raise Unsure
        return found

    answers = []
    for _ in range(2):
        answers.append(answer(ask))
        if answers[-1][0] == "rule":
            ask()[1]["mine"] = True  # must not be seen by the next request
    if answers[0] == (Unsure, ""):
        assert answers[1] == answers[0]
        return "asks Werkzeug"
    expected = answer(lambda: adapter.match(path, method, return_rule=True))
    assert answers == [expected, expected]
    kind = answers[0][0]
    return "404" if kind is NotFound else str(kind) if kind == 405 else "answers"


class Unsure(Exception):
    """The matcher wants Werkzeug to be asked."""


# The generated cases.


def relaxed(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@relaxed(200)
@given(st.data())
def test_the_matcher_answers_as_werkzeug_does(data: st.DataObject) -> None:
    url_map = RouteMap(converters=OWN, **data.draw(map_options))
    chosen = data.draw(rule_sets())
    add(url_map, chosen)
    for path, method in data.draw(questions(chosen)):
        event(check(url_map, path, method))


@relaxed(50)
@given(st.data())
def test_rules_that_are_added_later_are_seen(data: st.DataObject) -> None:
    """Also when Werkzeug has sorted the map in between, and asked nothing since."""
    url_map = RouteMap(converters=OWN)
    chosen: list[Any] = []
    for _ in range(data.draw(st.integers(2, 4))):
        more = data.draw(rule_sets())
        add(url_map, more)
        if data.draw(st.booleans()):
            url_map.update()
        chosen += more
        for path, method in data.draw(questions(chosen)):
            check(url_map, path, method)


@pytest.mark.parametrize(
    "rules, path",
    [
        (["/a {lax}", "/a//b {unmerged}"], "/a/"),
        (["/a {lax}", "/<x>/b"], "/a/"),
        (["/a {lax}"], "/a/"),
        (["/<x> {lax}", "/<x>/b"], "/a/"),
        (["/<onepart:x>"], "/a/b"),
        (["/<onepart:x>/"], "/a"),
        (["/<path:x>/"], "/a"),
        (["/<path:x>/"], "/a/"),
        (["/<path:x>/b", "/<y>/"], "/a"),
        (["/<x>", "/<int:x>"], "/12"),
        (["/<x>/b", "/<int:x>/a"], "/12/b"),
        (["/<int:x>"], "/" + "1" * 5000),
        (["/<x>/", "/<int:x>"], "/12/"),
        (["/<lines:x>", "/a"], "/a//b"),
        (["/archive/ {first}", "/archive/<int:x>"], "/archive/1"),
        (["/archive/ {first}", "/archive/<int:x>"], "/archive/2"),
        (["/old/<x> {alias}", "/new/<x>"], "/old/a"),
        (["/old/<x> {redirect}"], "/old/a"),
        (["/<int(fixed_digits=2):x>"], "/1"),
        (["/<int(min=3):x>"], "/1"),
        (["/<int(max=3):x>"], "/12"),
        (["/live {websocket}"], "/live"),
        (["/live {websocket}", "/live"], "/live"),
    ],
)
def test_cases_that_are_easily_got_wrong(rules: list[str], path: str) -> None:
    words = {
        "{lax}": {"strict_slashes": False},
        "{unmerged}": {"merge_slashes": False},
        "{first}": {"defaults": {"x": 1}, "endpoint": "1"},
        "{alias}": {"alias": True, "endpoint": "1"},
        "{redirect}": {"redirect_to": "/elsewhere/<x>"},
        "{websocket}": {"websocket": True},
    }
    chosen = []
    for at, text in enumerate(rules):
        rule, _, word = text.partition(" ")
        kind: dict[str, Any] = words[word] if word else {}
        chosen.append((rule, {"endpoint": str(at), "methods": ["GET"], **kind}, path))
    url_map = RouteMap(converters=OWN)
    add(url_map, chosen)
    assert len(list(url_map.iter_rules())) == len(rules)
    for asked in [path, path + "/", path.rstrip("/"), path.replace("/", "//")]:
        for method in ["GET", "PUT"]:
            check(url_map, asked, method)


HOSTS = ["example.com", "www.example.com", "a.b.example.com", "EXAMPLE.com:80"]
ODD_HOSTS = ["", "a" * 64, "example.com:5000", "[::1]", "ex ample", "exämple.com"]
DOMAINS = {
    "host": ["", "example.com", "<x0>.example.com", "<int:port>.example.com", "www"],
    "subdomain": ["", "www", "<x0>", "<path:x0>", "a.<x0>", "<maybe:x0>"],
}


class Rewriting(Request):
    """A request class that claims another method and path than the environ has."""

    def __init__(self, environ: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        self.method = "DELETE"
        self.path = "/a"


def environ_of(path: str, method: str, host: str, extra: dict[str, str]) -> Any:
    environ = create_environ("/", method=method)
    environ["PATH_INFO"] = path.encode().decode("latin-1")
    environ["HTTP_HOST"] = host
    environ.update(extra)
    return environ


EXTRAS: list[dict[str, str]] = [
    {},
    {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "keep-alive, Upgrade"},
    {"HTTP_UPGRADE": "h2c", "HTTP_CONNECTION": "Upgrade"},
    {"wsgi.url_scheme": "https"},
    {"wsgi.url_scheme": "ws"},
    {"SCRIPT_NAME": "/mounted", "QUERY_STRING": "page=1"},
    {"REQUEST_METHOD": "get"},
    {"PATH_INFO": ""},
    {"PATH_INFO": "//a"},
    {"PATH_INFO": "a"},
    {"PATH_INFO": "/\xff"},
]


def by_werkzeug(app: Flask, environ: Any) -> Any:
    """What Flask does: an adapter for the environ, and a match of nothing else."""
    request = WerkzeugRequest(environ)
    request.trusted_hosts = app.config["TRUSTED_HOSTS"]
    request.host  # noqa: B018
    server_name, subdomain = app.config["SERVER_NAME"], None
    if app.url_map.host_matching:
        server_name = None
    elif not app.subdomain_matching:
        subdomain = app.url_map.default_subdomain or ""
    adapter = app.url_map.bind_to_environ(environ, server_name, subdomain)
    return adapter.match(return_rule=True)


def by_application(app: Flask, environ: Any) -> Any:
    """What a request to the application finds."""
    with app.request_context(environ) as context:
        request = context.request
        if request.routing_exception is not None:
            raise request.routing_exception
        assert request.view_args is not None
        return request.url_rule, request.view_args


@relaxed(100)
@given(st.data())
def test_the_application_matches_as_an_adapter_does(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["plain", "plain", "host", "subdomain"]))
    app = Flask(
        "matching",
        root_path=".",
        static_folder=None,
        host_matching=kind == "host",
        subdomain_matching=kind == "subdomain",
    )
    app.url_map.converters.update(OWN)
    app.url_map.default_subdomain = data.draw(st.sampled_from(["", "", "www"]))
    app.config["SERVER_NAME"] = data.draw(st.sampled_from([None, "example.com"]))
    chosen = data.draw(rule_sets())
    for _, chosen_options, _ in chosen:
        name = "host" if kind == "host" else "subdomain"
        if kind != "plain" or data.draw(st.integers(0, 5)) == 0:
            chosen_options[name] = data.draw(st.sampled_from(DOMAINS[name]))
    add(app.url_map, chosen)
    if data.draw(st.integers(0, 5)) == 0:
        app.request_class = Rewriting
    for path, method in data.draw(questions(chosen)):
        host = data.draw(st.sampled_from(HOSTS * 3 + ODD_HOSTS))
        extra = data.draw(st.sampled_from([{}] * 6 + EXTRAS))
        trusted = data.draw(st.sampled_from([None, None, None, [".example.com"]]))
        app.config["TRUSTED_HOSTS"] = trusted
        for _ in range(2):
            environ = environ_of(path, method, host, extra)
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Current server name")
                expected = answer(lambda e=environ: by_werkzeug(app, e))
                found = answer(lambda e=environ: by_application(app, e))
            event(str(expected[0]))
            assert found == expected


@pytest.mark.parametrize(
    "switches, default, domains",
    [
        ({"host_matching": True}, "", [{"host": ""}, {"host": "example.com"}]),
        ({"host_matching": True}, "", [{"host": ""}]),
        ({"host_matching": True}, "", [{"host": "<maybe:x>"}]),
        ({"subdomain_matching": True}, "", [{"subdomain": ""}]),
        ({"subdomain_matching": True}, "", [{"subdomain": "www"}, {}]),
        ({"subdomain_matching": True}, "www", [{"subdomain": ""}, {}]),
        ({}, "", [{"subdomain": "www"}]),
        ({}, "", [{"subdomain": "<maybe:x>"}]),
        ({}, "", [{"subdomain": "www"}, {"subdomain": "<maybe:x>"}]),
        ({}, "", [{"string": "/b"}, {"subdomain": "<maybe:x>"}]),
        ({}, "www", [{"subdomain": ""}]),
        ({}, "www", [{"subdomain": ""}, {}]),
        ({}, "www", [{"subdomain": "<x>"}, {"subdomain": ""}]),
    ],
)
@pytest.mark.parametrize("host", HOSTS)
def test_domains_count_as_they_do_for_an_adapter(
    switches: dict[str, bool], default: str, domains: list[dict[str, str]], host: str
) -> None:
    app = Flask("matching", root_path=".", static_folder=None, **switches)
    app.url_map.converters.update(OWN)
    app.url_map.default_subdomain = default
    app.config["SERVER_NAME"] = "example.com"
    for at, domain in enumerate(domains):
        app.url_map.add(RouteRule(**{"string": "/a", "endpoint": str(at), **domain}))
    environ = environ_of("/a", "GET", host, {})
    expected = answer(lambda: by_werkzeug(app, dict(environ)))
    for _ in range(2):
        assert answer(lambda: by_application(app, dict(environ))) == expected


@pytest.mark.parametrize("request_class", [Request, Rewriting])
@pytest.mark.parametrize("extra", EXTRAS)
def test_the_environ_is_read_as_an_adapter_reads_it(
    extra: dict[str, str], request_class: type[Request]
) -> None:
    app = Flask("matching", root_path=".", static_folder=None)
    app.request_class = request_class
    app.url_map.add(RouteRule("/a", endpoint="a", methods=["GET"]))
    app.url_map.add(RouteRule("/a", endpoint="delete", methods=["DELETE"]))
    app.url_map.add(RouteRule("/", endpoint="index"))
    app.url_map.add(RouteRule("/live", endpoint="live", websocket=True))
    app.url_map.add(RouteRule("/é", endpoint="é"))
    app.url_map.add(RouteRule("/<x>/b", endpoint="b"))
    for path in ["/a", "/live", "/é", "/é/b"]:
        environ = environ_of(path, "GET", "example.com", extra)
        expected = answer(lambda e=environ: by_werkzeug(app, dict(e)))
        for _ in range(2):
            assert answer(lambda e=environ: by_application(app, dict(e))) == expected


def test_hosts_are_checked_when_the_configuration_changes() -> None:
    app = Flask("matching", root_path=".", static_folder=None)
    app.url_map.add(RouteRule("/a", endpoint="a"))
    environ = environ_of("/a", "GET", "example.com", {})
    assert answer(lambda: by_application(app, dict(environ)))[0] == "rule"
    app.config["TRUSTED_HOSTS"] = ["other.example"]
    assert answer(lambda: by_application(app, dict(environ)))[0] is SecurityError
    app.config["TRUSTED_HOSTS"] = None
    assert answer(lambda: by_application(app, dict(environ)))[0] == "rule"


# What the generated cases cannot say.


def outcome(url_map: RouteMap, path: str, method: str = "GET") -> Any:
    try:
        found = url_map.matcher.match(path, method)
    except NotFound:
        return 404
    except MethodNotAllowed as problem:
        return 405, sorted(problem.valid_methods or ())
    except RequestPath as problem:
        return problem.path_info
    return found and (found[0].endpoint, found[1])


def simple_map() -> RouteMap:
    return RouteMap(
        [
            Rule("/", endpoint="index", methods=["GET"]),
            Rule("/notes/new", endpoint="new", methods=["GET"]),
            Rule("/notes/<int:n>", endpoint="show", methods=["GET"]),
            Rule("/notes/<int:n>", endpoint="store", methods=["PUT"]),
            Rule("/notes/<title>/log", endpoint="log", methods=["GET"]),
            Rule("/files/<path:name>", endpoint="file", methods=["GET"]),
            Rule("/page/", endpoint="page", defaults={"n": 1}),
        ]
    )


@pytest.mark.parametrize(
    "path, method, expected",
    [
        ("/", "GET", ("index", {})),
        ("/", "HEAD", ("index", {})),
        ("/notes/new", "GET", ("new", {})),
        ("/notes/12", "GET", ("show", {"n": 12})),
        ("/notes/12", "PUT", ("store", {"n": 12})),
        ("/notes/12/log", "GET", ("log", {"title": "12"})),
        ("/files/a/b", "GET", ("file", {"name": "a/b"})),
        ("/page/", "PURGE", ("page", {"n": 1})),
        ("/no/such", "GET", 404),
        ("/notes/a/b", "GET", 404),
        ("/", "PUT", (405, ["GET", "HEAD"])),
        ("/notes/12", "DELETE", (405, ["GET", "HEAD", "PUT"])),
        ("/page", "GET", "/page/"),
        ("/notes//12", "GET", None),
        ("/notes/" + "1" * 5000, "GET", None),
    ],
)
def test_plain_cases_are_answered_and_the_others_left(
    path: str, method: str, expected: Any
) -> None:
    """A matcher that always asked Werkzeug would pass every comparison."""
    url_map = simple_map()
    for _ in range(2):
        assert outcome(url_map, path, method) == expected


def test_an_application_makes_one_adapter_for_a_host() -> None:
    made = []

    class Watched(RouteMap):
        def bind_to_environ(self, environ: Any, *args: Any, **kwargs: Any) -> Any:
            made.append(environ["HTTP_HOST"])
            return super().bind_to_environ(environ, *args, **kwargs)

    class App(Flask):
        url_map_class = Watched

    app = App("matching", root_path=".", static_folder=None)
    app.add_url_rule("/<x>", "show", lambda x: x)
    for host in ["one:80", "two:80", "three", "one:80", "two:80"]:
        for text in "abc":
            found = by_application(app, environ_of(f"/{text}", "GET", host, {}))
            assert found[1] == {"x": text}
    assert made == ["one:80", "two:80"]


ANY_HOST = st.text(st.sampled_from("aZ0-._:[]%é ß。"), max_size=8) | st.builds(
    "a".__mul__, st.integers(60, 66)
)


@given(ANY_HOST, ANY_HOST)
def test_a_host_for_which_none_is_made_is_good(first: str, second: str) -> None:
    for host in (first, f"{first}.{second}"):
        if _is_plain(host):
            environ = environ_of("/", "GET", host, {})
            assert RouteMap().bind_to_environ(environ).server_name == host.lower()
            assert get_host(environ) == host


def test_most_hosts_are_known_to_be_good() -> None:
    assert all(
        map(_is_plain, ["localhost", "example.com", "a-1.Example.com", "10.0.0.1"])
    )


def patched_on_the_class(app: Flask, replacement: Any) -> None:
    type(app).create_url_adapter = replacement  # type: ignore[method-assign]


def patched_on_the_object(app: Flask, replacement: Any) -> None:
    app.create_url_adapter = (  # type: ignore[method-assign]
        lambda request: replacement(app, request)
    )


@pytest.mark.parametrize("patch", [patched_on_the_class, patched_on_the_object])
def test_another_way_to_make_an_adapter_is_taken_at_once(patch: Any) -> None:
    class App(Flask):
        pass

    app = App("matching", root_path=".", static_folder=None)
    app.add_url_rule("/<x>", "show", lambda x: x)
    environ = environ_of("/a", "GET", "example.com", {})
    assert by_application(app, dict(environ))[1] == {"x": "a"}
    patch(app, lambda self, request: self.url_map.bind("b.example", path_info="/b"))
    assert by_application(app, dict(environ))[1] == {"x": "b"}


def test_a_plain_map_may_take_the_place_of_the_map() -> None:
    app = Flask("matching", root_path=".", static_folder=None)
    app.url_map = Map([Rule("/<x>", endpoint="show")])
    environ = environ_of("/a", "GET", "example.com", {})
    assert by_application(app, environ)[1] == {"x": "a"}


def test_a_request_of_another_library_is_matched_by_werkzeug() -> None:
    class Foreign(WerkzeugRequest):
        url_rule = view_args = routing_exception = None

    app = Flask("matching", root_path=".", static_folder=None)
    app.request_class = Foreign  # type: ignore[assignment]
    app.add_url_rule("/<x>", "show", lambda x: x)
    environ = environ_of("/a", "GET", "example.com", {})
    assert by_application(app, environ)[1] == {"x": "a"}


def test_a_class_of_requests_may_choose_another_method() -> None:
    class Overriding(Request):
        def __init__(self, environ: Any) -> None:
            super().__init__(environ)
            environ["REQUEST_METHOD"] = environ["HTTP_X_METHOD"]

    app = Flask("matching", root_path=".", static_folder=None)
    app.request_class = Overriding
    app.add_url_rule("/<x>", "show", lambda x: x)
    app.add_url_rule("/<x>", "change", lambda x: f"changed {x}", methods=["PUT"])
    environ = environ_of("/a", "POST", "example.com", {"HTTP_X_METHOD": "PUT"})
    assert b"".join(app(environ, lambda *started: None)) == b"changed a"


def reachable(start: Any) -> int:
    """The size in bytes of all that an object refers to, directly or not."""
    seen, stack = {id(start)}, [start]
    size = 0
    while stack:
        item = stack.pop()
        size += sys.getsizeof(item)
        for other in gc.get_referents(item):
            if id(other) not in seen and not isinstance(
                other, type | ModuleType | FunctionType | Map | Rule
            ):
                seen.add(id(other))
                stack.append(other)
    return size


def test_paths_and_methods_do_not_pile_up() -> None:
    url_map = simple_map()
    matcher = url_map.matcher

    def ask(numbers: range) -> None:
        for n in numbers:
            for path in [f"/notes/{n}", f"/notes/t{n}/log", f"/files/{n}/{n}"]:
                assert outcome(url_map, path) is not None
            assert outcome(url_map, f"/{n}") == 404
            assert outcome(url_map, "/page/", f"M{n}") is not None
            assert outcome(url_map, "/notes/new", f"M{n}")[0] == 405

    ask(range(100))
    before = reachable(matcher)
    ask(range(100, 3000))
    assert url_map.matcher is matcher
    assert reachable(matcher) == before


def test_hosts_do_not_pile_up() -> None:
    app = Flask("matching", root_path=".", static_folder=None)
    app.add_url_rule("/<x>", "show", lambda x: x)
    sizes = []
    for n in range(1500):
        by_application(app, environ_of("/a", "GET", f"host-{n}.example", {}))
        sizes.append(len(app._bound_hosts))
    assert max(sizes) == max(sizes[:500]) < 500
    by_application(app, environ_of("/a", "GET", "last.example", {}))
    assert "last.example" in app._bound_hosts


@pytest.mark.parametrize(
    "broken", ["_matcher", "_root", "_converters", "static", "content"]
)
def test_werkzeug_is_asked_when_it_has_changed_inside(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private name that has gone costs time, not answers."""
    url_map = simple_map()
    url_map.update()
    at: Any = url_map._matcher._root
    if broken in ("_matcher", "_root"):
        holder: Any = url_map if broken == "_matcher" else url_map._matcher
        monkeypatch.delattr(holder, broken)
    elif broken == "_converters":
        for rule in url_map.iter_rules():
            monkeypatch.delattr(rule, broken)
    elif broken == "static":
        monkeypatch.delattr(at.static[""], broken)
    else:
        at = at.static[""].static[""].static["notes"]
        at.dynamic = [(None, state) for _, state in at.dynamic]
    assert outcome(url_map, "/notes/12") is None


def test_threads_that_fill_a_new_matcher_together_agree() -> None:
    url_map = simple_map()
    gate = Barrier(4)

    def ask(n: int) -> list[Any]:
        gate.wait()
        paths = [f"/late-{n}", f"/notes/{n}", "/notes/new", f"/notes/{n}/log", "/zz"]
        return [outcome(url_map, path) for path in paths]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for n in range(100):
                url_map.add(Rule(f"/late-{n}", endpoint="late"))
                for found in pool.map(ask, [n] * 4):
                    assert found == [
                        ("late", {}),
                        ("show", {"n": n}),
                        ("new", {}),
                        ("log", {"title": str(n)}),
                        404,
                    ]
    finally:
        sys.setswitchinterval(interval)
