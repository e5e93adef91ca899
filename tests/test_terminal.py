"""The command line in a terminal: what is shown, what keys do, and what is left.

Each command runs on a pseudo-terminal of its own that is its controlling terminal,
so that Ctrl-C reaches the whole process group as it does for a person. Nothing here
waits for a time: a test reads until what it expects has been shown.
"""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

import flasklit

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

PACKAGE = Path(flasklit.__file__).parent
PATIENCE = 30.0
CTRL_C, CTRL_D, TAB, ENTER = "\x03", "\x04", "\t", "\r"
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[=>])|[\r\a]")

# A new session has no terminal until it asks for one.
LAUNCH = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""

APP = """
from flasklit import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "first words"


@app.get("/notes/<int:number>")
def note(number):
    return str(1 / number)


@app.shell_context_processor
def names():
    return {"answer": 42}
"""


class Terminal:
    """A program on a terminal: what it shows, and the keys that are pressed."""

    def __init__(self, args: list[str], folder: Path, **variables: str) -> None:
        self.screen = ""
        self._seen = 0
        self._raw = b""
        self._fd, inside = pty.openpty()
        termios.tcsetwinsize(inside, (24, 80))
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, sys.executable, *args],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            cwd=folder,
            env=environment(folder, **variables),
            start_new_session=True,
        )
        os.close(inside)

    def expect(self, text: str) -> str:
        """Read until the text is shown; return what came before it."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.screen.find(text, self._seen)) < 0:
            self._wait(deadline)
            if not self._read():
                pytest.fail(f"{text!r} is not shown; this is:\n{self.screen}")
        before = self.screen[self._seen : found]
        self._seen = found + len(text)
        return before

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def interrupt(self, text: str) -> None:
        """Press Ctrl-C until the text is shown.

        Python misses a signal that comes when its prompt is shown but it does not
        wait for a key yet.
        """
        deadline = time.monotonic() + PATIENCE
        while text not in self.screen[self._seen :] and time.monotonic() < deadline:
            self.press(CTRL_C)
            while select.select([self._fd], [], [], 0.5)[0] and self._read():
                pass
        self.expect(text)

    def leave(self) -> int:
        """Wait until no process has the terminal any more; return the exit status."""
        deadline = time.monotonic() + PATIENCE
        self._wait(deadline)
        while self._read():
            self._wait(deadline)
        return self._process.wait(PATIENCE)

    def _wait(self, deadline: float) -> None:
        seconds = max(0, deadline - time.monotonic())
        if not select.select([self._fd], [], [], seconds)[0]:
            pytest.fail(f"Nothing more for {PATIENCE} s; this is shown:\n{self.screen}")

    def _read(self) -> bool:
        """Read what is there; tell whether there may be more."""
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # Linux: no process has the other side open
            data = b""
        self._raw += data
        self.screen = ESCAPES.sub("", self._raw.decode(errors="replace"))
        return bool(data)

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        os.close(self._fd)


def environment(folder: Path, **variables: str) -> dict[str, str]:
    foreign = ("FLASK", "NO_COLOR", "PYTHON", "WERKZEUG")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    own = {
        "HOME": str(folder),
        "PYTHONPATH": str(folder.parent / "packages"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TERM": "xterm",
    }
    return kept | own | variables


Open = Callable[..., Terminal]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an application, beside one with nothing but the framework.

    A reloader watches all folders on the path, and a checkout has many.
    """
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "flasklit").symlink_to(PACKAGE)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    return folder


