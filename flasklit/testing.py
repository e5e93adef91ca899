"""A client and a command line for tests (chapters 35, 37, 44)"""

from __future__ import annotations

from contextlib import contextmanager
from contextlib import ExitStack
from copy import copy
from functools import cache
from typing import Any
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import werkzeug.test
from click.testing import CliRunner
from werkzeug.test import Client
from werkzeug.wrappers import Request as BaseRequest

from .cli import ScriptInfo
from .globals import _cv_request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType
    from wsgiref.types import WSGIEnvironment

    from click.testing import Result
    from werkzeug.test import TestResponse

    from .app import Flask
    from .sessions import SessionMixin


class EnvironBuilder(werkzeug.test.EnvironBuilder):
    """Builds the WSGI environment of a request to an application.

    :param app: the application.
    :param path: the path, or a whole URL.
    :param base_url: scheme, host and root of the application. By default they
        come from ``url_scheme``, ``subdomain`` and the configuration:
        ``PREFERRED_URL_SCHEME``, ``SERVER_NAME`` and ``APPLICATION_ROOT``.
    :param subdomain: a subdomain of the server's name.
    :param url_scheme: the scheme.
    :param args: the arguments of :class:`werkzeug.test.EnvironBuilder`.
    :param kwargs: its keyword arguments.
    """

    def __init__(
        self,
        app: Flask,
        path: str = "/",
        base_url: str | None = None,
        subdomain: str | None = None,
        url_scheme: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        assert base_url is None or not (subdomain or url_scheme), (
            "'base_url' has the scheme and the host already; pass it without"
            " 'subdomain' and 'url_scheme'."
        )
        if base_url is None:
            base_url, path = _split_target(app, path, subdomain, url_scheme)
        self.app = app
        super().__init__(path, base_url, *args, **kwargs)

    def json_dumps(self, obj: Any, **kwargs: Any) -> str:
        """Write an object as the application writes JSON.

        :param obj: the object.
        :param kwargs: the arguments of the application's JSON provider.
        """
        return self.app.json.dumps(obj, **kwargs)


def _split_target(
    app: Flask, path: str, subdomain: str | None, url_scheme: str | None
) -> tuple[str, str]:
    """The base URL and the path; what the path itself says comes first."""
    url = urlsplit(path)
    host = url.netloc or app.config["SERVER_NAME"] or "localhost"
    if subdomain and not url.netloc:
        host = f"{subdomain}.{host}"
    scheme = url.scheme or url_scheme or app.config["PREFERRED_URL_SCHEME"]
    root = (app.config["APPLICATION_ROOT"] or "").lstrip("/")
    target = f"{url.path}?{url.query}" if url.query else url.path
    return f"{scheme}://{host}/{root}", target


class FlaskClient(Client):
    """Sends requests to an application without a server.

    In a ``with`` block the context of the last request stays active until the
    next request or the end of the block.

    :param args: the arguments of :class:`werkzeug.test.Client`.
    :param kwargs: its keyword arguments.

    .. versionchanged:: 0.12
        :attr:`environ_base` holds what every request starts from.
    """

    application: Flask

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preserve_context = False
        #: The part of the WSGI environment that all requests share.
        self.environ_base = {
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_USER_AGENT": f"Werkzeug/{_get_werkzeug_version()}",
        }
        self._new_contexts: list[AbstractContextManager[Any]] = []
        self._context_stack = ExitStack()

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:
        """Open the session of the next request, and save it after the block.

        :param args: the arguments of :meth:`flasklit.Flask.test_request_context`.
        :param kwargs: its keyword arguments.
        :raises TypeError: if the client keeps no cookies.
        :raises RuntimeError: if there is no session, as without a secret key.

        .. versionadded:: 0.8
        """
        if self._cookies is None:
            raise TypeError(
                "Cookies are disabled. Create the client with 'use_cookies=True'."
            )
        app = self.application
        sessions = app.session_interface
        context = app.test_request_context(*args, **kwargs)
        self._add_cookies_to_wsgi(context.request.environ)
        with context:
            session = sessions.open_session(app, context.request)
        if session is None:
            raise RuntimeError(
                "Session backend did not open a session. Set the configuration key"
                " SECRET_KEY, or check the session interface."
            )
        yield session
        if sessions.is_null_session(session):
            return
        response = app.response_class()
        with context:
            sessions.save_session(app, session, response)
        self._update_cookies_from_response(
            context.request.host.partition(":")[0],
            context.request.path,
            response.headers.getlist("Set-Cookie"),
        )

    def open(
        self,
        *args: Any,
        buffered: bool = False,
        follow_redirects: bool = False,
        **kwargs: Any,
    ) -> TestResponse:
        """Send a request.

        :param args: an :class:`EnvironBuilder`, a WSGI environment or a request;
            or the arguments of an :class:`EnvironBuilder` after ``app``.
        :param buffered: read the whole response and close it.
        :param follow_redirects: send requests until one is not redirected.
        :param kwargs: keyword arguments of an :class:`EnvironBuilder`.
        """
        request = self._make_request(args, kwargs)
        self._context_stack.close()
        given = args[0] if args and isinstance(args[0], dict) else request.environ
        if given.get("flask._preserve_context"):
            from .former.stacks import heed

            request.environ["flask._preserve_context"] = True
            heed(request.environ)
        response = super().open(
            request, buffered=buffered, follow_redirects=follow_redirects
        )
        response.json_module = self.application.json  # type: ignore[assignment]
        while self._new_contexts:
            self._context_stack.enter_context(self._new_contexts.pop(0))
        return response

    def _make_request(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> BaseRequest:
        """The request to send, on top of the client's part of the environment."""
        given = args[0] if args else None
        if isinstance(given, werkzeug.test.EnvironBuilder):
            builder = copy(given)
            builder.environ_base = self._copy_environ(given.environ_base or {})
            return builder.get_request()
        if isinstance(given, BaseRequest):
            request = copy(given)
            request.environ = self._copy_environ(given.environ)
            return request
        if isinstance(given, dict):
            return EnvironBuilder.from_environ(
                given, app=self.application, environ_base=self._copy_environ({})
            ).get_request()
        kwargs["environ_base"] = self._copy_environ(kwargs.get("environ_base", {}))
        new_builder = EnvironBuilder(self.application, *args, **kwargs)
        try:
            return new_builder.get_request()
        finally:
            new_builder.close()

    def _copy_environ(self, other: Mapping[str, Any]) -> WSGIEnvironment:
        environ: WSGIEnvironment = {**self.environ_base, **other}
        if self.preserve_context:
            environ["werkzeug.debug.preserve_context"] = self._new_contexts.append
        return environ

    def __enter__(self) -> FlaskClient:
        if self.preserve_context:
            raise RuntimeError("This client's 'with' block is open already.")
        self.preserve_context = True
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.preserve_context = False
        current = _cv_request.get(None)
        if current is not None and current.preserved:
            current.pop()
        self._context_stack.close()


@cache
def _get_werkzeug_version() -> str:
    from importlib.metadata import version

    return version("werkzeug")


class FlaskCliRunner(CliRunner):
    """Runs the commands of an application.

    :param app: the application.
    :param kwargs: the arguments of :class:`click.testing.CliRunner`.

    .. versionadded:: 1.0
    """

    def __init__(self, app: Flask, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def invoke(  # type: ignore[override]
        self, cli: Any = None, args: Any = None, **kwargs: Any
    ) -> Result:
        """Run a command and catch what it writes.

        :param cli: the command or group; by default all of the application's.
        :param args: the arguments, as a list or one string.
        :param kwargs: the arguments of :meth:`click.testing.CliRunner.invoke`.
            Unless ``obj`` is given, commands see the application under test.
        """
        kwargs.setdefault("obj", ScriptInfo(create_app=lambda: self.app))
        command = self.app.cli if cli is None else cli
        return super().invoke(command, args, **kwargs)
