"""Useful Functions and Classes, JSON, templates, configuration, streams, views, extensions."""

from __future__ import annotations

import datetime
import io
import json as standard_json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from expecting import dropped
from werkzeug.exceptions import Gone
from werkzeug.exceptions import NotFound

from flasklit import abort
from flasklit import after_this_request
from flasklit import Config
from flasklit import copy_current_request_context
from flasklit import current_app
from flasklit import Flask
from flasklit import get_template_attribute
from flasklit import has_app_context
from flasklit import has_request_context
from flasklit import json
from flasklit import jsonify
from flasklit import make_response
from flasklit import redirect
from flasklit import render_template
from flasklit import render_template_string
from flasklit import request
from flasklit import send_file
from flasklit import send_from_directory
from flasklit import stream_with_context
from flasklit import url_for
from flasklit.views import MethodView
from flasklit.views import View

documents = pytest.mark.documents


# Useful Functions and Classes


@documents("current_app", "has_app_context", "has_request_context")
def test_which_context_there_is(app: Flask) -> None:
    assert not has_app_context()
    with app.app_context():
        assert (has_app_context(), has_request_context()) == (True, False)
        assert current_app.name == "sample"
    with app.test_request_context():
        assert (has_app_context(), has_request_context()) == (True, True)
    with pytest.raises(RuntimeError, match="application context"):
        current_app.name  # noqa: B018


@documents("url_for")
def test_url_for(app: Flask) -> None:
    app.add_url_rule("/item/<int:number>", "item", lambda number: "")
    with app.test_request_context("/", base_url="http://site.example/"):
        assert url_for("item", number=1, q="a b") == "/item/1?q=a+b"
        assert url_for("item", number=1, _anchor="top") == "/item/1#top"
        assert url_for("item", number=1, _external=True) == "http://site.example/item/1"
        assert (
            url_for("item", number=1, _scheme="https", _external=True)
            == "https://site.example/item/1"
        )


@documents("abort")
def test_abort_raises_the_error_of_a_code_or_a_response(app: Flask) -> None:
    with pytest.raises(Gone, match="no longer"):
        abort(410, description="no longer here")
    app.get("/")(lambda: abort(app.response_class("stop here", 299)))
    response = app.test_client().get("/")
    assert (response.text, response.status_code) == ("stop here", 299)


@documents("redirect")
def test_redirect(app: Flask) -> None:
    with app.test_request_context():
        response = redirect("/there", code=303)
    assert (response.status_code, response.location) == (303, "/there")


@documents("make_response")
def test_make_response(app: Flask) -> None:
    with app.test_request_context():
        assert make_response().status_code == 200
        response = make_response("text", 201)
    assert (response.data, response.status_code) == (b"text", 201)


@documents("after_this_request")
def test_after_this_request_is_for_this_request_only(app: Flask) -> None:
    @app.get("/")
    def view() -> str:
        @after_this_request
        def mark(response: Any) -> Any:
            response.headers["X-Marked"] = "yes"
            return response

        return ""

    app.get("/other")(lambda: "")
    client = app.test_client()
    assert client.get("/").headers["X-Marked"] == "yes"
    assert "X-Marked" not in client.get("/other").headers


@documents("copy_current_request_context")
def test_a_copied_context_outlives_its_request(app: Flask) -> None:
    later: list[Any] = []

    @app.get("/page")
    def view() -> str:
        @copy_current_request_context
        def work(word: str) -> str:
            return f"{word} {request.path}"

        later.append(work)
        return ""

    app.test_client().get("/page")
    assert later[0]("after") == "after /page"


