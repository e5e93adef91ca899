"""flasklit.legacy behaves as Flask 0.11 did where that and 3.1 differ, and never warns.

Warnings are errors in this test run, so that whatever passes here was silent. Each
test of a difference asks both namespaces.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import flasklit
import flasklit.legacy
from flasklit import dropped
from flasklit.legacy.restored import Restored

BOTH = [pytest.param(flasklit, id="now"), pytest.param(flasklit.legacy, id="legacy")]


@pytest.fixture
def app() -> Any:
    app = flasklit.legacy.Flask("legacy", root_path=str(Path(__file__).parent))
    app.secret_key = "key"
    return app


def pair(view: Any, methods: tuple[str, ...] = ("GET",)) -> Iterator[Any]:
    """A client for a view in today's application, then one in the older."""
    for flask in (flasklit, flasklit.legacy):
        app = flask.Flask("pair", root_path=str(Path(__file__).parent))
        app.add_url_rule("/", "view", view, methods=methods)
        yield app.test_client()


# -- the same name, two behaviours ------------------------------------------------


def test_json_of_another_mimetype() -> None:
    def view() -> Any:
        return repr((flasklit.request.get_json(), flasklit.request.json))

    now, legacy = pair(view, ("POST",))
    assert now.post("/", data="{}").status_code == 415
    assert legacy.post("/", data="{}").text == "(None, None)"
    assert legacy.post("/", json={"a": 1}).text == "({'a': 1}, {'a': 1})"


@pytest.mark.parametrize("flask", BOTH)
def test_malformed_json(flask: Any) -> None:
    class Request(flask.Request):  # type: ignore[misc]
        def on_json_loading_failed(self, e: Any) -> Any:
            failures.append(type(e))
            return super().on_json_loading_failed(e)

    failures: list[type] = []
    app = flask.Flask(__name__)
    app.request_class = Request
    app.add_url_rule("/", "view", lambda: flask.request.json, methods=["POST"])
    wrong = {"data": "{", "content_type": "application/json"}
    assert app.test_client().post("/", **wrong).status_code == 400
    assert len(failures) == 1
    assert issubclass(failures[0], ValueError)


def test_layout_of_jsonify() -> None:
    now, legacy = pair(lambda: flasklit.jsonify(b=1, a=[2]))
    assert now.get("/").text == '{"a":[2],"b":1}\n'
    indented = '{\n  "a": [\n    2\n  ], \n  "b": 1\n}\n'
    assert legacy.get("/").text == indented
    script = {"X-Requested-With": "XMLHttpRequest"}
    assert legacy.get("/", headers=script).text == '{"a":[2],"b":1}\n'
    legacy.application.config["JSONIFY_PRETTYPRINT_REGULAR"] = False
    assert legacy.get("/").text == '{"a":[2],"b":1}\n'
    assert legacy.get("/").mimetype == "application/json"


def test_jsonify_of_nothing() -> None:
    now, legacy = pair(lambda: flasklit.jsonify())
    assert json.loads(now.get("/").text) is None
    assert json.loads(legacy.get("/").text) == {}


def test_json_settings(app: Any) -> None:
    app.config.update(JSON_AS_ASCII=False, JSON_SORT_KEYS=False)
    app.config["JSONIFY_MIMETYPE"] = "application/vnd.api+json"
    with app.test_request_context():
        assert flasklit.legacy.json.dumps({"ü": 1, "a": 2}) == '{"ü": 1, "a": 2}'
        assert flasklit.legacy.jsonify().mimetype == "application/vnd.api+json"
        template = "{{ {'ü': 1}|tojson }}"
        assert flasklit.legacy.render_template_string(template) == '{"ü": 1}'


def test_time_that_files_are_kept() -> None:
    name = Path(__file__).name
    now, legacy = pair(lambda: flasklit.send_from_directory(".", name))

    def max_age(client: Any) -> int | None:
        seconds: int | None = client.get("/", buffered=True).cache_control.max_age
        return seconds

    assert max_age(now) is None
    assert max_age(legacy) == 12 * 60 * 60
    legacy.application.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60
    assert max_age(legacy) == 60


