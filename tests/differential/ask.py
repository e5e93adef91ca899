"""Asks an application as a server does, and writes down all that can be seen."""

from __future__ import annotations

import gc
import inspect
import io
import logging
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from types import ModuleType
from types import SimpleNamespace
from typing import Any
from unittest import mock

import flask.json.tag
from itsdangerous import URLSafeTimedSerializer

from .build import Kit
from .build import NAME
from .build import Records

NOW = 1_700_000_000
KEY = "a secret key"

Answer = dict[str, Any]
Description = dict[str, Any]


# Requests


def environ_of(request: Description) -> dict[str, Any]:
    """The WSGI environ of a request's description."""
    body = request.get("body", "").encode("latin-1")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.get("method", "GET"),
        "SCRIPT_NAME": request.get("script", ""),
        "PATH_INFO": request.get("path", "/"),
        "QUERY_STRING": request.get("query", ""),
        "SERVER_NAME": "server.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.get("scheme", "http"),
        "wsgi.input": input_of(request.get("input", "bytes"), body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    host = request.get("host", "example.com")
    if host is not None:
        environ["HTTP_HOST"] = host
    length = request.get("length", "auto")
    if length == "auto":
        length = str(len(body)) if body else None
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    if "type" in request:
        environ["CONTENT_TYPE"] = request["type"]
    if request.get("input") == "terminated":
        environ["wsgi.input_terminated"] = True
    for name, value in request.get("headers", ()):
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ.update(request.get("environ", {}))
    for key in request.get("without", ()):
        environ.pop(key, None)
    return environ


class Breaking(io.BytesIO):
    """A client that goes away while it sends."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError("the client is gone")

    readinto = readline = read  # type: ignore[assignment]


class Reluctant(io.BytesIO):
    """A client that sends byte by byte."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size, 3) if size and size > 0 else size)


def input_of(kind: str, body: bytes) -> io.BytesIO:
    kinds = {"breaking": Breaking, "reluctant": Reluctant}
    if kind == "short":
        body = body[: len(body) // 2]
    return kinds.get(kind, io.BytesIO)(body)


def cookie_header(kit: Kit, pieces: list[Any]) -> str:
    """A ``Cookie`` header; a session's content is signed here."""
    found = []
    for piece in pieces:
        if piece == "jar":
            found.append(kit.jar)
        elif isinstance(piece, str):
            found.append(piece)
        else:
            name, content, key, age, *damage = piece
            token = signed(repr(content), key, NOW - age)
            for what in damage:
                token = _DAMAGE[what](token)
            found.append(f"{name}={token}")
    return "; ".join(piece for piece in found if piece)


_DAMAGE = {
    "cut": lambda token: token[:-2],
    "quoted": lambda token: f'"{token}"',
    "changed": lambda token: "e30" + token[3:],
    "longer": lambda token: token + "A",
    "=": lambda token: token + "=",
}


@cache
def signed(content: str, key: str, when: int) -> str:
    """A session as Flask puts it into a cookie."""
    with mock.patch("itsdangerous.timed.time", SimpleNamespace(time=lambda: when)):
        token = serializer(key).dumps(eval(content))
    return token if isinstance(token, str) else token.decode()


@cache
def serializer(key: str) -> URLSafeTimedSerializer:
    app = flask.Flask(NAME, static_folder=None)
    app.secret_key = key
    found = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert found is not None
    return found  # type: ignore[no-any-return]


# The clock


class _AnyDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


@contextmanager
def stopped_clock(clock: SimpleNamespace) -> Iterator[None]:
    """Every module of the framework and below it sees the same time."""

    class Stopped(datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.fromtimestamp(clock.now, tz)

    def now() -> float:
        return float(clock.now)

    stopped_time = SimpleNamespace(**vars(time))
    stopped_time.time = now
    with ExitStack() as stack:
        for module in list(sys.modules.values()):
            if module.__name__.partition(".")[0] in _CLOCKED:
                for name, value in list(vars(module).items()):
                    replacement = {
                        id(time): stopped_time,
                        id(time.time): now,
                        id(datetime): Stopped,
                    }.get(id(value))
                    if replacement is not None and (
                        value is not datetime or "datetime.now" in source(module)
                    ):
                        stack.enter_context(
                            mock.patch.object(module, name, replacement)
                        )
        yield


_CLOCKED = {"flask", "flasklit", "werkzeug", "itsdangerous", "email"}


@cache
def source(module: ModuleType) -> str:
    return inspect.getsource(module)


# Asking


class Inquiry:
    """Asks kits, with the clock stopped and logs and warnings caught."""

    def __enter__(self) -> Inquiry:
        self.clock = SimpleNamespace(now=NOW)
        self.records = Records()
        self.loggers = [logging.getLogger(NAME)]
        self.stack = ExitStack()
        self.stack.enter_context(stopped_clock(self.clock))
        self.stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("always")
        warnings.showwarning = self.warned  # type: ignore[assignment]
        for logger in self.loggers:
            logger.addHandler(self.records)
            logger.propagate = False
        return self

    def __exit__(self, *exc_info: object) -> None:
        for logger in self.loggers:
            logger.removeHandler(self.records)
            logger.propagate = True
        gc.collect()  # what complains of not being closed does it in here
        self.stack.close()

    def warned(self, message: Any, category: Any, *where: Any, **options: Any) -> None:
        """Note a warning; when garbage is collected is not the framework's doing."""
        if self.records.kit is not None and category is not ResourceWarning:
            self.records.kit.note("warning", category.__name__, str(message))

    def ask(self, kit: Kit, request: Description) -> Answer:
        """Send one request and describe what comes back."""
        kit.events = []
        kit.response = kit.problem = None
        kit.arguments = {}
        kit.nested = False
        self.clock.now = NOW + request.get("later", 0)
        environ = environ_of(request)
        cookies = cookie_header(kit, request.get("cookies", []))
        if cookies:
            environ["HTTP_COOKIE"] = cookies
        if request.get("preserve"):  # as Werkzeug's debugger asks for contexts
            environ["werkzeug.debug.preserve_context"] = lambda context: kit.note(
                "preserved", type(context).__name__
            )
        self.records.kit = kit
        try:
            answer = self._talk(kit, environ)
        finally:
            self.records.kit = None
        self._keep_cookie(kit, answer)
        return answer

    def _talk(self, kit: Kit, environ: dict[str, Any]) -> Answer:
        begun: list[Any] = []
        chunks: list[Any] = []
        before = dict(environ)
        raised: BaseException | None = None
        closable: Any = None

        def start_response(status: Any, headers: Any, exc_info: Any = None) -> Any:
            kit.note("starts")
            begun.append((status, list(headers), type(headers).__name__))
            return chunks.append

        try:
            body = kit.app(environ, start_response)
            kit.note("returned")
            close = getattr(body, "close", None)
            closable = close is not None
            try:
                for chunk in body:
                    chunks.append(chunk)
                kit.note("sent")
            finally:
                if close is not None:
                    close()
        except BaseException as problem:
            if isinstance(problem, (KeyboardInterrupt, MemoryError)):
                raise
            raised = problem
        return {
            "status": begun[-1][0] if begun else None,
            "headers": begun[-1][1] if begun else None,
            "type of headers": [kind for _, _, kind in begun],
            "body": chunks,
            "closable": closable,
            "raised": raised and kit.told(raised),
            "because": raised and raised.__cause__ and kit.told(raised.__cause__),
            "events": kit.events,
            "environ": left_behind(before, environ),
            "consumed": _position(environ.get("wsgi.input")),
            "errors": _written(environ.get("wsgi.errors")),
            "contexts": [
                kit.package.has_request_context(),
                kit.package.has_app_context(),
            ],
        }

    def _keep_cookie(self, kit: Kit, answer: Answer) -> None:
        for name, value in answer["headers"] or ():
            if name == "Set-Cookie":
                kit.jar = value.partition(";")[0]


def left_behind(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """What has changed in an environ; objects by their type."""
    changes = []
    for key in sorted({*before, *after}, key=str):
        old, new = before.get(key, ...), after.get(key, ...)
        if old is not new and old != new:
            plain = new is None or isinstance(new, (str, int, bytes))
            changes.append([key, new if plain else type(new).__name__])
    return changes


def _position(stream: Any) -> int | None:
    try:
        return int(stream.tell())
    except (AttributeError, ValueError):
        return None


def _written(stream: Any) -> str | None:
    return stream.getvalue() if isinstance(stream, io.StringIO) else None
