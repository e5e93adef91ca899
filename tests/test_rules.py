"""A rule that works out what it is when asked answers as Werkzeug's rule does.

Rules are drawn at random, malformed ones among them, and added to two maps: ours, and
Werkzeug's with rules that compile everything at once.  Both accept a rule or raise the
same, and whatever can be asked of the rules and the maps has the same answer.
"""

from __future__ import annotations

import copy
import gc
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import event
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.routing import BuildError
from werkzeug.routing import EndpointPrefix
from werkzeug.routing import Map
from werkzeug.routing import RequestRedirect
from werkzeug.routing import Rule
from werkzeug.routing import RuleTemplate
from werkzeug.routing import Subdomain
from werkzeug.routing import Submount
from werkzeug.routing import UnicodeConverter
from werkzeug.routing import ValidationError

from flasklit import Flask
from flasklit.routing import RouteMap
from flasklit.routing import RouteRule

#: Werkzeug's rule under our name, so that representations can be compared.
Judge = type("RouteRule", (Rule,), {})


class Refusing(BaseConverter):
    """Builds no URL for ``no``."""

    def to_url(self, value: Any) -> str:
        if value == "no":
            raise ValidationError
        return str(value)


class Slashes(BaseConverter):
    regex = "a(?:/b)*"


class Wide(UnicodeConverter):
    """A class of its own under the name of a stock converter."""

    regex = ".+"
    weight = 300


OWN: dict[str, Any] = {"refusing": Refusing, "slashes": Slashes}

USUAL = ["a", "b", "<x>", "<y>", "<int:x>", "<int:y>", "<string:x>", ""]
UNUSUAL = [
    *["a", "b", "c.d", "é", "a b", ">", ":", "%41", "", "\ud800"],
    *["<x>", "<y>", "<int:x>", "<int:y>", "<float:x>", "<uuid:y>", "<string:x>"],
    *["<path:x>", "<any(a,b):x>", "<int(min=2):y>", "<string(length=2):x>"],
    *["<any('a/b',c):x>", "<refusing:x>", "<slashes:y>", "<default:x>"],
    *["a<x>", "<x>.html", "<x>-<y>", "<x>:<y>", "<x>.<int:y>", "<a>x<b>"],
    *["<class>", "<None>", "<True>", "<__debug__>", "<self>", "<kwargs>"],
    *["<unknown:x>", "<", "<1>", "<x", "<int:>", "<é>", "<any:x>", "<int(:x>"],
]
DOMAINS = ["", "www", "<x>", "<int:y>.api", "<path:x>", "é", "<"]
VALUES: list[Any] = ["a", "ab", "no", 1, 12, 2.5, "a/b", "é", None]


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    part = st.sampled_from(UNUSUAL if draw(st.integers(0, 5)) == 5 else USUAL)
    parts = draw(st.lists(part, min_size=1, max_size=4))
    text = draw(st.sampled_from(["/", "/", "/", "/", "/", ""])) + "/".join(parts)
    options: dict[str, Any] = {"endpoint": draw(st.sampled_from("efg"))}
    for name, values in {
        "methods": [["GET"], ["POST", "PUT"], "GET", []],
        "defaults": [{"x": 1}, {"y": "no"}, {"x": "no", "z": 2}, {}],
        "subdomain": DOMAINS,
        "host": DOMAINS,
        "strict_slashes": [False],
        "merge_slashes": [False],
        "build_only": [True],
        "alias": [True],
        "redirect_to": ["/elsewhere"],
        "websocket": [True],
    }.items():
        if draw(st.integers(0, 24)) == 24:
            options[name] = draw(st.sampled_from(values))
    return text, options


@st.composite
def factories(draw: st.DrawFn) -> Any:
    """A function that makes a rule, or a factory of rules, of a class."""
    chosen = draw(st.lists(rules(), min_size=1, max_size=2))
    kind = draw(st.sampled_from(["one", "one", "one", "mount", "prefix", "template"]))

    def make(rule_class: type[Rule]) -> Any:
        made = [rule_class(text, **options) for text, options in chosen]
        match kind:
            case "mount":
                return Submount("/m", [EndpointPrefix("e.", made)])
            case "prefix":
                return Subdomain("www", made)
            case "template":
                return RuleTemplate(made)()
        return made[0]

    return make