def status(response: Any) -> int:
    """The status of a response, which is closed."""
    response.close()
    code: int = response.status_code
    return code


def test_send_file(app: Any) -> None:
    flask = flasklit.legacy
    etag = {"If-None-Match": "*"}
    with app.test_request_context(headers=etag):
        answer = flask.send_file(__file__)
        assert status(answer) == 200
        assert answer.get_etag()[0]
        assert status(flask.send_file(__file__, conditional=True)) == 304
        answer = flask.send_file(__file__, add_etags=False, cache_timeout=3)
        assert status(answer) == 200
        assert answer.get_etag() == (None, None)
        assert answer.cache_control.max_age == 3
    with flasklit.Flask(__name__).test_request_context(headers=etag):
        assert status(flasklit.send_file(__file__)) == 304


def test_mimetype_is_that_of_the_file_on_disk(app: Any) -> None:
    with app.test_request_context():
        named = {"as_attachment": True, "attachment_filename": "x.html"}
        answer = flasklit.legacy.send_file(__file__, **named)
        assert status(answer) == 200
        assert answer.mimetype == "text/x-python"
        assert "x.html" in answer.headers["Content-Disposition"]
        answer = flasklit.legacy.send_file(io.BytesIO(b""), **named)
        assert answer.mimetype == "text/html"


def test_send_file_of_text(app: Any) -> None:
    flask = flasklit.legacy
    with app.test_request_context():
        answer = flask.send_file(io.StringIO("ä"))
        answer.direct_passthrough = False
        assert (answer.data, answer.mimetype) == (
            "ä".encode(),
            "application/octet-stream",
        )
        with open(__file__, encoding="utf-8") as file:
            answer = flask.send_file(
                file, as_attachment=True, attachment_filename="a.py"
            )
            answer.direct_passthrough = False
            assert answer.data == Path(__file__).read_bytes()
        with pytest.raises(ValueError, match="binary"):
            flasklit.send_file(io.StringIO("ä"), "text/plain")


def test_send_from_directory(app: Any) -> None:
    here = Path(__file__)
    with app.test_request_context(headers={"If-None-Match": "*"}):
        send = flasklit.legacy.send_from_directory
        assert status(send(here.parent, here.name)) == 304
        answer = send(
            directory=here.parent,
            filename=here.name,
            as_attachment=True,
            attachment_filename="x.py",
            add_etags=False,
            cache_timeout=1,
        )
        assert status(answer) == 200
        assert "x.py" in answer.headers["Content-Disposition"]
        assert answer.cache_control.max_age == 1


