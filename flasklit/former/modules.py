"""Modules, which blueprints have replaced (chapter 48)"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from typing import Any
from typing import TYPE_CHECKING

from jinja2 import BaseLoader
from jinja2 import PrefixLoader

from ..blueprints import Blueprint
from ..globals import _cv_request
from ..globals import current_app
from ..lazy import lazy

if TYPE_CHECKING:
    from ..app import Flask
    from ..wrappers import Request


class Module(Blueprint):
    """A blueprint with the rules that Flask had before there were blueprints.

    In a request that one of its views answers, ``url_for("index")`` means the
    module's own ``index``, and ``url_for(".index")`` the application's. A
    template ``admin/index.html`` is ``index.html`` in the template folder of the
    module ``admin``.

    :param import_name: the package the module is defined in, ``__name__``.
    :param name: comes before each endpoint; by default the last part of
        ``import_name``.
    :param url_prefix: comes before each rule.
    :param static_path: the URL prefix of the module's static files, below
        ``url_prefix``.
    :param subdomain: the subdomain of rules that name none.

    .. versionadded:: 0.2
    .. versionchanged:: 0.6
        ``subdomain``.
    .. deprecated:: 0.7
        Use :class:`flasklit.Blueprint`.
    """

    def __init__(
        self,
        import_name: str,
        name: str | None = None,
        url_prefix: str | None = None,
        static_path: str | None = None,
        subdomain: str | None = None,
    ) -> None:
        if name is None:
            assert "." in import_name, (
                f"'{import_name}' is no part of a package. Pass a 'name' for the module."
            )
            name = import_name.rpartition(".")[2]
        super().__init__(
            name.replace(".", "_"),
            import_name,
            static_url_path=static_path,
            template_folder="templates",
            url_prefix=url_prefix,
            subdomain=subdomain,
        )
        self.name = name
        if os.path.isdir(os.path.join(self.root_path, "static")):
            self.static_folder = "static"

    @lazy
    def jinja_loader(self) -> BaseLoader | None:
        """The loader of the module's templates, below its name."""
        loader = super().jinja_loader
        return None if loader is None else ModuleLoader({self.name: loader})


class ModuleLoader(PrefixLoader):
    """Finds ``admin/index.html`` as ``index.html`` of the module ``admin``."""

    def get_loader(self, template: str) -> tuple[BaseLoader, str]:
        """The loader for a template and the name the template has there.

        :param template: the name; ``./`` at its beginning is ignored.
        :raises jinja2.TemplateNotFound: the name begins with no module's.
        """
        return super().get_loader(posixpath.normpath(template))


def register_module(app: Flask, module: Module, **options: Any) -> None:
    """Register a module's routes, hooks and handlers on the application.

    From the first module on, :meth:`Flask.url_for` follows the rules of modules
    in their requests.

    :param module: the module.
    :param options: as for :meth:`Flask.register_blueprint`.
    :raises RuntimeError: ``enable_modules`` is off.

    .. versionadded:: 0.2
    """
    assert isinstance(module, Module), (
        f"{module!r} is no module. Use 'register_blueprint' for blueprints."
    )
    if not _enabled(app):
        raise RuntimeError(
            f"'{module.name}' is a module, and 'enable_modules' is off for '{app.name}'"
            ". Switch it on, or make a blueprint of the module."
        )
    app.register_blueprint(module, **options)
    known = vars(app)
    if not isinstance(known.get("url_for"), ModuleUrls):
        plain = app.url_for
        known["url_for"] = ModuleUrls(plain)
        if "jinja_env" in known and app.jinja_env.globals.get("url_for") == plain:
            app.jinja_env.globals["url_for"] = app.url_for


def _get_enable_modules(app: Flask) -> bool:
    """Whether modules may be registered.

    .. versionadded:: 0.7
    """
    return bool(vars(app).get("_enable_modules", True))


def _set_enable_modules(app: Flask, value: bool) -> None:
    vars(app)["_enable_modules"] = value


enable_modules = property(_get_enable_modules, _set_enable_modules)


def _enabled(app: Flask) -> bool:
    """What ``enable_modules`` is, also where a subclass overrides it."""
    if type(app).enable_modules is enable_modules:
        return _get_enable_modules(app)
    return bool(app.enable_modules)


class ModuleUrls:
    """The ``url_for`` of an application with modules.

    :param build: the method that builds the URL.
    """

    def __init__(self, build: Callable[..., str]) -> None:
        self._build = build

    def __call__(self, /, endpoint: str, **values: Any) -> str:
        context = _cv_request.get(None)
        if context is not None:
            name = _module_of(context.request)
            if name is not None:
                if "." in endpoint:
                    endpoint = endpoint.removeprefix(".")
                else:
                    endpoint = f"{name}.{endpoint}"
        return self._build(endpoint, **values)


def _module_of(request: Request) -> str | None:
    """The name of the module that answers the request, ``None`` if none does.

    .. versionadded:: 0.2
    .. deprecated:: 0.7
        Use :attr:`Request.blueprint`.
    """
    name = request.blueprint
    if name is None or not isinstance(current_app.blueprints.get(name), Module):
        return None
    return name


module = property(_module_of)
