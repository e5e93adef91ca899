"""Without the optional packages: everything else works, and an error names the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

OPTIONAL = ("blinker", "asgiref", "dotenv", "cryptography", "watchdog")

WITHOUT = f"""
import sys

for name in {OPTIONAL!r}:
    sys.modules[name] = None  # importing it is an ImportError
"""


def run_without(
    code: str, *arguments: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run a program in which the optional packages cannot be imported."""
    program = folder / "program.py"
    program.write_text(WITHOUT + dedent(code), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
    )


def test_all_of_the_package_can_be_imported(tmp_path: Path) -> None:
    done = run_without(
        """
        import pkgutil
        import warnings
        from importlib import import_module

        import flasklit

        warnings.simplefilter("ignore", DeprecationWarning)
        for module in pkgutil.walk_packages(flasklit.__path__, "flasklit."):
            if not module.name.endswith(("__main__", "pytest_plugin")):
                import_module(module.name)
        print("imported")
        """,
        folder=tmp_path,
    )
    assert (done.stdout, done.stderr) == ("imported\n", "")


def test_an_application_works(tmp_path: Path) -> None:
    done = run_without(
        """
        from flasklit import Flask, flash, get_flashed_messages, jsonify
        from flasklit import render_template_string, session, url_for

        app = Flask(__name__)
        app.secret_key = "for this test"
        seen = []
        app.before_request(lambda: seen.append("before"))
        app.teardown_appcontext(lambda error: seen.append("teardown"))

        @app.get("/<name>")
        def greet(name):
            session["visits"] = session.get("visits", 0) + 1
            flash(f"visit {session['visits']}")
            return render_template_string(
                "{{ url_for('greet', name='b') }} {{ get_flashed_messages() }}"
            )

        @app.get("/error")
        def error():
            raise KeyError("x")

        @app.errorhandler(KeyError)
        def handle(error):
            return jsonify(error=str(error)), 500

        client = app.test_client()
        print(client.get("/a").text)
        print(client.get("/a").text)
        print(client.get("/error").status)
        print(*seen)
        """,
        folder=tmp_path,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "/b [&#39;visit 1&#39;]",
        "/b [&#39;visit 2&#39;]",
        "500 INTERNAL SERVER ERROR",
        "before teardown before teardown before teardown",
    ]


def test_signals_can_be_sent_but_not_connected(tmp_path: Path) -> None:
    done = run_without(
        """
        from flasklit import request_started, signals

        print(request_started.send("anybody"))
        mine = signals.Namespace().signal("mine")
        print(mine.send("anybody"), bool(mine.receivers))
        for signal in request_started, mine:
            for operation in "connect", "connect_via", "connected_to", "disconnect":
                try:
                    getattr(signal, operation)(print)
                except RuntimeError as error:
                    assert "blinker" in str(error), error
                    assert "pip install" in str(error), error
                else:
                    raise AssertionError(operation)
        """,
        folder=tmp_path,
    )
    assert (done.stdout, done.stderr) == ("[]\n[] False\n", "")


def test_a_coroutine_names_its_package(tmp_path: Path) -> None:
    done = run_without(
        """
        from flasklit import Flask

        app = Flask(__name__)
        app.testing = True

        @app.get("/")
        async def index():
            return "hello"

        try:
            app.test_client().get("/")
        except RuntimeError as error:
            print(error)
        """,
        folder=tmp_path,
    )
    assert "pip install 'flasklit[async]'" in done.stdout
    assert done.stderr == ""


APP = """
from flasklit import Flask

app = Flask(__name__)

if __name__ == "__main__":
    from flasklit.cli import main

    main()
"""


def test_a_dotenv_file_is_mentioned_and_an_explicit_one_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("DEBUG=1\n", encoding="utf-8")
    (tmp_path / "other.env").write_text("DEBUG=1\n", encoding="utf-8")
    done = run_without(APP, "--app", "program", "routes", folder=tmp_path)
    assert done.returncode == 0
    assert "/static/" in done.stdout
    assert "python-dotenv" in done.stderr
    arguments = ("--env-file", "other.env", "--app", "program", "routes")
    done = run_without(APP, *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert "pip install python-dotenv" in done.stderr


def test_a_certificate_made_on_the_fly_names_its_package(tmp_path: Path) -> None:
    arguments = ("--app", "program", "run", "--cert", "adhoc")
    done = run_without(APP, *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert "cryptography" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_watchdog_reloader_names_its_package(tmp_path: Path) -> None:
    done = run_without(
        """
        from flasklit import Flask

        Flask(__name__).run(use_reloader=True, reloader_type="watchdog")
        """,
        folder=tmp_path,
    )
    assert done.returncode == 1
    assert "pip install watchdog" in done.stderr


@pytest.mark.parametrize("name", [n for n in OPTIONAL if n != "blinker"])
def test_importing_flasklit_imports_none_but_blinker(name: str) -> None:
    code = f"import sys, flasklit; print({name!r} in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