@pytest.mark.parametrize("flask", BOTH)
def test_context_after_an_exception_in_debug_mode(flask: Any) -> None:
    app = flask.Flask(__name__)
    app.add_url_rule("/", "fail", lambda: 1 // 0)
    app.add_url_rule("/fine", "fine", lambda: "fine")
    ended: list[Any] = []
    app.teardown_request(ended.append)
    app.debug = True
    client = app.test_client()
    with pytest.raises(ZeroDivisionError):
        client.get("/")
    if flask is flasklit:
        assert len(ended) == 1
        assert not flask.has_request_context()
        return
    assert app.preserve_context_on_exception
    assert ended == []
    assert flask.request.path == "/"
    assert client.get("/fine").text == "fine"
    assert [type(e) for e in ended] == [ZeroDivisionError, type(None)]
    assert not flask.has_request_context()
    app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = False
    with pytest.raises(ZeroDivisionError):
        client.get("/")
    assert not flask.has_request_context()


def test_order_of_arguments(tmp_path: Path) -> None:
    app = flasklit.legacy.Flask(
        "name", None, "/files", "assets", "pages", str(tmp_path), True, "/root"
    )
    assert app.static_url_path == "/files"
    assert app.static_folder == "/root/assets"
    assert app.template_folder == "pages"
    assert app.instance_path == app.config.root_path == str(tmp_path)
    assert app.root_path == "/root"
    assert flasklit.legacy.Flask("name", "/old").static_url_path == "/old"
    assert flasklit.legacy.Flask("n", subdomain_matching=True).subdomain_matching
    with pytest.raises(TypeError, match="static_path"):
        flasklit.legacy.Flask("name", "/old", "/new")


OF_0_11 = {
    "DEBUG": False,
    "TESTING": False,
    "PROPAGATE_EXCEPTIONS": None,
    "PRESERVE_CONTEXT_ON_EXCEPTION": None,
    "SECRET_KEY": None,
    "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
    "USE_X_SENDFILE": False,
    "LOGGER_NAME": None,
    "LOGGER_HANDLER_POLICY": "always",
    "SERVER_NAME": None,
    "APPLICATION_ROOT": None,
    "SESSION_COOKIE_NAME": "session",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": None,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SECURE": False,
    "SESSION_REFRESH_EACH_REQUEST": True,
    "MAX_CONTENT_LENGTH": None,
    "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=12),
    "TRAP_BAD_REQUEST_ERRORS": False,
    "TRAP_HTTP_EXCEPTIONS": False,
    "EXPLAIN_TEMPLATE_LOADING": False,
    "PREFERRED_URL_SCHEME": "http",
    "JSON_AS_ASCII": True,
    "JSON_SORT_KEYS": True,
    "JSONIFY_PRETTYPRINT_REGULAR": True,
    "JSONIFY_MIMETYPE": "application/json",
    "TEMPLATES_AUTO_RELOAD": None,
}


def test_default_config(app: Any) -> None:
    default = flasklit.legacy.Flask.default_config
    assert default.items() >= OF_0_11.items()
    assert default.keys() > flasklit.Flask.default_config.keys()
    assert app.config["LOGGER_NAME"] == app.logger_name == "legacy"
    assert app.test_client().get("/").status_code == 404


def test_cookies_are_interchangeable() -> None:
    """A session set by one is read by the other, and the cookies are the same."""
    apps = []
    for flask in (flasklit, flasklit.legacy):
        app = flask.Flask("cookies")
        app.secret_key = "key"
        app.add_url_rule("/set", "set", lambda: flasklit.session.update(n=[1, 2]) or "")
        app.add_url_rule("/get", "get", lambda: repr(flasklit.session.get("n")))
        apps.append(app)
    for first, second in (apps, apps[::-1]):
        header = first.test_client().get("/set").headers["Set-Cookie"]
        name, _, value = header.partition(";")[0].partition("=")
        assert header.partition(";")[2] == " HttpOnly; Path=/"
        client = second.test_client()
        client.set_cookie(name, value)
        assert client.get("/get").text == "[1, 2]"


# -- what else 0.11 did otherwise -------------------------------------------------


def test_location_is_absolute() -> None:
    now, legacy = pair(lambda: flasklit.redirect("/there"))
    assert now.get("/").headers["Location"] == "/there"
    assert legacy.get("/").headers["Location"] == "http://localhost/there"


def test_headers_beside_a_response() -> None:
    def view() -> Any:
        return flasklit.current_app.response_class("", headers={"X-A": "1"}), {
            "X-A": "2"
        }

    now, legacy = pair(view)
    assert now.get("/").headers.getlist("X-A") == ["2"]
    assert legacy.get("/").headers.getlist("X-A") == ["1", "2"]


@pytest.mark.parametrize("rest", [(201,), ("201 X",), (201, {"X-A": "1"}), ({},)])
def test_other_tuples_are_as_they_are(app: Any, rest: tuple[Any, ...]) -> None:
    for body in ("text", app.response_class("text")):
        with app.test_request_context():
            response = app.make_response((body, *rest))
        assert response.status_code == (200 if rest == ({},) else 201)
        assert response.get_data(as_text=True) == "text"


@pytest.mark.parametrize(("chosen", "found"), [(None, 200), (True, 200), (False, 404)])
def test_subdomains_with_a_server_name(chosen: bool | None, found: int) -> None:
    options = {} if chosen is None else {"subdomain_matching": chosen}
    app = flasklit.legacy.Flask(__name__, **options)
    assert not app.subdomain_matching or chosen
    app.add_url_rule("/", "view", lambda who: who, subdomain="<who>")
    app.config["SERVER_NAME"] = "a.example"
    answer = app.test_client().get("/", base_url="http://ann.a.example/")
    assert answer.status_code == found
    app.subdomain_matching = True
    assert app.subdomain_matching


def test_scheme_needs_external(app: Any) -> None:
    app.add_url_rule("/", "index")
    with app.test_request_context():
        with pytest.raises(ValueError, match="_external"):
            flasklit.legacy.url_for("index", _scheme="https")
        assert flasklit.legacy.url_for("index", _anchor="x", q=1) == "/?q=1#x"
    app.config["SERVER_NAME"] = "example.com"
    with app.app_context():
        assert flasklit.legacy.url_for("index") == "http://example.com/"


@pytest.mark.parametrize(
    ("settings", "domain"),
    [
        ({}, None),
        ({"SERVER_NAME": "example.com:80"}, ".example.com"),
        ({"SERVER_NAME": "example.com", "APPLICATION_ROOT": "/a"}, "example.com"),
        ({"SERVER_NAME": "a.b", "SESSION_COOKIE_DOMAIN": "b.c"}, "b.c"),
        ({"SERVER_NAME": "a.b", "SESSION_COOKIE_DOMAIN": False}, None),
    ],
)
def test_domain_of_the_cookie(app: Any, settings: Any, domain: str | None) -> None:
    app.config.update(settings)
    assert app.session_interface.get_cookie_domain(app) == domain


@pytest.mark.parametrize(
    ("host", "domain"), [("localhost", None), ("127.0.0.1", "127.0.0.1")]
)
def test_hosts_that_are_no_domain(app: Any, host: str, domain: str | None) -> None:
    app.config["SERVER_NAME"] = host
    with pytest.warns(UserWarning, match=host):
        assert app.session_interface.get_cookie_domain(app) == domain


@pytest.mark.parametrize(
    "access",
    [
        lambda s: s.get("a"),
        lambda s: "a" in s,
        len,
        list,
        lambda s: s.setdefault("a", 1),
        lambda s: s.update(a=1),
        lambda s: s.__setitem__("a", 1),
        lambda s: s.pop("a", None),
    ],
)
def test_session_notices_accesses(app: Any, access: Any) -> None:
    def view() -> str:
        session = flasklit.session
        assert not session.accessed
        access(session)
        return ""

    app.add_url_rule("/", "view", view)
    app.add_url_rule("/not", "not", lambda: "")
    app.testing = True
    client = app.test_client()
    assert client.get("/").headers["Vary"] == "Cookie"
    assert "Vary" not in client.get("/not").headers


def test_session_notices_all_that_a_dictionary_does() -> None:
    """Whatever dict can do is wrapped, but for what has nothing to do with items."""
    harmless = {"__class_getitem__", "__getattribute__", "__init__", "__new__"}
    harmless |= {"__sizeof__", "fromkeys", "__doc__", "__hash__"}
    harmless |= {"__ge__", "__gt__", "__le__", "__lt__"}  # no dictionary has an order
    for name in vars(dict).keys() - harmless:
        session = flasklit.legacy.sessions.SecureCookieSession({"a": 1})
        assert not session.accessed
        method = getattr(session, name)
        assert hasattr(method, "__wrapped__"), name


def test_late_set_up(app: Any) -> None:
    client = app.test_client()
    assert client.get("/late").status_code == 404
    app.add_url_rule("/late", "late", lambda: "late")
    assert client.get("/late").text == "late"
    app.debug = True
    with pytest.raises(AssertionError, match="A setup function"):
        app.before_request(lambda: None)


def test_blueprints(app: Any) -> None:
    calls: list[str] = []
    blueprint = flasklit.legacy.Blueprint("a.b", __name__)
    blueprint.before_request(lambda: calls.append(flasklit.request.blueprint))
    blueprint.add_url_rule("/", "index", lambda: flasklit.request.endpoint)
    app.register_blueprint(blueprint, url_prefix="/one")
    app.register_blueprint(blueprint, url_prefix="/two")
    client = app.test_client()
    assert client.get("/one/").text == client.get("/two/").text == "a.b.index"
    assert calls == ["a.b", "a.b"]
    with pytest.raises(AssertionError):
        app.register_blueprint(flasklit.legacy.Blueprint("a.b", __name__))
    with pytest.raises(AssertionError):
        blueprint.add_url_rule("/x", "x.y", lambda: "")


def test_handlers_in_older_forms(app: Any) -> None:
    app.error_handler_spec[None][404] = lambda e: ("nothing", 404)
    app.error_handler_spec["bp"] = {403: lambda e: ("no", 403)}
    app.error_handler_spec[None][None] = [(ZeroDivisionError, lambda e: "zero")]
    app.add_url_rule("/zero", "zero", lambda: 1 // 0)
    client = app.test_client()
    assert client.get("/").text == "nothing"
    assert client.get("/zero").text == "zero"
    with pytest.raises(KeyError):
        app.register_error_handler(999, lambda e: "")


def test_first_registration(app: Any) -> None:
    blueprint = flasklit.legacy.Blueprint("bp", __name__)
    times: list[Any] = []
    blueprint.record_once(lambda state: times.append(state.first_registration))
    blueprint.register(app, {})
    blueprint.register(app, {}, False)
    blueprint.register(app, {}, first_registration=True)
    assert times == [True, True]


def test_client_keeps_the_context(app: Any) -> None:
    """Within ``with`` the context is not popped, so teardown functions wait."""
    ended: list[Any] = []
    app.teardown_appcontext(ended.append)
    app.add_url_rule("/", "view", lambda: "")
    with app.test_client() as client:
        client.get("/")
        assert flasklit.legacy._request_ctx_stack.top.preserved
        assert ended == []
        client.get("/")
        assert ended == [None]
    assert ended == [None, None]
    assert flasklit.legacy._request_ctx_stack.top is None


def test_client_without_cookies(app: Any) -> None:
    with (
        pytest.raises(RuntimeError, match="cookies"),
        app.test_client(use_cookies=False).session_transaction(),
    ):
        pass


FACTORIES = """
from flasklit.legacy import Flask

def create_app(info):
    return Flask(f"single_{info.data.get('x')}")

def two(name, script_info):
    return Flask(f"{name}_{script_info.data.get('x')}")

def none():
    return Flask("none")
"""


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (None, "single_7"),
        ("create_app", "single_7"),
        ("two('n')", "n_7"),
        ("none", "none"),
    ],
)
def test_factories_that_ask(
    tmp_path: Path, monkeypatch: Any, name: str | None, found: str
) -> None:
    from flasklit.legacy.cli import locate_app
    from flasklit.legacy.cli import ScriptInfo

    (tmp_path / "asking.py").write_text(FACTORIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "asking", raising=False)
    info = ScriptInfo("asking" if name is None else f"asking:{name}")
    info.data["x"] = 7
    assert locate_app(info, "asking", name).name == found
    monkeypatch.chdir(tmp_path)
    assert info.load_app().name == found