def outcome(ask: Any) -> Any:
    """What a call returns or raises, in a form that can be compared."""
    try:
        answer = ask()
    except RequestRedirect as problem:
        return "redirect", problem.code, problem.new_url
    except HTTPException as problem:
        return type(problem), problem.code, str(problem)
    except BuildError as problem:
        return BuildError, problem.endpoint, problem.values, problem.method
    except Exception as problem:
        return type(problem), str(problem)
    return answer


def described(rule: Rule) -> dict[str, Any]:
    """All that a rule says of itself."""
    answers = {
        name: value
        for name in dir(rule)
        if name in vars(Judge("/"))
        and not callable(value := getattr(rule, name))
        and name not in {"map", "_converters"}
    }
    answers["converters"] = [
        (name, type(converter), vars(converter) | {"map": None})
        for name, converter in rule._converters.items()
    ]
    answers["repr"] = repr(rule)
    answers["str"] = str(rule)
    answers["key"] = rule.build_compare_key()
    answers["empty"] = outcome(lambda: vars(rule.empty()))
    answers["hash"] = outcome(lambda: hash(rule))
    return answers


def built(rule: Rule, values: dict[str, Any]) -> Any:
    return [
        outcome(lambda: rule.suitable_for(values, "GET")),
        outcome(lambda: rule.build(values)),
        outcome(lambda: rule.build(values, append_unknown=False)),
    ]


def compare(ours: Map, theirs: Map, data: st.DataObject) -> None:
    pairs = list(zip(ours.iter_rules(), theirs.iter_rules(), strict=True))
    for own, other in data.draw(st.permutations(pairs)):
        question = data.draw(st.sampled_from(["build", "describe", "both"]))
        if question != "describe":
            values = data.draw(
                st.dictionaries(st.sampled_from("xyz"), st.sampled_from(VALUES))
            )
            assert built(own, values) == built(other, values)
        if question != "build":
            assert described(own) == described(other)
    equal = [[a == b for b, _ in pairs] for a, _ in pairs]
    assert equal == [[a == b for _, b in pairs] for _, a in pairs]


def answers(
    url_map: Map, host: str, path: str, method: str, endpoint: str, values: Any
) -> list[Any]:
    adapter = url_map.bind(host)

    def matched() -> Any:
        rule, found = adapter.match(path, method, return_rule=True)
        return str(rule), [rule is each for each in url_map.iter_rules()], found

    return [
        outcome(matched),
        outcome(lambda: adapter.allowed_methods(path)),
        outcome(lambda: adapter.build(endpoint, values, method)),
    ]


def compare_maps(ours: Map, theirs: Map, data: st.DataObject) -> None:
    texts = ["a", "b", "12", "ab", "2.5", "", "x", "c.d", "a-b", "é", "1"]
    parts = st.lists(st.sampled_from(texts), max_size=4)
    for _ in range(6):
        path = "/" + "/".join(data.draw(parts))
        host = data.draw(st.sampled_from(["example.com", "www", "12.api"]))
        method = data.draw(st.sampled_from(["GET", "POST", "PURGE"]))
        endpoint = data.draw(st.sampled_from(["e", "f", "e.e", "unknown"]))
        values = data.draw(
            st.dictionaries(st.sampled_from("xyz"), st.sampled_from(VALUES))
        )
        asked = host, path, method, endpoint, values
        assert answers(ours, *asked) == answers(theirs, *asked)
    assert repr(ours).partition("(")[2] == repr(theirs).partition("(")[2]


