"""Functions for views and extensions (chapters 3 to 47)"""

from __future__ import annotations

import os
import sys
from functools import cache
from functools import update_wrapper
from importlib.util import find_spec
from typing import Any
from typing import overload
from typing import TYPE_CHECKING

from werkzeug.exceptions import abort as _werkzeug_abort
from werkzeug.utils import redirect as _werkzeug_redirect
from werkzeug.utils import send_file as _werkzeug_send_file
from werkzeug.utils import send_from_directory as _werkzeug_send_from_directory

from .dropped import dropped_names
from .globals import _cv_app
from .globals import _cv_request
from .globals import current_app
from .globals import request
from .globals import request_ctx
from .globals import session
from .signals import message_flashed

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator
    from datetime import datetime
    from typing import AnyStr
    from typing import IO
    from typing import NoReturn
    from typing import Unpack

    from werkzeug.wrappers import Response as BaseResponse

    from .ctx import AppContext
    from .ctx import RequestContext
    from .former.parameters import SendFileParameters
    from .wrappers import Response

_NO = frozenset({"0", "false", "no"})
_missing: Any = ...


def get_debug_flag() -> bool:
    """Whether the environment asks for debug mode.

    Reads ``FLASKLIT_DEBUG`` and, if that is unset or empty, ``FLASK_DEBUG``.
    Anything but ``0``, ``false``, ``no`` and the empty string means yes.
    """
    value = environment_setting("DEBUG")
    return bool(value) and value.lower() not in _NO


def get_load_dotenv(default: bool = True) -> bool:
    """Whether the default dotenv files should be loaded.

    Reads ``FLASKLIT_SKIP_DOTENV`` and, if that is unset or empty,
    ``FLASK_SKIP_DOTENV``.

    :param default: the answer if neither is set.
    """
    value = environment_setting("SKIP_DOTENV")
    return value.lower() in _NO if value else default


def environment_setting(name: str) -> str:
    """The environment variable ``FLASKLIT_name``, or else ``FLASK_name``.

    :param name: the name without its prefix.
    :returns: the value, the empty string if neither is set.
    """
    return os.environ.get(f"FLASKLIT_{name}") or os.environ.get(f"FLASK_{name}", "")


