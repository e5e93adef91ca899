"""An application, asked in the process: for its answer, or for how long it takes."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from collections.abc import Iterator
from itertools import count
from typing import Any
from typing import NamedTuple

from applications import App
from cases import Case
from cases import CASES
from cases import environ_of


class Answer(NamedTuple):
    """What came back; the headers in the order of their names."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Target:
    """An application and the requests it is asked.

    :param name: what tables call it.
    :param app: the application.
    """

    def __init__(self, name: str, app: App) -> None:
        self.name = name
        self.app = app
        self.cookie = ""
        self.numbers = count()

    def log_in(self) -> None:
        """Get the session cookie that some cases bring along."""
        headers = self.ask("session_new").headers
        cookies = [value for name, value in headers if name == "set-cookie"]
        self.cookie = cookies[0].partition(";")[0]

    def ask(self, name: str) -> Answer:
        """The answer to a case."""
        seen: list[Any] = []

        def start(status: str, headers: Any, exc_info: Any = None) -> None:
            seen[:] = status, headers

        case = CASES[name]
        environ = self.environ(case)
        if case.path.endswith("*"):
            environ["PATH_INFO"] = case.path[:-1] + "0"
        environ["wsgi.input"] = io.BytesIO(case.body)
        body = b"".join(consume(self.app(environ, start)))
        headers = sorted((name.lower(), value) for name, value in seen[1])
        return Answer(seen[0], headers, body)

    def seconds(self, name: str, times: int) -> float:
        """Seconds of a processor a request, over a number of requests of a case.

        While other programs have the processor, that clock stands still.
        """
        case, app = CASES[name], self.app
        environ, body = self.environ(case), case.body
        varied, stem, numbers = case.path.endswith("*"), case.path[:-1], self.numbers
        start = time.thread_time()
        for _ in range(times):
            this = environ.copy()
            this["wsgi.input"] = io.BytesIO(body)
            if varied:
                this["PATH_INFO"] = stem + str(next(numbers))
            chunks = app(this, ignore)
            for _chunk in chunks:
                pass
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        return (time.thread_time() - start) / times

    def environ(self, case: Case) -> dict[str, Any]:
        """The environ of a case, with this application's own cookie."""
        return environ_of(case, self.cookie if case.cookie else "")


def consume(chunks: Any) -> Iterator[bytes]:
    """What a server does with an answer: read it to the end, and close it."""
    try:
        yield from chunks
    finally:
        if hasattr(chunks, "close"):
            chunks.close()


def ignore(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
    """What the server would do with status and headers."""


def wrong_answers(target: Target, cases: Iterable[str]) -> list[str]:
    """The cases that an application answers with another status, a line for each."""
    found = []
    for name in cases:
        answer = target.ask(name)
        if not answer.status.startswith(str(CASES[name].status)):
            found.append(f"{name}: {target.name} does not answer so: {answer}")
    return found


def differences(flask: Target, flasklit: Target) -> list[str]:
    """The cases that two applications answer differently, a line for each."""
    found = []
    for name in CASES:
        theirs, ours = comparable(flask.ask(name)), comparable(flasklit.ask(name))
        if theirs != ours:
            found.append(f"{name}: {flask.name} {theirs}, {flasklit.name} {ours}")
    return found


def comparable(answer: Answer) -> Answer:
    """An answer without what may differ: a cookie's time, the order of methods."""
    headers = []
    for name, value in answer.headers:
        if name == "set-cookie":
            cookie, _, options = value.partition(";")
            value = f"{cookie.partition('=')[0]};{options}"
        elif name == "allow":
            value = ", ".join(sorted(value.split(", ")))
        headers.append((name, value))
    return answer._replace(headers=headers)
