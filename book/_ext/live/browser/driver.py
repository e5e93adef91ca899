"""Runs the examples of a chapter in the reader's browser; the worker calls it.

It uses the parts of the literate tool with which the tests run the same examples, so
that an example means the same in both places.
"""

from __future__ import annotations

import ast
import asyncio
import base64
import builtins
import contextlib
import gc
import importlib
import inspect
import io
import json
import linecache
import random
import re
import sys
import time
import traceback
from collections.abc import Callable
from collections.abc import Container
from collections.abc import Iterator
from itertools import chain
from itertools import pairwise
from opcode import opmap
from pathlib import Path
from types import FunctionType
from typing import Any

from literate.examples import Example
from literate.examples import Prompt
from literate.failures import check
from literate.failures import last_lines
from literate.failures import Result
from literate.model import Fence
from literate.replay import Interpreter

_FRAME = re.compile(r'^( *)File "([^"]+)", line (\d+)(.*)$', re.MULTILINE)
_BLANK_LINE = re.compile(r"^<BLANKLINE>$", re.MULTILINE)
_SHOWN = 20_000
_ENDS = 10
_IDLE = 1000  # instructions
_YOURS = "/your-code/"
_LIBRARIES = "/libraries.zip/"
#: What most chapters import. It is imported before the memory is kept, once for all.
USED = (
    "blinker",
    "click",
    "itsdangerous",
    "jinja2",
    "werkzeug.routing",
    "werkzeug.test",
    "werkzeug.wrappers",
)
#: What the program imports no sooner than its users ask for these.
ON_DEMAND = {
    "create_environ(": ("encodings.idna",),
    "Client(": ("encodings.idna",),
    ".test_": (
        "encodings.idna",
        "flasklit.logging",
        "flasklit.testing",
        "importlib.metadata",
    ),
    "flasklit.cli": ("dotenv", "importlib.metadata"),
    "jinja_env": ("flasklit.templating",),
    "render_template": (
        "encodings.unicode_escape",
        "flasklit.templating",
        "jinja2.debug",
    ),
    "session": ("flasklit.signing",),
}