def make_response(*args: Any) -> Response:
    """Turn what a view could return into a response object.

    :param args: nothing for an empty response, one value, or the parts of the
        tuple that a view would return: body, status, headers.

    .. versionadded:: 0.6
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not args:
        return app.response_class()  # type: ignore[no-any-return]
    value = args[0] if len(args) == 1 else args
    return app.make_response(value)  # type: ignore[no-any-return]


def url_for(
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: Any,
) -> str:
    """Build the URL of an endpoint.

    Calls :meth:`flasklit.Flask.url_for` of the current application.

    :param endpoint: the name of the endpoint. A leading dot stands for the
        blueprint of the current request.
    :param _anchor: the fragment, without ``#``.
    :param _method: the HTTP method whose rule to build.
    :param _scheme: the scheme of an external URL.
    :param _external: whether the URL has scheme and host. By default it has
        them only outside of a request.
    :param values: values for the variable parts of the rule; all others make
        the query string.
    :raises werkzeug.routing.BuildError: if no rule fits, unless a handler of
        build errors returns a URL.

    .. versionchanged:: 0.9
        Added ``_anchor`` and ``_method``.
    .. versionchanged:: 0.10
        Added ``_scheme``.
    .. versionchanged:: 2.2
        An application may override the method that is called.
    """
    return current_app.url_for(
        endpoint,
        _anchor=_anchor,
        _method=_method,
        _scheme=_scheme,
        _external=_external,
        **values,
    )


def redirect(
    location: str, code: int = 302, Response: type[BaseResponse] | None = None
) -> BaseResponse:
    """Make a response that sends the client to another URL.

    Calls :meth:`flasklit.Flask.redirect` of the current application, if any.

    :param location: the URL to go to.
    :param code: the HTTP status code.
    :param Response: the response class to use outside of an application.

    .. versionchanged:: 2.2
        An application may override the method that is called.
    """
    context = _cv_app.get(None)
    if context is None:
        return _werkzeug_redirect(location, code=code, Response=Response)
    return context.app.redirect(location, code=code)


def abort(code: int | BaseResponse, *args: Any, **kwargs: Any) -> NoReturn:
    """Leave the view with an HTTP error.

    Calls the ``aborter`` of the current application, if any.

    :param code: an HTTP status code, or a response to answer with.
    :param args: arguments of the exception, as a rule its description.
    :param kwargs: keyword arguments of the exception.
    :raises werkzeug.exceptions.HTTPException: the exception of that code.
    :raises LookupError: if there is no exception for the code.

    .. versionchanged:: 2.2
        An application may replace its aborter.
    """
    context = _cv_app.get(None)
    if context is not None:
        context.app.aborter(code, *args, **kwargs)
    _werkzeug_abort(code, *args, **kwargs)


def get_template_attribute(template_name: str, attribute: str) -> Any:
    """Fetch a macro or a variable that a template exports.

    :param template_name: the template that exports it.
    :param attribute: what the template calls it.
    :raises AttributeError: if the template exports nothing of that name.

    .. versionadded:: 0.2
    """
    template = current_app.jinja_env.get_template(template_name)
    return getattr(template.module, attribute)


def flash(message: str, category: str = "message") -> None:
    """Keep a message in the session for the next request to show.

    :param message: the text, or anything the session can store.
    :param category: what kind of message it is; ``message``, ``error``,
        ``info`` and ``warning`` are customary.

    .. versionchanged:: 0.3
        Added ``category``.
    """
    waiting = session.get("_flashes", [])
    waiting.append((category, message))
    session["_flashes"] = waiting
    if message_flashed.receivers:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        message_flashed.send(
            app, _async_wrapper=app.ensure_sync, message=message, category=category
        )


def get_flashed_messages(
    with_categories: bool = False, category_filter: Iterable[str] = ()
) -> list[str] | list[tuple[str, str]]:
    """Take the flashed messages out of the session.

    Later calls during the same request return the same messages.

    :param with_categories: return pairs of category and message.
    :param category_filter: the only categories to return; none means all.

    .. versionchanged:: 0.3
        Added ``with_categories``.
    .. versionchanged:: 0.9
        Added ``category_filter``.
    """
    context = request_ctx._get_current_object()  # type: ignore[attr-defined]
    pairs = context.flashes
    if pairs is None:
        pairs = session.pop("_flashes") if "_flashes" in session else []
        context.flashes = pairs
    if category_filter:
        pairs = [pair for pair in pairs if pair[0] in category_filter]
    return pairs if with_categories else [pair[1] for pair in pairs]


def _default_template_ctx_processor() -> dict[str, Any]:
    """The objects behind ``g`` and ``request``, for a template's context.

    The session is not among them: to take hold of it counts as an access.
    """
    names: dict[str, Any] = {}
    app_context = _cv_app.get(None)
    if app_context is not None:
        names["g"] = app_context.g
    request_context = _cv_request.get(None)
    if request_context is not None:
        names["request"] = request_context.request
    return names


@overload
def stream_with_context(
    generator_or_function: Iterator[AnyStr],
) -> Iterator[AnyStr]: ...


@overload
def stream_with_context(
    generator_or_function: Callable[..., Iterator[AnyStr]],
) -> Callable[..., Iterator[AnyStr]]: ...


def stream_with_context(
    generator_or_function: Iterator[AnyStr] | Callable[..., Iterator[AnyStr]],
) -> Iterator[AnyStr] | Callable[..., Iterator[AnyStr]]:
    """Keep the request's context for a body that is generated after the view.

    :param generator_or_function: a generator, or a generator function to
        decorate.
    :raises RuntimeError: if no request context is active.

    .. versionadded:: 0.9
    """
    try:
        pieces = iter(generator_or_function)  # type: ignore[arg-type]
    except TypeError:
        return _streaming(generator_or_function)  # type: ignore[arg-type]
    request_context = _cv_request.get(None)
    if request_context is None:
        raise RuntimeError(
            "'stream_with_context' was called outside of a request. Call it in the"
            " view, before the stream is returned."
        )
    return _in_contexts(_cv_app.get(), request_context, pieces)


def _streaming(function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def call(*args: Any, **kwargs: Any) -> Iterator[Any]:
        return stream_with_context(function(*args, **kwargs))

    return update_wrapper(call, function)


def _in_contexts(
    app_context: AppContext, request_context: RequestContext, pieces: Iterator[Any]
) -> Iterator[Any]:
    with app_context, request_context:
        try:
            yield from pieces
        finally:
            if close := getattr(pieces, "close", None):
                close()


def send_file(
    path_or_file: os.PathLike[AnyStr] | str | IO[bytes] = _missing,
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: datetime | int | float | None = None,
    max_age: int | Callable[[str | None], int | None] | None = None,
    **former: Unpack[SendFileParameters],
) -> Response:
    """Answer with the contents of a file.

    Never pass a path that a client chose; :func:`send_from_directory` is for
    those.

    :param path_or_file: a path, relative to the application's root path, or a
        file object opened in binary mode and positioned at its start.
    :param mimetype: the media type; by default guessed from the name.
    :param as_attachment: ask the browser to save the file, not to show it.
    :param download_name: the name to save it under; by default the file's.
    :param conditional: honour conditional and range requests.
    :param etag: compute an entity tag from the path, or the tag to use.
    :param last_modified: when the file was last modified, a date or seconds
        since the epoch; by default the file's own time.
    :param max_age: for how many seconds a client may keep the file, or a
        function from the file's name to that number; by default
        :meth:`flasklit.Flask.get_send_file_max_age`.

    .. versionadded:: 0.2
    .. versionchanged:: 0.5
        Entity tags and conditional answers.
    .. versionchanged:: 2.0
        ``download_name``, ``max_age`` and ``etag`` replace
        ``attachment_filename``, ``cache_timeout`` and ``add_etags``.
    """
    if former or path_or_file is _missing:
        from .former.parameters import for_send_file

        today = for_send_file(
            former,
            path_or_file=path_or_file,
            mimetype=mimetype,
            as_attachment=as_attachment,
            download_name=download_name,
            conditional=conditional,
            etag=etag,
            last_modified=last_modified,
            max_age=max_age,
        )
        return send_file(**today)
    arguments = _prepare_send_file_kwargs(
        mimetype=mimetype,
        as_attachment=as_attachment,
        download_name=download_name,
        conditional=conditional,
        etag=etag,
        last_modified=last_modified,
        max_age=max_age,
    )
    return _werkzeug_send_file(  # type: ignore[return-value]
        path_or_file,  # type: ignore[arg-type]
        **arguments,
    )


def send_from_directory(
    directory: os.PathLike[str] | str,
    path: os.PathLike[str] | str = _missing,
    **kwargs: Any,
) -> Response:
    """Answer with a file below a folder.

    :param directory: the folder, relative to the application's root path. It
        must not come from the client.
    :param path: the path below the folder; it may come from the client.
    :param kwargs: passed to :func:`send_file`.
    :raises werkzeug.exceptions.NotFound: if the path leaves the folder or is not
        a regular file.

    .. versionadded:: 0.5
    .. versionchanged:: 2.0
        ``path`` replaces ``filename``.
    """
    if path is _missing or not _FORMER_NAMES.isdisjoint(kwargs):
        from .former.parameters import for_send_from_directory

        today = for_send_from_directory(path, **kwargs)
        return send_from_directory(directory, **today)
    arguments = _prepare_send_file_kwargs(**kwargs)
    return _werkzeug_send_from_directory(  # type: ignore[return-value]
        directory, path, **arguments
    )


def _prepare_send_file_kwargs(**kwargs: Any) -> dict[str, Any]:
    """Complete the arguments with what the application decides."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if kwargs.get("max_age") is None:
        kwargs["max_age"] = app.get_send_file_max_age
    return kwargs | {
        "environ": request.environ,
        "use_x_sendfile": app.config["USE_X_SENDFILE"],
        "response_class": app.response_class,
        "_root_path": app.root_path,
    }


