"""Rules, the map that holds them, and building URLs (chapters 5 to 59)"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import chain
from typing import Any
from typing import NoReturn
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.routing import BuildError
from werkzeug.routing import Map
from werkzeug.routing import RequestRedirect
from werkzeug.routing import Rule
from werkzeug.routing.exceptions import RequestPath
from werkzeug.wsgi import get_host

from .foundation import Foundation
from .globals import _cv_app
from .globals import _cv_request
from .helpers import _split_blueprint_path
from .matching import Matcher
from .rules import RouteRule
from .rules import RouteTree
from .scaffold import _endpoint_from_view_func
from .scaffold import setupmethod

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import ValuesView

    from werkzeug.routing import MapAdapter
    from werkzeug.routing import RuleFactory

    from .blueprints import Blueprint
    from .typing import RouteCallable
    from .wrappers import Request


class RouteMap(Map):
    """A Werkzeug map that keeps a :class:`Matcher` beside its rules.

    :param rules: the first rules.
    :param args: what else Werkzeug's map takes, like ``kwargs``.
    """

    def __init__(
        self, rules: Iterable[RuleFactory] | None = None, *args: Any, **kwargs: Any
    ) -> None:
        self.matcher = Matcher(self)
        super().__init__(None, *args, **kwargs)
        self._matcher = RouteTree(self.merge_slashes)
        for factory in rules or ():
            self.add(factory)

    def add(self, rulefactory: RuleFactory) -> None:
        try:
            super().add(rulefactory)
        finally:
            self.matcher = Matcher(self)


class Routes(Foundation):
    """The application's URL map: adding rules, and building URLs from them."""

    #: The class of the rules; Werkzeug's, with URL builders made on first use.
    url_rule_class = RouteRule

    #: The class of :attr:`url_map`.
    url_map_class = RouteMap

    def __init__(
        self, host_matching: bool, subdomain_matching: bool, **options: Any
    ) -> None:
        super().__init__(**options)
        #: The rules. Add converters to ``url_map.converters`` before the rules
        #: that use them.
        self.url_map: Map = self.url_map_class(host_matching=host_matching)
        self.subdomain_matching = subdomain_matching
        #: The hosts for which an adapter was made without complaint.
        self._bound_hosts: set[str | None] = set()
        #: The registered blueprints by name, in the order of registration.
        self.blueprints: dict[str, Blueprint] = {}
        #: Called when ``url_for`` finds no rule; see
        #: :meth:`handle_url_build_error`.
        self.url_build_error_handlers: list[
            Callable[[Exception, str, dict[str, Any]], str]
        ] = []

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Connect a URL rule to an endpoint, and the endpoint to a view.

        The function form of :meth:`route`. ``methods``, ``required_methods``
        and ``provide_automatic_options`` may also be attributes of the view;
        an argument wins over an attribute.

        :param rule: the rule, a path with variables such as ``/user/<int:id>``.
        :param endpoint: the name to build URLs by; the view's name if omitted.
        :param view_func: the function to call; it may be connected later with
            :meth:`endpoint`.
        :param provide_automatic_options: answer ``OPTIONS`` without the view;
            by default unless the rule lists ``OPTIONS`` itself or
            ``PROVIDE_AUTOMATIC_OPTIONS`` is off.
        :param options: ``methods`` and what Werkzeug's ``Rule`` takes:
            ``defaults``, ``subdomain``, ``host``, ``strict_slashes``,
            ``redirect_to``, ``alias``, ``build_only``, ``websocket``.
        :raises TypeError: ``methods`` is a string.
        :raises AssertionError: the endpoint has another view already.
        """
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)
        methods = _methods(options.pop("methods", None), view_func)
        required = {m.upper() for m in getattr(view_func, "required_methods", ())}
        if provide_automatic_options is None:
            provide_automatic_options = getattr(
                view_func, "provide_automatic_options", None
            )
        if provide_automatic_options is None:
            provide_automatic_options = (
                "OPTIONS" not in methods and self.config["PROVIDE_AUTOMATIC_OPTIONS"]
            )
            if provide_automatic_options:
                required.add("OPTIONS")
        url_rule = self.url_rule_class(
            rule, methods=methods | required, endpoint=endpoint, **options
        )
        url_rule.provide_automatic_options = provide_automatic_options
        self.url_map.add(url_rule)
        if view_func is not None:
            self._connect(endpoint, view_func)

    def _connect(self, endpoint: str, view_func: RouteCallable) -> None:
        """Give an endpoint its view, once."""
        present = self.view_functions.setdefault(endpoint, view_func)
        if present is not view_func and present != view_func:
            raise AssertionError(
                "View function mapping is overwriting an existing endpoint"
                f" function: {endpoint}"
            )

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Register a blueprint's routes, hooks and handlers on the application.

        :param blueprint: the blueprint.
        :param options: override the blueprint's own ``url_prefix``,
            ``subdomain``, ``url_defaults``, ``name``; all of them reach the
            setup state.

        .. versionadded:: 0.7
        """
        blueprint.register(self, options)  # type: ignore[arg-type]

    def iter_blueprints(self) -> ValuesView[Blueprint]:
        """The registered blueprints, in the order of registration.

        .. versionadded:: 0.11
        """
        return self.blueprints.values()

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Bind the URL map to a request, or to the configuration.

        :param request: the request; ``None`` for an application context.
        :returns: the adapter; ``None`` without a request when ``SERVER_NAME``
            is not set.
        :raises werkzeug.exceptions.SecurityError: the host is not in
            ``TRUSTED_HOSTS``.

        .. versionchanged:: 3.1
            ``SERVER_NAME`` no longer restricts which hosts are served.
        """
        server_name = self.config["SERVER_NAME"]
        if request is None:
            if server_name is None:
                return None
            return self.url_map.bind(
                server_name,
                script_name=self.config["APPLICATION_ROOT"],
                url_scheme=self.config["PREFERRED_URL_SCHEME"],
            )
        trusted = self.config["TRUSTED_HOSTS"]
        if trusted is not None:
            request.trusted_hosts = trusted
        request.host = get_host(request.environ, request.trusted_hosts)
        subdomain = None
        if self.url_map.host_matching:
            server_name = None
        elif not self.subdomain_matching:
            subdomain = self.url_map.default_subdomain or ""
        return self.url_map.bind_to_environ(
            request.environ, server_name=server_name, subdomain=subdomain
        )

    def _find_rule(
        self, request: Request, method: str | None = None, as_usual: bool = False
    ) -> tuple[Rule, dict[str, Any]] | None:
        """Match a request without an adapter, where that cannot differ.

        :param method: another method than that of the request.
        :param as_usual: whether the adapter is known to be made as usual.
        :returns: the rule and the view's arguments; ``None`` when Werkzeug has
            to decide.
        :raises werkzeug.exceptions.HTTPException: the host is refused, no rule
            has this path and method, or the client is redirected.
        """
        environ, url_map = request.environ, self.url_map
        try:
            path = request._slashed_path
        except AttributeError:
            return None
        method = (method or environ["REQUEST_METHOD"]).upper()
        if (
            not path
            or environ.get("wsgi.url_scheme") not in {"http", "https"}
            or "HTTP_UPGRADE" in environ
            or self.subdomain_matching
            or self.config["TRUSTED_HOSTS"] is not None
            or request.trusted_hosts is not None
            or not isinstance(url_map, RouteMap)
            or not (as_usual or self._binds_as_usual())
        ):
            return None
        host = environ.get("HTTP_HOST")
        if host not in self._bound_hosts:
            if host is None or not _is_plain(host):
                self.create_url_adapter(request)
            if len(self._bound_hosts) >= 256:
                self._bound_hosts.clear()
            self._bound_hosts.add(host)
        try:
            return url_map.matcher.match(path, method)
        except RequestPath as problem:
            slashed = problem.path_info
        adapter = self.create_url_adapter(request)
        assert adapter is not None
        location = quote(slashed, safe=_SEGMENTS)
        raise RequestRedirect(adapter.make_redirect_url(location, adapter.query_args))

    def _binds_as_usual(self) -> bool:
        """Tell whether nobody has replaced the method that makes the adapter."""
        bind: Any = self.create_url_adapter
        return getattr(bind, "__func__", None) is _create_url_adapter

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Raise what matching the request ended in.

        In debug mode, a redirect that would lose the body of a form is
        explained instead.

        :param request: a request whose ``routing_exception`` is set.
        """
        problem = request.routing_exception
        assert problem is not None
        if (
            self.debug
            and isinstance(problem, RequestRedirect)
            and problem.code not in {307, 308}
            and request.method not in {"GET", "HEAD", "OPTIONS"}
        ):
            from .debughelpers import FormDataRoutingRedirect

            raise FormDataRoutingRedirect(request)
        raise problem

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """Build the URL of an endpoint.

        In a request the URL is relative to the host unless asked otherwise, and
        an endpoint that begins with a dot belongs to the request's blueprint.
        Outside, ``SERVER_NAME`` must be configured and the URL is external.

        :param endpoint: the endpoint.
        :param _anchor: the fragment to append.
        :param _method: build the rule for this method.
        :param _scheme: the scheme; makes the URL external.
        :param _external: include scheme and host.
        :param values: the rule's variables; the rest becomes the query string.
        :returns: the URL.
        :raises RuntimeError: no request, and no ``SERVER_NAME``.
        :raises ValueError: ``_scheme`` given, but not external.
        :raises werkzeug.routing.BuildError: no rule fits and no handler helps.

        .. versionadded:: 2.2
            A method of the application; ``flask.url_for`` calls it.
        """
        context = _cv_request.get(None)
        if context is not None:
            adapter = context.url_adapter
            if endpoint[:1] == ".":
                blueprint = context.request.blueprint
                endpoint = endpoint[1:] if blueprint is None else blueprint + endpoint
            if _external is None:
                _external = _scheme is not None
        else:
            app_context = _cv_app.get(None)
            if app_context is not None:
                adapter = app_context.url_adapter
            else:
                adapter = self.create_url_adapter(None)
            if adapter is None:
                raise RuntimeError(_NO_SERVER_NAME)
            if _external is None:
                _external = True
        if _scheme is not None and not _external:
            raise ValueError("When specifying '_scheme', '_external' must be True.")
        self.inject_url_defaults(endpoint, values)
        try:
            url = adapter.build(  # type: ignore[union-attr]
                endpoint,
                values,
                method=_method,
                url_scheme=_scheme,
                force_external=_external,
            )
        except BuildError as error:
            values |= {"_anchor": _anchor, "_method": _method}
            values |= {"_scheme": _scheme, "_external": _external}
            return self.handle_url_build_error(error, endpoint, values)
        return url if _anchor is None else f"{url}#{quote(_anchor, safe=_FRAGMENT)}"

    def inject_url_defaults(self, endpoint: str, values: dict[str, Any]) -> None:
        """Let the ``url_defaults`` functions add to the values of a URL.

        The application's functions run first, then those of the endpoint's
        blueprints, the outermost first.

        :param endpoint: the endpoint the URL is built for.
        :param values: the values so far, changed in place.

        .. versionadded:: 0.7
        """
        functions = self.url_default_functions
        if not functions:
            return
        blueprint = endpoint.rpartition(".")[0]
        names = reversed(_split_blueprint_path(blueprint)) if blueprint else ()
        for name in chain((None,), names):
            for function in functions.get(name, ()):
                function(endpoint, values)

    def handle_url_build_error(
        self, error: BuildError, endpoint: str, values: dict[str, Any]
    ) -> str:
        """Ask the ``url_build_error_handlers`` for a URL that no rule could give.

        :param error: what building raised.
        :param endpoint: the endpoint.
        :param values: the values, with the underscored options among them.
        :returns: the first answer of a handler that is not ``None``.
        :raises werkzeug.routing.BuildError: no handler has an answer.
        """
        for handler in self.url_build_error_handlers:
            try:
                url = handler(error, endpoint, values)
            except BuildError as another:
                error = another
            else:
                if url is not None:
                    return url
        if error is sys.exc_info()[1]:
            raise
        raise error


_create_url_adapter = Routes.create_url_adapter
#: What may stand in the segments of a path, and the slash between them (RFC 3986).
_SEGMENTS = "!$&'()*+,/:;=@"
_FRAGMENT = "%!#$&'()*+,/:;=?@"
_NO_SERVER_NAME = (
    "A URL can be built outside a request only when 'SERVER_NAME' is configured."
    " Set it, and 'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' where they differ"
    " from the defaults."
)


def _methods(given: Any, view_func: RouteCallable | None) -> set[str]:
    """The methods of a rule: the argument, the view's attribute, or ``GET``."""
    methods = given
    if methods is None:
        methods = getattr(view_func, "methods", None) or ("GET",)
    if isinstance(methods, str):
        raise TypeError(
            "Allowed methods must be a list of strings, for example:"
            ' @app.route(..., methods=["POST"])'
        )
    return {method.upper() for method in methods}


def _is_plain(host: str) -> bool:
    """Tell whether a host is an ASCII name (:rfc:`1123`) without a port."""
    labels = host.replace("-", "a").split(".")
    return host.isascii() and all(
        len(label) < 64 and label.isalnum() for label in labels
    )