@pytest.fixture
def terminal(folder: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(*args: str, **variables: str) -> Terminal:
        opened.append(Terminal([*args], folder, **variables))
        return opened[-1]

    yield start
    for each in opened:
        each.end()


class Page(NamedTuple):
    status: int
    text: str


def get(url: str) -> Page:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return Page(response.status, response.read().decode())
    except urllib.error.HTTPError as response:
        with closing(response):
            return Page(response.code, response.read().decode())


def served_at(shown: Terminal) -> str:
    """Wait for the server; return its URL."""
    shown.expect("Running on ")
    return shown.expect("\n").strip()


# routes and shell


def test_routes_is_a_table(terminal: Open) -> None:
    shown = terminal("-m", "flasklit", "routes")
    assert shown.leave() == 0
    assert [line.rstrip() for line in shown.screen.splitlines()] == [
        "Endpoint  Methods  Rule",
        "--------  -------  -----------------------",
        "index     GET      /",
        "note      GET      /notes/<int:number>",
        "static    GET      /static/<path:filename>",
    ]


def test_shell_has_names_and_leaves_at_the_end_of_input(
    terminal: Open, folder: Path
) -> None:
    shown = terminal("-m", "flasklit", "shell")
    banner = shown.expect(">>> ")
    assert f"App: app\nInstance: {folder / 'instance'}\n" in banner
    shown.press(f"app, g, answer{ENTER}")
    shown.expect("(<Flask 'app'>, <flask.g of 'app'>, 42)")
    shown.expect(">>> ")
    shown.press(f"1 / 0{ENTER}")
    shown.expect("ZeroDivisionError: division by zero")
    shown.expect(">>> ")
    shown.press("answer +")
    shown.expect("answer +")
    shown.interrupt("KeyboardInterrupt")
    shown.expect(">>> ")
    shown.press(CTRL_D)
    assert shown.leave() == 0
    assert shown.screen.count("Traceback") == 1


@pytest.mark.skipif(find_spec("readline") is None, reason="needs readline")
def test_shell_completes_and_remembers(terminal: Open, folder: Path) -> None:
    first = terminal("-m", "flasklit", "shell")
    first.expect(">>> ")
    first.press(f"app.url_ma{TAB}")
    first.expect("app.url_map")
    first.press(f".is_endpoint_expecting('note', 'number'){ENTER}")
    first.expect("True")
    first.expect(">>> ")
    first.press(CTRL_D)
    assert first.leave() == 0

    again = terminal("-m", "flasklit", "shell")
    again.expect(">>> ")
    again.press("\x1b[A")
    again.expect("is_endpoint_expecting('note', 'number')")
    again.press(ENTER)
    again.expect("True")
    again.expect(">>> ")
    again.press(CTRL_D)
    assert again.leave() == 0
    assert "Traceback" not in first.screen + again.screen


# run


@pytest.mark.parametrize("mode", [[], ["--debug"]], ids=["plain", "debug"])
def test_interrupting_the_server_leaves_nothing(
    terminal: Open, mode: list[str]
) -> None:
    shown = terminal("-m", "flasklit", "run", "--port", "0", *mode)
    url = served_at(shown)
    shown.expect("Debugger PIN" if mode else "CTRL+C to quit")
    assert get(url) == (200, "first words")
    shown.expect('"GET / HTTP/1.1" 200 -')
    shown.press(CTRL_C)
    assert shown.leave() == 0
    assert "Traceback" not in shown.screen
    assert "KeyboardInterrupt" not in shown.screen
    with pytest.raises(OSError, match="refused"):
        get(url)


def test_interrupting_a_script_leaves_nothing(terminal: Open, folder: Path) -> None:
    (folder / "script.py").write_text(f"{APP}\napp.run(debug=True, port=0)\n")
    shown = terminal("script.py")
    url = served_at(shown)
    shown.expect("Debugger PIN")
    assert get(url) == (200, "first words")
    shown.press(CTRL_C)
    assert shown.leave() == 0
    assert "Traceback" not in shown.screen


def test_reloader_and_debugger(terminal: Open, folder: Path) -> None:
    file = folder / "app.py"
    shown = terminal("-m", "flasklit", "run", "--debug", "--port", "0")
    url = served_at(shown)
    shown.expect("Debugger PIN")
    assert get(url) == (200, "first words")

    file.write_text(APP.replace("first words", "second words"))
    shown.expect(f"Detected change in '{file}', reloading")
    shown.expect("Debugger PIN")
    assert get(url) == (200, "second words")

    page = get(f"{url}/notes/0")
    assert page.status == 500
    assert "ZeroDivisionError" in page.text
    assert "__debugger__" in page.text
    shown.expect(f'File "{file}", line ')
    shown.expect("ZeroDivisionError: division by zero")

    file.write_text(APP.replace('return "first words"', "return ("))
    shown.expect(f"Detected change in '{file}', reloading")
    shown.expect("Traceback (most recent call last)")
    shown.expect(f'File "{file}", line ')
    shown.expect("SyntaxError: '(' was never closed")
    shown.expect("Debugger PIN")
    page = get(url)
    assert page.status == 500
    assert "SyntaxError" in page.text
    assert "never closed" in page.text

    file.write_text(f"import nothing_like_this\n{APP}")
    shown.expect(f"Detected change in '{file}', reloading")
    shown.expect(f'File "{file}", line 1')
    shown.expect("ModuleNotFoundError: No module named 'nothing_like_this'")
    shown.expect("Debugger PIN")
    page = get(url)
    assert page.status == 500
    assert "No module named &#39;nothing_like_this&#39;" in page.text

    file.write_text(APP.replace("first words", "third words"))
    shown.expect(f"Detected change in '{file}', reloading")
    shown.expect("Debugger PIN")
    assert get(url) == (200, "third words")
    shown.press(CTRL_C)
    assert shown.leave() == 0


def test_starting_with_a_broken_application(terminal: Open, folder: Path) -> None:
    (folder / "app.py").write_text(APP.replace('return "first words"', "return ("))
    shown = terminal("-m", "flasklit", "run", "--debug", "--port", "0")
    assert shown.leave() == 1
    assert f'File "{folder / "app.py"}", line 9' in shown.screen
    assert "SyntaxError: '(' was never closed" in shown.screen
    assert "Running on" not in shown.screen


@pytest.mark.parametrize("mode", [[], ["--debug"]], ids=["plain", "debug"])
def test_port_in_use(terminal: Open, mode: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shown = terminal("-m", "flasklit", "run", "--port", str(port), *mode)
        assert shown.leave() == 1
    assert f"Port {port} is in use by another program." in shown.screen
    assert "start the server with a different port" in shown.screen
    assert "Traceback" not in shown.screen


def test_no_application(terminal: Open, folder: Path) -> None:
    (folder / "app.py").unlink()
    shown = terminal("-m", "flasklit", "run")
    assert shown.leave() == 2
    assert "Error: No application is given. Name one with '--app" in shown.screen
    assert "Traceback" not in shown.screen


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nowhere", "There is no module 'nowhere' to import from '{folder}'."),
        ("app:nothing", "Module 'app' has nothing named 'nothing'."),
    ],
)
def test_missing_application(
    terminal: Open, folder: Path, name: str, told: str
) -> None:
    shown = terminal("-m", "flasklit", "--app", name, "run", "--debug")
    assert shown.leave() == 2
    assert told.format(folder=folder) in shown.screen
    assert "Traceback" not in shown.screen