class Page:
    """The examples of a chapter, and the interpreter they run in.

    :param chapter: what the build says of the chapter, as JSON.
    :param program: the folder that holds the program as of the chapter.
    :param report: called with an event, as JSON, whenever there is something to show.
    """

    def __init__(
        self, chapter: str, program: str, report: Callable[[str], object]
    ) -> None:
        told = json.loads(chapter)
        self.file: str = told["file"]
        self.anchors = [each["anchor"] for each in told["examples"]]
        self.examples = [self._example(each) for each in told["examples"]]
        self.lines = BookLines(program, self.file, _places(told["examples"]))
        self._report = report
        # What has run in the interpreter, in order: the reader's text, or None.
        self._ran: list[str | None] = []
        self._interpreter: Interpreter | None = None
        self._offered: dict[str, dict[str, Any]] = {}
        self._clients: dict[int, Any] = {}
        if program not in sys.path:
            sys.path.insert(0, program)

    def _example(self, told: dict[str, Any]) -> Example:
        setups = [self._fence(each) for each in told["setups"]]
        return Example(self._fence(told["fence"]), setups)

    def _fence(self, told: dict[str, Any]) -> Fence:
        lines = told["line"], told["bodyLine"], told["endLine"]
        return Fence(
            told["kind"],
            told["info"],
            "",
            {},
            told["body"],
            self.file,
            *lines,
            "",
            1,
            1,
            True,
        )

    def import_ahead(self) -> None:
        """Import what the examples import, as long as the reader waits for Python anyway.

        Else the first example that names a module would wait for it. Modules that an
        example writes, and what cannot be imported, wait for their example. What is there
        then stays, and the garbage collector need not look through it in the middle of an
        example, which took 20 ms.
        """
        prompts = [prompt for each in self.examples for prompt in each.prompts]
        for name in dict.fromkeys(chain(*(_imports(each.source) for each in prompts))):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        if (metadata := sys.modules.get("importlib.metadata")) is not None:
            metadata.entry_points()  # looks through the archive of the libraries, once
        gc.freeze()
        gc.enable()

    def run(self, anchor: str, written: str = "{}", show_all: bool = False) -> None:
        """Run an example, and before it those above it that have not run yet.

        All begins anew in another interpreter where the example, or one below it, has
        run already, and where one above it has run with another text.

        :param anchor: the example.
        :param written: what the reader wrote in the place of examples: the text by the
            anchor, as JSON.
        :param show_all: report on those above it too.
        """
        index = self.anchors.index(anchor)
        theirs = json.loads(written)
        texts = [theirs.get(each) for each in self.anchors[: index + 1]]
        interpreter = self._opened(texts[:-1])
        with interpreter.entered(), _no_loop_running():
            for above in range(len(self._ran), index):
                self._tell("before", anchor, at=above, of=index)
                self._run(above, interpreter, texts[above], show_all)
            self._tell("begin", anchor)
            self._run(index, interpreter, texts[index], True)

    def attempt(self, exercise: str, first: str, check: str, text: str) -> None:
        """Run a reader's answer to an exercise, and then the exercise's check.

        The answer takes the place of the solution; above it stands what the book says.
        What runs next, begins anew.

        :param exercise: the exercise, which the events are about.
        :param first: the first example of the solution.
        :param check: the example that is the check.
        :param text: the answer.
        """
        index = self.anchors.index(first)
        interpreter = self._opened([None] * index)
        with interpreter.entered(), _no_loop_running():
            for above in range(len(self._ran), index):
                self._tell("before", exercise, at=above, of=index)
                self._run(above, interpreter, None, False)
            self._tell("begin", exercise)
            self._run_text(exercise, interpreter, text)
            self._check(exercise, self.anchors.index(check), interpreter)
        self._ran = [None] * len(self.examples)

    def _check(self, exercise: str, index: int, interpreter: Interpreter) -> None:
        example = self.examples[index]
        for prompt in example.prompts:
            result = interpreter.run(prompt.source, prompt.line)
            failure = check(example.fence, prompt, result, self.lines)  # type: ignore[arg-type]
            if failure is not None:
                self._show(exercise, 0, prompt.source, result, "", always=True)
                raised = result.error is not None
                self._tell(
                    "differs", exercise, at=0, want=_wanted(prompt), raised=raised
                )
                break
        self._tell("end", exercise, count=len(example.prompts))

    def _opened(self, above: list[str | None]) -> Interpreter:
        """The interpreter, in which nothing has run but the beginning of these."""
        if self._ran != above[: len(self._ran)]:
            self.close()
        if self._interpreter is None:
            self._interpreter = Interpreter(self.lines.chapter, self.examples)
        return self._interpreter

    def _run(
        self, index: int, interpreter: Interpreter, text: str | None, shown: bool
    ) -> None:
        if text is None:
            self._run_printed(index, interpreter, shown)
        else:
            self._run_edited(index, interpreter, text, shown)
        self._ran.append(text)

    def _run_printed(self, index: int, interpreter: Interpreter, shown: bool) -> None:
        example, anchor = self.examples[index], self.anchors[index]
        if example.missing:
            self._tell("missing", anchor, needs=example.missing)
            return
        for setup in example.setups:
            error = interpreter.set_up(setup)
            if error is not None:
                self._tell("broken", anchor, error=self._traceback(error))
        for at, prompt in enumerate(example.prompts):
            with _errors_kept() as errors:
                result = interpreter.run(prompt.source, prompt.line)
            failure = check(example.fence, prompt, result, self.lines)  # type: ignore[arg-type]
            if shown or failure is not None:
                self._show(anchor, at, prompt.source, result, errors.getvalue())
                if failure is not None:
                    self._tell("differs", anchor, at=at, want=_wanted(prompt))
        changed = sum(text is not None for text in self._ran)
        self._tell("end", anchor, count=len(example.prompts), changed=changed)

    def _run_edited(
        self, index: int, interpreter: Interpreter, text: str, shown: bool
    ) -> None:
        example, anchor = self.examples[index], self.anchors[index]
        for setup in example.setups:
            interpreter.set_up(setup)
        foreseen = {
            prompt.source.strip()
            for prompt in example.prompts
            if prompt.error is not None
        }
        count = self._run_text(anchor, interpreter, text, foreseen, shown)
        self._tell("end", anchor, count=count, edited=True)

    def _run_text(
        self,
        anchor: str,
        interpreter: Interpreter,
        text: str,
        foreseen: Container[str] = (),
        shown: bool = True,
    ) -> int:
        """Run what a reader wrote up to the first failure, and count its statements.

        :param foreseen: the statements whose failure the book shows.
        :param shown: report on what does not fail, too.
        """
        try:
            statements = list(_statements(text))
        except SyntaxError as error:
            self._show(anchor, 0, text, Result("", error.with_traceback(None)), "")
            return 1
        with _written_by_reader(anchor, interpreter, text):
            for at, (line, source) in enumerate(statements):
                with _errors_kept() as errors:
                    result = interpreter.run(source, line)
                failed = result.error is not None and source.strip() not in foreseen
                if shown or failed:
                    self._show(anchor, at, source, result, errors.getvalue())
                if failed:
                    if at + 1 < len(statements):
                        self._tell("stopped", anchor, line=statements[at + 1][0])
                    break
        return len(statements)

    def _show(
        self,
        anchor: str,
        at: int,
        source: str,
        result: Result,
        errors: str,
        *,
        always: bool = False,
    ) -> None:
        error = None if result.error is None else self._traceback(result.error)
        last = None if result.error is None else last_lines(result.error)
        self._tell(
            "result",
            anchor,
            at=at,
            source=source,
            output=_short(result.output),
            errors=_short(self.lines.annotate(errors)),
            error=error,
            last=last,
            always=always,
        )

    def _traceback(self, error: BaseException) -> str:
        return _short(self.lines.annotate("".join(_formatted(error))))

    def _tell(self, event: str, anchor: str, **facts: Any) -> None:
        self._report(json.dumps({"event": event, "anchor": anchor, **facts}))

    def applications(self, anchor: str) -> str:
        """The names of the applications there are after an example, as JSON.

        :param anchor: the example, which has just run.
        """
        self._offered[anchor] = self._applications()
        return json.dumps(list(self._offered[anchor]))

    def _applications(self) -> dict[str, Any]:
        if self._interpreter is None:
            return {}
        names = self._interpreter.module.__dict__
        found = {
            name: value
            for name, value in names.items()
            if hasattr(type(value), "wsgi_app")  # asks no proxy
            or _is_application(value)
        }
        return dict(sorted(found.items(), key=lambda item: item[0] != "app"))

    def ask(self, anchor: str, name: str, request: str) -> str:
        """Send a request to an application, and return the answer as JSON.

        The name is what it was after the example, whatever has got it since.

        :param anchor: the example after which the application was offered.
        :param name: the variable that held it.
        :param request: method, path, headers and body, as JSON.
        """
        from werkzeug.test import Client

        interpreter, app = self._interpreter, self._offered.get(anchor, {}).get(name)
        if interpreter is None or app is None:
            return json.dumps({"gone": True})
        asked = json.loads(request)
        client = self._clients.setdefault(id(app), Client(app))
        output, errors = io.StringIO(), io.StringIO()
        with (
            interpreter.entered(),
            _no_loop_running(),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
        ):
            try:
                response = client.open(
                    asked["path"],
                    method=asked["method"],
                    headers=asked["headers"],
                    data=asked["body"] or None,
                )
                told = _answer(response)
            except Exception as error:
                told = {"error": self._traceback(error)}
        told |= {"output": _short(output.getvalue() + errors.getvalue())}
        return json.dumps(told)

    def close(self) -> None:
        """Forget everything that was run."""
        if self._interpreter is not None:
            self._interpreter.close()
        self._interpreter = None
        self._offered.clear()
        self._clients.clear()
        self._ran = []


