"""Incoming Request Data, Response Objects, Application Globals."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from expecting import dropped
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import NotFound
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.exceptions import UnsupportedMediaType

from flasklit import Blueprint
from flasklit import current_app
from flasklit import Flask
from flasklit import g
from flasklit import make_response
from flasklit import Request
from flasklit import request
from flasklit import Response

documents = pytest.mark.documents


@documents("Request", "request")
def test_request_stands_for_the_request_of_the_context(app: Flask) -> None:
    with app.test_request_context("/a") as outer:
        assert request == outer.request
        assert isinstance(request, Request)
        with app.test_request_context("/b"):
            assert request.path == "/b"
        assert request.path == "/a"
    with pytest.raises(RuntimeError, match="request context"):
        request.path  # noqa: B018


@documents("Request.form", "Request.args", "Request.values", "Request.method")
def test_form_args_and_values(app: Flask) -> None:
    with app.test_request_context("/?a=1&a=2", method="POST", data={"b": "3"}):
        assert request.method == "POST"
        assert request.args.getlist("a") == ["1", "2"]
        assert request.form["b"] == "3"
        assert request.values["a"] == "1"
        with pytest.raises(BadRequest):
            request.form["missing"]


@documents("Request.cookies", "Request.headers", "Request.environ")
def test_cookies_headers_and_environ(app: Flask) -> None:
    headers = {"Cookie": "a=1; b=2", "X-Test": "yes"}
    with app.test_request_context("/", headers=headers):
        assert request.cookies.to_dict() == {"a": "1", "b": "2"}
        assert request.headers["x-test"] == "yes"
        assert request.environ["HTTP_X_TEST"] == "yes"


@documents("Request.data", "Request.stream")
def test_data_is_the_body_and_stream_reads_it(app: Flask) -> None:
    options: dict[str, Any] = {"method": "POST", "data": b"body"}
    options["content_type"] = "application/octet-stream"
    with app.test_request_context("/", **options):
        assert request.data == b"body"
    with app.test_request_context("/", **options):
        assert request.stream.read() == b"body"


@documents("Request.files")
def test_files(app: Flask) -> None:
    upload = {"file": (BytesIO(b"content"), "a.txt")}
    with app.test_request_context("/", method="POST", data=upload):
        assert request.files["file"].filename == "a.txt"
        assert request.files["file"].read() == b"content"


@documents("Request.path", "Request.full_path", "Request.script_root")
@documents("Request.url", "Request.base_url", "Request.url_root")
def test_parts_of_the_url(app: Flask) -> None:
    with app.test_request_context("/page?x=y", base_url="http://site.example/app"):
        assert request.path == "/page"
        assert request.full_path == "/page?x=y"
        assert request.script_root == "/app"
        assert request.url == "http://site.example/app/page?x=y"
        assert request.base_url == "http://site.example/app/page"
        assert request.url_root == "http://site.example/app/"


@documents("Request.is_xhr")
def test_is_xhr(app: Flask) -> None:
    header = {"X-Requested-With": "XMLHttpRequest"}
    for headers, expected in ((header, True), ({}, False)):
        with (
            app.test_request_context("/", headers=headers),
            dropped("is_xhr"),
        ):
            assert request.is_xhr is expected


@documents("Request.endpoint", "Request.blueprint", "Request.url_rule")
@documents("Request.view_args", "Request.routing_exception")
def test_what_routing_found(app: Flask) -> None:
    part = Blueprint("part", "sample")
    part.add_url_rule("/<int:number>", "show", lambda number: "")
    app.register_blueprint(part)
    with app.test_request_context("/7"):
        assert (request.endpoint, request.blueprint) == ("part.show", "part")
        assert request.view_args == {"number": 7}
        assert request.url_rule is not None
        assert request.url_rule.rule == "/<int:number>"
        assert request.routing_exception is None
    with app.test_request_context("/nowhere"):
        assert request.endpoint is request.url_rule is request.view_args is None
        assert request.blueprint is None
        assert isinstance(request.routing_exception, NotFound)


@documents("Request.module")
def test_module_is_the_name_of_the_old_module(app: Flask) -> None:
    part = Blueprint("part", "sample")
    part.add_url_rule("/part", "show", lambda: "")
    app.register_blueprint(part)
    with dropped("Module"):
        from flasklit import Module
    module = Module("sample.admin")
    module.add_url_rule("/admin", "show", lambda: "")
    with dropped("register_module"):
        app.register_module(module)
    for path, expected in (("/admin", "admin"), ("/part", None), ("/none", None)):
        with (
            app.test_request_context(path),
            dropped(r"Request\.module"),
        ):
            assert request.module == expected


@documents("Request.json", "Request.get_json", "Request.is_json")
@documents("Request.on_json_loading_failed")
def test_json(app: Flask) -> None:
    with app.test_request_context("/", method="POST", json={"a": [1]}):
        assert request.is_json
        assert request.json == request.get_json() == {"a": [1]}
    with app.test_request_context("/", method="POST", data="no JSON"):
        assert not request.is_json
        assert request.get_json(silent=True) is None
        with pytest.raises(UnsupportedMediaType):
            request.get_json()
        with pytest.raises(BadRequest):
            request.get_json(force=True)

    class Lenient(Request):
        def on_json_loading_failed(self, e: ValueError | None) -> Any:
            return "failed"

    app.request_class = Lenient
    kind = "application/json"
    with app.test_request_context("/", method="POST", data="{", content_type=kind):
        assert request.get_json() == "failed"


@documents("Request.max_content_length")
def test_max_content_length_is_the_setting(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 4
    with app.test_request_context("/", method="POST", data=b"12345"):
        assert request.max_content_length == 4
        with pytest.raises(RequestEntityTooLarge):
            request.get_data()


@documents("Response", "Response.headers", "Response.status", "Response.status_code")
@documents("Response.data", "Response.mimetype", "Response.set_cookie")
def test_a_response(app: Flask) -> None:
    @app.get("/")
    def view() -> Response:
        response = make_response("<p>")
        assert isinstance(response, Response)
        assert response.mimetype == "text/html"
        response.data = "text"
        response.mimetype = "text/plain"
        response.status_code = 201
        assert response.status == "201 CREATED"
        response.status = "202 ACCEPTED"
        response.headers["X-Test"] = "yes"
        response.set_cookie("name", "value", max_age=60, path="/here", httponly=True)
        return response

    response = app.test_client().get("/")
    assert (response.text, response.status) == ("text", "202 ACCEPTED")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["X-Test"] == "yes"
    cookie = response.headers["Set-Cookie"]
    for part in ("name=value", "Max-Age=60", "Path=/here", "HttpOnly"):
        assert part in cookie


@documents("g")
def test_g_lasts_as_long_as_the_application_context(app: Flask) -> None:
    with app.app_context():
        g.user = "anna"
        assert g.get("user") == "anna"
        assert "user" in g
        with app.test_request_context():
            assert g.user == "anna"
            assert current_app == app
    with app.app_context():
        assert g.get("user") is None
