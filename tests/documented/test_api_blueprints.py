"""Blueprint Objects, and the state of their registration (Useful Internals)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from expecting import dropped
from jinja2 import FileSystemLoader
from werkzeug.exceptions import NotFound

from flasklit import abort
from flasklit import Blueprint
from flasklit import Flask
from flasklit import render_template_string
from flasklit import request
from flasklit import url_for
from flasklit.blueprints import BlueprintSetupState

documents = pytest.mark.documents


@pytest.fixture
def part() -> Blueprint:
    return Blueprint("part", "sample", url_prefix="/part")


def answers(app: Flask, part: Blueprint, *paths: str) -> list[str]:
    """What a GET of each path answers, once the blueprint is registered."""
    app.add_url_rule("/", "outside", lambda: "outside")
    app.register_blueprint(part)
    texts = []
    for path in paths:
        with app.test_client().get(path) as response:
            texts.append(response.text)
    return texts


@documents("Blueprint", "Blueprint.route", "Blueprint.endpoint")
@documents("Blueprint.add_url_rule")
def test_rules_get_the_prefix_and_endpoints_the_name(app: Flask) -> None:
    part = Blueprint(
        "part", "sample", url_prefix="/part", url_defaults={"colour": "blue"}
    )

    @part.route("/<word>")
    def show(word: str, colour: str) -> str:
        return f"{request.endpoint} {word} {colour}"

    part.add_url_rule("/other/<word>", "other")
    part.endpoint("part.other")(lambda word, colour: url_for(".show", word="b"))
    assert answers(app, part, "/part/a", "/part/other/a") == [
        "part.show a blue",
        "/part/b",
    ]


@documents("Blueprint.before_request", "Blueprint.after_request")
@documents("Blueprint.teardown_request", "Blueprint.context_processor")
@documents("Blueprint.before_app_request", "Blueprint.after_app_request")
@documents("Blueprint.teardown_app_request", "Blueprint.app_context_processor")
def test_hooks_of_the_blueprint_and_of_all_requests(
    app: Flask, part: Blueprint
) -> None:
    calls: list[str] = []

    def note(what: str) -> Any:
        def hook(response: Any = None) -> Any:
            calls.append(what)
            return response if "after" in what else None

        return hook

    part.before_request(note("before"))
    part.after_request(note("after"))
    part.teardown_request(note("teardown"))
    part.before_app_request(note("before app"))
    part.after_app_request(note("after app"))
    part.teardown_app_request(note("teardown app"))
    part.context_processor(lambda: {"own": "own"})
    part.app_context_processor(lambda: {"all": "all"})
    template = "{{ own }} {{ all }}"
    part.add_url_rule("/", "index", lambda: render_template_string(template))
    app.add_url_rule("/all", "all", lambda: render_template_string(template))
    assert answers(app, part, "/part/", "/all") == ["own all", " all"]
    assert calls == [
        *("before app", "before", "after", "after app", "teardown", "teardown app"),
        *("before app", "after app", "teardown app"),
    ]


@documents("Blueprint.before_app_first_request")
def test_before_app_first_request_runs_once(app: Flask, part: Blueprint) -> None:
    calls: list[str] = []
    with dropped("before_app_first_request"):
        part.before_app_first_request(lambda: calls.append("once"))
    answers(app, part, "/", "/")
    assert calls == ["once"]


@documents("Blueprint.errorhandler", "Blueprint.register_error_handler")
@documents("Blueprint.app_errorhandler")
def test_error_handlers(app: Flask, part: Blueprint) -> None:
    part.add_url_rule("/gone", "gone", lambda: abort(410))
    part.add_url_rule("/key", "key", lambda: {}["missing"])
    part.errorhandler(410)(lambda error: "gone in the part")
    part.register_error_handler(KeyError, lambda error: "missing in the part")
    part.app_errorhandler(404)(lambda error: "not found anywhere")
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    assert answers(app, part, "/part/gone", "/part/key", "/nowhere") == [
        "gone in the part",
        "missing in the part",
        "not found anywhere",
    ]
    assert app.test_client().get("/gone").status_code == 410


@documents("Blueprint.url_defaults", "Blueprint.url_value_preprocessor")
@documents("Blueprint.app_url_defaults", "Blueprint.app_url_value_preprocessor")
def test_url_values(app: Flask, part: Blueprint) -> None:
    seen: list[str | None] = []

    @part.url_value_preprocessor
    def pull(endpoint: str | None, values: dict[str, Any] | None) -> None:
        assert values is not None
        values["word"] = values.pop("lang") + "!"

    @part.url_defaults
    def add(endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("lang", "eo")

    part.app_url_value_preprocessor(lambda endpoint, values: seen.append(endpoint))
    part.app_url_defaults(lambda endpoint, values: values.setdefault("q", "1"))
    part.add_url_rule("/<lang>/", "index", lambda word: f"{word} {url_for('.index')}")
    app.add_url_rule("/all", "all", lambda: url_for("all"))
    assert answers(app, part, "/part/fr/", "/all") == [
        "fr! /part/eo/?q=1",
        "/all?q=1",
    ]
    assert seen == ["part.index", "all"]


@documents("Blueprint.app_template_filter", "Blueprint.app_template_test")
@documents("Blueprint.app_template_global", "Blueprint.add_app_template_filter")
@documents("Blueprint.add_app_template_test", "Blueprint.add_app_template_global")
def test_names_for_all_templates(app: Flask, part: Blueprint) -> None:
    part.app_template_filter("backwards")(lambda text: text[::-1])
    part.app_template_test("short")(lambda text: len(text) < 3)
    part.app_template_global("twice")(lambda text: text * 2)
    part.add_app_template_filter(str.upper, "shout")
    part.add_app_template_test(lambda text: len(text) > 3, "long")
    part.add_app_template_global(lambda: "nothing", "nothing")
    app.register_blueprint(part)
    with app.app_context():
        text = "{{ 'abc'|backwards|shout }} {{ 'ab' is short }} {{ 'ab' is long }}"
        assert render_template_string(text) == "CBA True False"
        assert render_template_string("{{ twice('a') }} {{ nothing() }}") == (
            "aa nothing"
        )


@documents("Blueprint.static_folder", "Blueprint.has_static_folder")
@documents("Blueprint.send_static_file", "Blueprint.get_send_file_max_age")
@documents("Blueprint.open_resource", "Blueprint.jinja_loader")
def test_files_of_a_blueprint(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("static text", encoding="utf-8")
    (tmp_path / "data.txt").write_text("data", encoding="utf-8")

    class Cached(Blueprint):
        def get_send_file_max_age(self, filename: str | None) -> int | None:
            return 77

    part = Cached(
        "part",
        "sample",
        root_path=str(tmp_path),
        static_folder="files",
        static_url_path="/static",
        template_folder="pages",
        url_prefix="/part",
    )
    assert part.has_static_folder
    assert part.static_folder == str(tmp_path / "files")
    assert not Blueprint("other", "sample").has_static_folder
    with part.open_resource("data.txt") as file:
        assert file.read() == b"data"
    assert isinstance(part.jinja_loader, FileSystemLoader)
    assert part.jinja_loader.searchpath == [str(tmp_path / "pages")]
    assert answers(app, part, "/part/static/a.txt") == ["static text"]
    with app.test_request_context(), part.send_static_file("a.txt") as response:
        assert response.cache_control.max_age == 77
    with app.app_context():
        assert Blueprint("other", "sample").get_send_file_max_age("a") is None


@documents("Blueprint.record", "Blueprint.record_once", "Blueprint.make_setup_state")
@documents("Blueprint.register", "blueprints.BlueprintSetupState.first_registration")
def test_functions_called_at_registration(app: Flask) -> None:
    class Noted(BlueprintSetupState):
        pass

    class Part(Blueprint):
        def make_setup_state(self, *args: Any, **kwargs: Any) -> Noted:
            return Noted(self, *args, **kwargs)

    part = Part("part", "sample")
    each: list[BlueprintSetupState] = []
    once: list[BlueprintSetupState] = []
    part.record(each.append)
    part.record_once(once.append)
    part.register(app, {"url_prefix": "/a"})
    part.register(app, {"url_prefix": "/b", "name": "again"})
    assert [state.first_registration for state in each] == [True, False]
    assert once == each[:1]
    assert type(each[0]) is Noted


@documents("Blueprint.register")
def test_register_takes_the_parameters_of_0_8(app: Flask, part: Blueprint) -> None:
    part.add_url_rule("/", "index", lambda: "registered")
    with dropped("first_registration"):
        part.register(app, {}, first_registration=True)
    assert app.test_client().get("/part/").text == "registered"


@documents("blueprints.BlueprintSetupState", "blueprints.BlueprintSetupState.app")
@documents("blueprints.BlueprintSetupState.blueprint")
@documents("blueprints.BlueprintSetupState.options")
@documents("blueprints.BlueprintSetupState.subdomain")
@documents("blueprints.BlueprintSetupState.url_prefix")
@documents("blueprints.BlueprintSetupState.url_defaults")
@documents("blueprints.BlueprintSetupState.add_url_rule")
def test_the_state_of_a_registration(app: Flask) -> None:
    part = Blueprint("part", "sample", url_defaults={"a": 1}, subdomain="own")
    states: list[BlueprintSetupState] = []

    @part.record
    def add(state: BlueprintSetupState) -> None:
        states.append(state)
        state.add_url_rule("/late", "late", lambda a, b: f"{a} {b} {request.endpoint}")

    app.register_blueprint(
        part, url_prefix="/p", subdomain=None, url_defaults={"b": 2}, extra="option"
    )
    (state,) = states
    assert (state.app, state.blueprint) == (app, part)
    assert (state.url_prefix, state.subdomain) == ("/p", "own")
    assert state.url_defaults == {"a": 1, "b": 2}
    assert state.options["extra"] == "option"
    (rule,) = app.url_map.iter_rules("part.late")
    assert (rule.rule, rule.subdomain) == ("/p/late", "own")


@documents("Blueprint.errorhandler")
def test_a_blueprint_has_no_say_in_what_no_rule_matches(
    app: Flask, part: Blueprint
) -> None:
    part.errorhandler(NotFound)(lambda error: "mine")
    app.register_blueprint(part)
    assert "mine" not in app.test_client().get("/part/nowhere").text
