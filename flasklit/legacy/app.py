"""The application as it was at 0.11 (chapters 51, 52, 53)"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from typing import TYPE_CHECKING

from werkzeug.datastructures import ImmutableDict

from ..app import Flask as CurrentFlask
from ..globals import _cv_request
from .blueprints import ErrorCodes
from .config import Config
from .ctx import RequestContext
from .helpers import get_debug_flag
from .helpers import get_env
from .json import ReadableProvider
from .restored import restored
from .restored import restored_names
from .sessions import SecureCookieSessionInterface
from .testing import FlaskClient
from .wrappers import Request
from .wrappers import Response

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from ..typing import ResponseReturnValue
    from ..wrappers import Response as CurrentResponse

__getattr__ = restored_names(__name__)


@restored
class Flask(ErrorCodes, CurrentFlask):
    """An application with the behaviour of Flask 0.11.

    :param import_name: the module the application is defined in, ``__name__``.
    :param static_path: the older name of ``static_url_path``.
    :param static_url_path: the URL prefix of the static files.
    :param static_folder: the folder of the static files.
    :param template_folder: the folder of the templates.
    :param instance_path: the absolute path of the instance folder.
    :param instance_relative_config: make configuration files relative to it.
    :param root_path: the root of the application's files.
    :param newer: what came later: ``static_host``, ``host_matching`` and
        ``subdomain_matching``.
    """

    config_class = Config
    request_class = Request
    json_provider_class = ReadableProvider
    response_class = Response
    session_interface = SecureCookieSessionInterface()
    _adapted = frozenset({"preserve_context_on_exception"})
    test_client_class = FlaskClient

    #: The configuration every application starts with: what 0.11 documents, and
    #: the settings that came later.
    default_config = ImmutableDict(
        {
            **CurrentFlask.default_config,
            "APPLICATION_ROOT": None,
            "DEBUG": False,
            "ENV": None,
            "JSONIFY_MIMETYPE": "application/json",
            "JSONIFY_PRETTYPRINT_REGULAR": True,
            "JSON_AS_ASCII": True,
            "JSON_SORT_KEYS": True,
            "LOGGER_HANDLER_POLICY": "always",
            "LOGGER_NAME": None,
            "PRESERVE_CONTEXT_ON_EXCEPTION": None,
            "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=12),
            "TRAP_BAD_REQUEST_ERRORS": False,
        }
    )

    def __init__(
        self,
        import_name: str,
        static_path: str | None = None,
        static_url_path: str | None = None,
        static_folder: str | os.PathLike[str] | None = "static",
        template_folder: str | os.PathLike[str] | None = "templates",
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
        **newer: Any,
    ) -> None:
        if static_path is not None:
            if static_url_path is not None:
                raise TypeError("'static_path' is the older name of 'static_url_path'.")
            static_url_path = static_path
        super().__init__(
            import_name,
            static_url_path=static_url_path,
            static_folder=static_folder,
            template_folder=template_folder,
            instance_path=instance_path,
            instance_relative_config=instance_relative_config,
            root_path=root_path,
            **{"subdomain_matching": None} | newer,
        )

    @property
    def subdomain_matching(self) -> bool:
        """Whether rules are matched by subdomain: with a ``SERVER_NAME``, unless set."""
        chosen = self._subdomain_matching
        return bool(self.config["SERVER_NAME"]) if chosen is None else chosen

    @subdomain_matching.setter
    def subdomain_matching(self, value: bool | None) -> None:
        self._subdomain_matching = value

    def make_config(self, instance_relative: bool = False) -> Config:
        """Create :attr:`config`, with the name of the logger and of the environment."""
        config = super().make_config(instance_relative)
        config.update(
            ENV=get_env(), DEBUG=get_debug_flag(), LOGGER_NAME=self.import_name
        )
        return config  # type: ignore[return-value]

    def make_response(self, rv: ResponseReturnValue) -> CurrentResponse:
        """Make a response; headers returned beside a response are added to its own.

        :param rv: what a view returned.
        """
        if isinstance(rv, tuple) and isinstance(rv[0], self.response_class):
            *answer, headers = rv
            if not isinstance(headers, int | str | bytes):
                given: Any = tuple(answer) if answer[1:] else answer[0]
                response = super().make_response(given)
                response.headers.extend(headers or ())
                return response
        return super().make_response(rv)

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """Build a URL; in a request, a scheme has to be asked for with the host.

        :param endpoint: the endpoint.
        :param _scheme: the scheme.
        :param _external: include scheme and host.
        :param values: as for :meth:`flasklit.Flask.url_for`.
        :raises ValueError: ``_scheme`` without ``_external``.
        """
        if _external is None and _cv_request.get(None) is not None:
            _external = False
        return super().url_for(endpoint, _scheme=_scheme, _external=_external, **values)

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """A context in which ``request`` is made from a WSGI environment.

        :param environ: the environment.
        """
        return RequestContext(self, environ)

    def _check_setup_finished(self, f_name: str) -> None:
        """Complain of late set-up in debug mode only."""
        if self.debug and self._got_first_request:
            raise AssertionError(
                f"A setup function was called after the first request: '{f_name}'."
                " Import all that sets up the application before it serves requests."
            )

    @property
    def preserve_context_on_exception(self) -> bool:
        """Whether a context outlives its request's failure; in debug mode unless set."""
        preserve: bool | None = self.config["PRESERVE_CONTEXT_ON_EXCEPTION"]
        return self.debug if preserve is None else preserve
