"""The application's side of its templates: environment, filters (chapters 27, 28, 29)"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeVar

from . import typing as ft
from .errors import Errors
from .globals import _cv_request
from .globals import g
from .globals import request
from .globals import session
from .helpers import _default_template_ctx_processor
from .helpers import get_flashed_messages
from .lazy import imported
from .lazy import lazy
from .scaffold import setupmethod

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .templating import DispatchingJinjaLoader
    from .templating import Environment

T_filter = TypeVar("T_filter", bound=ft.TemplateFilterCallable)
T_global = TypeVar("T_global", bound=ft.TemplateGlobalCallable)
T_test = TypeVar("T_test", bound=ft.TemplateTestCallable)


class Templates(Errors):
    """The Jinja environment of an application, made when it is first needed."""

    #: The class of :attr:`jinja_env`.
    #:
    #: .. versionadded:: 0.11
    jinja_environment: Any = imported["type[Environment]"](
        "flasklit.templating", "Environment"
    )

    #: Options for the environment. Set them before it is first used.
    jinja_options: dict[str, Any] = {}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_context_processors[None].append(_default_template_ctx_processor)

    @lazy
    def jinja_env(self) -> Environment:
        """The Jinja environment, from :meth:`create_jinja_environment`."""
        return self.create_jinja_environment()

    def create_jinja_environment(self) -> Environment:
        """Make the environment from :attr:`jinja_options` and the configuration.

        .. versionadded:: 0.5
        """
        options = dict(self.jinja_options)
        options.setdefault("autoescape", self.select_jinja_autoescape)
        if "auto_reload" not in options:
            reload = self.config["TEMPLATES_AUTO_RELOAD"]
            options["auto_reload"] = self.debug if reload is None else reload
        environment: Environment = self.jinja_environment(self, **options)
        environment.globals.update(
            url_for=self.url_for,
            get_flashed_messages=get_flashed_messages,
            config=self.config,
            request=request,
            session=session,
            g=g,
        )
        environment.policies["json.dumps_function"] = self.json.dumps
        return environment

    def create_global_jinja_loader(self) -> DispatchingJinjaLoader:
        """The loader that looks in the application's folder, then in blueprints'.

        Rarely a reason to override it; override :attr:`jinja_loader` instead.

        .. versionadded:: 0.7
        """
        from .templating import DispatchingJinjaLoader

        return DispatchingJinjaLoader(self)  # type: ignore[arg-type]

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Whether a template is escaped: markup files and strings are.

        :param filename: the template's name, ``None`` for a string.

        .. versionchanged:: 2.2
            ``.svg`` is escaped.

        .. versionadded:: 0.5
        """
        return filename is None or filename.endswith(_MARKUP)

    @property
    def debug(self) -> bool:
        """Whether debug mode is on.

        Setting it also decides whether templates are reloaded, unless
        ``TEMPLATES_AUTO_RELOAD`` does.
        """
        return super().debug

    @debug.setter
    def debug(self, value: bool) -> None:
        self.config["DEBUG"] = value
        if "jinja_env" in self.__dict__ and (
            self.config["TEMPLATES_AUTO_RELOAD"] is None
        ):
            self.jinja_env.auto_reload = value

    def update_template_context(self, context: dict[str, Any]) -> None:
        """Add to a template's context what every template may use.

        ``request`` and ``g``, then the results of the context processors, the
        application's before those of the request's blueprints. Names the caller
        passed win.

        :param context: the context, changed in place.
        """
        given = context.copy()
        active = _cv_request.get(None)
        scopes: Iterable[str | None] = (
            (None,) if active is None else reversed(active.scopes)
        )
        for scope in scopes:
            for processor in self.template_context_processors.get(scope, ()):
                context.update(self.ensure_sync(processor)())
        context.update(given)

    @setupmethod
    def template_filter(
        self, name: str | None = None
    ) -> Callable[[T_filter], T_filter]:
        """Register the decorated function as a template filter.

        :param name: the filter's name, by default the function's.
        """

        def register(f: T_filter) -> T_filter:
            self.add_template_filter(f, name)
            return f

        return register

    @setupmethod
    def add_template_filter(
        self, f: ft.TemplateFilterCallable, name: str | None = None
    ) -> None:
        """The function form of :meth:`template_filter`."""
        self.jinja_env.filters[name or f.__name__] = f

    @setupmethod
    def template_test(self, name: str | None = None) -> Callable[[T_test], T_test]:
        """Register the decorated function as a template test.

        :param name: the test's name, by default the function's.

        .. versionadded:: 0.10
        """

        def register(f: T_test) -> T_test:
            self.add_template_test(f, name)
            return f

        return register

    @setupmethod
    def add_template_test(
        self, f: ft.TemplateTestCallable, name: str | None = None
    ) -> None:
        """The function form of :meth:`template_test`.

        .. versionadded:: 0.10
        """
        self.jinja_env.tests[name or f.__name__] = f

    @setupmethod
    def template_global(
        self, name: str | None = None
    ) -> Callable[[T_global], T_global]:
        """Register the decorated function as a name every template knows.

        :param name: the name, by default the function's.

        .. versionadded:: 0.10
        """

        def register(f: T_global) -> T_global:
            self.add_template_global(f, name)
            return f

        return register

    @setupmethod
    def add_template_global(
        self, f: ft.TemplateGlobalCallable, name: str | None = None
    ) -> None:
        """The function form of :meth:`template_global`.

        .. versionadded:: 0.10
        """
        self.jinja_env.globals[name or f.__name__] = f


_MARKUP = (".html", ".htm", ".xml", ".xhtml", ".svg")
