"""Names that Flask has dropped: each works as documented, and warns once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from werkzeug.exceptions import NotFound

import flasklit
from flasklit import Blueprint
from flasklit import Flask
from flasklit import Request


@contextmanager
def dropped(label: str, edition: str) -> Any:
    """Exactly one warning, about this name, at a line of this file."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert [str(warning.message).split(". ")[0] for warning in caught] == [
        f"'{label}' was dropped in Flask {edition}"
    ]
    assert caught[0].category is DeprecationWarning
    assert caught[0].filename == __file__


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "index", lambda: "index")
    return app


def before_first(app: Flask, function: Callable[[], Any]) -> None:
    with dropped("Flask.before_first_request", "2.3"):
        assert app.before_first_request(function) is function


# Before the first request


def test_first_request_runs_functions_once(app: Flask) -> None:
    calls: list[str] = []
    app.before_request(lambda: calls.append("each"))
    before_first(app, lambda: calls.append("first"))
    client = app.test_client()
    assert [client.get("/").text for _ in range(3)] == ["index"] * 3
    assert calls == ["first", "each", "each", "each"]


def test_functions_may_be_appended(app: Flask) -> None:
    calls: list[int] = []
    with dropped("Flask.before_first_request_funcs", "2.3"):
        app.before_first_request_funcs.append(lambda: calls.append(1))
    with dropped("Flask.before_first_request_funcs", "2.3"):
        functions = app.before_first_request_funcs
    with dropped("Flask.before_first_request_funcs", "2.3"):
        app.before_first_request_funcs = [*functions, lambda: calls.append(2)]
    app.test_client().get("/")
    app.test_client().get("/")
    assert calls == [1, 2]


def test_got_first_request(app: Flask) -> None:
    seen: list[bool] = []

    def look() -> None:
        with dropped("Flask.got_first_request", "3.0"):
            seen.append(app.got_first_request)

    before_first(app, look)
    look()
    app.test_client().get("/")
    look()
    assert seen == [False, False, True]


def test_blueprint_waits_for_the_first_request_of_the_application(app: Flask) -> None:
    calls: list[str] = []
    pages = Blueprint("pages", __name__)
    with dropped("Blueprint.before_app_first_request", "2.3"):
        pages.before_app_first_request(lambda: calls.append("pages"))
    app.register_blueprint(pages)
    app.register_blueprint(pages, name="again")
    app.test_client().get("/")
    app.test_client().get("/")
    assert calls == ["pages"]


def test_functions_can_still_set_up(app: Flask) -> None:
    before_first(app, lambda: app.add_url_rule("/late", "late", lambda: "late"))
    client = app.test_client()
    client.get("/")
    assert client.get("/late").text == "late"
    with pytest.raises(AssertionError, match="'before_first_request'"):
        import_module("flasklit.former.setup").before_first_request(app, print)


def test_failure_is_an_internal_error_and_the_next_request_tries_again(
    app: Flask,
) -> None:
    calls: list[str] = []
    app.register_error_handler(ValueError, lambda e: "handled")
    app.register_error_handler(500, lambda e: (repr(e.original_exception), 500))

    def fail_once() -> None:
        calls.append("first")
        if len(calls) == 1:
            raise ValueError("not yet")

    before_first(app, fail_once)
    client = app.test_client()
    assert client.get("/").text == "ValueError('not yet')"
    assert client.get("/").text == "index"
    assert client.get("/").text == "index"
    assert calls == ["first", "first"]


def test_other_threads_wait(app: Flask) -> None:
    calls: list[int] = []
    answers: list[list[int]] = []

    def slow() -> None:
        time.sleep(0.1)
        calls.append(1)

    def visit() -> None:
        app.test_client().get("/")
        answers.append(list(calls))

    before_first(app, slow)
    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[1]] * 4


def test_coroutine_functions_are_awaited(app: Flask) -> None:
    pytest.importorskip("asgiref")
    calls: list[int] = []

    async def first() -> None:
        calls.append(1)

    before_first(app, first)
    app.test_client().get("/")
    assert calls == [1]


def test_full_dispatch_request_is_itself_again(app: Flask) -> None:
    before_first(app, lambda: None)
    assert "full_dispatch_request" in vars(app)
    app.test_client().get("/")
    assert "full_dispatch_request" not in vars(app)


