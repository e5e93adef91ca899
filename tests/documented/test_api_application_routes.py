"""Application Object: routes, views and the URLs made of them."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import BuildError
from werkzeug.routing import MapAdapter
from werkzeug.routing import Rule

from flasklit import Blueprint
from flasklit import Flask
from flasklit import request
from flasklit import url_for

documents = pytest.mark.documents


@documents("Flask")
def test_an_application_is_a_wsgi_callable_named_after_its_module() -> None:
    app = Flask("sample", static_url_path="/files", template_folder="pages")
    started: list[Any] = []
    with app.test_request_context("/nowhere") as context:
        environ = context.request.environ
    body = app(environ, lambda status, headers: started.append(status))  # type: ignore[arg-type, return-value]
    assert b"Not Found" in b"".join(body)
    assert started == ["404 NOT FOUND"]
    assert app.static_url_path == "/files"
    assert app.template_folder == "pages"


@documents("Flask.wsgi_app")
def test_middleware_wraps_wsgi_app(app: Flask) -> None:
    app.get("/")(lambda: request.environ["wrapped"])
    inner = app.wsgi_app

    def middleware(environ: Any, start_response: Any) -> Any:
        environ["wrapped"] = "by a middleware"
        return inner(environ, start_response)

    app.wsgi_app = middleware  # type: ignore[method-assign]
    assert app.test_client().get("/").text == "by a middleware"


@documents("Flask.route", "Flask.view_functions")
def test_route_registers_a_view_and_gives_it_back(app: Flask) -> None:
    def index(name: str = "nobody") -> str:
        return name

    decorate = app.route("/", endpoint="start", defaults={"name": "default"})
    assert decorate(index) is index
    assert app.route("/<name>")(index) is index
    assert app.view_functions["start"] is app.view_functions["index"] is index
    client = app.test_client()
    assert [client.get(path).text for path in ("/", "/anna")] == ["default", "anna"]
    assert client.post("/").status_code == 405
    app.view_functions["start"] = lambda name: "another view"
    assert client.get("/").text == "another view"


@documents("Flask.add_url_rule")
def test_add_url_rule_takes_rule_endpoint_view_and_options(app: Flask) -> None:
    app.add_url_rule(
        "/item/<int:number>",
        "item",
        lambda number: f"{number * 2}",
        methods=["GET", "PUT"],
        strict_slashes=False,
    )
    client = app.test_client()
    assert client.put("/item/21/").text == "42"
    assert client.post("/item/21").status_code == 405
    fresh = Flask("fresh")
    fresh.add_url_rule("/a", "item", lambda: "")
    with pytest.raises(AssertionError, match="item"):
        fresh.add_url_rule("/b", "item", lambda: "")


@documents("Flask.endpoint")
def test_endpoint_gives_a_rule_its_view_later(app: Flask) -> None:
    app.add_url_rule("/later", endpoint="later")

    @app.endpoint("later")
    def view() -> str:
        return "connected"

    assert app.test_client().get("/later").text == "connected"


@documents("Flask.url_map", "Flask.url_rule_class")
def test_the_url_map_takes_converters_and_holds_rules_of_the_rule_class() -> None:
    from werkzeug.routing import BaseConverter

    class ListConverter(BaseConverter):
        def to_python(self, value: str) -> list[str]:
            return value.split(",")

        def to_url(self, value: list[str]) -> str:  # type: ignore[override]
            return ",".join(value)

    class NotedRule(Flask.url_rule_class):  # type: ignore[misc, name-defined]
        noted: list[str] = []

        def __init__(self, string: str, *args: Any, **kwargs: Any) -> None:
            self.noted.append(string)
            super().__init__(string, *args, **kwargs)

    class Mine(Flask):
        url_rule_class = NotedRule

    app = Mine("sample", static_folder=None)
    app.url_map.converters["list"] = ListConverter
    app.get("/<list:names>")(lambda names: " and ".join(names))
    assert NotedRule.noted == ["/<list:names>"]
    assert all(isinstance(rule, Rule) for rule in app.url_map.iter_rules())
    assert app.test_client().get("/a,b").text == "a and b"


@documents("Flask.create_url_adapter")
def test_create_url_adapter_binds_the_map_to_a_request_or_to_the_settings(
    app: Flask,
) -> None:
    assert app.create_url_adapter(None) is None
    with app.test_request_context("/", base_url="http://site.example/") as context:
        adapter = app.create_url_adapter(context.request)
    assert isinstance(adapter, MapAdapter)
    assert adapter.server_name == "site.example"
    app.config["SERVER_NAME"] = "set.example"
    adapter = app.create_url_adapter(None)
    assert adapter is not None
    assert adapter.server_name == "set.example"


@documents("Flask.url_defaults", "Flask.url_default_functions")
@documents("Flask.inject_url_defaults")
def test_url_defaults_complete_the_values_of_a_url(app: Flask) -> None:
    app.get("/<lang>/")(lambda lang: lang)
    app.add_url_rule("/<lang>/start", "start", lambda lang: url_for("start"))

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("lang", "eo")

    assert app.url_default_functions == {None: [add_language]}
    values: dict[str, Any] = {}
    app.inject_url_defaults("start", values)
    assert values == {"lang": "eo"}
    assert app.test_client().get("/fr/start").text == "/eo/start"


@documents("Flask.url_value_preprocessor", "Flask.url_value_preprocessors")
def test_url_value_preprocessors_see_endpoint_and_values_first(app: Flask) -> None:
    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values is not None:
            values["name"] = f"{endpoint}:{values.pop('lang')}"

    assert app.url_value_preprocessors == {None: [take_language]}
    app.add_url_rule("/<lang>/", "start", lambda name: name)
    assert app.test_client().get("/eo/").text == "start:eo"


@documents("Flask.handle_url_build_error", "Flask.url_build_error_handlers")
def test_url_build_error_handlers_answer_for_unknown_endpoints(app: Flask) -> None:
    asked: list[str] = []

    def elsewhere(error: Exception, endpoint: str, values: dict[str, Any]) -> str:
        asked.append(endpoint)
        if endpoint != "elsewhere":
            raise error
        return f"https://other.example/{values['page']}"

    app.url_build_error_handlers.append(elsewhere)
    with app.test_request_context():
        assert url_for("elsewhere", page=7) == "https://other.example/7"
        with pytest.raises(BuildError):
            url_for("nowhere")
        error = BuildError("elsewhere", {}, None)
        url = app.handle_url_build_error(error, "elsewhere", {"page": 8})
    assert url == "https://other.example/8"
    assert asked == ["elsewhere", "nowhere", "elsewhere"]


@documents("Flask.dispatch_request", "Flask.full_dispatch_request")
def test_dispatching_calls_the_view_and_makes_a_response(app: Flask) -> None:
    app.get("/")(lambda: "the view's own value")

    @app.after_request
    def sign(response: Any) -> Any:
        response.headers["X-Signed"] = "yes"
        return response

    with app.test_request_context("/"):
        assert app.dispatch_request() == "the view's own value"
        response = app.full_dispatch_request()
    assert response.data == b"the view's own value"
    assert response.headers["X-Signed"] == "yes"
    with app.test_request_context("/", method="PUT"), pytest.raises(MethodNotAllowed):
        app.dispatch_request()


@documents("Flask.make_default_options_response")
def test_options_lists_the_methods_of_the_url(app: Flask) -> None:
    app.route("/", methods=["GET", "POST"])(lambda: "")
    with app.test_request_context("/", method="OPTIONS"):
        response = app.make_default_options_response()
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert set(app.test_client().options("/").allow) == set(response.allow)


@documents("Flask.register_blueprint", "Flask.blueprints", "Flask.iter_blueprints")
def test_blueprints_are_kept_by_name_in_order(app: Flask) -> None:
    second, first = Blueprint("second", "sample"), Blueprint("first", "sample")
    second.get("/")(lambda: "in a blueprint")
    app.register_blueprint(second, url_prefix="/two")
    app.register_blueprint(first)
    assert app.blueprints == {"second": second, "first": first}
    assert list(app.iter_blueprints()) == [second, first]
    assert app.test_client().get("/two/").text == "in a blueprint"
