"""Names that Flask has dropped, found when older code asks for them (chapters 42 to 48)"""

from __future__ import annotations

import sys
from collections.abc import Callable
from collections.abc import Iterable
from importlib import import_module
from typing import Any
from typing import Self
from warnings import warn
from weakref import WeakMethod

_ENCODERS = "flasklit.former.encoders"
_PROVIDER = "Subclass json.provider.DefaultJSONProvider, and set app.json."
_TOJSON = "Use jinja2.utils.htmlsafe_json_dumps."

_SETUP = "Run it where the application is made."


class Dropped:
    """A method or property that Flask has dropped and older code still uses.

    It is imported from :mod:`flasklit.former` when an object is asked for it,
    and warns. The class itself gives it away without a warning.

    :param home: the module below ``flasklit.former`` that has it, by this name.
    :param edition: the Flask edition that dropped it.
    :param instead: what to do instead, a sentence.
    """

    def __init__(self, home: str, edition: str, instead: str) -> None:
        self.home = home
        self.edition = edition
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.label = f"{owner.__name__.removeprefix('Former')}.{name}"

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is not None:
            warn_dropped(self.label, self.edition, self.instead)
        return self.find().__get__(instance, owner)

    def find(self) -> Any:
        """The function or property, from its module."""
        return getattr(import_module(f"flasklit.former.{self.home}"), self.name)


class DroppedAttribute(Dropped):
    """A dropped property that can also be set."""

    def __set__(self, instance: object, value: Any) -> None:
        warn_dropped(self.label, self.edition, self.instead)
        self.find().__set__(instance, value)


def dropped_names(module: str) -> Callable[[str], Any]:
    """A module's ``__getattr__`` (:pep:`562`) for the names it has dropped.

    :param module: the module's ``__name__``.
    """

    def find(name: str) -> Any:
        return find_dropped(module, name)

    return find


def find_dropped(module: str, name: str) -> Any:
    """A name that a module has dropped, with a warning.

    :param module: the absolute name of the module.
    :param name: the name that the module does not have.
    :raises AttributeError: the module never had it.
    """
    known = _DROPPED.get(module, {}).get(name)
    if known is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    home, edition, instead = known
    if sys._getframe(2).f_code.co_name != "_handle_fromlist":
        warn_dropped(f"{module}.{name}", edition, instead)
    return getattr(import_module(home), name)


class Former:
    """A class's part of the older API: a mixin of :class:`Dropped` attributes."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        current: dict[str, Any] = {}
        dropped: dict[str, Dropped] = {}
        for base in reversed(cls.__mro__):
            for name, value in vars(base).items():
                current[name] = value
                if isinstance(value, Dropped):
                    dropped[name] = value
        overridden = {
            name: value for name, value in dropped.items() if current[name] is not value
        }
        if overridden:
            from .former.overrides import adapt

            adapt(cls, overridden)


class FormerFlask(Former):
    """The application's part of the older API."""

    propagate_exceptions = DroppedAttribute(
        "settings", "2.3", "Use app.config['PROPAGATE_EXCEPTIONS']."
    )
    session_cookie_name = DroppedAttribute(
        "settings", "2.3", "Use app.config['SESSION_COOKIE_NAME']."
    )
    send_file_max_age_default = DroppedAttribute(
        "settings", "2.3", "Use app.config['SEND_FILE_MAX_AGE_DEFAULT']."
    )
    use_x_sendfile = DroppedAttribute(
        "settings", "2.3", "Use app.config['USE_X_SENDFILE']."
    )
    templates_auto_reload = DroppedAttribute(
        "settings", "2.3", "Use app.config['TEMPLATES_AUTO_RELOAD']."
    )
    env = DroppedAttribute("settings", "2.3", "Use app.debug.")
    before_first_request = Dropped("setup", "2.3", _SETUP)
    before_first_request_funcs = DroppedAttribute("setup", "2.3", _SETUP)
    try_trigger_before_first_request_functions = Dropped("setup", "2.2", _SETUP)
    got_first_request = Dropped("setup", "3.0", _SETUP)
    preserve_context_on_exception = Dropped(
        "stacks", "2.2", "Read the traceback, or use Werkzeug's debugger."
    )
    json_encoder = DroppedAttribute("encoders", "2.3", _PROVIDER)
    json_decoder = DroppedAttribute("encoders", "2.3", _PROVIDER)
    open_session = Dropped("sessions", "2.0", "Set app.session_interface.")
    save_session = Dropped("sessions", "2.0", "Set app.session_interface.")
    make_null_session = Dropped("sessions", "2.0", "Set app.session_interface.")
    init_jinja_globals = Dropped(
        "hooks", "1.0", "Override Flask.create_jinja_environment."
    )
    debug_log_format = DroppedAttribute(
        "logs", "0.11", "Give flasklit.logging.default_handler a formatter."
    )
    logger_name = DroppedAttribute("logs", "1.0", "The logger is called app.name.")
    enable_modules = DroppedAttribute("modules", "0.11", "Use blueprints.")
    register_module = Dropped("modules", "0.11", "Use register_blueprint.")


