"""The guides beside the book: their files are written and their commands are run.

A guide is followed as a reader would, in an empty folder. Code blocks with a caption are
files. In `console` blocks the lines after `$ ` are commands for a shell, and what stands
below a command is what it prints, where `...` may be anything. A command without output
prints nothing, and one that fails is followed by `echo $?`. Servers run until another
takes their port or the page ends, and the ports of the pages become free ones.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import distribution
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from literate.book import Book
from literate.scan import scan

PROJECT = Path(__file__).parents[1]
GUIDES = PROJECT / "book" / "guides"
PAGES = sorted(path.name for path in GUIDES.glob("*.md") if path.name != "index.md")
SECONDS = 60.0
STOP_SECONDS = 5.0

#: The ports that the pages name, and the one `flasklit run` takes unless told otherwise.
PORTS = ("5000", "8000", "8001")
SERVER = re.compile(
    r"(?:\w+=\S+ )*(?:flasklit .*\brun\b|(?:python -m flasklit .*-m )?gunicorn (?!--check)"
    r"|waitress-serve |uwsgi |python -m literate watch)"
)
WITHOUT_ENVIRONMENT = re.compile(
    r"(FLASK|FLASKLIT|SECRET|GUNICORN)_|.*_proxy$|PYTEST_|CI$"
)

#: What is not run, and why. Each entry has to be on a page, word by word.
NOT_RUN = {
    "python3 -m venv .venv": "takes seconds; the tests are in an environment already",
    ". .venv/bin/activate": "the same",
    "docker build -t shop .": "takes an image from the network; the Dockerfile is followed",
    "docker run -p 8000:8000 -e SHOP_SECRET_KEY shop": "needs the image",
    "sudo systemctl enable --now shop": "changes the machine; the unit's command is run",
    "sudo nginx -s reload": "changes the machine; the configuration is tested",
    "rq worker --with-scheduler": "needs a Redis server",
}
#: The list above does not grow without this number.
NOT_RUN_LIMIT = 7

#: Servers that the tests do not install, and what is done where they are missing.
TOOLS = {"uwsgi": "has to be compiled on some machines; what it imports is imported"}

#: Commands of programs that an installation may lack, and the module they need.
OPTIONAL = {"python stored.py": "flask_session"}


class File(NamedTuple):
    """A file of a page: its name, and what is in it."""

    line: int
    name: str
    text: str


class Command(NamedTuple):
    """A command of a page, and what the page shows below it."""

    line: int
    text: str
    shown: str


def steps(page: str) -> Iterator[File | Command]:
    """The files and commands of a page, in order."""
    for fence in scan((GUIDES / page).read_text("utf-8"), page).fences:
        if fence.info == "console":
            yield from commands(fence.body_line, fence.body)
        elif fence.info.startswith("{code-block}"):
            caption, body = "", list(fence.body)
            while body and (option := re.match(r":(\w+): *(.*)", body[0])):
                caption = option[2] if option[1] == "caption" else caption
                del body[0]
            if caption:
                yield File(fence.line, caption, "\n".join(body).strip("\n") + "\n")


def commands(line: int, body: list[str]) -> Iterator[Command]:
    """The commands of a `console` block. A command goes on after a backslash."""
    found: list[Command] = []
    for number, text in enumerate(body, line):
        if text.startswith("$ "):
            found.append(Command(number, text[2:], ""))
            continue
        assert found, f"line {number}: output without a command"
        last = found[-1]
        if last.text.endswith("\\") and not last.shown:
            found[-1] = last._replace(text=f"{last.text[:-1]}{text.strip()}")
        else:
            found[-1] = last._replace(shown=f"{last.shown}{text}\n")
    yield from found


def all_commands() -> list[str]:
    return [
        step.text for page in PAGES for step in steps(page) if isinstance(step, Command)
    ]


def files(page: str) -> dict[str, str]:
    """The files of a page by name, as they are at its end."""
    found: dict[str, str] = {}
    for step in steps(page):
        if isinstance(step, File):
            name, _, continued = step.name.partition(", ")
            found[name] = found[name] + "\n\n" + step.text if continued else step.text
    return found


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def matches(shown: str, printed: str) -> bool:
    """Whether this is what the page shows."""
    pattern = re.escape(plain(shown)).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, plain(printed), re.DOTALL) is not None


def plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    return "\n".join(line.rstrip() for line in lines)


class Reader:
    """Somebody who follows a page in an empty folder.

    :param page: the page's name.
    :param folder: the folder.
    """

    def __init__(self, page: str, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.ports = {port: free_port() for port in PORTS}
        self.servers: dict[str, subprocess.Popen[bytes]] = {}
        self.status = 0
        self.ran = 0
        self.absent: str | None = None
        kept = {
            name: value
            for name, value in os.environ.items()
            if not WITHOUT_ENVIRONMENT.match(name)
        }
        programs = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]
        source = [str(PROJECT), str(PROJECT / "book" / "_ext")]
        self.environment = {
            **kept,
            "PATH": os.pathsep.join([*programs, kept.get("PATH", "")]),
            "PYTHONPATH": os.pathsep.join(source),
            "PYTHONUNBUFFERED": "1",
            # A file that is written twice in a second must be compiled twice.
            "PYTHONDONTWRITEBYTECODE": "1",
            # What happens to be installed beside pytest takes a second each time.
            "PYTEST_ADDOPTS": "-p no:hypothesispytest -p no:anyio",
            "NO_COLOR": "1",
            "COLUMNS": "80",
            "FLASK_RUN_PORT": self.ports["5000"],
            "XDG_RUNTIME_DIR": str(folder),  # where gunicorn puts its control socket
        }

    def follow(self) -> None:
        """Do what the page says, and compare what comes out of it."""
        for step in steps(self.page):
            if isinstance(step, File):
                self.write(step)
            else:
                self.obey(step)
        assert self.status == 0, f"{self.page}: nobody asks how its end went"

    def real(self, text: str) -> str:
        """A text of the page with the ports of this test."""
        for port, free in self.ports.items():
            text = re.sub(rf"\b{port}\b", free, text)
        return text

    def write(self, file: File) -> None:
        name, _, continued = file.name.partition(", ")
        assert continued in ("", "continued"), f"{self.page}:{file.line}: {file.name}"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") + "\n\n" if continued else ""
        path.write_text(before + self.real(file.text), "utf-8")

    def obey(self, command: Command) -> None:
        if command.text in NOT_RUN:
            return
        if command.text in OPTIONAL and find_spec(OPTIONAL[command.text]) is None:
            return
        if setting := re.fullmatch(r"export (\w+)=(.+)", command.text):
            self.environment[setting[1]] = self.value(setting[2])
            return
        if install := re.match(r"pip install (.+)", command.text):
            check_requirements(install[1])
            return
        if program(command.text) == "curl" and self.is_absent(command):
            return
        if not self.has(program(command.text)):
            assert program(command.text) in TOOLS, f"{command.text}: is not installed"
            self.do_without(command)
            return
        self.ran += 1
        if SERVER.match(command.text):
            self.serve(command)
        else:
            self.run(command)

    def has(self, name: str) -> bool:
        return shutil.which(name, path=self.environment["PATH"]) is not None

    def do_without(self, server: Command) -> None:
        """Import what a server that is not installed is told to import."""
        self.absent = port_of(server.text)
        self.stop(self.absent)
        module, _, name = re.findall(r"(\w+)(:)(\w+)", server.text)[-1]
        self.run(Command(server.line, f"python -c 'from {module} import {name}'", ""))

    def is_absent(self, command: Command) -> bool:
        return self.absent is not None and port_of(command.text) == self.absent

    def value(self, text: str) -> str:
        """What the shell makes of the right side of an assignment."""
        script = f'value={text}; printf %s "$value"'
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, capture_output=True, check=True
        )
        return done.stdout.decode()

    def run(self, command: Command) -> None:
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.status})\n{self.real(command.text)}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        printed = done.stdout.decode(errors="replace")
        self.compare(command, printed)
        asked = command.text.startswith("echo $?")
        assert asked or self.status == 0, (
            f"{self.page}:{command.line}: nobody asks for $?"
        )
        self.status = done.returncode

    def compare(self, command: Command, printed: str) -> None:
        assert matches(self.real(command.shown), printed), (
            f"{self.page}:{command.line}: $ {command.text}\n"
            f"--- the page shows\n{self.real(command.shown)}"
            f"--- the command prints\n{printed}{self.logs()}"
        )

    def serve(self, command: Command) -> None:
        """Start a server, and wait for what the page shows and for its port."""
        port = port_of(command.text)
        self.absent = None if self.absent == port else self.absent
        watching = "watch" in command.text
        name = "watch" if watching else port
        self.stop(name)
        log = self.folder / f".{name}.log"
        with log.open("wb") as output:
            self.servers[name] = process = subprocess.Popen(
                ["bash", "-c", f"exec env {self.real(command.text)}"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        shown, end = self.real(command.shown), time.monotonic() + SECONDS
        while time.monotonic() < end and process.poll() is None:
            printed = log.read_text("utf-8", errors="replace")
            said = not shown or matches(shown, printed)
            if said and (watching or listens(self.ports[port])):
                return
            time.sleep(0.03)
        self.compare(command, log.read_text("utf-8", errors="replace"))
        pytest.fail(f"{self.page}:{command.line}: {command.text} does not listen")

    def logs(self) -> str:
        texts = []
        for name in self.servers:
            log = (self.folder / f".{name}.log").read_text("utf-8", errors="replace")
            texts.append(f"\n--- the server at {name}\n{log[-3000:]}")
        return "".join(texts)

    def stop(self, name: str) -> None:
        """End a server and whatever it started, politely first."""
        process = self.servers.pop(name, None)
        if process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, number)
                process.wait(STOP_SECONDS)

    def close(self) -> None:
        for name in list(self.servers):
            self.stop(name)


def port_of(command: str) -> str:
    """The port of the page that a command serves or asks."""
    return next((port for port in PORTS if port in command), PORTS[0])


def program(command: str) -> str:
    """The program that a command runs."""
    found = re.match(r"(?:\w+=\S* )*(\S+)", command)
    assert found, command
    return found[1]


def listens(port: str) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", int(port)), timeout=1).close()
        return True
    return False


def check_requirements(text: str) -> None:
    """What a page tells to install is this project, or something its tests install."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    listed = (PROJECT / "tests/extensions/requirements.txt").read_text("utf-8").split()
    for requirement in text.replace("'", "").split():
        if requirement in ("-e", "--no-cache-dir"):
            continue
        name, _, wanted = requirement.partition("[")
        if name in ("path/to/flasklit", "."):
            for extra in filter(None, wanted.rstrip("]").split(",")):
                assert extra in extras, requirement
            continue
        if name in listed or name in KNOWN:
            continue
        try:
            distribution(name)
        except PackageNotFoundError:
            pytest.fail(f"a page installs {name}, which no test can try")


