"""The values that views return, made of descriptions; all kinds, good and bad."""

from __future__ import annotations

import io
from collections.abc import Callable
from collections.abc import Iterator
from datetime import date
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import werkzeug.exceptions
from markupsafe import Markup
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as BaseResponse

VALUES: dict[str, Callable[..., Any]] = {}


class Oops(Exception):
    """An exception of the application's own."""


class Worse(Oops):
    """One that has a base to be handled by."""


class Harsh(BaseException):
    """One that is not to be caught."""


class Text(str):
    """A string that is not exactly a ``str``."""


class Table(dict):  # type: ignore[type-arg]
    """A dictionary that is not exactly a ``dict``."""


class Pair(tuple):  # type: ignore[type-arg]
    """A tuple that is not exactly a ``tuple``."""


def value(function: Callable[..., Any]) -> Callable[..., Any]:
    VALUES[function.__name__.rstrip("_")] = function
    return function


def make(kit: Any, description: Any) -> Any:
    """The value of a description: a list of its kind and its arguments."""
    kind, *arguments = description
    return VALUES[kind](kit, *arguments)


@value
def plain(kit: Any, it: Any) -> Any:
    """Text, number, ``None``, list or dictionary: itself, but its own copy."""
    return copied(it)


def copied(it: Any) -> Any:
    if isinstance(it, dict):
        return {key: copied(item) for key, item in it.items()}
    return [copied(item) for item in it] if isinstance(it, list) else it


@value
def bytes_(kit: Any, text: str) -> bytes:
    return text.encode("latin-1")


@value
def bytearray_(kit: Any, text: str) -> bytearray:
    return bytearray(text.encode("latin-1"))


@value
def subclass(kit: Any, kind: str, it: Any) -> Any:
    kinds: dict[str, Any] = {"str": Text, "markup": Markup, "dict": Table}
    return kinds[kind](it)


@value
def notes(kit: Any) -> str:
    """All that was noted so far, which makes every body a different one."""
    return repr(kit.notes_of_request())


@value
def arguments(kit: Any) -> dict[str, Any]:
    """The view's arguments, as JSON."""
    return {name: repr(item) for name, item in sorted(kit.arguments.items())}


@value
def odd_json(kit: Any) -> dict[str, Any]:
    return {
        "b": datetime(2020, 1, 2, 3, 4, 5),
        "a": Markup("<i>"),
        "c": UUID(int=7),
        "d": [Decimal("1.5"), date(2020, 1, 2)],
        "é": (1, None, True, 1.5),
    }


@value
def no_json(kit: Any) -> dict[Any, Any]:
    return {"it": Unsuitable(), 1: {2}}


@value
def mixed_keys(kit: Any) -> dict[Any, Any]:
    return {"b": 1, 2: "c", None: 3}


@value
def tuple_(kit: Any, *items: Any) -> tuple[Any, ...]:
    return tuple(make(kit, item) for item in items)


@value
def named_tuple(kit: Any, *items: Any) -> tuple[Any, ...]:
    return Pair(make(kit, item) for item in items)


@value
def headers(kit: Any, pairs: list[Any]) -> Headers:
    return Headers([(name, it) for name, it in pairs])


@value
def pairs(kit: Any, pairs: list[Any]) -> list[tuple[str, Any]]:
    return [(name, it) for name, it in pairs]


@value
def response(kit: Any, body: Any, options: dict[str, Any], changes: Any = ()) -> Any:
    """An object of the package's response class, changed afterwards."""
    from .acts import CHANGES

    made = kit.package.Response(make(kit, body), **options)
    for what, *rest in changes:
        CHANGES[what](made, *rest)
    return made


@value
def app_response(kit: Any, body: Any, options: dict[str, Any]) -> Any:
    return kit.app.response_class(make(kit, body), **options)


@value
def closing(kit: Any, body: Any) -> Any:
    """A response that notes when it is closed."""
    made = kit.package.make_response(make(kit, body))
    made.call_on_close(lambda: kit.note("closed"))
    return made


@value
def closing_error(kit: Any, body: Any) -> Any:
    made = kit.package.make_response(make(kit, body))

    def fail() -> None:
        kit.note("closing")
        raise Oops("while closing")

    made.call_on_close(fail)
    return made


@value
def werkzeug_response(kit: Any, body: Any, options: dict[str, Any]) -> BaseResponse:
    return BaseResponse(make(kit, body), **options)


