"""The example application under real servers, driven over real connections.

Each server runs in a process of its own, on a free port of the loopback interface
and with an empty instance folder.  A failed assertion shows the request, the answer
and the end of the server's log.
"""

import html
import http.client
import importlib.util
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Barrier
from typing import Any
from typing import NamedTuple

import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "notes"
START_SECONDS = 30.0
REQUEST_SECONDS = 20.0
STOP_SECONDS = 10.0
UPLOAD_LIMIT = 1_000_000
PASSWORD = "correct horse battery"
PEOPLE = 8
NOTES_EACH = 4

# Threads that change every few microseconds meet in places where they rarely would.
RESTLESS = "import sys\nsys.setswitchinterval(5e-6)\n"

COMMANDS = {
    "development": "flasklit --app notes run --port {port} --no-reload",
    "gunicorn": "gunicorn --bind 127.0.0.1:{port} --workers 2 -k gthread --threads 4 "
    "notes:create_app()",
    "waitress": "waitress --listen 127.0.0.1:{port} --call notes:create_app",
}


class Server:
    """One server process: started, waited for, asked for its log, ended."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.instance = folder / "instance"
        self.log_path = folder / "server.log"
        self.port = free_port()
        (folder / "sitecustomize.py").write_text(RESTLESS)
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *COMMANDS[name].format(port=self.port).split()],
                cwd=EXAMPLE,
                env=self.environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def environment(self, folder: Path) -> dict[str, str]:
        """Return this process's environment, without settings for either project."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FLASK_", "NOTES_", "WERKZEUG_"))
        }
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join(
                filter(
                    None,
                    [str(folder), folder_of("flasklit"), kept.get("PYTHONPATH")],
                )
            ),
            "PYTHONUNBUFFERED": "1",
            "NOTES_INSTANCE_PATH": str(self.instance),
            "NOTES_MAX_CONTENT_LENGTH": str(UPLOAD_LIMIT),
            "XDG_RUNTIME_DIR": str(folder),  # where gunicorn puts its control socket
        }

    def wait(self) -> None:
        """Return when the server accepts connections."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        state = self.process.poll()
        reason = "is still not listening" if state is None else f"ended with {state}"
        pytest.fail(f"{self.name} {reason}\n{self.log()}")

    def log(self) -> str:
        text = self.log_path.read_text("utf-8", errors="replace")
        return f"--- log of {self.name} ---\n{text[-6000:]}"

    def stop(self) -> None:
        """End the server and whatever it started, politely first."""
        if os.name == "posix":
            self.signal_all(signal.SIGTERM)
            self.signal_all(signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait(STOP_SECONDS)

    def signal_all(self, number: int) -> None:
        """Signal the server and its workers, and give the server time to end."""
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, number)
            self.process.wait(STOP_SECONDS)


class Answer(NamedTuple):
    """What came back for one request."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class EveryStatus(urllib.request.HTTPErrorProcessor):
    """Hand out redirects and errors as they are, not as exceptions."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
            EveryStatus(),
        )

    def send(
        self,
        path: str,
        expected: int,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Make a request whose answer has to have the expected status."""
        url = f"http://127.0.0.1:{self.server.port}{path}"
        request = urllib.request.Request(url, data, headers or {})
        what = f"{self.name}: {request.get_method()} {path}"
        try:
            with self.opener.open(request, timeout=REQUEST_SECONDS) as response:
                answer = Answer(response.status, response.headers, response.read())
        except OSError as error:
            raise AssertionError(f"{what}: {error!r}\n{self.server.log()}") from error
        assert answer.status == expected, (
            f"{what}: {answer.status}, expected {expected}\n"
            f"{answer.body[:2000].decode(errors='replace')}\n{self.server.log()}"
        )
        return answer

    def get(self, path: str, expected: int = 200) -> Answer:
        return self.send(path, expected)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"no token on {path}"
        return found[1]

    def post(
        self, path: str, expected: int = 303, form: str = "/login", **fields: str
    ) -> Answer:
        """Send a form, with the token that the page ``form`` holds."""
        fields["csrf_token"] = self.token(form)
        return self.send(path, expected, urllib.parse.urlencode(fields).encode())

    def register(self) -> None:
        self.post("/register", form="/register", name=self.name, password=PASSWORD)

    def log_in(self) -> None:
        answer = self.post("/login", name=self.name, password=PASSWORD)
        assert answer.headers["Location"] == "/"

    def write(self, title: str, body: str) -> str:
        """Write a note and return its path."""
        answer = self.post("/notes/new", form="/notes/new", title=title, body=body)
        return str(answer.headers["Location"])

    def attach(
        self, place: str, name: str, content: bytes, expected: int = 303
    ) -> Answer:
        boundary = "a-boundary-that-no-file-contains"
        parts = [
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="csrf_token"\r\n\r\n'
            f"{self.token(place)}\r\n".encode(),
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode(),
            content,
            f"\r\n--{boundary}--\r\n".encode(),
        ]
        kind = f"multipart/form-data; boundary={boundary}"
        headers = {"Content-Type": kind}
        return self.send(f"{place}/files/", expected, b"".join(parts), headers)

    def file_link(self, place: str) -> str:
        found = re.search(r'href="(/notes/\d+/files/\d+)"', self.get(place).text)
        assert found, f"no file on {place}"
        return found[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def folder_of(package: str) -> str:
    """Return the folder from which this process imports a package."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parents[1])


@pytest.fixture(scope="module", params=COMMANDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    name: str = request.param
    if name == "gunicorn" and os.name != "posix":
        pytest.skip("gunicorn runs on POSIX systems only")
    module = COMMANDS[name].split()[0]
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    running = Server(name, tmp_path_factory.mktemp(name))
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def test_a_visit_from_registration_to_logout(server: Server) -> None:
    ada = Person(server, "ada")
    assert ada.get("/", 303).headers["Location"].startswith("/login")
    ada.register()
    ada.post("/logout", form="/")
    ada.log_in()

    place = ada.write("Garden plan", "beans & <peas>")
    assert "beans &amp; &lt;peas&gt;" in ada.get(place).text

    content = bytes(range(256)) * 300
    ada.attach(place, "../bed layout.bin", content)
    link = ada.file_link(place)
    download = ada.get(link)
    assert download.body == content
    assert download.headers["Content-Disposition"] == (
        'attachment; filename="bed layout.bin"'
    )
    assert download.headers["Cache-Control"] == "no-store"

    ada.post(f"{place}/edit", form=f"{place}/edit", title="Garden", body="only beans")
    note = ada.get(f"/api{place}").json
    assert (note["title"], note["body"]) == ("Garden", "only beans")
    assert [(file["name"], file["size"]) for file in note["attachments"]] == [
        ("bed layout.bin", len(content))
    ]

    ben = Person(server, "ben")
    ben.register()
    for path in (place, f"{place}/edit", link, f"/api{place}"):
        assert "only beans" not in ben.get(path, 404).text
    ben.post(f"{place}/delete", 404)
    assert ben.get("/api/notes").json == {"notes": []}

    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in ada.cookies)
    ada.post("/logout", form=place)
    assert not list(ada.cookies)
    assert ada.get(place, 303).headers["Location"].startswith("/login")
    thief = Person(server, "somebody with a copy of the cookie")
    thief.send(place, 303, headers={"Cookie": cookies})


def test_errors_have_pages(server: Server) -> None:
    carla = Person(server, "carla")
    carla.register()
    assert "<h1>Not Found</h1>" in carla.get("/no/such/page", 404).text

    forged = urllib.parse.urlencode({"title": "forged", "csrf_token": "guessed"})
    page = carla.send("/notes/new", 403, forged.encode())
    assert "<h1>Forbidden</h1>" in page.text

    place = carla.write("files", "")
    page = carla.attach(place, "large.bin", bytes(15 * UPLOAD_LIMIT), 413)
    assert "The limit is 1.0 MB." in html.unescape(page.text)

    assert carla.get("/api/no/such/thing", 404).json["error"] == "Not Found"
    assert "Files" in carla.get(place).text


def test_a_failure_is_a_page_for_the_visitor_and_a_traceback_in_the_log(
    server: Server,
) -> None:
    dora = Person(server, "dora")
    dora.register()
    with closing(sqlite3.connect(server.instance / "notes.sqlite3")) as database:
        database.execute("ALTER TABLE note RENAME TO note_elsewhere")
        try:
            page = dora.get("/", 500)
        finally:
            database.execute("ALTER TABLE note_elsewhere RENAME TO note")
    assert "<h1>Internal Server Error</h1>" in page.text
    assert "no such table" not in page.text
    assert "no such table: note" in server.log()
    dora.get("/")


def test_people_at_the_same_time_see_only_their_own(server: Server) -> None:
    start = Barrier(PEOPLE, timeout=REQUEST_SECONDS)

    def visit(number: int) -> set[str]:
        person = Person(server, f"person-{number}")
        own = f"secret-of-{number}."
        start.wait()
        person.register()
        places = []
        for round_ in range(NOTES_EACH):
            places.append(person.write(f"{own} {round_}", f"{own} text"))
            person.attach(places[-1], f"{number}.txt", own.encode() * 1000)
            pages = [
                person.get("/"),
                person.get("/api/notes"),
                person.get(places[-1]),
                person.get(person.file_link(places[-1])),
            ]
            for page in pages:
                seen = set(re.findall(r"secret-of-\d+\.", page.text))
                assert seen == {own}, f"{person.name} sees {seen}\n{server.log()}"
            assert person.get("/api/session").json["account"] == person.name
            assert len(pages[1].json["notes"]) == round_ + 1
        person.post("/logout", form="/")
        person.get(places[0], 303)
        return set(places)

    with ThreadPoolExecutor(PEOPLE) as pool:
        visits = [pool.submit(visit, number) for number in range(PEOPLE)]
        places = [each.result(timeout=120) for each in visits]
    assert len(set.union(*places)) == PEOPLE * NOTES_EACH