#: Packages that the pages name and no test installs, and what they are for.
KNOWN = {"pyuwsgi": "uWSGI as a wheel", "rq": "the queue of the example"}


needs_shell = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")),
    reason="the commands of the guides are for bash and curl",
)


@pytest.fixture
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reader]:
    found = Reader(request.param, tmp_path)
    yield found
    found.close()


@needs_shell
@pytest.mark.parametrize("reader", PAGES, indirect=True)
def test_what_a_page_says_happens(reader: Reader) -> None:
    reader.follow()
    planned = [step for step in steps(reader.page) if isinstance(step, Command)]
    assert reader.ran or not planned


def test_each_exception_is_on_a_page_and_they_do_not_grow() -> None:
    known = all_commands()
    assert [text for text in (*NOT_RUN, *OPTIONAL) if text not in known] == []
    assert len(NOT_RUN) <= NOT_RUN_LIMIT
    assert all(NOT_RUN.values())


# Files for programs that are not here


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Reader]:
    """The folder of the page about deploying, with a key, as it is at the page's end."""
    found = Reader("deploying.md", tmp_path)
    for name, text in files(found.page).items():
        found.write(File(0, name, text))
    (tmp_path / "instance").mkdir()
    found.environment["SHOP_SECRET_KEY"] = "for this test"
    yield found
    found.close()