@value
def make_response(kit: Any, *items: Any) -> Any:
    return kit.package.make_response(*(make(kit, item) for item in items))


@value
def jsonify(kit: Any, args: list[Any], named: dict[str, Any]) -> Any:
    return kit.package.jsonify(*args, **named)


@value
def redirect(kit: Any, location: str, code: int) -> Any:
    return kit.package.redirect(location, code)


@value
def redirect_to(kit: Any, endpoint: str, values: dict[str, Any]) -> Any:
    return kit.package.redirect(kit.package.url_for(endpoint, **values))


@value
def generator(kit: Any, pieces: list[Any], fails: bool) -> Iterator[Any]:
    """A stream, which notes how it goes; pieces that are lists stand for bytes."""

    def stream() -> Iterator[Any]:
        for piece in pieces:
            kit.note("streams")
            yield make(kit, piece) if isinstance(piece, list) else piece
        if fails:
            raise Oops("in the stream")
        kit.note("stream ends")

    return stream()


@value
def with_context(kit: Any, fails: bool) -> Any:
    """A stream that reads the request when the view is long done."""

    def stream() -> Iterator[str]:
        yield kit.package.request.path
        if fails:
            raise Oops("in the stream")
        yield kit.package.request.method
        kit.note("streamed", kit.package.has_request_context())

    return kit.package.stream_with_context(stream())


@value
def without_context(kit: Any) -> Iterator[str]:
    """A stream that reads the request and must not be able to."""

    def stream() -> Iterator[str]:
        yield "begin"
        yield str(kit.package.has_request_context())

    return stream()


@value
def iterator(kit: Any, pieces: list[str]) -> Iterator[str]:
    return iter(pieces)


@value
def file(kit: Any, text: str, options: dict[str, Any]) -> Any:
    return kit.package.send_file(io.BytesIO(text.encode()), **options)


@value
def send_file(kit: Any, name: str, options: dict[str, Any]) -> Any:
    return kit.package.send_file(kit.folder / "static" / name, **options)


@value
def send_from(kit: Any, name: str, options: dict[str, Any]) -> Any:
    return kit.package.send_from_directory(kit.folder / "static", name, **options)


@value
def template(kit: Any, name: str, context: dict[str, Any]) -> str:
    return str(kit.package.render_template(name, **context))


@value
def template_string(kit: Any, source: str, context: dict[str, Any]) -> str:
    return str(kit.package.render_template_string(source, **context))


@value
def stream_template(kit: Any, name: str, context: dict[str, Any]) -> Iterator[str]:
    stream: Iterator[str] = kit.package.stream_template(name, **context)
    return stream


@value
def http_error(kit: Any, code: int, description: str | None = None) -> Any:
    return werkzeug.exceptions.default_exceptions[code](description)


@value
def http_error_class(kit: Any, code: int) -> Any:
    return werkzeug.exceptions.default_exceptions[code]


@value
def error_with_response(kit: Any, code: int, body: Any) -> Any:
    error = werkzeug.exceptions.default_exceptions[code]
    return error(response=make(kit, body))


@value
def wsgi(kit: Any, status: str, header: list[Any], chunks: list[str]) -> Any:
    """A WSGI application."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        kit.note("wsgi", environ.get("PATH_INFO"))
        start_response(status, [(name, it) for name, it in header])
        return [chunk.encode() for chunk in chunks]

    return application


@value
def this(kit: Any, kind: str) -> Any:
    """Something a view has at hand."""
    package = kit.package
    return {
        "request": lambda: package.request,
        "path": lambda: package.request.path,
        "args": lambda: package.request.args,
        "json": lambda: package.request.get_json(),
        "data": lambda: package.request.get_data(),
        "form": lambda: package.request.form,
        "cookies": lambda: package.request.cookies,
        "session": lambda: dict(package.session),
        "g": lambda: package.g,
        "app": lambda: kit.app,
        "problem": lambda: kit.problem,
        "code": lambda: (
            type(kit.problem).__name__,
            getattr(kit.problem, "code", 500) or 500,
        ),
    }[kind]()


class Unsuitable:
    """Neither a response nor callable."""

    def __repr__(self) -> str:
        return "<unsuitable>"


@value
def unsuitable(kit: Any) -> Any:
    return Unsuitable()


@value
def callable_(kit: Any) -> Any:
    """A callable that is no WSGI application."""
    return lambda: "no"