def test_command_line(tmp_path: Path) -> None:
    (tmp_path / "asking3.py").write_text(FACTORIES)
    script = "import flasklit; flasklit.install_as_flask('0.11');"
    script += "import runpy; runpy.run_module('flask', run_name='__main__')"
    command = [sys.executable, "-W", "error", "-c", script, "routes"]
    environ = os.environ | {"FLASK_APP": "asking3:two('x')"}
    environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(tmp_path)])
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environ,
        timeout=60,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "/static/<path:filename>" in done.stdout, done.stderr


def test_factories_called_wrongly(tmp_path: Path, monkeypatch: Any) -> None:
    from flasklit.legacy.cli import locate_app
    from flasklit.legacy.cli import NoAppException
    from flasklit.legacy.cli import ScriptInfo

    (tmp_path / "asking2.py").write_text(FACTORIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(NoAppException, match="two"):
        locate_app(ScriptInfo(), "asking2", "two()")


def test_group_with_a_factory_that_asks() -> None:
    from click.testing import CliRunner

    from flasklit.legacy.cli import FlaskGroup

    group = FlaskGroup(
        create_app=lambda info: flasklit.legacy.Flask(type(info).__name__)
    )
    group.command("name")(lambda: print(flasklit.current_app.name))
    assert CliRunner().invoke(group, ["name"]).output == "ScriptInfo\n"


def test_compat() -> None:
    from flasklit.legacy import _compat

    d = {"a": 1}
    assert list(_compat.iterkeys(d)) == ["a"]
    assert list(_compat.itervalues(d)) == [1]
    assert list(_compat.iteritems(d)) == [("a", 1)]
    assert isinstance("", _compat.string_types)
    assert isinstance(1, _compat.integer_types)
    assert (_compat.PY2, _compat.text_type, _compat.range_type) == (False, str, range)

    class Meta(type):
        pass

    @_compat.implements_to_string
    class Made(_compat.with_metaclass(Meta, dict)):  # type: ignore[misc]
        def __str__(self) -> str:
            return "made"

    assert type(Made) is Meta
    assert str(Made()) == "made"
    assert isinstance(Made(), dict)
    with pytest.raises(KeyError):
        _compat.reraise(KeyError, KeyError("x"))


# -- Flask 1.1.4's own tests --------------------------------------------------------

ROOT = Path(__file__).parents[1]


def test_the_chapter_lists_the_losses() -> None:
    """The table in the book says what the conformance run holds to."""
    known = tomllib.loads((ROOT / "tests/conformance/flask-1.1.4.toml").read_text())
    chapter = (ROOT / "book/chapters/53-older-habits.md").read_text("utf-8")
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in chapter.splitlines()
        if re.fullmatch(r"\|.*\| \d+ \|", line)
    ]
    assert rows == [
        (lost["group"], lost["reason"], str(len(lost["tests"])))
        for lost in known["lost"]
    ]
    assert f"\n{known['passed']} pass." in chapter.replace(". ", ".\n")
    assert f"`flasklit.legacy` passes {known['passed']};" in (
        ROOT / "README.md"
    ).read_text("utf-8")
    assert known["passed"] >= 480