def test_full_dispatch_request_may_be_overridden_and_patched() -> None:
    calls: list[str] = []

    class Counting(Flask):
        def full_dispatch_request(self) -> Any:
            calls.append("class")
            return super().full_dispatch_request()

    app = Counting(__name__)
    own = app.full_dispatch_request

    def patched() -> Any:
        calls.append("instance")
        return own()

    app.full_dispatch_request = patched  # type: ignore[method-assign]
    before_first(app, lambda: calls.append("first"))
    app.test_client().get("/")
    assert calls == ["first", "instance", "class"]
    assert vars(app)["full_dispatch_request"] is patched


def test_patch_around_the_waiting_functions_stays(app: Flask) -> None:
    calls: list[str] = []
    before_first(app, lambda: calls.append("first"))
    inner = app.full_dispatch_request

    def patched() -> Any:
        calls.append("patch")
        return inner()

    app.full_dispatch_request = patched  # type: ignore[method-assign]
    client = app.test_client()
    client.get("/")
    client.get("/")
    assert calls == ["patch", "first", "patch"]


def test_functions_can_be_run_by_hand(app: Flask) -> None:
    calls: list[int] = []
    before_first(app, lambda: calls.append(1))
    with dropped("Flask.try_trigger_before_first_request_functions", "2.2"):
        app.try_trigger_before_first_request_functions()
    app.test_client().get("/")
    assert calls == [1]


# Attributes over settings


@pytest.mark.parametrize(
    ("name", "key", "initial", "value"),
    [
        ("session_cookie_name", "SESSION_COOKIE_NAME", "session", "s"),
        ("use_x_sendfile", "USE_X_SENDFILE", False, True),
        ("propagate_exceptions", "PROPAGATE_EXCEPTIONS", False, True),
        ("send_file_max_age_default", "SEND_FILE_MAX_AGE_DEFAULT", None, None),
        ("templates_auto_reload", "TEMPLATES_AUTO_RELOAD", False, True),
        ("env", "ENV", "production", "staging"),
    ],
)
def test_attributes_over_settings(
    app: Flask, name: str, key: str, initial: Any, value: Any
) -> None:
    with dropped(f"Flask.{name}", "2.3"):
        assert getattr(app, name) == initial
    with dropped(f"Flask.{name}", "2.3"):
        setattr(app, name, value)
    assert app.config[key] == value
    with dropped(f"Flask.{name}", "2.3"):
        assert getattr(app, name) == value


@pytest.mark.parametrize(
    ("setting", "value"),
    [(90, timedelta(seconds=90)), (timedelta(hours=12), timedelta(hours=12))],
)
def test_send_file_max_age_default_is_a_timedelta(
    app: Flask, setting: Any, value: timedelta
) -> None:
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = setting
    with dropped("Flask.send_file_max_age_default", "2.3"):
        assert app.send_file_max_age_default == value


@pytest.mark.parametrize("switch", ["TESTING", "DEBUG"])
def test_propagate_exceptions_by_default(app: Flask, switch: str) -> None:
    app.config[switch] = True
    with dropped("Flask.propagate_exceptions", "2.3"):
        assert app.propagate_exceptions is True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with dropped("Flask.propagate_exceptions", "2.3"):
        assert app.propagate_exceptions is False


def test_templates_auto_reload_by_default(app: Flask) -> None:
    app.debug = True
    with dropped("Flask.templates_auto_reload", "2.3"):
        assert app.templates_auto_reload is True