maps = st.fixed_dictionaries(
    {},
    optional={
        "host_matching": st.just(True),
        "strict_slashes": st.just(False),
        "merge_slashes": st.just(False),
        "default_subdomain": st.just("www"),
        "sort_parameters": st.just(True),
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_rules_and_maps_answer_as_werkzeugs_do(data: st.DataObject) -> None:
    options = data.draw(maps)
    ours = RouteMap(converters=OWN, **options)
    theirs = Map(converters=OWN, **options)
    for make in data.draw(st.lists(factories(), min_size=3, max_size=8)):
        accepted = outcome(lambda make=make: theirs.add(make(Judge)))
        assert outcome(lambda make=make: ours.add(make(RouteRule))) == accepted
        event("accepted" if accepted is None else f"refused: {accepted[0].__name__}")
        match data.draw(st.integers(0, 9)):
            case 0:
                ours.update()
                theirs.update()
            case 1:
                name = data.draw(st.sampled_from(["default", "int", "string"]))
                for url_map in ours, theirs:
                    url_map.converters[name] = Wide
            case 2:
                compare_maps(ours, theirs, data)
    event(f"plain: {any(getattr(rule, '_plain', False) for rule in ours.iter_rules())}")
    compare(ours, theirs, data)
    compare_maps(ours, theirs, data)
    if data.draw(st.booleans()):
        for own, other in zip(ours.iter_rules(), theirs.iter_rules(), strict=True):
            for rule in own, other:
                rule.rule = rule.rule.replace("<x>", "<z>")
            refused = outcome(other.refresh)
            assert outcome(own.refresh) == refused
            if refused is not None:
                return  # one half of the rule is old, the other new
        compare(ours, theirs, data)


def add_all(url_map: Map, rule_class: type[Rule], *texts: str) -> list[Rule]:
    for text in texts:
        url_map.add(rule_class(text, endpoint=text, methods=["GET"]))
    return list(url_map.iter_rules())


@pytest.mark.parametrize(
    "text, known, message",
    [
        ("/<x>/<x>", "/<x>", "duplicate argument 'x'"),
        ("/<x>/<int:x>", "/<int:x>", "duplicate argument 'x'"),
        ("/a/<None>", "/a", "None"),
        ("/a/<__debug__>", "/a", "__debug__"),
        ("/a/<unknown:x>", "/<x>", "'unknown' does not exist"),
        ("/a/<x", "/<x>", "malformed url rule"),
        ("a/<x>", "/<x>", "must start with a slash"),
        ("/a/\ud800", "/a", "surrogates not allowed"),
    ],
)
def test_a_rule_is_refused_when_it_is_added(
    text: str, known: str, message: str
) -> None:
    for known_before in [], [known]:
        app = Flask("refused", root_path=".", static_folder=None)
        for before in known_before:
            app.add_url_rule(before, "before", str)
        with pytest.raises(Exception, match=re.escape(message)) as ours:
            app.add_url_rule(text, "refused", str)
        with pytest.raises(Exception, match=re.escape(message)) as theirs:
            Map().add(Judge(text, endpoint="refused"))
        assert ours.type is theirs.type
        assert [rule.endpoint for rule in app.url_map.iter_rules()] == [
            "before" for _ in known_before
        ]


def test_a_default_is_converted_when_the_rule_is_added() -> None:
    app = Flask("default", root_path=".", static_folder=None)
    app.url_map.converters["refusing"] = Refusing
    with pytest.raises(ValidationError):
        app.add_url_rule("/<refusing:x>", "e", str, defaults={"x": "no"})


def test_a_known_variable_is_not_parsed_again() -> None:
    first, second, third = add_all(RouteMap(), RouteRule, "/<x>", "/a/<x>", "/b")
    assert "_trace" in vars(first)
    for rule in second, third:
        kept = {"_trace", "_parts", "_build", "_build_unknown", "arguments"}
        assert kept.isdisjoint(vars(rule)), f"{rule} keeps what it can work out"


def test_a_rule_that_asks_for_its_converters_is_always_asked() -> None:
    asked = []

    class Asking(RouteRule):
        def get_converter(self, variable_name: str, *args: Any) -> BaseConverter:
            asked.append((self.rule, variable_name))
            return super().get_converter(variable_name, *args)

    add_all(RouteMap(), Asking, "/<x>", "/a/<x>")
    assert asked == [("/<x>", "x"), ("/a/<x>", "x")]


def test_a_converter_is_the_one_of_its_name_when_the_rule_is_added() -> None:
    described_rules = []
    for url_map, rule_class in (RouteMap(), RouteRule), (Map(), Judge):
        add_all(url_map, rule_class, "/<x>", "/a/<x>")
        url_map.converters["default"] = Wide
        add_all(url_map, rule_class, "/b/<x>", "/c/<x>")
        url_map.converters["default"] = UnicodeConverter
        rules = add_all(url_map, rule_class, "/d/<x>")
        described_rules.append([described(rule) for rule in rules])
        kinds = [type(rule._converters["x"]) for rule in rules]
        assert kinds == [UnicodeConverter] * 2 + [Wide] * 2 + [UnicodeConverter]
    assert described_rules[0] == described_rules[1]


def test_a_refreshed_rule_keeps_the_arguments_it_had() -> None:
    arguments = []
    for url_map, rule_class in (RouteMap(), RouteRule), (Map(), Judge):
        _, rule = add_all(url_map, rule_class, "/<x>", "/a/<x>")
        rule.rule = "/a/<y>"
        assert rule.build({"x": 1}, append_unknown=False) == ("", "/a/1")
        rule.refresh()
        arguments.append(rule.arguments)
        assert rule.build({"y": 1}, append_unknown=False) == ("", "/a/1")
    assert arguments == [{"x", "y"}, {"x", "y"}]


def test_a_rule_builds_what_it_was_added_with_until_it_is_refreshed() -> None:
    _, rule, other = add_all(RouteMap(), RouteRule, "/<x>", "/a/<x>", "/b/<x>")
    other.rule = rule.rule = "/c/<y>"
    assert other.arguments == {"x"}
    rule.refresh()
    assert rule.arguments == {"x", "y"}
    assert rule.build({"y": 1}) == ("", "/c/1")


def test_a_changed_set_of_arguments_counts() -> None:
    """As Werkzeug's rule, ours sorts itself by the arguments it has, not had."""
    orders = []
    for url_map, rule_class in (RouteMap(), RouteRule), (Map(), Judge):
        for text in "/<x>", "/a/<x>", "/b/<x>":
            url_map.add(rule_class(text, endpoint="e"))
        last = list(url_map.iter_rules())[-1]
        last.arguments.add("y")
        url_map.add(rule_class("/c", endpoint="e"))
        orders.append([str(rule) for rule in url_map.iter_rules()])
    assert orders[0] == orders[1] == ["/b/<x>", "/<x>", "/a/<x>", "/c"]


def test_a_map_of_another_class_takes_our_rules() -> None:
    known = RouteMap()
    add_all(known, RouteRule, "/<x>")
    plain = Map()
    add_all(plain, RouteRule, "/<x>", "/a/<x>", "/b")
    assert plain.bind("h").match("/a/c") == ("/a/<x>", {"x": "c"})
    assert plain.bind("h").build("/a/<x>", {"x": 1, "y": 2}) == "/a/1?y=2"


def test_our_map_takes_rules_of_another_class() -> None:
    ours = RouteMap([Rule("/a/<x>", endpoint="e"), RouteRule("/b/<x>", endpoint="f")])
    assert ours.bind("h").match("/a/c") == ("e", {"x": "c"})
    assert ours.bind("h").match("/b/c") == ("f", {"x": "c"})
    assert ours.bind("h").build("f", {"x": 1, "y": 2}) == "/b/1?y=2"


def test_a_copied_rule_knows_what_the_rule_knows() -> None:
    _, rule = add_all(RouteMap(), RouteRule, "/<x>", "/a/<x>")
    twin = copy.copy(rule)
    assert twin == rule
    assert twin.arguments == {"x"}
    assert twin.build({"x": 1}) == ("", "/a/1")


def test_threads_may_ask_at_the_same_time() -> None:
    url_map = RouteMap()
    add_all(url_map, RouteRule, *[f"/r{n}/<x>" for n in range(200)])
    barrier = Barrier(4)

    def ask(_: int) -> list[Any]:
        barrier.wait()
        adapter = url_map.bind("h")
        return [
            (adapter.build(f"/r{n}/<x>", {"x": n, "y": 1}), repr(rule))
            for n, rule in enumerate(url_map.iter_rules())
        ]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(ask, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert answers[0][7][0] == "/r7/7?y=1"
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("text, most", [("/shop/item{}", 7), ("/shop/item{}/<x>", 10)])
def test_a_rule_consists_of_few_objects(text: str, most: int) -> None:
    """Each of them is visited by the garbage collector again and again."""
    url_map = RouteMap()
    add_all(url_map, RouteRule, text.format("first"))
    gc.collect()
    before = len(gc.get_objects())
    add_all(url_map, RouteRule, *[text.format(n) for n in range(100)])
    gc.collect()
    assert len(gc.get_objects()) - before <= 100 * most + 10


def test_a_large_map_is_searched_only_where_the_path_leads() -> None:
    """Branches in the order of Werkzeug's, without sorting when a request comes."""
    url_map = RouteMap()
    texts = ["/<x>", "/<int:x>", "/<path:x>", "/<float:x>", "/<uuid:x>", "/<y>/a"]
    add_all(url_map, RouteRule, *texts)
    judge = Map()
    add_all(judge, Judge, *texts)
    weights = [
        [part.weight for part, _ in m._matcher._root.static[""].static[""].dynamic]
        for m in (url_map, judge)
    ]
    assert weights[0] == weights[1] == sorted(weights[0])