class FormerBlueprint(Former):
    """The blueprint's part of the older API."""

    before_app_first_request = Dropped("setup", "2.3", _SETUP)
    json_encoder = DroppedAttribute("encoders", "2.3", _PROVIDER)
    json_decoder = DroppedAttribute("encoders", "2.3", _PROVIDER)


class FormerRequest(Former):
    """The request's part of the older API."""

    is_xhr = Dropped(
        "requests", "2.0", "Compare the X-Requested-With header with XMLHttpRequest."
    )
    module = Dropped("modules", "1.0", "Use request.blueprint.")


class FormerConfig(Former, dict[str, Any]):
    """The configuration's part of the older API."""

    from_json = Dropped("settings", "2.1", "Use from_file(filename, json.load).")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._notice(self)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if key in _DROPPED_SETTINGS:
            self._notice((key,))

    def update(self, *args: Any, **kwargs: Any) -> None:
        settings = dict(*args, **kwargs)
        super().update(settings)
        self._notice(settings)

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    #: Whether setting one that was dropped warns.
    warns = True

    _listeners: tuple[WeakMethod[Callable[[], None]], ...] = ()

    def tell(self, listener: Callable[[], None]) -> None:
        """Call a method, kept weakly, whenever a setting is set that was dropped."""
        self._listeners += (WeakMethod(listener),)

    def _notice(self, names: Iterable[str]) -> None:
        known = _DROPPED_SETTINGS.keys() & names
        if not known:
            return
        for name in sorted(known) if self.warns else ():
            warn_dropped(name, *_DROPPED_SETTINGS[name])
        for listener in self._listeners:
            call = listener()
            if call is not None:
                call()

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_listeners": ()}


class HandlerTable(dict[Any, Any]):
    """A level of ``error_handler_spec``: changes what is put in to today's form.

    A key that is missing gets an empty dictionary.

    :param fit: takes the key and the value, returns the value to keep.
    """

    def __init__(self, fit: Callable[[Any, Any], Any]) -> None:
        self.fit = fit

    def __missing__(self, key: Any) -> Any:
        self[key] = {}
        return self[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, self.fit(key, value))

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default or {}
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        for key, value in dict(*args, **kwargs).items():
            self[key] = value


def handlers_by_code(scope: str | None, by_code: Any) -> HandlerTable:
    """The handlers of a scope as a table, from any dictionary of them."""
    if isinstance(by_code, HandlerTable):
        return by_code
    table = HandlerTable(_handlers_by_class)
    table.update(by_code)
    return table


def _handlers_by_class(code: int | None, handlers: Any) -> Any:
    if isinstance(handlers, dict):
        return handlers
    from .former.hooks import handlers_by_class

    return handlers_by_class(code, handlers)


_FUNCTIONS = "flasklit.former.functions"
_JOIN = "Use werkzeug.utils.safe_join, which returns None."
_BLINKER = "Try to import blinker."