def joined(name: str) -> str:
    """A file of the page about deploying, with the lines joined that end in a backslash."""
    return re.sub(r"\\\n\s*", "", files("deploying.md")[name])


def asked(reader: Reader, path: str, *arguments: str) -> str:
    """What the server of a test answers."""
    url = f"http://127.0.0.1:{reader.ports['8000']}{path}"
    return subprocess.run(
        ["curl", "-s", "-f", url, *arguments],
        env=reader.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    ).stdout


def test_the_command_of_the_unit_serves(deployed: Reader) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(joined("shop.service"))
    assert set(unit) == {"DEFAULT", "Unit", "Service", "Install"}
    service = unit["Service"]
    place = service["WorkingDirectory"]
    assert service["ReadWritePaths"].startswith(place)
    command = service["ExecStart"]
    assert command.startswith(f"{place}/.venv/bin/")
    deployed.serve(Command(0, command.removeprefix(f"{place}/.venv/bin/"), ""))
    assert asked(deployed, "/health") == '{"status":"ok"}\n'
    kill, *arguments = service["ExecReload"].split()
    assert (kill, arguments) == ("/bin/kill", ["-s", "HUP", "$MAINPID"])
    deployed.servers["8000"].send_signal(signal.SIGHUP)
    assert asked(deployed, "/health", "--retry", "3") == '{"status":"ok"}\n'


