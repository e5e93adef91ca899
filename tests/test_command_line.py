"""The command line where examples cannot look: missing packages, broken plugins, restarts."""

import builtins
import http.client
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from importlib.metadata import EntryPoints
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result

from flasklit import cli
from flasklit import current_app
from flasklit import Flask
from flasklit import g
from flasklit.cli import FlaskGroup
from flasklit.cli import load_dotenv
from flasklit.cli import ScriptInfo
from flasklit.cli import with_appcontext

START_SECONDS = 30.0
RESTART_SECONDS = 30.0

Invoke = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder; environment, path and modules are put back.

    No test may leave a context behind.
    """
    environ, path, modules = dict(os.environ), list(sys.path), set(sys.modules)
    for name in environ:
        if name.startswith(("FLASK_", "FLASKLIT_", "WERKZEUG_")):
            del os.environ[name]
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    os.environ.clear()
    os.environ.update(environ)
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    assert not current_app


@pytest.fixture
def invoke(folder: Path) -> Invoke:
    """Runs the program ``flasklit`` with arguments."""

    def run(*args: str) -> Result:
        return CliRunner().invoke(cli.cli, args)

    return run


@pytest.fixture
def without_dotenv(monkeypatch: pytest.MonkeyPatch) -> None:
    """``import dotenv`` fails as if the package were not installed."""
    real = builtins.__import__

    def fake(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "dotenv":
            raise ModuleNotFoundError("No module named 'dotenv'", name="dotenv")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", fake)


def write_app(folder: Path, text: str = "") -> None:
    source = f"from flasklit import Flask\napp = Flask(__name__)\n{text}"
    (folder / "app.py").write_text(source)


def test_run_hands_over_its_options(
    folder: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_app(folder)
    served: dict[str, Any] = {}

    def serve(host: str, port: int, app: Flask, **options: Any) -> None:
        served.update(options, host=host, port=port, debug=app.debug)

    monkeypatch.setattr(cli, "run_simple", serve)
    result = invoke("run", "--debug", "--no-reload", "--port", "8001")
    assert result.exit_code == 0, result.output
    assert " * Debug mode: on" in result.output
    assert served == {
        "host": "127.0.0.1",
        "port": 8001,
        "debug": True,
        "use_reloader": False,
        "use_debugger": True,
        "threaded": True,
        "ssl_context": None,
        "extra_files": None,
        "exclude_patterns": None,
    }


def test_debug_mode_in_the_environment_outlasts_the_default(
    folder: Path, invoke: Invoke
) -> None:
    write_app(folder, "@app.cli.command()\ndef mode():\n    print(app.debug)\n")
    os.environ["FLASK_DEBUG"] = "1"
    assert invoke("mode").output == "True\n"
    assert invoke("--no-debug", "mode").output == "False\n"


@pytest.mark.usefixtures("without_dotenv")
def test_dotenv_files_without_the_package(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load_dotenv() is False
    assert capsys.readouterr().err == ""
    (folder / ".env").write_text("SOUP=leek\n")
    assert load_dotenv() is False
    assert "python-dotenv" in capsys.readouterr().err
    assert "SOUP" not in os.environ


@pytest.mark.usefixtures("without_dotenv")
def test_a_file_asked_for_by_name_needs_the_package(
    folder: Path, invoke: Invoke
) -> None:
    write_app(folder)
    (folder / "kitchen.env").write_text("SOUP=leek\n")
    result = invoke("--env-file", "kitchen.env", "routes")
    assert result.exit_code == 2
    assert "pip install python-dotenv" in result.output


def test_the_stronger_file_wins(folder: Path) -> None:
    pytest.importorskip("dotenv")
    (folder / ".flaskenv").write_text(
        "A=flaskenv\nB=flaskenv\nC=flaskenv\nD=flaskenv\n"
    )
    (folder / ".env").write_text("B=env\nC=env\nD=env\nFLASKLIT_DEBUG=0\n")
    (folder / "given").write_text("C=given\nD=given\n")
    for name in "ABC":
        os.environ.pop(name, None)
    os.environ["D"] = "environment"
    os.environ["FLASK_DEBUG"] = "1"
    assert load_dotenv("given") is True
    assert [os.environ[name] for name in "ABCD"] == [
        "flaskenv",
        "env",
        "given",
        "environment",
    ]
    assert "FLASKLIT_DEBUG" not in os.environ


def test_a_broken_plugin_leaves_the_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.py").write_text("import a_module_that_is_missing\n")
    (folder / "sound.py").write_text(
        "import click\n\n@click.command()\ndef hello():\n    print('hello')\n"
    )
    monkeypatch.syspath_prepend(folder)
    plugins = [
        EntryPoint("crash", "broken:crash", "flask.commands"),
        EntryPoint("hello", "sound:hello", "flask.commands"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda: EntryPoints(plugins))
    monkeypatch.setattr("flasklit.standin.stand_in_if_free", lambda: None)
    program = FlaskGroup("program", create_app=lambda: Flask(__name__))
    result = CliRunner().invoke(program, ["hello"])
    assert result.exit_code == 0, result.output
    assert result.stdout == "hello\n"
    assert "'crash'" in result.stderr
    assert "a_module_that_is_missing" in result.stderr


def test_help_survives_a_broken_application(folder: Path, invoke: Invoke) -> None:
    write_app(folder, "1 / 0\n")
    result = invoke("--help")
    assert result.exit_code == 0
    assert "ZeroDivisionError" in result.stderr
    for command in ("run", "shell", "routes"):
        assert re.search(rf"^  {command}\b", result.stdout, re.MULTILINE)


def test_help_knows_the_commands_of_the_application_in_the_environment(
    folder: Path, invoke: Invoke
) -> None:
    source = "from flasklit import Flask\nsite = Flask(__name__)\n"
    (folder / "site_of_mine.py").write_text(
        f"{source}@site.cli.command()\ndef bake():\n    'Bake bread.'\n"
    )
    os.environ["FLASKLIT_APP"] = "site_of_mine:site"
    assert "Bake bread." in invoke("--help").stdout
    assert "Bake bread." in invoke().output


@pytest.mark.parametrize("args", [[], ["--help"], ["--nonsense"], ["greet", "--x"]])
def test_help_and_wrong_calls_leave_no_context(folder: Path, args: list[str]) -> None:
    app = Flask(__name__)
    gone = []
    app.teardown_appcontext(lambda error: gone.append(current_app.name))
    app.cli.command("greet")(lambda: None)
    CliRunner().invoke(FlaskGroup("program", create_app=lambda: app), args)
    assert len(gone) == (args != ["--nonsense"])
    assert not current_app


def test_a_context_outlives_the_function_of_a_group(folder: Path) -> None:
    app = Flask(__name__)
    gone: list[BaseException | None] = []
    app.teardown_appcontext(gone.append)

    @app.cli.group()
    @with_appcontext
    def outer() -> None:
        g.oven = "hot"

    @outer.command()
    def inner() -> None:
        print(g.oven, gone)

    assert app.test_cli_runner().invoke(args=["outer", "inner"]).output == "hot []\n"
    assert gone == [None]


def test_a_factory_is_called_once(folder: Path) -> None:
    made = []

    def create_app() -> Flask:
        made.append(Flask(__name__))
        return made[-1]

    info = ScriptInfo(create_app=create_app)
    assert info.load_app() is info.load_app()
    assert len(made) == 1


def test_the_module_is_a_program(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flasklit", "--version"],
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=True,
    )
    assert re.match(r"Python 3\.\d+.*\nflasklit .*\nWerkzeug 3", done.stdout)


def test_the_server_survives_half_a_line(folder: Path) -> None:
    """A restart with a broken module serves its error, and the repair is noticed."""
    whole = "@app.get('/')\ndef index():\n    return 'first'\n"
    write_app(folder, whole)
    log = folder / "log.txt"
    command = [sys.executable, "-m", "flasklit", "run", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--reload", "--no-debugger"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    try:
        answer(log, "200 first", START_SECONDS)
        write_app(folder, whole + "def half(\n")
        answer(log, "500", RESTART_SECONDS)
        write_app(folder, whole.replace("first", "second, and longer"))
        answer(log, "200 second, and longer", RESTART_SECONDS)
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def answer(log: Path, expected: str, seconds: float) -> None:
    """Ask the server named last in the log until it answers as expected."""
    end = time.monotonic() + seconds
    got = "no address in the log"
    while time.monotonic() < end:
        found = re.findall(r"Running on (http://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            got = ask(found[-1])
            if got == expected:
                return
        time.sleep(0.1)
    pytest.fail(f"{got!r} instead of {expected!r} after {seconds} s; {log.read_text()}")


def ask(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return f"{response.status} {response.read().decode()}"
    except urllib.error.HTTPError as error:
        with error:
            return str(error.code)
    except (OSError, http.client.HTTPException) as error:  # it may end while it answers
        return repr(error)
