"""Application Object: configuration, folders, classes it makes things with."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from expecting import dropped
from jinja2 import DictLoader
from jinja2 import Environment
from jinja2 import StrictUndefined

from flasklit import Blueprint
from flasklit import Config
from flasklit import current_app
from flasklit import Flask
from flasklit import g
from flasklit import jsonify
from flasklit import render_template
from flasklit import render_template_string
from flasklit import Request
from flasklit import request
from flasklit import Response
from flasklit import session
from flasklit.sessions import NullSession
from flasklit.sessions import SecureCookieSession
from flasklit.sessions import SecureCookieSessionInterface
from flasklit.testing import FlaskClient

documents = pytest.mark.documents


@documents("Flask.config", "Flask.default_config", "Flask.make_config")
@documents("Flask.config_class")
def test_the_configuration_starts_with_the_defaults(tmp_path: Path) -> None:
    class Noted(Config):
        pass

    class Mine(Flask):
        config_class = Noted
        default_config = {**Flask.default_config, "COLOUR": "blue"}

    app = Mine("sample", root_path=str(tmp_path), instance_path=str(tmp_path / "i"))
    assert type(app.config) is Noted
    assert app.config["COLOUR"] == "blue"
    assert app.config["SESSION_COOKIE_NAME"] == "session"
    assert app.make_config().root_path == app.root_path
    assert app.make_config(instance_relative=True).root_path == app.instance_path


@documents("Flask.debug", "Flask.testing", "Flask.secret_key")
@documents("Flask.permanent_session_lifetime")
def test_attributes_over_the_configuration() -> None:
    app = Flask("sample")
    assert (app.debug, app.testing, app.secret_key) == (False, False, None)
    app.debug = app.testing = True
    app.secret_key = "secret"
    app.permanent_session_lifetime = timedelta(hours=1)
    keys = ("DEBUG", "TESTING", "SECRET_KEY", "PERMANENT_SESSION_LIFETIME")
    assert [app.config[key] for key in keys] == [
        True,
        True,
        "secret",
        timedelta(hours=1),
    ]
    app.config["PERMANENT_SESSION_LIFETIME"] = 60
    assert app.permanent_session_lifetime == timedelta(minutes=1)


@documents("Flask.session_cookie_name")
def test_session_cookie_name_is_the_setting(app: Flask) -> None:
    with dropped("session_cookie_name"):
        assert app.session_cookie_name == "session"
    with dropped("session_cookie_name"):
        app.session_cookie_name = "visitor"

    @app.get("/")
    def view() -> str:
        session["a"] = 1
        return ""

    assert app.test_client().get("/").headers["Set-Cookie"].startswith("visitor=")


@documents("Flask.use_x_sendfile")
def test_use_x_sendfile_leaves_the_file_to_the_server(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.txt").write_text("text", encoding="utf-8")
    app = Flask("sample", root_path=str(tmp_path))
    with dropped("use_x_sendfile"):
        assert app.use_x_sendfile is False
    with dropped("use_x_sendfile"):
        app.use_x_sendfile = True
    with app.test_client().get("/static/a.txt") as response:
        path = str(tmp_path / "static" / "a.txt")
        assert response.headers["X-Sendfile"] == path


@documents("Flask.propagate_exceptions")
def test_propagate_exceptions_follows_testing_and_debug(app: Flask) -> None:
    with dropped("propagate_exceptions"):
        assert app.propagate_exceptions is True
    app.testing = False
    with dropped("propagate_exceptions"):
        assert app.propagate_exceptions is False
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with dropped("propagate_exceptions"):
        assert app.propagate_exceptions is True


@documents("Flask.send_file_max_age_default")
def test_send_file_max_age_default_is_the_setting(app: Flask) -> None:
    with dropped("send_file_max_age_default"):
        app.send_file_max_age_default = timedelta(minutes=5)
    assert app.config["SEND_FILE_MAX_AGE_DEFAULT"] == timedelta(minutes=5)
    with dropped("send_file_max_age_default"):
        assert app.send_file_max_age_default == timedelta(minutes=5)
    with app.app_context():
        assert app.get_send_file_max_age("a.txt") == 300


@documents("Flask.get_send_file_max_age")
def test_get_send_file_max_age_decides_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    for name in ("a.js", "a.txt"):
        (tmp_path / "static" / name).write_text("text", encoding="utf-8")

    class Mine(Flask):
        def get_send_file_max_age(self, filename: str | None) -> int | None:
            return 60 if str(filename).endswith(".js") else None

    client = Mine("sample", root_path=str(tmp_path)).test_client()
    for name, age in (("a.js", 60), ("a.txt", None)):
        with client.get(f"/static/{name}") as response:
            assert response.cache_control.max_age == age


@documents("Flask.preserve_context_on_exception")
def test_preserve_context_on_exception_keeps_the_request(app: Flask) -> None:
    @app.get("/break")
    def view() -> str:
        raise ZeroDivisionError

    with dropped("preserve_context_on_exception"):
        assert app.preserve_context_on_exception is False
    app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = True
    with dropped("preserve_context_on_exception"):
        assert app.preserve_context_on_exception is True
    seen: list[Any] = []
    app.teardown_request(seen.append)  # type: ignore[type-var]
    with dropped("PRESERVE_CONTEXT"), pytest.raises(ZeroDivisionError):
        app.test_client().get("/break")
    assert request.path == "/break"
    assert seen == []
    app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = False
    app.test_client().get("/")
    assert [type(error) for error in seen] == [ZeroDivisionError, type(None)]
    assert not request


@documents("Flask.name", "Flask.instance_path", "Flask.auto_find_instance_path")
@documents("Flask.open_instance_resource", "Flask.open_resource")
def test_name_and_folders(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "schema.sql").write_text("create", encoding="utf-8")
    app = Flask(
        "sample", root_path=str(tmp_path), instance_path=str(tmp_path / "instance")
    )
    assert app.name == "sample"
    assert app.instance_path == str(tmp_path / "instance")
    assert Path(app.auto_find_instance_path()).name in {
        "instance",
        "sample-instance",
    }
    with app.open_instance_resource("notes.txt", "w") as file:
        file.write("noted")
    assert (tmp_path / "instance" / "notes.txt").read_text("utf-8") == "noted"
    with app.open_resource("schema.sql") as file:
        assert file.read() == b"create"
    with app.open_resource("schema.sql", mode="r") as file:
        assert file.read() == "create"


@documents("Flask.static_folder", "Flask.has_static_folder", "Flask.send_static_file")
def test_static_files(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("text", encoding="utf-8")
    app = Flask("sample", root_path=str(tmp_path), static_folder="files")
    assert app.static_folder == str(tmp_path / "files")
    assert app.has_static_folder
    assert not Flask("sample", static_folder=None).has_static_folder
    with app.test_request_context(), app.send_static_file("a.txt") as response:
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    with app.test_client().get("/files/a.txt") as response:
        assert response.text == "text"


@documents("Flask.extensions", "Flask.cli")
def test_extensions_and_commands_have_their_places(app: Flask) -> None:
    assert app.extensions == {}
    app.extensions["mail"] = "the state of an extension"

    @app.cli.command("greet")
    def greet() -> None:
        print("hello from", current_app.name)

    result = app.test_cli_runner().invoke(args=["greet"])
    assert result.output == "hello from sample\n"


@documents("Flask.shell_context_processor", "Flask.shell_context_processors")
@documents("Flask.make_shell_context")
def test_the_names_of_a_shell(app: Flask) -> None:
    names = app.shell_context_processor(lambda: {"answer": 42})
    assert app.shell_context_processors == [names]
    context = app.make_shell_context()
    assert context["app"] is app
    assert context["answer"] == 42
    assert "g" in context


@documents("Flask.run")
def test_run_serves_with_werkzeugs_server(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: dict[str, Any] = {}

    def run_simple(host: str, port: int, served: Any, **options: Any) -> None:
        called.update(options, host=host, port=port, served=served)

    monkeypatch.setattr("werkzeug.serving.run_simple", run_simple)
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    app.run("127.0.0.2", 8000, debug=True, load_dotenv=False, threaded=False)
    assert called["served"] is app
    assert (called["host"], called["port"]) == ("127.0.0.2", 8000)
    assert called["use_reloader"]
    assert called["use_debugger"]
    assert not called["threaded"]


@documents("Flask.test_client", "Flask.test_client_class")
def test_the_test_client_is_of_the_applications_class(app: Flask) -> None:
    class Client(FlaskClient):
        pass

    app.test_client_class = Client
    app.get("/")(lambda: request.headers.get("X-Kind", "none"))
    with app.test_client() as client:
        assert type(client) is Client
        assert client.get("/", headers={"X-Kind": "test"}).text == "test"
        assert request.path == "/"


@documents("Flask.test_request_context", "Flask.request_context")
@documents("Flask.request_class", "Flask.response_class")
def test_contexts_and_the_classes_of_request_and_response() -> None:
    class Asked(Request):
        pass

    class Answered(Response):
        default_mimetype = "text/plain"

    class Mine(Flask):
        request_class = Asked
        response_class = Answered

    app = Mine("sample")
    app.get("/")(lambda: type(request._get_current_object()).__name__)  # type: ignore[attr-defined]
    with app.test_request_context("/hello?name=x", method="POST") as context:
        assert (request.path, request.method, request.args["name"]) == (
            "/hello",
            "POST",
            "x",
        )
    with app.request_context(context.request.environ):
        assert request.full_path == "/hello?name=x"
    response = app.test_client().get("/")
    assert (response.text, response.mimetype) == ("Asked", "text/plain")


@documents("Flask.make_response")
def test_make_response_takes_what_a_view_may_return(app: Flask) -> None:
    with app.test_request_context():
        assert app.make_response("text").mimetype == "text/html"
        assert app.make_response(b"bytes").data == b"bytes"
        response = app.make_response(("text", 202, {"X-A": "1"}))
        assert (response.status_code, response.headers["X-A"]) == (202, "1")
        assert app.make_response(response) is response
        assert app.make_response({"a": 1}).json == {"a": 1}
        with pytest.raises(TypeError):
            app.make_response(None)  # type: ignore[arg-type]


# Sessions


@documents("Flask.session_interface", "Flask.open_session", "Flask.save_session")
@documents("Flask.make_null_session")
def test_the_application_delegates_to_its_session_interface(app: Flask) -> None:
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    with app.test_request_context() as context:
        with dropped("open_session"):
            opened = app.open_session(context.request)
        assert isinstance(opened, SecureCookieSession)
        opened["a"] = 1
        response = app.response_class()
        with dropped("save_session"):
            app.save_session(opened, response)
    assert "session=" in response.headers["Set-Cookie"]
    with dropped("make_null_session"):
        assert isinstance(app.make_null_session(), NullSession)


@documents("Flask.open_session", "Flask.save_session")
def test_a_subclass_may_keep_sessions_by_itself() -> None:
    saved: list[Any] = []
    with pytest.warns(DeprecationWarning, match="open_session|save_session"):

        class Mine(Flask):
            def open_session(self, request: Request) -> Any:
                return SecureCookieSession({"from": "the subclass"})

            def save_session(self, session: Any, response: Response) -> None:
                saved.append(dict(session))

    app = Mine("sample")
    app.get("/")(lambda: session["from"])
    assert app.test_client().get("/").text == "the subclass"
    assert saved == [{"from": "the subclass"}]


# Logging


@documents("Flask.logger_name", "Flask.debug_log_format")
def test_the_name_and_the_format_of_the_logger() -> None:
    app = Flask("sample.logs")
    with dropped("logger_name"):
        assert app.logger_name == "sample.logs"
    with dropped("logger_name"):
        app.logger_name = "another.name"
    with dropped("debug_log_format"):
        app.debug_log_format = "<%(message)s>"
    app.debug = True
    assert app.logger.name == "another.name"
    records = [
        handler.format(logging.makeLogRecord({"msg": "hello"}))
        for handler in app.logger.handlers
    ]
    assert "<hello>" in records
    app.logger.handlers.clear()


# Templates


@documents("Flask.jinja_env", "Flask.jinja_options", "Flask.jinja_environment")
@documents("Flask.create_jinja_environment")
def test_the_environment_is_made_of_class_and_options() -> None:
    class Noted(Flask.jinja_environment):  # type: ignore[misc, name-defined]
        pass

    class Mine(Flask):
        jinja_environment = Noted
        jinja_options = {"undefined": StrictUndefined}

        def create_jinja_environment(self) -> Any:
            environment = super().create_jinja_environment()
            environment.globals["site"] = "noted"
            return environment

    app = Mine("sample")
    assert type(app.jinja_env) is Noted
    assert app.jinja_env.undefined is StrictUndefined
    assert app.jinja_env.globals["site"] == "noted"
    assert "url_for" in app.jinja_env.globals
    assert isinstance(Flask("sample").jinja_env, Environment)


@documents("Flask.init_jinja_globals")
def test_init_jinja_globals_is_called_with_the_environment() -> None:
    with pytest.warns(DeprecationWarning, match="init_jinja_globals"):

        class Mine(Flask):
            def init_jinja_globals(self) -> None:
                self.jinja_env.globals["site"] = "as in 0.5"

    assert Mine("sample").jinja_env.globals["site"] == "as in 0.5"


@documents("Flask.jinja_loader", "Flask.create_global_jinja_loader")
def test_loaders_of_the_application_and_of_blueprints() -> None:
    class Mine(Flask):
        jinja_loader = DictLoader({"page.txt": "the application's"})  # type: ignore[assignment]

    app = Mine("sample")
    part = Blueprint("part", "sample")
    part.jinja_loader = DictLoader({"page.txt": "hidden", "part.txt": "a part's"})  # type: ignore[assignment]
    app.register_blueprint(part)
    with app.app_context():
        assert render_template("page.txt") == "the application's"
        assert render_template("part.txt") == "a part's"
    loader = app.create_global_jinja_loader()
    assert loader.get_source(app.jinja_env, "part.txt")[0] == "a part's"


@documents("Flask.select_jinja_autoescape")
def test_markup_and_strings_are_escaped(app: Flask) -> None:
    names = ("a.html", "a.htm", "a.xml", "a.xhtml", "a.txt", None)
    assert [app.select_jinja_autoescape(name) for name in names] == [
        True,
        True,
        True,
        True,
        False,
        True,
    ]


@documents("Flask.context_processor", "Flask.template_context_processors")
@documents("Flask.update_template_context")
def test_context_processors_add_names(app: Flask) -> None:
    names = app.context_processor(lambda: {"site": "noted", "own": "processor"})
    assert names in app.template_context_processors[None]
    with app.test_request_context("/here"):
        text = "{{ site }} {{ own }} {{ request.path }} {{ g.user }}"
        g.user = "anna"
        assert render_template_string(text, own="view") == "noted view /here anna"
        context: dict[str, Any] = {"own": "given"}
        app.update_template_context(context)
    assert (context["site"], context["own"]) == ("noted", "given")


@documents("Flask.template_filter", "Flask.template_test", "Flask.template_global")
@documents("Flask.add_template_filter", "Flask.add_template_test")
@documents("Flask.add_template_global")
def test_filters_tests_and_globals(app: Flask) -> None:
    app.template_filter("backwards")(lambda text: text[::-1])
    app.template_test("short")(lambda text: len(text) < 3)
    app.template_global("twice")(lambda text: text * 2)
    app.add_template_filter(str.upper, "shout")
    app.add_template_test(lambda text: len(text) > 3, "long")
    app.add_template_global(lambda: "nothing", "nothing")
    with app.app_context():
        assert render_template_string("{{ 'abc'|backwards|shout }}") == "CBA"
        assert render_template_string("{{ 'ab' is short, 'ab' is long }}") == (
            "(True, False)"
        )
        assert render_template_string("{{ twice('a') }}{{ nothing() }}") == "aanothing"


# JSON


@documents("Flask.json_encoder", "Flask.json_decoder")
def test_encoder_and_decoder_of_the_application(app: Flask) -> None:
    class Encoder(json.JSONEncoder):
        def default(self, o: Any) -> Any:
            return sorted(o) if isinstance(o, set) else super().default(o)

    class Decoder(json.JSONDecoder):
        def __init__(self, **options: Any) -> None:
            super().__init__(object_hook=lambda found: sorted(found), **options)

    with dropped("json_encoder"):
        app.json_encoder = Encoder
    with dropped("json_decoder"):
        app.json_decoder = Decoder
    app.post("/")(lambda: jsonify(sent=request.get_json(), kept={3, 1}))
    response = app.test_client().post("/", data='{"b": 1, "a": 2}', headers=JSON)
    assert json.loads(response.data) == {"sent": ["a", "b"], "kept": [1, 3]}


JSON = {"Content-Type": "application/json"}


# Modules


@documents("Flask.register_module", "Flask.enable_modules")
def test_modules_are_registered_with_options(app: Flask) -> None:
    with dropped("Module"):
        from flasklit import Module
    with dropped("enable_modules"):
        assert app.enable_modules is True
    admin = Module("sample.admin")

    @admin.route("/")
    def index() -> str:
        return str(request.endpoint)

    with dropped("register_module"):
        app.register_module(admin, url_prefix="/admin")
    assert app.test_client().get("/admin/").text == "admin.index"