def test_env_from_the_environment(app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setenv("FLASK_ENV", "development")
    with dropped("Flask.env", "2.3"):
        assert app.env == "development"
    with dropped("flasklit.helpers.get_env", "2.3"):
        get_env = flasklit.helpers.get_env  # type: ignore[attr-defined]
    assert get_env() == "development"


def test_config_from_json(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"KEY": 7, "other": 8}')
    with dropped("Config.from_json", "2.1"):
        assert app.config.from_json(str(file)) is True
    assert app.config["KEY"] == 7
    assert "other" not in app.config
    missing = str(tmp_path / "missing.json")
    with dropped("Config.from_json", "2.1"):
        assert app.config.from_json(filename=missing, silent=True) is False
    with dropped("Config.from_json", "2.1"), pytest.raises(FileNotFoundError):
        app.config.from_json(missing)


# Requests


@pytest.mark.parametrize(
    ("value", "answer"),
    [("XMLHttpRequest", True), ("xmlhttprequest", True), ("fetch", False)],
)
def test_is_xhr(app: Flask, value: str, answer: bool) -> None:
    context = app.test_request_context(headers={"X-Requested-With": value})
    with context, dropped("Request.is_xhr", "2.0"):
        assert flasklit.request.is_xhr is answer
    with dropped("Request.is_xhr", "2.0"):
        assert Request({"wsgi.url_scheme": "http"}).is_xhr is False


# Names of modules

FUNCTIONS = "flasklit.former.functions"


@pytest.mark.parametrize(
    ("module", "name", "edition", "home"),
    [
        ("flasklit", "escape", "3.0", "markupsafe"),
        ("flasklit", "Markup", "3.0", "markupsafe"),
        ("flasklit", "safe_join", "2.1", FUNCTIONS),
        ("flasklit", "signals_available", "3.0", FUNCTIONS),
        ("flasklit.signals", "signals_available", "3.0", FUNCTIONS),
        ("flasklit", "json_available", "2.0", FUNCTIONS),
        ("flasklit.helpers", "safe_join", "2.1", FUNCTIONS),
        ("flasklit.helpers", "total_seconds", "2.1", FUNCTIONS),
        ("flasklit.helpers", "locked_cached_property", "3.0", FUNCTIONS),
        ("flasklit.helpers", "get_env", "2.3", FUNCTIONS),
        ("flasklit.helpers", "_endpoint_from_view_func", "2.0", "flasklit.scaffold"),
    ],
)
def test_names_of_modules(module: str, name: str, edition: str, home: str) -> None:
    there = import_module(module)
    with dropped(f"{module}.{name}", edition):
        found = getattr(there, name)
    assert found is getattr(import_module(home), name)
    with dropped(f"{module}.{name}", edition):
        exec(compile(f"from {module} import {name}", __file__, "exec"))


@pytest.mark.parametrize("module", ["flasklit", "flasklit.helpers", "flasklit.json"])
def test_names_that_never_were(module: str) -> None:
    with pytest.raises(AttributeError, match=f"'{module}' has no attribute 'nothing'"):
        import_module(module).nothing  # noqa: B018


def test_markup() -> None:
    with dropped("flasklit.escape", "3.0"):
        assert flasklit.escape("<b>") == "&lt;b&gt;"
    with dropped("flasklit.Markup", "3.0"):
        markup = flasklit.Markup
    assert markup.escape("a & b") == Markup("a &amp; b")
    assert markup("a &amp; b").unescape() == "a & b"
    assert markup("<b>bold</b>").striptags() == "bold"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_safe_join() -> None:
    assert flasklit.safe_join("/files", "notes/1.txt") == "/files/notes/1.txt"
    assert flasklit.safe_join(directory="/files", filename="1.txt") == "/files/1.txt"
    assert flasklit.safe_join("/files", "notes", "1.txt") == "/files/notes/1.txt"
    for outside in ("../secret", "/etc/passwd", "..", "a/../../b"):
        with pytest.raises(NotFound):
            flasklit.safe_join("/files", outside)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_functions() -> None:
    helpers: Any = flasklit.helpers
    assert helpers.total_seconds(timedelta(days=1, seconds=2, microseconds=3)) == 86402
    assert flasklit.json_available is True


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_locked_cached_property() -> None:
    calls: list[int] = []

    class Slow:
        @flasklit.helpers.locked_cached_property  # type: ignore[attr-defined,untyped-decorator]
        def value(self) -> int:
            """What takes long."""
            time.sleep(0.05)
            calls.append(1)
            return len(calls)

    slow = Slow()
    threads = [threading.Thread(target=lambda: slow.value) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (slow.value, calls) == (1, [1])
    assert Slow.value.__doc__ == "What takes long."


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "blinker", [pytest.param(True, marks=pytest.mark.needs("blinker")), False]
)
def test_signals_available(blinker: bool) -> None:
    absent = "import sys; sys.modules['blinker'] = None; "
    program = "import flasklit; print(flasklit.signals_available)"
    code = program if blinker else absent + program
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(blinker)


# The descriptors


def test_class_gives_its_attributes_away_without_a_warning() -> None:
    assert isinstance(Flask.got_first_request, property)
    assert Flask.before_first_request.__name__ == "before_first_request"


def test_subclass_may_use_a_dropped_name_for_itself() -> None:
    class Own(Flask):
        env = "mine"

        def before_first_request(self, f: Any) -> Any:  # type: ignore[override]
            return "mine"

    app = Own(__name__)
    assert app.env == app.before_first_request(print) == "mine"
