"""Whatever blueprints are nested in each other, the outcome is Flask's."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from types import ModuleType
from typing import Any

import flask
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.test import Client

import flasklit

NAMES = ("a", "b")
PREFIXES = (None, "", "/", "/p", "q/", "/r//s/")
SUBDOMAINS = (None, "x", "y.z")
RULES = ("", "/", "/one", "two/")
HOOKS = ("before", "after", "teardown", "processor", "defaults", "context")
ERRORS = (404, KeyError)


@dataclass(frozen=True)
class Part:
    """What a blueprint is made of; ``inner`` numbers parts that come later."""

    name: str = "a"
    prefix: str | None = None
    subdomain: str | None = None
    static: bool = False
    rules: tuple[str, ...] = ("/one",)
    hooks: frozenset[str] = frozenset()
    app_hooks: frozenset[str] = frozenset()
    errors: frozenset[Any] = frozenset()
    app_errors: frozenset[Any] = frozenset()
    values: dict[str, Any] | None = None
    inner: tuple[tuple[int, dict[str, Any]], ...] = ()


@dataclass
class Outcome:
    """What can be seen of an application from outside."""

    problem: str = ""
    names: list[str] = field(default_factory=list)
    rules: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


def build(module: ModuleType, parts: list[Part], top: list[Any]) -> Outcome:
    """Register the parts and send a request to each rule that has no variables."""
    log: list[str] = []
    blueprints = [make_blueprint(module, part, i, log) for i, part in enumerate(parts)]
    app = module.Flask("site", static_folder=None, subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com"
    app.logger.disabled = True
    add_hooks(app, "", "app", HOOKS, log)
    outcome = Outcome()
    try:
        for outer, part in zip(blueprints, parts, strict=True):
            for number, options in part.inner:
                outer.register_blueprint(blueprints[number], **options)
        for number, options in top:
            app.register_blueprint(blueprints[number], **options)
    except (ValueError, AssertionError) as problem:
        outcome.problem = f"{type(problem).__name__}: {problem}"
    outcome.names = list(app.blueprints)
    rules = list(app.url_map.iter_rules())
    outcome.rules = [
        (rule.rule, rule.endpoint, rule.subdomain, rule.defaults, rule.methods)
        for rule in rules
    ]
    for rule in rules:
        host = ".".join(filter(None, (rule.subdomain, "example.com")))
        for query in ("", "?fail=404", "?fail=KeyError"):
            log.clear()
            path = rule.rule.replace("<path:filename>", "nothing") + query
            answer = Client(app).get(path, base_url=f"http://{host}")
            outcome.answers.append((path, answer.status, answer.text, *log))
    return outcome


def make_blueprint(module: ModuleType, part: Part, number: int, log: list[str]) -> Any:
    blueprint = module.Blueprint(
        part.name,
        "site",
        url_prefix=part.prefix,
        subdomain=part.subdomain,
        static_folder="static" if part.static else None,
        url_defaults=part.values,
    )
    for i, rule in enumerate(part.rules):
        blueprint.add_url_rule(rule, f"view{i}", make_view(module, log))
    label = f"{part.name}{number}"
    add_hooks(blueprint, "", label, part.hooks, log)
    add_hooks(blueprint, "app_", f"{label} for all", part.app_hooks, log)
    for code in part.errors:
        blueprint.register_error_handler(code, lambda e: f"{label} handles {e}")
    for code in part.app_errors:
        blueprint.app_errorhandler(code)(lambda e: f"{label} handles {e} for all")
    return blueprint


def make_view(module: ModuleType, log: list[str]) -> Any:
    def view(**values: Any) -> str:
        fail = module.request.args.get("fail")
        if fail == "404":
            module.abort(404)
        if fail is not None:
            raise KeyError(fail)
        endpoint = module.request.endpoint
        log.append(f"{endpoint} {module.request.blueprints} {sorted(values.items())}")
        url = module.url_for("." + endpoint.rpartition(".")[2], **values)
        return f"{url} {module.render_template_string('{{ seen }}')}"

    return view


def add_hooks(scaffold: Any, app: str, label: str, kinds: Any, log: list[str]) -> None:
    def before() -> None:
        log.append(f"before {label}")

    def after(response: Any) -> Any:
        log.append(f"after {label}")
        return response

    def teardown(error: BaseException | None) -> None:
        log.append(f"teardown {label} {type(error).__name__}")

    def processor(endpoint: str | None, values: dict[str, Any] | None) -> None:
        log.append(f"processor {label} {endpoint} {values}")

    def defaults(endpoint: str, values: dict[str, Any]) -> None:
        log.append(f"defaults {label} {endpoint}")

    def context() -> dict[str, Any]:
        log.append(f"context {label}")
        return {"seen": label}

    methods = {
        "before": (f"before_{app}request", before),
        "after": (f"after_{app}request", after),
        "teardown": (f"teardown_{app}request", teardown),
        "processor": (f"{app}url_value_preprocessor", processor),
        "defaults": (f"{app}url_defaults", defaults),
        "context": (f"{app}context_processor", context),
    }
    for kind in HOOKS:
        if kind in kinds:
            name, function = methods[kind]
            getattr(scaffold, name)(function)


def subsets(values: tuple[Any, ...]) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(values))


options = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(NAMES),
        "url_prefix": st.sampled_from(PREFIXES),
        "subdomain": st.sampled_from(SUBDOMAINS),
        "url_defaults": st.sampled_from([{}, {"own": 1}, {"given": 2}]),
    },
)


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Part], list[Any]]:
    """Parts, each of which may contain later ones, and what the application gets."""
    count = draw(st.integers(1, 4))

    def registrations(first: int, most: int) -> tuple[Any, ...]:
        if first == count:
            return ()
        one = st.tuples(st.integers(first, count - 1), options)
        return tuple(draw(st.lists(one, min_size=most - 1, max_size=most)))

    parts = [
        Part(
            name=draw(st.sampled_from(NAMES)),
            prefix=draw(st.sampled_from(PREFIXES)),
            subdomain=draw(st.sampled_from(SUBDOMAINS)),
            static=draw(st.booleans()),
            rules=tuple(draw(st.lists(st.sampled_from(RULES), max_size=2))),
            hooks=draw(subsets(HOOKS)),
            app_hooks=draw(subsets(HOOKS)),
            errors=draw(subsets(ERRORS)),
            app_errors=draw(subsets(ERRORS)),
            values=draw(st.sampled_from([None, {"own": 0}])),
            inner=registrations(number + 1, draw(st.integers(1, 2))),
        )
        for number in range(count)
    ]
    return parts, list(registrations(0, 2))


EVERYTHING: dict[str, Any] = {
    "hooks": frozenset(HOOKS),
    "app_hooks": frozenset(HOOKS),
    "errors": frozenset(ERRORS),
    "app_errors": frozenset(ERRORS),
}


@given(trees())
@example(
    (
        [
            Part("a", "/p", "x", inner=((1, {}), (2, {"name": "c"})), **EVERYTHING),
            Part("b", "q/", "y.z", inner=((2, {}),), static=True, **EVERYTHING),
            Part("b", rules=("", "/", "/one"), values={"own": 0}, **EVERYTHING),
        ],
        [(0, {}), (0, {"name": "b", "url_prefix": ""}), (2, {"subdomain": "x"})],
    )
)
@settings(max_examples=150, deadline=None)
def test_nested_blueprints_are_those_of_flask(
    tree: tuple[list[Part], list[Any]],
) -> None:
    assert build(flasklit, *tree) == build(flask, *tree)


def test_the_comparison_sees_something() -> None:
    outer = Part("a", "/p", inner=((1, {}),), **EVERYTHING)
    outcome = build(flasklit, [outer, Part("b", "/q", **EVERYTHING)], [(0, {})])
    assert outcome.names == ["a", "a.b"]
    assert [rule[:2] for rule in outcome.rules] == [
        ("/p/one", "a.view0"),
        ("/p/q/one", "a.b.view0"),
    ]
    inner = outcome.answers[3]
    assert inner[:3] == ("/p/q/one", "200 OK", "/p/q/one b1")
    assert [line for line in inner if line.startswith("before")] == [
        "before app",
        "before a0 for all",
        "before b1 for all",
        "before a0",
        "before b1",
    ]
