"""Explanations for errors that are hard to understand (chapters 5 to 31)"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeAlias

from werkzeug.routing import RequestRedirect

from .globals import _cv_request

if TYPE_CHECKING:
    from jinja2 import BaseLoader

    from .app import Flask
    from .scaffold import Scaffold
    from .wrappers import Request

#: What a loader returns: source, file name, and whether that is up to date.
Source: TypeAlias = "tuple[str, str | None, Callable[[], bool] | None]"
Attempt: TypeAlias = "tuple[BaseLoader, Scaffold, Source | None]"


class UnexpectedUnicodeError(AssertionError, UnicodeError):
    """Text came where bytes belong, or the other way round."""


class DebugFilesKeyError(KeyError, AssertionError):
    """A file was looked up in a form that transmitted file names only.

    :param request: the request.
    :param key: the name of the form field.
    """

    def __init__(self, request: Request, key: str) -> None:
        super().__init__(key)
        self.msg = (
            f"request.files has no {key!r}: no file contents were transmitted, because"
            f" the mimetype of the request is {request.mimetype!r}. Add"
            ' enctype="multipart/form-data" to the <form> element.'
        )
        names = request.form.getlist(key)
        if names:
            self.msg += (
                "\n\nThe browser sent the names of the files in their place."
                f" This was submitted: {', '.join(map(repr, names))}"
            )

    def __str__(self) -> str:
        return self.msg


class FormDataRoutingRedirect(AssertionError):
    """A redirect to the canonical URL would lose the body of the request.

    Raised in debug mode for methods that carry a body, unless the status of
    the redirect, 307 or 308, makes the client repeat the request as it was.

    :param request: a request whose ``routing_exception`` is the redirect.
    """

    def __init__(self, request: Request) -> None:
        redirect = request.routing_exception
        assert isinstance(redirect, RequestRedirect)
        target = redirect.new_url
        message = (
            f"The request for {request.url!r} would be redirected to the canonical"
            f" URL {target!r}, and browsers drop the form data on the way."
        )
        if target.partition("?")[0] == request.base_url + "/":
            message += " The rule of this URL ends in a slash; the request's does not."
        super().__init__(
            f"{message} Send the form to the canonical URL, or redirect with"
            " status 307 or 308.\n\nThis exception is raised in debug mode only."
        )


def attach_enctype_error_multidict(request: Request) -> None:
    """Have ``request.files`` raise :exc:`DebugFilesKeyError` where it applies.

    :param request: a request whose form has been parsed.
    """
    plain = type(request.files)

    def __getitem__(self: Any, key: str) -> Any:
        try:
            return plain.__getitem__(self, key)
        except KeyError as error:
            if key not in request.form:
                raise
            explained = DebugFilesKeyError(request, key)
            raise explained.with_traceback(error.__traceback__) from None

    namespace = {"__getitem__": __getitem__, "__module__": plain.__module__}
    request.files.__class__ = type(plain.__name__, (plain,), namespace)


def explain_template_loading_attempts(
    app: Flask, template: str, attempts: list[Attempt]
) -> None:
    """Log where a template was looked for and where it was found.

    :param app: the application, for its logger.
    :param template: the name of the template.
    :param attempts: for each loader in turn: the loader, the application or
        blueprint it belongs to, and what it returned, ``None`` for nothing.
    """
    lines = [f"Locating template {template!r}:"]
    for number, attempt in enumerate(attempts, 1):
        lines += _explain_attempt(number, *attempt)
    found = sum(source is not None for _, _, source in attempts)
    if found == 0:
        lines.append("Error: the template could not be found.")
    elif found > 1:
        lines.append("Warning: multiple loaders returned a match for the template.")
    if found != 1:
        lines += _explain_blueprint()
    app.logger.info("\n".join(lines))


def _explain_attempt(
    number: int, loader: BaseLoader, owner: Scaffold, source: Source | None
) -> Iterator[str]:
    yield f"{number:5}: trying loader of {_describe(owner)}"
    for detail in _describe_loader(loader):
        yield " " * 7 + detail
    result = "no match" if source is None else f"found ({source[1] or '<string>'!r})"
    yield f"       -> {result}"


def _describe(owner: Scaffold) -> str:
    from .app import Flask
    from .blueprints import Blueprint

    if isinstance(owner, Flask):
        return f"application {owner.import_name!r}"
    if isinstance(owner, Blueprint):
        return f"blueprint {owner.name!r} ({owner.import_name})"
    return repr(owner)


def _describe_loader(loader: BaseLoader) -> Iterator[str]:
    """Yield the class of a loader and its public attributes, as far as they tell."""
    yield f"class: {type(loader).__module__}.{type(loader).__qualname__}"
    for name, value in sorted(vars(loader).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, str | int | float):
            yield f"{name}: {value!r}"
        elif isinstance(value, list | tuple) and all(
            isinstance(item, str) for item in value
        ):
            yield f"{name}:"
            yield from (f"  - {item}" for item in value)


def _explain_blueprint() -> Iterator[str]:
    context = _cv_request.get(None)
    blueprint = None if context is None else context.request.blueprint
    if blueprint is not None:
        yield (
            "  The template was looked up from an endpoint that belongs to the"
            f" blueprint {blueprint!r}."
        )
        yield (
            "  Is the file in a template folder of the application or of that"
            " blueprint? The application's folders come first."
        )
        yield "  See https://flask.palletsprojects.com/blueprints/#templates"
