"""Templates: what is rendered, what is escaped, and a cache that is never wrong."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import flask
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from jinja2 import DictLoader
from jinja2 import Environment as PlainEnvironment
from jinja2 import pass_context
from jinja2 import pass_environment
from jinja2 import Template
from jinja2 import TemplateAssertionError
from jinja2 import TemplateError
from jinja2 import TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.nativetypes import NativeEnvironment
from jinja2.nativetypes import NativeTemplate
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup
from werkzeug.test import Client

import flasklit
from flasklit import compiled
from flasklit.compiled import from_string
from flasklit.templating import Environment


@pytest.fixture
def app() -> flasklit.Flask:
    return flasklit.Flask(__name__)


@pytest.fixture
def environment(app: flasklit.Flask) -> Environment:
    return app.jinja_env


def both(environment: PlainEnvironment, source: str, **context: Any) -> str:
    """Render from the cache and anew; they must agree."""
    cached = from_string(environment, source).render(**context)
    assert cached == environment.from_string(source).render(**context)
    return cached


def is_cached(environment: PlainEnvironment, source: str) -> bool:
    return from_string(environment, source) is from_string(environment, source)


class Shout(Extension):
    def preprocess(
        self, source: str, name: str | None, filename: str | None = None
    ) -> str:
        return source.upper()


# --- a cached string renders what one compiled at that moment would ---------------

SOURCES = (
    "{{ x }}{{ '<' }}",
    "{{ x|f }}",
    "{{ 'a'|f }}",
    "{{ ('a' or x)|f }}{% if x is t %}yes{% endif %}",
    "{% filter f %}text{% endfilter %}",
    "{% if 'f' is filter %}{{ x|f }}{% else %}-{% endif %}",
    "{% if 1 is t %}yes{% endif %}",
    "{{ who }}{{ x|default(who)|upper }}",
    "{% set y = 'a'|f %}{{ y }}\n  {% if y %}\n.{% endif %}\n",
    "{% trans %} a\n b {% endtrans %}",
    "{% include 'part' %}{% import 'macros' as m %}{{ m.show(x) }}",
    "{% extends 'base' %}{% block body %}{{ x|f }}{% endblock %}",
)
FILES = {
    "part": "{{ x|f }}{{ who }}",
    "macros": "{% macro show(x) %}{{ x|f }}{{ who }}{% endmacro %}",
    "base": "<{% block body %}{% endblock %}>",
}
FUNCTIONS: dict[str, Any] = {
    "none": None,
    "same": lambda *values: values[-1],
    "constant": lambda *values: "<c>",
    "markup": lambda *values: Markup("<m>"),
    "first": lambda *values: f"{len(values)}",
    "context": pass_context(lambda context, value: context.get("x", "no x")),
    "environment": pass_environment(
        lambda env, value: env.policies["ext.i18n.trimmed"]
    ),
}
CHANGES: dict[str, tuple[Callable[[Any, Any], None], tuple[Any, ...]]] = {
    "filter": (lambda e, v: put(e.filters, "f", FUNCTIONS[v]), tuple(FUNCTIONS)),
    "test": (lambda e, v: put(e.tests, "t", FUNCTIONS[v]), tuple(FUNCTIONS)),
    "filters": (lambda e, v: replace(e, "filters", f=FUNCTIONS[v]), ("same", "markup")),
    "tests": (lambda e, v: replace(e, "tests", t=FUNCTIONS[v]), ("same", "constant")),
    "global": (lambda e, v: put(e.globals, "who", v), (None, "one", "two")),
    "globals": (lambda e, v: replace(e, "globals", who=v), ("three",)),
    "trimmed": (lambda e, v: put(e.policies, "ext.i18n.trimmed", v), (True, False)),
    "autoescape": (
        lambda e, v: setattr(e, "autoescape", v),
        (True, False, lambda name: True, lambda name: name is not None),
    ),
    "trim_blocks": (lambda e, v: setattr(e, "trim_blocks", v), (True, False)),
    "keep_trailing_newline": (
        lambda e, v: setattr(e, "keep_trailing_newline", v),
        (True, False),
    ),
    "finalize": (
        lambda e, v: setattr(e, "finalize", v),
        (None, lambda value: f"[{value}]"),
    ),
    "extension": (lambda e, v: e.add_extension(v), ("jinja2.ext.i18n", Shout)),
    "translations": (lambda e, v: translate(e, v), (True, False)),
}


def translate(environment: Any, newstyle: bool) -> None:
    if hasattr(environment, "install_gettext_callables"):
        environment.install_gettext_callables(str.upper, max, newstyle=newstyle)


def put(table: Any, name: str, value: Any) -> None:
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def replace(environment: Any, table: str, **names: Any) -> None:
    setattr(environment, table, {**getattr(environment, table), **names})


changes = st.sampled_from(sorted(CHANGES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(CHANGES[name][1]))
)


def outcome(make: Callable[..., Template], environment: Any, source: str) -> str:
    """What rendering gives, an error included."""
    try:
        return make(environment, source).render(x="<x>")
    except (TemplateError, TypeError, KeyError) as problem:
        return f"{type(problem).__name__}: {problem}"


@given(st.lists(st.one_of(changes, st.just(("overlay", None))), max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_change_of_the_environment_goes_unnoticed(
    steps: list[tuple[str, Any]],
) -> None:
    app = flasklit.Flask("site")
    app.jinja_options = {"loader": DictLoader(FILES)}
    environments: list[Any] = [app.jinja_env]
    for name, value in [("global", "one"), *steps]:
        if name == "overlay":
            environments.append(environments[-1].overlay(autoescape=False))
        else:
            CHANGES[name][0](environments[-1], value)
        for environment, source in itertools.product(environments, SOURCES):
            cached = outcome(from_string, environment, source)
            assert cached == outcome(type(environment).from_string, environment, source)


def test_the_second_time_is_the_same_template(environment: Environment) -> None:
    assert is_cached(environment, "{{ name }}")


@pytest.mark.parametrize(
    "source",
    [
        "{{ x|upper }}",
        "{{ (x or 'none')|upper }}",
        "{{ x[0]|default('-') }}",
        "{{ f('a')|safe }}",
        "{% filter upper %}text{% endfilter %}",
        "{% for i in range(3) if i is even %}{{ loop.index }}{% endfor %}",
    ],
)
def test_ordinary_filters_are_cached(environment: Environment, source: str) -> None:
    assert is_cached(environment, source)
    both(environment, source, x="a", f=str)


@pytest.mark.parametrize(
    "expression",
    [
        "1|count",
        "[1, 2][0]|count",
        "(1 and 2)|count",
        "('a' if true else x)|count",
        "('a' or x)|count",
        "(2 < 1 < x)|count",
        "x|default(1|count)",
        "'a'|upper|count",
        "{'a': 1}|count",
        "(1 ~ 2)|count",
        "1 is counted",
    ],
)
def test_constants_are_filtered_each_time(
    environment: Environment, expression: str
) -> None:
    counter = itertools.count()
    environment.filters["count"] = lambda value: next(counter)
    environment.tests["counted"] = lambda value: next(counter)
    source = f"{{{{ {expression} }}}}"
    first = from_string(environment, source).render()
    assert from_string(environment, source).render() != first


def test_a_finalizer_sees_constants_each_time(environment: Environment) -> None:
    counter = itertools.count()
    environment.finalize = lambda value: next(counter)
    first = from_string(environment, "{{ 1 }}").render()
    assert from_string(environment, "{{ 1 }}").render() != first


@pytest.mark.parametrize(
    ("attribute", "value", "source"),
    [
        ("autoescape", False, "{{ '<' ~ x }}"),
        ("trim_blocks", True, "{% if x %}\nyes{% endif %}"),
        ("lstrip_blocks", True, "a\n  {% if x %}yes{% endif %}"),
        ("newline_sequence", "\r\n", "{{ x }}\n."),
        ("line_statement_prefix", "%", "% if x\nyes\n% endif"),
        ("variable_start_string", "<<", "{{ x }}<< x }}"),
        ("finalize", lambda value: f"[{value}]", "{{ x }}{{ 1 }}"),
    ],
)
def test_options_count(
    environment: Environment, attribute: str, value: Any, source: str
) -> None:
    before = both(environment, source, x="<")
    setattr(environment, attribute, value)
    assert both(environment, source, x="<") != before


def test_autoescape_that_changes_its_mind(environment: Environment) -> None:
    escape = True
    environment.autoescape = lambda name: escape
    assert both(environment, "{{ x }}{{ '<' }}", x="<") == "&lt;&lt;"
    escape = False
    assert both(environment, "{{ x }}{{ '<' }}", x="<") == "<<"
    escape = True
    assert both(environment, "{{ x }}{{ '<' }}", x="<") == "&lt;&lt;"


def test_replaced_filters_and_tests(environment: Environment) -> None:
    source = "{{ x|f }}{{ x is t }}"
    environment.filters["f"] = lambda value: value + 1
    environment.tests["t"] = lambda value: True
    assert both(environment, source, x=1) == "2True"
    environment.filters["f"] = pass_context(lambda context, value: context["x"] * 10)
    assert both(environment, source, x=1) == "10True"
    environment.tests["t"] = pass_context(lambda context, value: False)
    assert both(environment, source, x=1) == "10False"
    del environment.filters["f"]
    with pytest.raises(TemplateAssertionError, match="No filter named 'f'"):
        from_string(environment, source)


def test_globals_are_live(environment: Environment) -> None:
    environment.globals["who"] = "one"
    assert both(environment, "{{ who }}") == "one"
    environment.globals["who"] = "two"
    assert both(environment, "{{ who }}") == "two"
    environment.globals = {"who": "three"}
    assert both(environment, "{{ who }}") == "three"


def test_policies_that_extensions_read(environment: Environment) -> None:
    environment.add_extension("jinja2.ext.i18n")
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    source = "{% trans %} a\n b {% endtrans %}"
    assert is_cached(environment, source)
    assert both(environment, source) == " a\n b "
    environment.policies["ext.i18n.trimmed"] = True
    assert both(environment, source) == "a b"


def test_an_overlay_has_a_cache_of_its_own(environment: Environment) -> None:
    template = from_string(environment, "{{ x }}")
    overlay = environment.overlay(autoescape=False)
    assert both(overlay, "{{ x }}", x="<") == "<"
    assert from_string(environment, "{{ x }}") is template
    assert both(environment, "{{ x }}", x="<") == "&lt;"
    assert both(environment.overlay(), "{{ x }}", x="<") == "&lt;"


# --- environments of the application's own ----------------------------------------


def test_a_foreign_environment_compiles_each_time() -> None:
    assert not is_cached(PlainEnvironment(), "{{ x }}")


def test_an_overridden_from_string_is_called(app: flasklit.Flask) -> None:
    class Marked(Environment):
        def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Template:
            return super().from_string(f"!{source}", *args, **kwargs)

    app.jinja_environment = Marked
    with app.app_context():
        assert flasklit.render_template_string("{{ x }}", x=1) == "!1"


def test_a_patched_from_string_is_called(
    app: flasklit.Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, original = Environment(app), PlainEnvironment.from_string
    from_string(plain, "{{ x }}")
    monkeypatch.setattr(
        PlainEnvironment, "from_string", lambda self, source: original(self, "class")
    )
    assert from_string(plain, "{{ x }}").render(x=1) == "class"
    monkeypatch.setattr(plain, "from_string", lambda source: original(plain, "own"))
    assert from_string(plain, "{{ x }}").render(x=1) == "own"


def test_native_and_sandboxed_environments(app: flasklit.Flask) -> None:
    class Native(Environment, NativeEnvironment):
        pass

    class Sandboxed(Environment, SandboxedEnvironment):
        pass

    native = from_string(Native(app), "{{ 1 + x }}")
    assert isinstance(native, NativeTemplate)
    assert native.render(x=1) == 2
    sandboxed = Sandboxed(app)
    sandboxed.intercepted_binops = frozenset({"+"})
    assert both(sandboxed, "{{ 1 + x }}{{ x.__class__ }}", x=1) == "2"


def test_a_template_class_of_ones_own_is_used(environment: Environment) -> None:
    class Loud(Template):
        def render(self, *args: Any, **kwargs: Any) -> str:
            return super().render(*args, **kwargs) + "!"

    assert from_string(environment, "{{ x }}").render(x=1) == "1"
    environment.template_class = Loud
    assert from_string(environment, "{{ x }}").render(x=1) == "1!"


def test_a_faster_template_renders_like_jinjas(environment: Environment) -> None:
    environment.globals["who"] = "all"
    own = {"who": "one", "x": "own"}
    for variables in ({}, {"who": "me"}, {"x": "!"}):
        fast = environment.from_string("{{ who }}{{ x }}", globals=own)
        plain = environment.from_string("{{ who }}{{ x }}", own, Template)
        assert type(fast) is compiled.RenderedTemplate
        assert type(plain) is Template
        assert fast.render(variables) == plain.render(variables)
        shared = {**variables, "x": 1}
        assert fast.new_context(shared, shared=True).parent is shared
        locals_ = {"l_0_x": 2}
        assert (
            fast.new_context(variables, locals=locals_).get_all()
            == plain.new_context(variables, locals=locals_).get_all()
        )


# --- errors, bounds, threads -------------------------------------------------------


@pytest.mark.parametrize("source", ["a\n{% nonsense %}", "a\n{{ x|missing }}"])
def test_a_syntax_error_shows_the_source(environment: Environment, source: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        from_string(environment, source)
    with pytest.raises(TemplateSyntaxError) as expected:
        environment.from_string(source)
    assert str(caught.value) == str(expected.value)
    assert caught.value.lineno == 2
    assert caught.value.source == source


def test_the_cache_is_bounded(environment: Environment) -> None:
    for number in range(compiled.MAX_STRINGS + 5):
        from_string(environment, f"{number}")
    assert len(environment._strings) == compiled.MAX_STRINGS
    assert is_cached(environment, "{{ x }}")
    assert not is_cached(environment, "x" * (compiled.MAX_LENGTH + 1))


def test_threads_agree(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "MAX_STRINGS", 8)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(100):
                text = str(number % 20)
                assert from_string(environment, text).render() == text
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(environment._strings) <= 8


def test_a_tree_or_a_kind_of_string_is_no_key(environment: Environment) -> None:
    class Text(str):
        __slots__ = ()

    tree: Any = environment.parse("{{ x }}")
    assert from_string(environment, tree).render(x=1) == "1"
    assert from_string(environment, Text("{{ x }}")).render(x=1) == "1"
    assert not environment._strings


# --- the application's side --------------------------------------------------------


def test_escaping_by_file_name_is_that_of_flask() -> None:
    ours, theirs = flasklit.Flask("site"), flask.Flask("site")
    names = [None, "", "a", "a.html", "a.HTML", "a.htm", "a.xml", "a.xhtml", "a.svg"]
    for name in [*names, "a.txt", "html", "a.html.txt", "a.js", ".html", "a.html.j2"]:
        expected = theirs.select_jinja_autoescape(name)
        assert ours.select_jinja_autoescape(name) == expected, name


@pytest.mark.parametrize("configured", [None, True, False])
@pytest.mark.parametrize("early", [True, False])
def test_debug_mode_reloads_as_in_flask(configured: bool | None, early: bool) -> None:
    seen = []
    for module in (flasklit, flask):
        app: Any = module.Flask("site")
        app.config["TEMPLATES_AUTO_RELOAD"] = configured
        if early:
            seen.append(app.jinja_env.auto_reload)
        for debug in (True, False):
            app.debug = debug
            seen.append(app.jinja_env.auto_reload)
    assert seen[: len(seen) // 2] == seen[len(seen) // 2 :]


def test_the_more_special_name_wins(app: flasklit.Flask) -> None:
    blueprint = flasklit.Blueprint("b", __name__)
    for scaffold in (app, blueprint):
        label = scaffold.name
        scaffold.context_processor(lambda label=label: {"a": label, "b": label})

    @blueprint.get("/in")
    @app.get("/out")
    def view() -> str:
        return flasklit.render_template_string("{{ a }} {{ b }}", b="view")

    app.register_blueprint(blueprint)
    client = Client(app)
    assert client.get("/in").text == "b view"
    assert client.get("/out").text == f"{__name__} view"


def test_only_a_template_that_asks_opens_the_session(app: flasklit.Flask) -> None:
    app.secret_key = "key"

    @app.get("/<source>")
    def view(source: str) -> str:
        sources = {"plain": "{{ request.path }}", "user": "{{ session.user }}"}
        return flasklit.render_template_string(sources[source])

    client = Client(app)
    assert "Vary" not in client.get("/plain").headers
    assert client.get("/user").headers["Vary"] == "Cookie"


def test_json_in_a_page_is_the_providers(app: flasklit.Flask) -> None:
    class Provider(flasklit.json.provider.DefaultJSONProvider):
        def dumps(self, obj: Any, **kwargs: Any) -> str:
            return json.dumps({"own": obj})

    app.json = Provider(app)
    with app.app_context():
        assert flasklit.render_template_string("{{ 1|tojson }}") == '{"own": 1}'


def test_blueprints_registered_later_are_searched(
    app: flasklit.Flask, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        tmp_path.joinpath(name).mkdir()
        tmp_path.joinpath(name, "page.html").write_text(name)
    tmp_path.joinpath("two", "other.html").write_text("{{ 1 }}")
    assert app.jinja_env.list_templates() == []
    for name in ("one", "two"):
        folder = str(tmp_path / name)
        app.register_blueprint(
            flasklit.Blueprint(name, __name__, template_folder=folder)
        )
    assert app.jinja_env.list_templates() == ["other.html", "page.html"]
    with app.app_context():
        assert flasklit.render_template("page.html") == "one"
        assert flasklit.render_template(["none.html", "other.html"]) == "1"


# --- names that are imported late --------------------------------------------------

WITHOUT_JINJA = """
import sys
import flasklit
app = flasklit.Flask("site")
app.add_url_rule("/", view_func=lambda: "hello", endpoint="index")
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost",
           "SERVER_PORT": "80", "wsgi.url_scheme": "http", "QUERY_STRING": ""}
assert b"".join(app(environ, lambda *args: None)) == b"hello"
assert "jinja2" not in sys.modules
assert "render_template" in dir(flasklit)
assert "jinja2" not in sys.modules
assert flasklit.render_template is flasklit.templating.render_template
assert "jinja2" in sys.modules
"""


def test_jinja_waits_for_the_first_template() -> None:
    command = [sys.executable, "-c", WITHOUT_JINJA]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr


def test_a_star_import_brings_the_late_names() -> None:
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    exec("from flasklit import *", ours)
    exec("from flask import *", theirs)
    wanted = {n for n, value in theirs.items() if not isinstance(value, ModuleType)}
    assert wanted - set(ours) == set()
    assert ours["render_template"] is flasklit.render_template
