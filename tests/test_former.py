"""Methods to override, parameters and loggers of older editions."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.exceptions import NotFound

from flasklit import Blueprint
from flasklit import Flask
from flasklit import render_template_string
from flasklit import send_file
from flasklit import send_from_directory
from flasklit import session
from flasklit.cli import FlaskGroup
from flasklit.logging import default_handler
from flasklit.sessions import NullSession
from flasklit.sessions import SecureCookieSession
from flasklit.sessions import SecureCookieSessionInterface
from flasklit.sessions import SessionInterface


@contextmanager
def dropped(*names: str) -> Iterator[None]:
    """One warning for each name, all at lines of this file."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert [str(warning.message).split("' was")[0][1:] for warning in caught] == [
        *names
    ]
    assert {warning.category for warning in caught} <= {DeprecationWarning}
    assert {warning.filename for warning in caught} <= {__file__}


# Sessions


class Remembering(SessionInterface):
    """Keeps one session for all, and counts."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.calls: list[str] = []

    def open_session(self, app: Any, request: Any) -> Any:
        self.calls.append("open")
        return SecureCookieSession(self.kept)

    def save_session(self, app: Any, session: Any, response: Any) -> None:
        self.calls.append("save")
        self.kept = dict(session)


def counting(app: Flask) -> Flask:
    @app.route("/")
    def index() -> str:
        session["visits"] = session.get("visits", 0) + 1
        return str(session["visits"])

    return app


def test_session_methods_delegate_to_the_interface() -> None:
    app = Flask(__name__)
    app.secret_key = "key"
    with app.test_request_context() as context:
        with dropped("Flask.open_session"):
            opened = app.open_session(context.request)
        opened["name"] = "value"
        response = app.response_class()
        with dropped("Flask.save_session"):
            app.save_session(opened, response)
        assert "session=" in response.headers["Set-Cookie"]
        with dropped("Flask.make_null_session"):
            assert isinstance(app.make_null_session(), NullSession)


@pytest.mark.filterwarnings("ignore:'Flask.(open|save)_session'")
def test_overridden_session_methods_are_called() -> None:
    calls: list[str] = []
    with dropped("Flask.open_session", "Flask.save_session"):

        class Own(Flask):
            def open_session(self, request: Any) -> Any:
                calls.append("open")
                return super().open_session(request)

            def save_session(self, session: Any, response: Any) -> None:
                calls.append("save")
                super().save_session(session, response)

    app = counting(Own(__name__))
    app.secret_key = "key"
    app.add_url_rule("/other", "other", lambda: "other")
    client = app.test_client()
    assert [client.get("/").text for _ in range(3)] == ["1", "2", "3"]
    assert client.get("/other").text == "other"
    assert calls == ["open", "save"] * 4


def test_overridden_make_null_session_is_called() -> None:
    class Own(NullSession):
        pass

    with dropped("Flask.make_null_session"):

        class App(Flask):
            def make_null_session(self) -> Any:
                return Own()

    app = App(__name__)
    seen: list[type] = []
    app.add_url_rule(
        "/", "index", lambda: str(seen.append(type(session._get_current_object())))
    )
    with dropped():
        assert app.test_client().get("/").status_code == 200
    assert seen == [Own]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_override_counts_with_an_interface_assigned_later() -> None:
    calls: list[str] = []

    class Mixin:
        def open_session(self, request: Any) -> Any:
            calls.append(request.path)
            return super().open_session(request)  # type: ignore[misc]

    class Base(Mixin, Flask):
        pass

    class App(Base):
        session_interface = SecureCookieSessionInterface()

    app = counting(App(__name__))
    interface = Remembering()
    app.session_interface = interface
    client = app.test_client()
    assert [client.get("/").text for _ in range(2)] == ["1", "2"]
    assert calls == ["/", "/"]
    assert interface.calls == ["open", "save"] * 2
    assert interface.kept == {"visits": 2}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_interface_is_the_same_but_for_its_class() -> None:
    class App(Flask):
        def open_session(self, request: Any) -> Any:
            return super().open_session(request)

    app = App(__name__)
    interface = SecureCookieSessionInterface()
    app.session_interface = interface
    app.session_interface.salt = "pepper"  # type: ignore[attr-defined]
    assert interface.salt == "pepper"
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    app.session_interface = app.session_interface
    app.secret_key = "key"
    assert counting(app).test_client().get("/").text == "1"
    assert isinstance(App.session_interface, SecureCookieSessionInterface)


def test_class_without_overrides_keeps_its_interface() -> None:
    class App(Flask):
        pass

    assert App.session_interface is Flask.session_interface


# The hook of the Jinja environment


def test_init_jinja_globals_is_called_with_the_new_environment() -> None:
    calls: list[int] = []
    with dropped("Flask.init_jinja_globals"):

        class App(Flask):
            def init_jinja_globals(self) -> None:
                calls.append(1)
                self.jinja_env.globals["answer"] = 42

    app = App(__name__)
    with app.app_context():
        assert render_template_string("{{ answer }} {{ g and 1 }}") == "42 1"
    assert app.jinja_env is app.jinja_env
    assert calls == [1]
    with dropped("Flask.init_jinja_globals"):
        Flask(__name__).init_jinja_globals()


def test_init_jinja_globals_may_fail_once() -> None:
    calls: list[int] = []
    with dropped("Flask.init_jinja_globals"):

        class App(Flask):
            def init_jinja_globals(self) -> None:
                calls.append(1)
                if len(calls) == 1:
                    raise ValueError("not yet")

    app = App(__name__)
    with pytest.raises(ValueError, match="not yet"):
        app.jinja_env  # noqa: B018
    assert "g" in app.jinja_env.globals
    assert calls == [1, 1]


# Handlers of two levels


def missing(error: Exception) -> tuple[str, int]:
    return "gone", 404


SPEC = "error_handler_spec[...][404] = ..."


def test_handler_assigned_for_the_application() -> None:
    app = Flask(__name__)
    with dropped(SPEC):
        app.error_handler_spec[None][404] = missing  # type: ignore[assignment]
    assert app.test_client().get("/").text == "gone"
    assert app.error_handler_spec[None][404] == {NotFound: missing}


@pytest.mark.parametrize("way", ["setdefault", "update", "whole", "all"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_other_ways_to_assign(way: str) -> None:
    app = Flask(__name__)
    spec: Any = app.error_handler_spec
    if way == "setdefault":
        spec.setdefault(None, {}).setdefault(404, missing)
    elif way == "update":
        spec[None].update({404: missing})
    elif way == "whole":
        spec[None] = {404: missing}
    else:
        spec.update({None: {404: missing}})
    assert app.test_client().get("/").text == "gone"


def test_list_of_classes_and_handlers() -> None:
    app = Flask(__name__)
    with dropped("error_handler_spec[...][None] = ..."):
        app.error_handler_spec[None][None] = [(ZeroDivisionError, missing)]  # type: ignore[assignment]
    app.add_url_rule("/", "index", lambda: str(1 // 0))
    assert app.test_client().get("/").text == "gone"


def test_handler_assigned_for_a_blueprint_by_name() -> None:
    app = Flask(__name__)
    pages = Blueprint("pages", __name__, url_prefix="/pages")
    inner = Blueprint("inner", __name__, url_prefix="/inner")
    with dropped(SPEC):
        inner.error_handler_spec[None][404] = missing  # type: ignore[assignment]

    def raise_not_found() -> str:
        raise NotFound

    pages.add_url_rule("/", "index", raise_not_found)
    inner.add_url_rule("/", "index", raise_not_found)
    app.register_blueprint(pages)
    app.register_blueprint(inner)
    with dropped(SPEC):
        app.error_handler_spec["pages"][404] = lambda error: ("pages", 404)  # type: ignore[assignment]
    client = app.test_client()
    assert client.get("/pages/").text == "pages"
    assert client.get("/inner/").text == "gone"
    assert "Not Found" in client.get("/").text


def test_three_levels_are_as_ever() -> None:
    app = Flask(__name__)
    with dropped():
        app.error_handler_spec[None][404][NotFound] = missing
        app.register_error_handler(500, missing)
    assert app.test_client().get("/").text == "gone"
    assert "nobody" not in app.error_handler_spec
    assert dict(app.error_handler_spec["nobody"]) == {}


# Parameters


def test_static_path() -> None:
    with dropped("Flask(static_path=...)"):
        app = Flask(__name__, static_path="/files")
    assert app.static_url_path == "/files"
    with pytest.raises(TypeError, match="'static_path' and 'static_url_path'"):
        Flask(__name__, static_path="/a", static_url_path="/b")
    with pytest.raises(TypeError, match="unexpected keyword argument 'staticpath'"):
        Flask(__name__, staticpath="/a")  # type: ignore[call-arg]


@pytest.fixture
def notes(tmp_path: Path) -> str:
    (tmp_path / "notes.txt").write_text("beans")
    return str(tmp_path / "notes.txt")


def test_send_file(notes: str) -> None:
    with Flask(__name__).test_request_context():
        with dropped(
            "send_file(attachment_filename=...)",
            "send_file(cache_timeout=...)",
            "send_file(add_etags=...)",
        ):
            response = send_file(
                notes,
                as_attachment=True,
                attachment_filename="my.txt",
                cache_timeout=60,
                add_etags=False,
            )
        assert b"".join(response.iter_encoded()) == b"beans"
        response.close()
        assert "filename=my.txt" in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"].endswith("max-age=60")
        assert "ETag" not in response.headers
        with dropped("send_file(filename_or_fp=...)"):
            response = send_file(filename_or_fp=BytesIO(b"x"), mimetype="text/plain")
        assert response.mimetype == "text/plain"
        assert b"".join(response.iter_encoded()) == b"x"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"attachment_filename": "a"}, {"download_name": "b"}),
        ({"cache_timeout": 1}, {"max_age": 2}),
        ({"add_etags": True}, {"etag": "tag"}),
        ({"add_etags": True}, {"etag": False}),
    ],
)
def test_both_names_are_refused(
    notes: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    with Flask(__name__).test_request_context():
        pair = f"{next(iter(old))!r} and {next(iter(new))!r}"
        with pytest.raises(TypeError, match=pair):
            send_file(**{"path_or_file": notes, **old, **new})
        path = Path(notes)
        with pytest.raises(TypeError, match=pair):
            send_from_directory(path.parent, path.name, **{**old, **new})


def test_arguments_that_are_missing_or_unknown(notes: str) -> None:
    with Flask(__name__).test_request_context():
        with pytest.raises(TypeError, match="missing the argument 'path_or_file'"):
            send_file()
        with pytest.raises(TypeError, match="'filename_or_fp' and 'path_or_file'"):
            send_file(notes, filename_or_fp=notes)
        with pytest.raises(TypeError, match="unexpected keyword argument 'nam'"):
            send_file(notes, nam="x")  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="missing the argument 'path'"):
            send_from_directory("/")
        with pytest.raises(TypeError, match="'filename' and 'path'"):
            send_from_directory("/", "a", filename="b")


def test_send_from_directory(notes: str) -> None:
    folder = str(Path(notes).parent)
    with Flask(__name__).test_request_context():
        with dropped(
            "send_from_directory(filename=...)",
            "send_from_directory(attachment_filename=...)",
        ):
            response = send_from_directory(
                folder,
                filename="notes.txt",
                as_attachment=True,
                attachment_filename="my.txt",
            )
        assert b"".join(response.iter_encoded()) == b"beans"
        response.close()
        assert "filename=my.txt" in response.headers["Content-Disposition"]


REGISTER = "Blueprint.register(first_registration=...)"


def test_register_for_the_first_time_again() -> None:
    class Own(Blueprint):
        def register(
            self, app: Any, options: Any, first_registration: bool | None = False
        ) -> None:
            super().register(app, options, first_registration)

    calls: list[bool] = []
    pages = Own("pages", __name__)
    pages.record_once(lambda state: calls.append(state.first_registration))
    app = Flask(__name__)
    with dropped(REGISTER):
        app.register_blueprint(pages)
    with dropped(REGISTER):
        app.register_blueprint(pages, name="again")
    assert calls == [True]
    with dropped(REGISTER):
        pages.register(app, {"name": "more"}, first_registration=True)
    assert calls == [True, True]


def test_null_session() -> None:
    with dropped(
        "NullSession(secret_key=...)", "NullSession(new=...)", "NullSession(data=...)"
    ):
        null: Any = NullSession(data={"name": "value"}, secret_key="key", new=True)
    assert (dict(null), null.secret_key, null.new) == ({"name": "value"}, "key", True)
    with pytest.raises(TypeError, match="'data' and 'initial'"):
        NullSession({}, data={})
    with dropped():
        assert dict(NullSession({"a": 1})) == {"a": 1}
    with dropped("NullSession(secret_key=...)", "NullSession(new=...)"):
        assert not NullSession(None, "key", False).new


# The logger

NAME = "Flask.logger_name"
FORMAT = "Flask.debug_log_format"


def written(app: Flask) -> list[str]:
    """What the server gets to see of an error and of some information."""
    errors = StringIO()
    with app.test_request_context(errors_stream=errors):
        app.logger.info("some information")
        app.logger.error("an error")
    return errors.getvalue().splitlines()


def test_name_of_the_logger() -> None:
    app = Flask("former_a")
    with dropped(NAME):
        assert app.logger_name == "former_a"
    with dropped("LOGGER_NAME"):
        app.config["LOGGER_NAME"] = "former_b"
    with dropped(NAME):
        assert app.logger_name == app.logger.name == "former_b"
    with dropped(NAME):
        app.logger_name = "former_c"
    assert app.logger.name == app.config["LOGGER_NAME"] == "former_c"


@pytest.mark.parametrize(
    ("policy", "debug", "lines"),
    [
        ("always", True, 8),
        ("always", False, 1),
        ("debug", True, 8),
        ("debug", False, 0),
        ("production", True, 0),
        ("production", False, 1),
        ("never", True, 0),
        ("never", False, 0),
    ],
)
def test_policy(policy: str, debug: bool, lines: int) -> None:
    app = Flask(f"former_{policy}_{debug}")
    app.debug = debug
    with dropped("LOGGER_HANDLER_POLICY"):
        app.config["LOGGER_HANDLER_POLICY"] = policy
    assert len(written(app)) == lines


def test_default_formats() -> None:
    app = Flask("former_formats")
    with dropped("LOGGER_HANDLER_POLICY"):
        app.config["LOGGER_HANDLER_POLICY"] = "always"
    production = written(app)
    assert production[0].endswith("] ERROR in test_former: an error")
    app.debug = True
    app.logger.setLevel(logging.DEBUG)
    line = "-" * 80
    debug = written(app)
    assert debug[0] == debug[3] == line
    assert debug[1].startswith(f"INFO in test_former [{__file__}:")
    assert debug[2] == "some information"
    with dropped(FORMAT):
        assert app.debug_log_format.splitlines()[2] == "%(message)s"


def test_format_of_a_class_and_of_an_application() -> None:
    with dropped(FORMAT, NAME):

        class App(Flask):
            debug_log_format = "%(levelname)s: %(message)s"
            logger_name = "former_class"

    app = App("former_format")
    app.debug = True
    assert written(app) == ["INFO: some information", "ERROR: an error"]
    assert app.logger.name == "former_class"
    plain = Flask("former_instance")
    plain.debug = True
    logging.getLogger("former_instance").propagate = False
    assert len(written(plain)) == 2
    with dropped(FORMAT):
        plain.debug_log_format = "%(message)s!"
    assert written(plain) == ["some information!", "an error!"]


def test_second_application_of_a_name_takes_the_handlers_over() -> None:
    for _ in range(2):
        app = Flask("former_twice")
        with dropped("LOGGER_HANDLER_POLICY"):
            app.config["LOGGER_HANDLER_POLICY"] = "always"
        assert len(written(app)) == 1
    assert len(app.logger.handlers) == 2


def test_other_applications_have_one_handler() -> None:
    logging.getLogger("former_none").propagate = False
    assert Flask("former_none").logger.handlers == [default_handler]


# The command line


@pytest.mark.parametrize("option", ["--with-threads", "--without-threads"])
def test_threads_of_the_server(option: str, monkeypatch: Any) -> None:
    served: dict[str, Any] = {}
    monkeypatch.setattr(
        "flasklit.cli.run_simple", lambda *args, **options: served.update(options)
    )
    group = FlaskGroup(create_app=lambda: Flask(__name__), set_debug_flag=False)
    result = CliRunner().invoke(group, ["run", option])
    assert result.exception is None, result.output
    assert served["threaded"] is (option == "--with-threads")