@documents("send_file")
def test_send_file_by_path_and_by_file(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("text", encoding="utf-8")
    with app.test_request_context():
        with send_file(path, as_attachment=True, download_name="b.txt") as response:
            assert response.headers["Content-Disposition"] == (
                "attachment; filename=b.txt"
            )
            assert response.mimetype == "text/plain"
        content = io.BytesIO(b"binary")
        with send_file(content, mimetype="application/x-test") as response:
            response.direct_passthrough = False
            assert response.data == b"binary"


@documents("send_file")
def test_send_file_takes_the_parameters_of_old_editions(
    app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("text", encoding="utf-8")
    with app.test_request_context():
        with dropped("attachment_filename"):
            response = send_file(
                path, as_attachment=True, attachment_filename="old.txt"
            )
        assert "old.txt" in response.headers["Content-Disposition"]
        response.close()
        with dropped("filename_or_fp"):
            response = send_file(filename_or_fp=path)
        response.close()
        with dropped("add_etags"):
            response = send_file(path, add_etags=False)
        assert "ETag" not in response.headers
        response.close()
        with dropped("cache_timeout"):
            response = send_file(path, cache_timeout=30)
        assert response.cache_control.max_age == 30
        response.close()
        with pytest.raises(TypeError):
            send_file(path, download_name="a", attachment_filename="b")


@documents("send_from_directory")
def test_send_from_directory_stays_inside(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    with app.test_request_context():
        with send_from_directory(tmp_path, "a.txt") as response:
            assert response.status_code == 200
        with pytest.raises(NotFound):
            send_from_directory(tmp_path / "inside", "../a.txt")


@documents("safe_join")
def test_safe_join_refuses_to_leave_the_directory() -> None:
    with dropped("safe_join"):
        from flasklit import safe_join
    assert safe_join("/files", "a/b.txt") == "/files/a/b.txt"
    for path in ("../etc", "/etc/passwd"):
        with pytest.raises(NotFound):
            safe_join("/files", path)


@documents("escape", "Markup", "Markup.escape", "Markup.unescape", "Markup.striptags")
def test_markup_is_markupsafes() -> None:
    with dropped("escape"):
        from flasklit import escape
    with dropped("Markup"):
        from flasklit import Markup
    assert escape("<a>") == "&lt;a&gt;"
    assert Markup("<b>%s</b>") % "<i>" == "<b>&lt;i&gt;</b>"
    assert Markup.escape("<a>") == Markup("&lt;a&gt;")
    assert Markup("&lt;a&gt;").unescape() == "<a>"
    assert Markup("<b>bold</b>  text").striptags() == "bold text"


# JSON Support


@documents("json", "json.dumps", "json.loads", "json.dump", "json.load")
def test_json_knows_a_few_more_types(app: Flask) -> None:
    moment = datetime.datetime(2011, 9, 29, tzinfo=datetime.UTC)
    value = {"id": UUID(int=1), "price": Decimal("1.5"), "when": moment}
    for context in (app.app_context(), app.test_request_context()):
        with context:
            text = json.dumps(value)
            assert json.loads(text) == {
                "id": str(UUID(int=1)),
                "price": "1.5",
                "when": "Thu, 29 Sep 2011 00:00:00 GMT",
            }
            file = io.StringIO()
            json.dump(value, file)
            assert file.getvalue() == text
            file.seek(0)
            assert json.load(file) == json.loads(text)


@documents("jsonify", "json.jsonify")
def test_jsonify(app: Flask) -> None:
    assert json.jsonify is jsonify
    with app.app_context():
        response = jsonify(b=2, a=1)
        assert response.mimetype == "application/json"
        assert response.data == b'{"a":1,"b":2}\n'
        assert jsonify(1, 2).json == [1, 2]


@documents("json.JSONEncoder", "json.JSONEncoder.default", "json.JSONDecoder")
def test_the_encoder_and_the_decoder_of_old_editions() -> None:
    with dropped("JSONEncoder"):
        from flasklit.json import JSONEncoder
    with dropped("JSONDecoder"):
        from flasklit.json import JSONDecoder

    class Encoder(JSONEncoder):  # type: ignore[misc, valid-type]
        def default(self, o: Any) -> Any:
            return list(o) if isinstance(o, range) else super().default(o)

    text = standard_json.dumps({"r": range(2), "u": UUID(int=1)}, cls=Encoder)
    assert standard_json.loads(text, cls=JSONDecoder) == {
        "r": [0, 1],
        "u": str(UUID(int=1)),
    }
    with pytest.raises(TypeError):
        JSONEncoder().default(object())


# Template Rendering, Stream Helpers


@documents("render_template", "render_template_string", "get_template_attribute")
def test_templates(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    page = "{% macro greet(name) %}hello {{ name }}{% endmacro %}{{ greet(who) }}"
    (tmp_path / "templates" / "page.html").write_text(page, encoding="utf-8")
    app = Flask("sample", root_path=str(tmp_path))
    with app.test_request_context("/here"):
        assert render_template("page.html", who="<anna>") == "hello &lt;anna&gt;"
        assert render_template(["none.html", "page.html"], who="b") == "hello b"
        assert render_template_string("{{ request.path }}") == "/here"
        assert get_template_attribute("page.html", "greet")("c") == "hello c"


@documents("stream_with_context")
def test_a_stream_keeps_the_request(app: Flask) -> None:
    @app.get("/page")
    def view() -> Any:
        @stream_with_context
        def generate() -> Iterator[str]:
            yield "from "
            yield request.path

        return app.response_class(generate())

    assert app.test_client().get("/page").text == "from /page"


# Configuration


@documents("Config", "Config.from_object", "Config.from_mapping")
@documents("Config.get_namespace")
def test_configuration_takes_upper_case_names() -> None:
    class Settings:
        MAIL_HOST = "mail.example"
        mail_port = 25

    config = Config("/", {"A": 1})
    config.from_object(Settings)
    config.from_mapping({"MAIL_PORT": 587, "lower": 1}, B=2)
    assert config == {"A": 1, "B": 2, "MAIL_HOST": "mail.example", "MAIL_PORT": 587}
    assert config.get_namespace("MAIL_") == {"host": "mail.example", "port": 587}


@documents("Config.from_pyfile", "Config.from_envvar")
def test_configuration_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.py").write_text("A = 1 + 1\nb = 3\n", encoding="utf-8")
    config = Config(tmp_path)
    assert config.from_pyfile("settings.py")
    assert config == {"A": 2}
    assert not config.from_pyfile("missing.py", silent=True)
    monkeypatch.setenv("DOCUMENTED_SETTINGS", str(tmp_path / "settings.py"))
    other = Config("/")
    assert other.from_envvar("DOCUMENTED_SETTINGS")
    assert other == {"A": 2}
    with pytest.raises(RuntimeError, match="DOCUMENTED_MISSING"):
        other.from_envvar("DOCUMENTED_MISSING")


@documents("Config.from_json")
def test_configuration_from_json(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"A": 1, "b": 2}', encoding="utf-8")
    config = Config(tmp_path)
    with dropped("from_json"):
        assert config.from_json("settings.json")
    assert config == {"A": 1}
    with dropped("from_json"):
        assert not config.from_json("missing.json", silent=True)


# Class-Based Views


@documents("views.View", "views.View.as_view", "views.View.methods")
@documents("views.View.dispatch_request", "views.View.decorators")
def test_a_view_that_is_a_class(app: Flask) -> None:
    def louder(view: Any) -> Any:
        return lambda **values: view(**values).upper()

    class Greeting(View):
        methods = ["GET", "POST"]
        decorators = [louder]

        def __init__(self, word: str) -> None:
            self.word = word

        def dispatch_request(self, name: str) -> str:
            return f"{self.word} {name} {request.method}"

    app.add_url_rule("/<name>", view_func=Greeting.as_view("greet", word="hello"))
    client = app.test_client()
    assert client.get("/anna").text == "HELLO ANNA GET"
    assert client.post("/anna").text == "HELLO ANNA POST"
    assert client.put("/anna").status_code == 405


@documents("views.MethodView")
def test_a_view_with_a_method_for_each_method(app: Flask) -> None:
    class Counter(MethodView):
        def get(self) -> str:
            return "read"

        def post(self) -> str:
            return "counted"

    app.add_url_rule("/", view_func=Counter.as_view("counter"))
    client = app.test_client()
    assert (client.get("/").text, client.post("/").text) == ("read", "counted")
    assert client.delete("/").status_code == 405


# Extensions


@documents("ext")
def test_extensions_under_the_name_of_the_framework(tmp_path: Path) -> None:
    (tmp_path / "flask_sample.py").write_text("name = 'new'\n", encoding="utf-8")
    (tmp_path / "flaskext").mkdir()
    (tmp_path / "flaskext" / "old.py").write_text("name = 'old'\n", encoding="utf-8")
    (tmp_path / "program.py").write_text(
        "import warnings\n"
        "warnings.simplefilter('ignore')\n"
        "from flasklit.ext import old, sample\n"
        "import flask_sample\n"
        "print(sample.name, old.name, sample is flask_sample)\n"
        "try:\n"
        "    from flasklit.ext import missing\n"
        "except ImportError as error:\n"
        "    print('missing' in str(error))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "new old True\nTrue\n"
