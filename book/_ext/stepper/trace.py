"""Writes down what a request calls: ``python -m stepper.trace`` prints it as JSON.

The interpreter is to be a new one. What the framework keeps between requests depends on
what it has answered, and so do the functions it calls.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any
from typing import NamedTuple

APPLICATION = "application.py"
PACKAGE = "flasklit"

COURSES = {
    "long": ("LongWay", "/notes/1"),
    "short": ("Flask", "/notes/1"),
    "missing": ("LongWay", "/notes/one"),
}
"""For each course, the class of the application and the path that is asked for."""

State = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""The current contexts, the outer one first: what each is and what it holds."""


class Step(NamedTuple):
    """A call, or a return that leaves the contexts different.

    :param event: ``"call"`` or ``"return"``.
    :param depth: how many functions are being executed around it.
    :param function: the qualified name.
    :param file: the file of the function, relative to the project.
    :param line: the line the function begins in, its decorators included.
    :param caller: the function that calls, an empty string for the server.
    :param caller_file: its file.
    :param caller_line: the line of the call.
    :param state: the contexts when it happens.
    """

    event: str
    depth: int
    function: str
    file: str
    line: int
    caller: str
    caller_file: str
    caller_line: int
    state: State


class Recorder:
    """A profile function that keeps the steps.

    :param files: gives the name of a file that counts, by its path; of any other
        nothing is written down.
    :param state: tells which contexts are current.
    """

    def __init__(
        self, files: Callable[[str], str | None], state: Callable[[], State]
    ) -> None:
        self.steps: list[Step] = []
        self._files = files
        self._state = state
        self._open: list[FrameType] = []

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """Notes an event of the interpreter."""
        if event == "call" and self._counts(frame):
            self.steps.append(self._step(event, frame))
            self._open.append(frame)
        elif event == "return" and self._open and self._open[-1] is frame:
            self._open.pop()
            step = self._step(event, frame)
            if step.state != self.steps[-1].state:
                self.steps.append(step)

    def _counts(self, frame: FrameType) -> bool:
        code = frame.f_code
        return not code.co_name.startswith("<") and bool(self._files(code.co_filename))

    def _step(self, event: str, frame: FrameType) -> Step:
        caller = self._open[-1] if self._open else None
        return Step(
            event,
            len(self._open),
            frame.f_code.co_qualname,
            self._files(frame.f_code.co_filename) or "",
            frame.f_code.co_firstlineno,
            caller.f_code.co_qualname if caller else "",
            (self._files(caller.f_code.co_filename) or "") if caller else "",
            (caller.f_lineno or 0) if caller else 0,
            self._state(),
        )


def record(course: str) -> list[Step]:
    """The steps of a request, with the cookie of a request before it.

    :param course: one of :data:`COURSES`.
    """
    from stepper import application

    kind, path = COURSES[course]
    app: Any = application.create_app(getattr(application, kind))
    cookie = _send(app, "/notes/0", "")
    recorder = Recorder(_names(Path(application.__file__)), _contexts)
    environ = _environ(path, cookie)
    sys.setprofile(recorder)
    try:
        app(environ, lambda status, headers: None)
    finally:
        sys.setprofile(None)
    return recorder.steps


def record_in_new_process(project: str) -> dict[str, list[Step]]:
    """The steps of all courses, each recorded by an interpreter of its own.

    :param project: the folder that holds the package.
    :raises RuntimeError: a request could not be recorded.
    """
    path = os.pathsep.join([project, str(Path(__file__).parents[1])])
    found = {}
    for course in COURSES:
        done = subprocess.run(
            [sys.executable, "-m", "stepper.trace", course],
            capture_output=True,
            text=True,
            check=False,
            cwd=project,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        )
        if done.returncode:
            raise RuntimeError(f"the request cannot be recorded:\n{done.stderr}")
        found[course] = [_decoded(step) for step in json.loads(done.stdout)]
    return found


def _decoded(fields: list[Any]) -> Step:
    *others, state = fields
    contexts = tuple(
        (kind, tuple((name, value) for name, value in facts)) for kind, facts in state
    )
    return Step._make([*others, contexts])


def _names(application: Path) -> Callable[[str], str | None]:
    """Gives files of the package and the application their names on the page."""
    import flasklit

    start = str(Path(flasklit.__file__).parent) + os.sep
    own = str(application)

    def name(path: str) -> str | None:
        if path == own:
            return APPLICATION
        if path.startswith(start):
            return f"{PACKAGE}/{path.removeprefix(start)}".replace(os.sep, "/")
        return None

    return name


def _contexts() -> State:
    """What is current, read without a call that would change it."""
    from flasklit.globals import _cv_app
    from flasklit.globals import _cv_request

    found: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    app_context = _cv_app.get(None)
    if app_context is not None:
        values = vars(app_context).get("g")
        kept = "not asked for yet" if values is None else _pairs(vars(values).items())
        facts = ("current_app", repr(app_context.app.name)), ("g", kept)
        found.append(("application context", facts))
    context = _cv_request.get(None)
    if context is not None:
        found.append(("request context", tuple(_of_request(context))))
    return tuple(found)


def _of_request(context: Any) -> Iterable[tuple[str, str]]:
    environ = context.request.environ
    yield "request", f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    rule, refusal = context.request.url_rule, context.request.routing_exception
    if rule is not None:
        yield "rule", f"{rule.rule} → {rule.endpoint}"
        yield "view_args", _pairs(context.request.view_args.items())
    elif refusal is not None:
        yield "rule", f"none: {refusal.code} {refusal.name}"
    else:
        yield "rule", "not looked for yet"
    session = context._opened
    if session is None:
        yield "session", "not opened yet"
    else:
        changed = ", changed" if session.modified else ""
        yield "session", _pairs(dict.items(session)) + changed


def _pairs(items: Iterable[tuple[str, Any]]) -> str:
    text = ", ".join(f"{name} = {value!r}" for name, value in items)
    return text or "empty"


def _send(app: Any, path: str, cookie: str) -> str:
    """Sends a request that nobody looks at: the cookie that comes back."""
    found: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        for name, value in headers:
            if name == "Set-Cookie":
                found.append(value.partition(";")[0])

    app(_environ(path, cookie), start_response)
    return found[0] if found else ""


def _environ(path: str, cookie: str) -> dict[str, str]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_COOKIE": cookie,
        "wsgi.url_scheme": "http",
    }


if __name__ == "__main__":
    json.dump(record(sys.argv[1]), sys.stdout)
