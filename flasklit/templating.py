"""Jinja's environment, the loader, and how to render (chapters 27 to 34)"""

from __future__ import annotations

from typing import Any
from typing import TYPE_CHECKING
from typing import TypeAlias

from jinja2 import BaseLoader
from jinja2 import Environment as BaseEnvironment
from jinja2 import Template
from jinja2 import TemplateNotFound

from .compiled import from_string
from .compiled import RenderedTemplate
from .globals import _cv_request
from .globals import current_app
from .helpers import _default_template_ctx_processor as _default_template_ctx_processor
from .helpers import stream_with_context
from .signals import before_render_template
from .signals import template_rendered

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    from jinja2.ext import Extension

    from .app import Flask
    from .scaffold import Scaffold

Source: TypeAlias = "tuple[str, str | None, Callable[[], bool] | None]"


def render_template(
    template_name_or_list: str | Template | list[str | Template], **context: Any
) -> str:
    """Render a template.

    :param template_name_or_list: a template or its name, or several, of which
        the first that exists is rendered.
    :param context: the template's variables.
    :raises jinja2.TemplateNotFound: if none of them exists.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    template = app.jinja_env.get_or_select_template(template_name_or_list)
    return _render(app, template, context)


def render_template_string(source: str, **context: Any) -> str:
    """Render a template that is given as a string.

    A source that comes again is not compiled again.

    :param source: the source of the template.
    :param context: the template's variables.
    :raises jinja2.TemplateSyntaxError: if the source is not a template.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return _render(app, from_string(app.jinja_env, source), context)


def stream_template(
    template_name_or_list: str | Template | list[str | Template], **context: Any
) -> Iterator[str]:
    """Render a template piece by piece, for the body of a response.

    The request's context stays active until the last piece.

    :param template_name_or_list: a template or its name, or several, of which
        the first that exists is rendered.
    :param context: the template's variables.
    :raises jinja2.TemplateNotFound: if none of them exists.

    .. versionadded:: 2.2
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    template = app.jinja_env.get_or_select_template(template_name_or_list)
    return _stream(app, template, context)


def stream_template_string(source: str, **context: Any) -> Iterator[str]:
    """Render a template that is given as a string piece by piece.

    :param source: the source of the template.
    :param context: the template's variables.
    :raises jinja2.TemplateSyntaxError: if the source is not a template.

    .. versionadded:: 2.2
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return _stream(app, from_string(app.jinja_env, source), context)


def _render(app: Flask, template: Template, context: dict[str, Any]) -> str:
    app.update_template_context(context)
    if before_render_template.receivers:
        _announce(before_render_template, app, template, context)
    text = template.render(context)
    if template_rendered.receivers:
        _announce(template_rendered, app, template, context)
    return text


def _stream(app: Flask, template: Template, context: dict[str, Any]) -> Iterator[str]:
    app.update_template_context(context)
    if before_render_template.receivers:
        _announce(before_render_template, app, template, context)
    pieces = _pieces(app, template, context)
    if _cv_request.get(None) is None:
        return pieces
    return stream_with_context(pieces)


def _pieces(app: Flask, template: Template, context: dict[str, Any]) -> Iterator[str]:
    yield from template.generate(context)
    if template_rendered.receivers:
        _announce(template_rendered, app, template, context)


def _announce(
    signal: Any, app: Flask, template: Template, context: dict[str, Any]
) -> None:
    signal.send(app, _async_wrapper=app.ensure_sync, template=template, context=context)


class Environment(BaseEnvironment):
    """The Jinja environment of an application.

    Unless a loader is given, templates come from
    :meth:`flasklit.Flask.create_global_jinja_loader`.

    :param app: the application.
    :param options: the options of :class:`jinja2.Environment`.
    """

    _strings: dict[Any, Any]

    def __init__(self, app: Flask, **options: Any) -> None:
        if "loader" not in options:
            options["loader"] = app.create_global_jinja_loader()
        super().__init__(**options)
        if self.template_class is Template:
            self.template_class = RenderedTemplate
        self.app = app

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        self._forget_strings()

    def add_extension(self, extension: str | type[Extension]) -> None:
        """Add an extension to the environment.

        :param extension: the class of the extension, or where to import it.
        """
        super().add_extension(extension)
        self._forget_strings()

    def _forget_strings(self) -> None:
        # An overlay begins as a copy of all attributes, so this must not empty
        # a dictionary that another environment uses.
        vars(self)["_strings"] = {}


class DispatchingJinjaLoader(BaseLoader):
    """Looks in the application's template folder, then in each blueprint's.

    :param app: the application.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app

    def get_source(self, environment: BaseEnvironment, template: str) -> Source:
        """Return the first source that one of the folders has.

        With ``EXPLAIN_TEMPLATE_LOADING``, all folders are tried and the log
        tells what was found where.

        :param environment: the environment that asks.
        :param template: the name of the template.
        :returns: the source, its file and a function that tells whether it is
            still up to date.
        :raises jinja2.TemplateNotFound: if no folder has the template.
        """
        attempts = self._attempts(environment, template)
        if self.app.config["EXPLAIN_TEMPLATE_LOADING"]:
            from .debughelpers import explain_template_loading_attempts

            attempts = iter(tried := list(attempts))
            explain_template_loading_attempts(self.app, template, tried)
        for _, _, source in attempts:
            if source is not None:
                return source
        raise TemplateNotFound(template)

    def _attempts(
        self, environment: BaseEnvironment, template: str
    ) -> Iterator[tuple[BaseLoader, Scaffold, Source | None]]:
        for owner, loader in self._iter_loaders(template):
            try:
                yield loader, owner, loader.get_source(environment, template)
            except TemplateNotFound:
                yield loader, owner, None

    def _iter_loaders(self, template: str) -> Iterator[tuple[Scaffold, BaseLoader]]:
        owners: list[Scaffold] = [self.app, *self.app.iter_blueprints()]
        for owner in owners:
            if (loader := owner.jinja_loader) is not None:
                yield owner, loader

    def list_templates(self) -> list[str]:
        """Return the names of all templates in order, each once."""
        names: set[str] = set()
        for _, loader in self._iter_loaders(""):
            names.update(loader.list_templates())
        return sorted(names)
