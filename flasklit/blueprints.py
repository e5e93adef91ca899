"""Blueprints: parts of an application, registered on it later (chapters 30 to 47)"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from typing import cast
from typing import TYPE_CHECKING
from typing import TypeVar

from . import typing as ft
from .dropped import FormerBlueprint
from .scaffold import _endpoint_from_view_func
from .scaffold import Scaffold
from .scaffold import setupmethod
from .scaffold import T_after_request
from .scaffold import T_before_request
from .scaffold import T_error_handler
from .scaffold import T_teardown
from .scaffold import T_template_context_processor
from .scaffold import T_url_defaults
from .scaffold import T_url_value_preprocessor

if TYPE_CHECKING:
    import os

    from .app import Flask

DeferredSetupFunction = Callable[["BlueprintSetupState"], None]
T_template_filter = TypeVar("T_template_filter", bound=ft.TemplateFilterCallable)
T_template_global = TypeVar("T_template_global", bound=ft.TemplateGlobalCallable)
T_template_test = TypeVar("T_template_test", bound=ft.TemplateTestCallable)
_sentinel: Any = object()


class Blueprint(Scaffold, FormerBlueprint):
    """A set of views, hooks, handlers and templates without an application.

    Everything a blueprint is told is kept until :meth:`Flask.register_blueprint`
    and then done to the application, with the blueprint's name before each
    endpoint and its prefix before each rule.

    :param name: the name, without a dot; comes before each endpoint.
    :param import_name: the module the blueprint is defined in, ``__name__``.
    :param static_folder: a folder of static files of its own.
    :param static_url_path: their URL prefix, below ``url_prefix``.
    :param template_folder: a folder of templates, searched after the
        application's.
    :param url_prefix: comes before each rule.
    :param subdomain: the subdomain of rules that name none.
    :param url_defaults: values that every rule gets.
    :param root_path: the folder the others are relative to.
    :param cli_group: the group its commands belong to: the blueprint's name
        unless given, ``None`` for no group.

    .. versionchanged:: 1.1
        ``cli_group``.

    .. versionadded:: 0.7
    """

    _got_registered_once = False

    def __init__(
        self,
        name: str,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        url_prefix: str | None = None,
        subdomain: str | None = None,
        url_defaults: dict[str, Any] | None = None,
        root_path: str | None = None,
        cli_group: str | None = _sentinel,
    ) -> None:
        super().__init__(
            import_name, static_folder, static_url_path, template_folder, root_path
        )
        if not name:
            raise ValueError("'name' may not be empty.")
        if "." in name:
            raise ValueError("'name' may not contain a dot '.' character.")
        self.name = name
        self.url_prefix = url_prefix
        self.subdomain = subdomain
        self.cli_group = cli_group
        #: Values that every rule gets.
        self.url_values_defaults = {} if url_defaults is None else url_defaults
        #: What is done to an application at registration, in order.
        self.deferred_functions: list[DeferredSetupFunction] = []
        self._blueprints: list[tuple[Blueprint, dict[str, Any]]] = []

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_registered_once:
            raise AssertionError(
                f"The setup method '{f_name}' can no longer be called on the blueprint"
                f" '{self.name}'. It has already been registered at least once, any"
                " changes will not be applied consistently.\n"
                "Make sure that everything that sets up the blueprint is imported"
                " before it is registered."
            )

    @setupmethod
    def record(self, func: DeferredSetupFunction) -> None:
        """Call a function with the setup state at each registration.

        :param func: takes a :class:`BlueprintSetupState`.
        """
        self.deferred_functions.append(func)

    @setupmethod
    def record_once(self, func: DeferredSetupFunction) -> None:
        """Like :meth:`record`, but only at the first registration.

        :param func: takes a :class:`BlueprintSetupState`.
        """

        def first(state: BlueprintSetupState) -> None:
            if state.first_registration:
                func(state)

        self.record(update_wrapper(first, func))

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a rule to each application the blueprint is registered on.

        :param rule: the rule, below the prefix.
        :param endpoint: the endpoint, without the blueprint's name.
        :param view_func: the view.
        :param provide_automatic_options: as for :meth:`Flask.add_url_rule`.
        :param options: as for :meth:`Flask.add_url_rule`.
        :raises ValueError: a dot in the endpoint or in the view's name.
        """
        if endpoint and "." in endpoint:
            raise ValueError("'endpoint' may not contain a dot '.' character.")
        if view_func and "." in getattr(view_func, "__name__", ""):
            raise ValueError("'view_func' name may not contain a dot '.' character.")

        def add(state: BlueprintSetupState) -> None:
            state.add_url_rule(
                rule,
                endpoint,
                view_func,
                provide_automatic_options=provide_automatic_options,
                **options,
            )

        self.record(add)

    def register(
        self,
        app: Flask,
        options: dict[str, Any],
        first_registration: bool | None = None,
    ) -> None:
        """Do to an application all that was recorded.

        :meth:`Flask.register_blueprint` calls it; override it to do more.

        :param app: the application.
        :param options: the options of the registration.
        :raises ValueError: the name is taken.
        """
        name = _join_names(options.get("name_prefix", ""), _own_name(self, options))
        self._claim_name(app, name, options)
        new_here = all(other is not self for other in app.blueprints.values())
        app.blueprints[name] = self
        self._got_registered_once = True
        if first_registration is not None:
            from .former.parameters import for_register

            new_here = for_register(new_here, first_registration)
        state = self.make_setup_state(app, options, new_here)
        if self.has_static_folder:
            state.add_url_rule(
                f"{self.static_url_path}/<path:filename>",
                endpoint="static",
                view_func=self.send_static_file,
            )
        self._merge_functions(app, name)
        for function in self.deferred_functions:
            function(state)
        self._merge_commands(app, name, options)
        for inner, inner_options in self._blueprints:
            inner.register(app, _nested_options(state, name, inner, inner_options))

    def make_setup_state(
        self, app: Flask, options: dict[str, Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """The state handed to the recorded functions.

        :param app: the application.
        :param options: the options of the registration.
        :param first_registration: whether the blueprint is new to the application.
        """
        return BlueprintSetupState(self, app, options, first_registration)

    def _claim_name(self, app: Flask, name: str, options: dict[str, Any]) -> None:
        """Refuse a name that another registration has taken."""
        present = app.blueprints.get(name)
        if present is None:
            return
        whose = "this" if present is self else "a different"
        own = _own_name(self, options)
        where = f" '{name}'" if own != name else ""
        raise ValueError(
            f"The name '{own}' is already registered for {whose} blueprint{where}."
            " Use 'name=' to provide a unique name."
        )

    def _merge_functions(self, app: Flask, name: str) -> None:
        """Copy hooks and handlers into the application's registries."""
        for scope, by_code in self.error_handler_spec.items():
            app.error_handler_spec[_join_names(name, scope)] = defaultdict(
                dict, {code: dict(handlers) for code, handlers in by_code.items()}
            )
        app.view_functions.update(self.view_functions)
        for registry in _REGISTRIES:
            target = getattr(app, registry)
            for scope, functions in getattr(self, registry).items():
                target[_join_names(name, scope)].extend(functions)

    def _merge_commands(self, app: Flask, name: str, options: dict[str, Any]) -> None:
        """Add the blueprint's commands, if it has any, to the application's."""
        if "cli" not in self.__dict__ or not self.cli.commands:
            return
        group = options.get("cli_group", self.cli_group)
        if group is None:
            app.cli.commands.update(self.cli.commands)
            return
        self.cli.name = name if group is _sentinel else group
        app.cli.add_command(self.cli)

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Nest another blueprint in this one.

        :param blueprint: the inner blueprint.
        :param options: as for :meth:`Flask.register_blueprint`.
        :raises ValueError: the blueprint is this one.

        .. versionadded:: 2.0
        """
        if blueprint is self:
            raise ValueError("Cannot register a blueprint on itself")
        self._blueprints.append((blueprint, options))

    @setupmethod
    def before_app_request(self, f: T_before_request) -> T_before_request:
        """:meth:`before_request`, for every request of the application."""
        self._record_for_app("before_request_funcs", f)
        return f

    @setupmethod
    def after_app_request(self, f: T_after_request) -> T_after_request:
        """:meth:`after_request`, for every request of the application."""
        self._record_for_app("after_request_funcs", f)
        return f

    @setupmethod
    def teardown_app_request(self, f: T_teardown) -> T_teardown:
        """:meth:`teardown_request`, for every request of the application."""
        self._record_for_app("teardown_request_funcs", f)
        return f

    @setupmethod
    def app_context_processor(
        self, f: T_template_context_processor
    ) -> T_template_context_processor:
        """:meth:`context_processor`, for every template of the application."""
        self._record_for_app("template_context_processors", f)
        return f

    @setupmethod
    def app_url_value_preprocessor(
        self, f: T_url_value_preprocessor
    ) -> T_url_value_preprocessor:
        """:meth:`url_value_preprocessor`, for every request of the application."""
        self._record_for_app("url_value_preprocessors", f)
        return f

    @setupmethod
    def app_url_defaults(self, f: T_url_defaults) -> T_url_defaults:
        """:meth:`url_defaults`, for every URL the application builds."""
        self._record_for_app("url_default_functions", f)
        return f

    @setupmethod
    def app_errorhandler(
        self, code: type[Exception] | int
    ) -> Callable[[T_error_handler], T_error_handler]:
        """:meth:`errorhandler`, for every request of the application.

        :param code: the status code or the exception class.
        """

        def register(handler: T_error_handler) -> T_error_handler:
            def add(state: BlueprintSetupState) -> None:
                state.app.register_error_handler(code, handler)

            self.record_once(add)
            return handler

        return register

    def _record_for_app(self, registry: str, function: Callable[..., Any]) -> None:
        """Append to a registry of the application, under no blueprint's name."""

        def append(state: BlueprintSetupState) -> None:
            getattr(state.app, registry).setdefault(None, []).append(function)

        self.record_once(append)

    @setupmethod
    def app_template_filter(
        self, name: str | None = None
    ) -> Callable[[T_template_filter], T_template_filter]:
        """Register the decorated function as a filter of the application's templates.

        :param name: the filter's name, by default the function's.
        """

        def register(f: T_template_filter) -> T_template_filter:
            self.add_app_template_filter(f, name)
            return f

        return register

    @setupmethod
    def add_app_template_filter(
        self, f: ft.TemplateFilterCallable, name: str | None = None
    ) -> None:
        """The function form of :meth:`app_template_filter`."""
        self._record_for_templates("filters", f, name)

    @setupmethod
    def app_template_test(
        self, name: str | None = None
    ) -> Callable[[T_template_test], T_template_test]:
        """Register the decorated function as a test of the application's templates.

        :param name: the test's name, by default the function's.

        .. versionadded:: 0.10
        """

        def register(f: T_template_test) -> T_template_test:
            self.add_app_template_test(f, name)
            return f

        return register

    @setupmethod
    def add_app_template_test(
        self, f: ft.TemplateTestCallable, name: str | None = None
    ) -> None:
        """The function form of :meth:`app_template_test`.

        .. versionadded:: 0.10
        """
        self._record_for_templates("tests", f, name)

    @setupmethod
    def app_template_global(
        self, name: str | None = None
    ) -> Callable[[T_template_global], T_template_global]:
        """Register the decorated function as a name the application's templates know.

        :param name: the name, by default the function's.

        .. versionadded:: 0.10
        """

        def register(f: T_template_global) -> T_template_global:
            self.add_app_template_global(f, name)
            return f

        return register

    @setupmethod
    def add_app_template_global(
        self, f: ft.TemplateGlobalCallable, name: str | None = None
    ) -> None:
        """The function form of :meth:`app_template_global`.

        .. versionadded:: 0.10
        """
        self._record_for_templates("globals", f, name)

    def _record_for_templates(
        self, table: str, function: Callable[..., Any], name: str | None
    ) -> None:
        """Put a function into a table of the application's Jinja environment."""

        def add(state: BlueprintSetupState) -> None:
            getattr(state.app.jinja_env, table)[name or function.__name__] = function

        self.record_once(add)


class BlueprintSetupState:
    """What a recorded function needs to know about a registration.

    :param blueprint: the blueprint.
    :param app: the application it is being registered on.
    :param options: the options of the registration.
    :param first_registration: whether the blueprint is new to the application.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        app: Flask,
        options: Any,
        first_registration: bool,
    ) -> None:
        self.app = app
        self.blueprint = blueprint
        self.options = options
        self.first_registration = first_registration
        #: The subdomain of rules that name none.
        self.subdomain = _first(options.get("subdomain"), blueprint.subdomain)
        #: The prefix of all rules.
        self.url_prefix = _first(options.get("url_prefix"), blueprint.url_prefix)
        self.name = _own_name(blueprint, options)
        self.name_prefix = options.get("name_prefix", "")
        #: Values that every rule gets.
        self.url_defaults = {
            **blueprint.url_values_defaults,
            **(options.get("url_defaults") or {}),
        }

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        **options: Any,
    ) -> None:
        """Add a rule to the application, under the blueprint's name and prefix.

        The parameters are those of :meth:`Flask.add_url_rule`.
        """
        if self.url_prefix is not None:
            rule = _join_paths(self.url_prefix, rule) if rule else self.url_prefix
        options.setdefault("subdomain", self.subdomain)
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)
        defaults = {**self.url_defaults, **options.pop("defaults", {})}
        scope = _join_names(self.name_prefix, self.name)
        self.app.add_url_rule(
            rule, f"{scope}.{endpoint}", view_func, defaults=defaults, **options
        )


_REGISTRIES = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "url_default_functions",
    "url_value_preprocessors",
    "template_context_processors",
)


def _own_name(blueprint: Blueprint, options: dict[str, Any]) -> str:
    """The name of a registration, without those of the blueprints around it."""
    return cast(str, options.get("name", blueprint.name))


def _join_names(outer: str, inner: str | None) -> str:
    """A dotted name; either side may be missing."""
    return ".".join(filter(None, (outer, inner)))


def _join_paths(prefix: str, path: str) -> str:
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}"


def _first(*values: Any) -> Any:
    """The first value that is not ``None``."""
    return next((value for value in values if value is not None), None)


def _nested_options(
    state: BlueprintSetupState, name: str, inner: Blueprint, options: dict[str, Any]
) -> dict[str, Any]:
    """The options to register an inner blueprint with, below an outer one."""
    nested = {**options, "name_prefix": name}
    subdomain = _first(options.get("subdomain"), inner.subdomain)
    nested["subdomain"] = ".".join(filter(None, (subdomain, state.subdomain))) or None
    prefix = _first(options.get("url_prefix"), inner.url_prefix)
    if state.url_prefix is None:
        nested["url_prefix"] = prefix
    elif prefix is None:
        nested["url_prefix"] = state.url_prefix
    else:
        nested["url_prefix"] = _join_paths(state.url_prefix, prefix)
    return nested