# -- the namespace ----------------------------------------------------------------


def test_applications_are_of_the_plain_class(app: Any) -> None:
    assert isinstance(app, flasklit.Flask)


@pytest.mark.parametrize("module", sorted(dropped._DROPPED))
def test_dropped_names_do_not_warn(module: str) -> None:
    """Every module that has dropped a name has an older one, which has it still."""
    older = import_module(module.replace("flasklit", "flasklit.legacy", 1))
    assert older.__name__ != module
    for name, (home, *_) in dropped._DROPPED[module].items():
        assert hasattr(older, name), name
        assert getattr(older, name) is not None
        assert home


@pytest.mark.parametrize("name", ["Flask", "Blueprint", "Request", "Config"])
def test_dropped_attributes_do_not_warn(name: str, app: Any) -> None:
    cls = getattr(flasklit.legacy, name)
    plain = getattr(flasklit, name)
    names = {
        attribute
        for base in plain.__mro__
        for attribute, value in vars(base).items()
        if isinstance(value, dropped.Dropped)
    }
    assert names
    things = {
        "Flask": app,
        "Blueprint": flasklit.legacy.Blueprint("bp", __name__),
        "Request": app.test_request_context().request,
        "Config": app.config,
    }
    for attribute in names:
        getattr(things[name], attribute)
        owner = next(base for base in cls.__mro__ if attribute in vars(base))
        value = vars(owner)[attribute]
        assert not isinstance(value, dropped.Dropped) or isinstance(value, Restored)