def test_the_instructions_of_the_dockerfile(deployed: Reader) -> None:
    """Its files are there, its packages are known, its command serves, and is healthy."""
    instructions = [
        (name, text)
        for line in joined("Dockerfile").splitlines()
        for name, _, text in [line.partition(" ")]
    ]
    by_name = dict(instructions)
    assert {name for name, _ in instructions} == {
        *("FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "CMD")
    }
    version = re.fullmatch(r"python:(3\.\d+)-slim", by_name["FROM"])
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    supported = "Programming Language :: Python :: "
    assert version
    assert supported + version[1] in project["classifiers"]
    copied = set()
    for name, text in instructions:
        if name == "COPY":
            *sources, _ = text.split()
            copied.update(sources)
        elif name == "RUN" and text.startswith("pip install "):
            check_requirements(
                text.removeprefix("pip install ").replace("/srv/flasklit", ".")
            )
        elif name == "RUN":
            assert text == f"useradd --system {by_name['USER']}"
    missing = [name for name in copied if not (deployed.folder / name).exists()]
    assert missing == ["flasklit"]  # the copy of the sources
    command = json.loads(by_name["CMD"])
    assert f"0.0.0.0:{by_name['EXPOSE']}" in command
    text = " ".join(command).replace("0.0.0.0", "127.0.0.1")
    deployed.serve(Command(0, text, ""))
    kind, _, check = by_name["HEALTHCHECK"].partition(" ")
    assert kind == "CMD"
    subprocess.run(
        [deployed.real(each) for each in json.loads(check)],
        env=deployed.environment,
        check=True,
        timeout=SECONDS,
    )


def test_the_queue_is_given_the_report(deployed: Reader) -> None:
    """With modules in the place of Redis and RQ that do at once what is enqueued."""
    (deployed.folder / "redis.py").write_text("class Redis: pass\n")
    (deployed.folder / "rq.py").write_text(
        "from types import SimpleNamespace\n"
        "class Queue:\n"
        "    def __init__(self, connection): pass\n"
        "    def enqueue(self, function, *arguments):\n"
        "        return SimpleNamespace(id=function(*arguments))\n"
    )
    ask = "queued.app.test_client().post('/reports/2026-11')"
    deployed.run(
        Command(
            0,
            f'python -c "import queued; answer = {ask}; print(answer.status, answer.json)"',
            "...\n202 ACCEPTED {'job': 'reports/2026-11.pdf'}\n",
        )
    )


def test_nginx_says_what_the_application_believes(deployed: Reader) -> None:
    """Each header that ProxyFix counts is set by nginx, and nobody else can set it."""
    blocks = nginx_blocks(files("deploying.md")["nginx.conf"])
    headers = {
        name: value
        for words in blocks["server location /"]
        if words[0] == "proxy_set_header"
        for name, value in [words[1:]]
    }
    counted = re.findall(r"x_(\w+)=1", files("deploying.md")["behind.py"])
    assert counted
    forwarded = {f"X-Forwarded-{name.title()}" for name in counted}
    assert headers.keys() == {*forwarded, "Host"}
    # The visitor's own header would come first in $proxy_add_x_forwarded_for.
    assert headers["X-Forwarded-For"] == "$remote_addr"


def test_nginx_accepts_its_configuration_and_passes_requests_on(
    deployed: Reader,
) -> None:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed; its configuration was only parsed")
    front, folder = free_port(), deployed.folder
    server = files("deploying.md")["nginx.conf"].replace(
        "listen 80;", f"listen {front};"
    )
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "whole.conf"
    path.write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid;"
        f"error_log {folder}/error.log; events {{}}"
        f"http {{ access_log off; {temporary} {deployed.real(server)} }}"
    )
    command = [
        program,
        "-e",
        str(folder / "error.log"),
        "-p",
        str(folder),
        "-c",
        str(path),
    ]
    subprocess.run([*command, "-t"], check=True, timeout=SECONDS, capture_output=True)
    deployed.serve(
        Command(0, "gunicorn --bind 127.0.0.1:8000 --threads 4 behind:app", "")
    )
    proxy = subprocess.Popen(command)
    try:
        end = time.monotonic() + SECONDS
        while not listens(front) and time.monotonic() < end:
            time.sleep(0.03)
        deployed.ports["8000"] = front
        shown = asked(
            *(deployed, "/", "-H", "Host: shop.example.com"),
            *("-H", "X-Forwarded-For: 203.0.113.7", "-H", "X-Forwarded-Prefix: /evil"),
        )
        assert shown == "Visit 1 of 127.0.0.1 at http://shop.example.com/\n"
    finally:
        proxy.terminate()
        proxy.wait(STOP_SECONDS)