_DROPPED: dict[str, dict[str, tuple[str, str, str]]] = {
    "flasklit": {
        "escape": ("markupsafe", "3.0", "Use markupsafe.escape."),
        "Markup": ("markupsafe", "3.0", "Use markupsafe.Markup."),
        "safe_join": (_FUNCTIONS, "2.1", _JOIN),
        "signals_available": (_FUNCTIONS, "3.0", _BLINKER),
        "json_available": (_FUNCTIONS, "2.0", "It always is."),
        "_app_ctx_stack": (
            "flasklit.former.stacks",
            "3.0",
            "Keep data on g; the context itself is globals.app_ctx.",
        ),
        "_request_ctx_stack": (
            "flasklit.former.stacks",
            "3.0",
            "Keep data on g; the context itself is globals.request_ctx.",
        ),
        "Module": ("flasklit.former.modules", "0.11", "Use Blueprint."),
    },
    "flasklit.helpers": {
        "safe_join": (_FUNCTIONS, "2.1", _JOIN),
        "total_seconds": (_FUNCTIONS, "2.1", "Use timedelta.total_seconds."),
        "locked_cached_property": (
            _FUNCTIONS,
            "3.0",
            "Use functools.cached_property, with a lock if it needs one.",
        ),
        "get_env": (_FUNCTIONS, "2.3", "Use get_debug_flag."),
        "_endpoint_from_view_func": ("flasklit.scaffold", "2.0", "Use view.__name__."),
    },
    "flasklit.signals": {
        "signals_available": (_FUNCTIONS, "3.0", _BLINKER),
    },
    "flasklit.globals": {
        "_app_ctx_stack": (
            "flasklit.former.stacks",
            "3.0",
            "Keep data on g; the context itself is app_ctx.",
        ),
        "_request_ctx_stack": (
            "flasklit.former.stacks",
            "3.0",
            "Keep data on g; the context itself is request_ctx.",
        ),
        "_find_app": ("flasklit.former.stacks", "2.2", "Use current_app."),
        "_lookup_app_object": ("flasklit.former.stacks", "2.2", "Use app_ctx."),
        "_lookup_req_object": ("flasklit.former.stacks", "2.2", "Use request_ctx."),
    },
    "flasklit.json": {
        "JSONEncoder": (_ENCODERS, "2.3", _PROVIDER),
        "JSONDecoder": (_ENCODERS, "2.3", _PROVIDER),
        "htmlsafe_dumps": (_ENCODERS, "2.3", _TOJSON),
        "htmlsafe_dump": (_ENCODERS, "2.3", _TOJSON),
    },
    "flasklit.module": {
        "Module": ("flasklit.former.modules", "0.11", "Use Blueprint."),
    },
}


_DROPPED_SETTINGS = {
    "JSON_AS_ASCII": ("2.3", "Set app.json.ensure_ascii."),
    "JSON_SORT_KEYS": ("2.3", "Set app.json.sort_keys."),
    "JSONIFY_MIMETYPE": ("2.3", "Set app.json.mimetype."),
    "JSONIFY_PRETTYPRINT_REGULAR": ("2.3", "Set app.json.compact to False."),
    "LOGGER_NAME": ("1.0", "The logger is called app.name."),
    "LOGGER_HANDLER_POLICY": ("1.0", "Add handlers to app.logger, or remove them."),
}


def warn_dropped(label: str, edition: str, instead: str) -> None:
    """Say, at the program's own line, that a name is no longer part of Flask.

    :param label: the name, as the reader of the warning knows it.
    :param edition: the edition that dropped it.
    :param instead: what to do instead, a sentence.
    """
    message = f"'{label}' was dropped in Flask {edition}. {instead}"
    warn(message, DeprecationWarning, _calls_to_the_program())


def _calls_to_the_program() -> int:
    """The ``stacklevel`` of the first line outside of this package."""
    frame, level = sys._getframe(1), 1
    while f"{frame.f_globals.get('__name__')}.".startswith(_OURS) and frame.f_back:
        frame, level = frame.f_back, level + 1
    return level


_OURS = ("flasklit.", "werkzeug.local.")