def test_overrides_of_dropped_names_do_not_warn() -> None:
    class App(flasklit.legacy.Flask):
        logger_name = "older"
        preserve_context_on_exception = False

        def init_jinja_globals(self) -> None:
            self.jinja_env.globals["older"] = "yes"

        def open_session(self, request: Any) -> Any:
            return flasklit.legacy.sessions.SecureCookieSession({"who": "me"})

    app = App(__name__)
    app.debug = True
    with app.test_request_context():
        assert flasklit.legacy.render_template_string("{{ older }}") == "yes"
        assert flasklit.session["who"] == "me"
    assert not app._preserves_context()


def test_classes_have_what_they_had() -> None:
    """``Flask.json_encoder`` was a class to derive from."""

    class Encoder(flasklit.legacy.Flask.json_encoder):  # type: ignore[misc, name-defined]
        def default(self, o: Any) -> Any:
            return sorted(o)

    class App(flasklit.legacy.Flask):
        json_encoder = Encoder

    class Nested(App):
        pass

    assert App.json_encoder is Nested.json_encoder is Encoder
    with Nested(__name__).app_context():
        assert flasklit.legacy.json.dumps({2, 1}) == "[1, 2]"


def test_settings_do_not_warn(app: Any) -> None:
    for name in dropped._DROPPED_SETTINGS:
        app.config[name] = app.config.get(name)