def nginx_blocks(text: str) -> dict[str, list[list[str]]]:
    """The directives of a configuration, word by word, by the blocks around them."""
    blocks: dict[str, list[list[str]]] = {}
    around: list[str] = []
    words: list[str] = []
    for token in re.findall(r'"[^"]*"|[{};]|[^\s{};]+', text):
        if token == "{":
            around.append(" ".join(words))
            words = []
        elif token == "}":
            assert not words, f"no semicolon after {words}"
            around.pop()
        elif token == ";":
            blocks.setdefault(" ".join(around), []).append(words)
            words = []
        else:
            words.append(token)
    assert not around
    assert not words
    return blocks


# The pages themselves


def test_the_pages_are_guides_and_no_chapters() -> None:
    book = Book.load(PROJECT)
    pages = {chapter.path: chapter for chapter in book.chapters}
    for name in ("index.md", *PAGES):
        page = pages[f"book/guides/{name}"]
        assert page.number is None
        assert not [fence for fence in page.fences if fence.kind == "chunk"]


def test_every_program_of_a_page_is_one() -> None:
    for page in PAGES:
        for step in steps(page):
            if isinstance(step, File) and step.name.endswith(".py"):
                compile(step.text, f"{page}:{step.line}:{step.name}", "exec")


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("one\n", "one\n", True),
        ("one\n", "one", True),
        ("one\n", "one two\n", False),
        ("one...\n", "one two\nthree\n", True),
        ("a.c\n", "abc\n", False),
        ("", "something\n", False),
        ("", "", True),
    ],
)
def test_what_counts_as_the_same_output(shown: str, printed: str, same: bool) -> None:
    assert matches(shown, printed) is same


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("```console\n$ echo one\ntwo\n```\n", "the page shows"),
        ("```console\n$ false\n$ true\n```\n", "nobody asks"),
        ("```console\n$ no-such-program\n```\n", "no-such-program"),
        ("```console\n$ pip install no-such-package-at-all\n```\n", "no test can try"),
    ],
)
def test_a_page_that_is_wrong_is_found(
    page: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.md").write_text(page)
    monkeypatch.setitem(globals(), "GUIDES", tmp_path)
    with pytest.raises((AssertionError, pytest.fail.Exception), match=reason):
        Reader("wrong.md", tmp_path).follow()