class BookLines:
    """Names chapters and lines where Python names files of the program.

    It stands for the class of this name that the tests use, which needs the book.

    :param program: the folder of the program.
    :param chapter: the chapter whose examples run.
    :param examples: the chapter's examples: first line, last line, title.
    """

    def __init__(
        self, program: str, chapter: str, examples: list[tuple[int, int, str]]
    ) -> None:
        self.program = program
        self.chapter = f"/{chapter}"
        self._examples = examples
        self._table = json.loads(Path(program, "booklines.json").read_text("utf-8"))

    def annotate(self, text: str) -> str:
        """Rewrite a traceback: the chapters' lines beside those of the program."""
        return _FRAME.sub(self._frame, text)

    def _frame(self, match: re.Match[str]) -> str:
        lead, file, line, rest = match.groups()
        place = ""
        if file == self.chapter:
            file, line = self._in_example(int(line))
        elif file.startswith(_YOURS):
            file = "<your code>"
        elif file.startswith(_LIBRARIES):
            file = file.removeprefix(_LIBRARIES)
        elif file.startswith(self.program):
            file = file.removeprefix(self.program).lstrip("/")
            place = self._place(file, int(line))
        return f'{lead}File "{file}", line {line}{rest}{place}'

    def _in_example(self, number: int) -> tuple[str, str]:
        """The example that holds a line of the chapter, as a reader of the page sees it."""
        for first, last, title in self._examples:
            if first <= number <= last:
                return f"<example: {title}>", str(number - first + 1)
        return self.chapter[1:], str(number)

    def _place(self, file: str, line: int) -> str:
        told = self._table.get(file)
        row: Any = told["lines"][line - 1] if told and line <= len(told["lines"]) else 0
        return f" ({told['files'][row[0]]}:{row[1]})" if row else ""