def test_modules_that_do_not_differ_are_the_same() -> None:
    for name in ("views", "templating", "json.tag", "typing"):
        older = import_module(f"flasklit.legacy.{name}")
        assert older is import_module(f"flasklit.{name}")


def test_every_public_name_of_every_module() -> None:
    for path in Path(flasklit.__file__).parent.glob("[!_]*.py"):
        plain = import_module(f"flasklit.{path.stem}")
        older = import_module(f"flasklit.legacy.{path.stem}")
        for name in public(plain):
            assert hasattr(older, name), f"{path.stem}.{name}"
    assert set(flasklit.legacy.__all__) >= {
        name for name in dir(flasklit) if not name.startswith("_")
    } - submodules(flasklit)


def public(module: ModuleType) -> set[str]:
    return {name for name in vars(module) if not name.startswith("_")}


def submodules(package: ModuleType) -> set[str]:
    return {n for n, value in vars(package).items() if isinstance(value, ModuleType)}


def test_submodules_are_the_older_ones() -> None:
    for name in ("globals", "json", "cli", "signals", "sessions", "views"):
        older = import_module(f"flasklit.legacy.{name}")
        assert getattr(flasklit.legacy, name) is older


def test_star_imports() -> None:
    names: dict[str, Any] = {}
    exec("from flasklit.legacy import *", names)
    assert names["Flask"] is flasklit.legacy.Flask
    assert names["current_app"] is flasklit.current_app
    assert names["Module"] is flasklit.legacy.Module


def test_a_name_that_never_was() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = flasklit.legacy.nothing  # type: ignore[attr-defined]


def test_extensions_do_not_warn(monkeypatch: Any) -> None:
    extension = ModuleType("flask_of_a_test")
    monkeypatch.setitem(sys.modules, "flask_of_a_test", extension)
    assert import_module("flasklit.legacy.ext.of_a_test") is extension
    with pytest.raises(ImportError, match="never_made"):
        import_module("flasklit.legacy.ext.never_made")


def test_plain_applications_still_warn() -> None:
    """The older classes are of their own; today's are as they were."""
    app = flasklit.Flask(__name__)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert not app.use_x_sendfile
    assert [w.category for w in caught] == [DeprecationWarning]


STANDING_IN = """
import flasklit

flasklit.install_as_flask("0.11")
import flask
import flask.views
from flask.json import JSONEncoder
from flask import Module, escape

app = flask.Flask(__name__)
assert flask is flasklit.legacy
assert flask.views is flasklit.views
assert flask.__version__ == "0.11.1"
assert app.config["JSONIFY_PRETTYPRINT_REGULAR"]
"""


def test_stands_in_for_flask() -> None:
    command = [sys.executable, "-W", "error", "-c", STANDING_IN]
    subprocess.run(command, check=True, timeout=60, cwd=ROOT)


def test_plain_programs_do_not_import_it() -> None:
    code = "import flasklit, sys; flasklit.Flask('x'); print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, timeout=60, stdout=subprocess.PIPE)
    names = done.stdout.decode().split()
    assert not [
        n for n in names if n.startswith(("flasklit.legacy", "flasklit.former"))
    ]