_FORMER_NAMES = frozenset(
    {"filename", "attachment_filename", "add_etags", "cache_timeout"}
)


def get_root_path(import_name: str) -> str:
    """The folder of a package or module.

    :param import_name: its dotted name. It is imported only if its loader does
        not know the file.
    :returns: an absolute path; the current folder if there is no such module or
        it has no file, as at an interactive prompt.
    :raises RuntimeError: for an imported namespace package, which has no single
        folder.
    """
    filename = getattr(sys.modules.get(import_name), "__file__", None)
    if filename is None:
        loader = _find_loader(import_name)
        if loader is None:
            return os.getcwd()
        filename = _filename(loader, import_name)
    return os.path.dirname(os.path.abspath(filename))


def _find_loader(import_name: str) -> Any:
    try:
        spec = find_spec(import_name)
    except (ImportError, ValueError):
        return None
    return spec and spec.loader


def _filename(loader: Any, import_name: str) -> str:
    if hasattr(loader, "get_filename"):
        return loader.get_filename(import_name)  # type: ignore[no-any-return]
    __import__(import_name)
    filename: str | None = getattr(sys.modules[import_name], "__file__", None)
    if filename is None:
        raise RuntimeError(
            f"{import_name!r} has no file that says where it lies, as a namespace"
            " package has none. Pass 'root_path' to say which folder it is in."
        )
    return filename


@cache
def _split_blueprint_path(name: str) -> list[str]:
    """A blueprint's dotted name and those it is nested in, innermost first."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


if not TYPE_CHECKING:
    __getattr__ = dropped_names(__name__)