def _places(examples: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Where the examples stand in the chapter: first line, last line, title."""
    return [
        (each["fence"]["bodyLine"], each["fence"]["endLine"], each["title"])
        for each in examples
    ]


class PatientLoop(asyncio.BaseEventLoop):
    """An event loop that waits for nothing but time.

    The loop of Python in a browser hands control back to the page, which an example
    that calls :func:`asyncio.run` cannot do. There are no sockets to wait for either.
    """

    def __init__(self) -> None:
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> list[Any]:
        """Wait until the next timer is due."""
        if timeout:
            time.sleep(timeout)
        return []

    def _process_events(self, events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """There is nobody to be woken."""


@contextlib.contextmanager
def _no_loop_running() -> Iterator[None]:
    """Hides that the browser's own loop has called us."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


def fall_asleep() -> None:
    """Get ready for a pause: the first thing that Python does after it is to idle.

    V8 compiles Python's main loop after a hundred instructions or less, and builds in
    whatever the loop has called by then. At the first call of anything else it throws
    that code away, goes on with slow code and compiles anew, a fifth of a second of
    work: five to nine times while the first examples run. A loop that has called nothing
    is compiled once.

    Pyodide begins with an import, so that is what waits.
    """

    def idle() -> None:
        pass

    idling = bytes([opmap["NOP"], 0]) * _IDLE
    idle.__code__ = idle.__code__.replace(co_code=idling + idle.__code__.co_code)
    import_ = builtins.__import__

    def idle_and_import(*asked: Any, **more: Any) -> Any:
        idle()
        builtins.__import__ = import_
        return import_(*asked, **more)

    builtins.__import__ = idle_and_import


def awake() -> None:
    """Begin after a pause: the memory of this Python may be an earlier one's.

    Readers, and a reader's pages, would all get the same random numbers.
    """
    random.seed()


def feel_at_home() -> None:
    """Let Python in the browser be as it is elsewhere, where a program could tell.

    :func:`asyncio.run` runs to the end, and modules are not below Python's own folder,
    as everything is below ``/``.
    """
    asyncio.new_event_loop = asyncio.events.new_event_loop = PatientLoop
    asyncio.run = asyncio.runners.run
    builtins.input = _no_keyboard
    sys.prefix = sys.exec_prefix = sys.base_prefix = sys.base_exec_prefix = "/usr"


_typed = builtins.input


def _no_keyboard(prompt: object = "", /) -> str:
    """``input``: a program may read from a text that stands in for the keyboard."""
    if sys.stdin is not sys.__stdin__:
        return _typed(prompt)
    raise EOFError("a page has no keyboard to read from; write the text into the code")


def import_what_is_used() -> None:
    """Import what is there of :data:`USED`."""
    for name in USED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


if sys.platform == "emscripten":
    gc.disable()  # until all is imported: import_ahead
    feel_at_home()
    import_what_is_used()


def _imports(source: str) -> Iterator[str]:
    """The modules that a statement imports, or lets the program import."""
    for asked, names in ON_DEMAND.items():
        if asked in source:
            yield from names
    with contextlib.suppress(SyntaxError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                yield from (each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
                yield from (f"{node.module}.{each.name}" for each in node.names)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The statements of a text, each with its first line, as one would type them."""
    lines = text.splitlines()
    body = ast.parse(text, "<your code>").body
    starts = [
        min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        for node in body
    ]
    for at, (node, start) in enumerate(zip(body, starts, strict=True)):
        if at and start <= (body[at - 1].end_lineno or start):
            continue  # it stands on the line of the one before, behind a semicolon
        end = node.end_lineno or start
        for other in body[at + 1 :]:
            if other.lineno > end:
                break
            end = other.end_lineno or end
        yield start, "\n".join(lines[start - 1 : end]) + "\n"


@contextlib.contextmanager
def _written_by_reader(
    anchor: str, interpreter: Interpreter, text: str
) -> Iterator[None]:
    """Lets tracebacks show the lines of what a reader wrote in a listing's place."""
    theirs, interpreter.file = interpreter.file, f"{_YOURS}{anchor}"
    lines = text.splitlines(keepends=True)
    linecache.cache[interpreter.file] = (len(text), None, lines, interpreter.file)
    try:
        yield
    finally:
        interpreter.file = theirs


def _is_application(value: object) -> bool:
    """Whether this is a WSGI application that an example has written by hand."""
    call: Any = value
    if not isinstance(value, FunctionType):
        call = inspect.getattr_static(type(value), "__call__", None)
    if not isinstance(call, FunctionType) or call.__module__ != "__main__":
        return False
    names = call.__code__.co_varnames[: call.__code__.co_argcount]
    return names[-2:] == ("environ", "start_response")


def _answer(response: Any) -> dict[str, Any]:
    data = response.get_data()
    return {
        "status": response.status,
        "headers": list(response.headers),
        "type": response.mimetype,
        "text": data.decode("utf-8", "replace"),
        "base64": base64.b64encode(data).decode(),
        "size": len(data),
    }


def _wanted(prompt: Prompt) -> str:
    want = prompt.want if prompt.error is None else prompt.error
    return _BLANK_LINE.sub("", want)


def _short(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}\n… and {len(text) - _SHOWN} characters more\n"


def _formatted(error: BaseException) -> list[str]:
    """A traceback; one of endless recursion is told by its first and last calls."""
    frames = error.__traceback__
    places = [(frame.f_code, line) for frame, line in traceback.walk_tb(frames)]
    # A function that calls itself is shortened by Python, two that call each other not.
    if sum(one != next_ for one, next_ in pairwise(places)) < 3 * _ENDS:
        return traceback.format_exception(error)
    more = len(places) - 2 * _ENDS
    return [
        "Traceback (most recent call last):\n",
        *traceback.format_tb(frames, _ENDS),
        f"  … and {more} calls more …\n",
        *traceback.format_tb(frames, -_ENDS),
        *traceback.format_exception_only(error),
    ]


@contextlib.contextmanager
def _errors_kept() -> Iterator[io.StringIO]:
    """Keeps what is written to the standard error, for the reader to see."""
    with contextlib.redirect_stderr(io.StringIO()) as kept:
        yield kept
