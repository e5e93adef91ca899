"""An application of a description, of Flask or of flasklit."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import werkzeug.exceptions

from . import kinds
from .acts import run
from .values import Harsh
from .values import Oops
from .values import Worse

NAME = "differential"

#: The files of every application. Their dates are part of what is sent.
FILES = {
    "static/a.txt": "a text\n",
    "static/b.html": "<p>hello</p>",
    "static/ü.txt": "ü",
    "static/empty": "",
    "static/long.bin": "0123456789" * 1000,
    "static/sub/c.css": "p {}",
    "templates/hello.html": (
        "{% for m in get_flashed_messages() %}{{ m }},{% endfor %}"
        "Hello {{ name|default('<you>') }} at {{ request.path }}{{ added }}"
    ),
    "templates/plain.txt": "{{ name }} {{ g.get('name') }}",
    "templates/session.html": "{{ session.get('n') }}{{ '<b>'|safe }}",
    "templates/urls.html": "{{ url_for('static', filename='a.txt') }} {{ config.DEBUG }}",
    "templates/json.html": "{{ {'a': ['<', 1]}|tojson }}",
    "templates/broken.html": "{{ nothing.at.all }}",
    "blueprint/static/d.txt": "d",
    "blueprint/templates/own.html": "of a blueprint: {{ name }}",
}
WRITTEN = 1_500_000_000


def write_files(folder: Path) -> None:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (WRITTEN, WRITTEN))


class Kit:
    """What an application under test has at hand: its package, and its notes.

    :param package: ``flask`` or ``flasklit``.
    :param description: of the application.
    :param folder: where the files are.
    """

    app: Any
    response: Any = None
    problem: Any = None
    arguments: dict[str, Any] = {}
    nested = False

    def __init__(
        self, package: ModuleType, description: dict[str, Any], folder: Path
    ) -> None:
        self.package = package
        self.description = description
        self.folder = folder
        self.events: list[Any] = []
        self.patches: list[Callable[[], None]] = []
        self.jar = ""
        self.age = 0

    def note(self, *what: Any) -> None:
        self.events.append(list(what))

    def notes_of_request(self) -> list[Any]:
        return [event for event in self.events if event[0] in _IN_BODY]

    def exception(self, kind: str) -> type[BaseException]:
        if kind in _EXCEPTIONS:
            return _EXCEPTIONS[kind]
        found: type[BaseException] = getattr(werkzeug.exceptions, kind)
        return found

    def told(self, problem: BaseException) -> str:
        """Type and message of an exception."""
        kind = type(problem)
        return f"{kind.__module__}.{kind.__qualname__}: {problem}"

    def owner(self, instance: Any, method: Any) -> type:
        """The class that a spying method was defined in."""
        for cls in type(instance).__mro__:
            if vars(cls).get(method.__name__) is method:
                return cls
        raise LookupError(method)

    def close(self) -> None:
        while self.patches:
            self.patches.pop()()


_IN_BODY = frozenset({"request", "session", "url_for", "flashed"})
_EXCEPTIONS: dict[str, type[BaseException]] = {
    "Oops": Oops,
    "Worse": Worse,
    "Harsh": Harsh,
    "KeyError": KeyError,
    "ValueError": ValueError,
    "ZeroDivisionError": ZeroDivisionError,
    "Exception": Exception,
}


def build(kit: Kit) -> None:
    """Give a kit an application with all that its description says.

    What cannot be registered is noted, and left out.
    """
    description, package = kit.description, kit.package
    base: Any = package.Flask
    for name in description.get("application", ()):
        base = kinds.APPLICATIONS[name](kit, base)
    for attribute, table in _CLASSES.items():
        chosen = description.get(attribute)
        if chosen:
            own = table[chosen](kit, getattr(base, attribute))
            base = type("Own", (base,), {attribute: own})
    options = dict(description.get("options", {}))
    options.setdefault("static_folder", None)
    options.setdefault("root_path", str(kit.folder))
    kit.app = app = base(NAME, **options)
    app.config.update(description.get("config", {}))
    for name, value in description.get("map", {}).items():
        setattr(app.url_map, name, value)
    app.url_map.converters.update(kinds.CONVERTERS)
    for name, value in description.get("json", {}).items():
        setattr(app.json, name, value)
    chosen = description.get("session")
    if chosen:
        stock = package.sessions.SecureCookieSessionInterface
        app.session_interface = kinds.SESSIONS[chosen](kit, stock)()
    connect(kit, description.get("signals", ()))
    for number, rule in enumerate(description.get("rules", ())):
        attempt(kit, "rule", number, add_rule, app, rule)
    for blueprint in description.get("blueprints", ()):
        add_blueprint(kit, app, blueprint)
    add_hooks(kit, app, description)
    for middleware in description.get("middleware", ()):
        app.wsgi_app = _MIDDLEWARE[middleware](kit, app.wsgi_app)


_CLASSES: dict[str, dict[str, kinds.Kind]] = {
    "request_class": kinds.REQUESTS,
    "response_class": kinds.RESPONSES,
    "json_provider_class": kinds.PROVIDERS,
}


def attempt(
    kit: Kit, what: str, which: Any, do: Callable[..., Any], *arguments: Any
) -> Any:
    """Do something that may be refused; both packages must refuse alike."""
    try:
        return do(kit, *arguments)
    except Exception as problem:
        kit.note("refused", what, which, type(problem).__name__)
        return None


# Views


def make_view(kit: Kit, description: dict[str, Any]) -> Callable[..., Any]:
    steps, label = description["steps"], description.get("label", "view")

    if description.get("async"):

        async def asynchronous(**arguments: Any) -> Any:
            return view(**arguments)

        asynchronous.__name__ = label

    def view(**arguments: Any) -> Any:
        values = [[name, repr(value)] for name, value in arguments.items()]
        kit.note("view", label, values)
        kit.arguments = arguments
        return run(kit, steps)

    chosen = asynchronous if description.get("async") else view
    view.__name__ = label
    for name, value in description.get("attributes", {}).items():
        setattr(chosen, name, value)
    return chosen


def constant_view(kit: Kit, description: dict[str, Any]) -> Callable[..., Any]:
    """A view as most are: a plain function that returns something at once."""
    from .values import make

    constant = description["constant"]

    def view(**arguments: Any) -> Any:
        return make(kit, constant)

    return view


def view_of(kit: Kit, description: dict[str, Any]) -> Callable[..., Any]:
    if "constant" in description:
        return constant_view(kit, description)
    return make_view(kit, description)


def add_rule(kit: Kit, owner: Any, rule: dict[str, Any]) -> None:
    options = dict(rule.get("options", {}))
    if isinstance(options.get("redirect_to"), list):
        target = options["redirect_to"][0]
        options["redirect_to"] = lambda adapter, **values: (
            f"{target}?{sorted(map(str, values.values()))}"
        )
    view = view_of(kit, rule["view"]) if rule.get("view") else None
    owner.add_url_rule(rule["rule"], rule["endpoint"], view, **options)


def add_blueprint(kit: Kit, owner: Any, description: dict[str, Any]) -> None:
    options = dict(description.get("options", {}))
    if options.get("static_folder") or options.get("template_folder"):
        options["root_path"] = str(kit.folder / "blueprint")
    blueprint = attempt(
        kit,
        "blueprint",
        description["name"],
        lambda kit: kit.package.Blueprint(description["name"], NAME, **options),
    )
    if blueprint is None:
        return
    for number, rule in enumerate(description.get("rules", ())):
        attempt(kit, "rule", number, add_rule, blueprint, rule)
    add_hooks(kit, blueprint, description)
    for inner in description.get("blueprints", ()):
        add_blueprint(kit, blueprint, inner)
    for register in description.get("register", [{}]):
        attempt(
            kit,
            "registration",
            description["name"],
            lambda kit, register=register: owner.register_blueprint(
                blueprint, **register
            ),
        )


# Hooks and handlers


def add_hooks(kit: Kit, owner: Any, description: dict[str, Any]) -> None:
    for number, hook in enumerate(description.get("hooks", ())):
        function = hook_function(kit, hook, number)
        attempt(kit, "hook", number, add_hook, owner, hook["kind"], function)
    for number, handler in enumerate(description.get("handlers", ())):
        attempt(kit, "handler", number, add_handler, owner, handler)


def add_hook(kit: Kit, owner: Any, kind: str, function: Callable[..., Any]) -> None:
    if kind == "url_build_error_handlers":
        owner.url_build_error_handlers.append(function)
    else:
        getattr(owner, kind)(function)


def hook_function(kit: Kit, hook: dict[str, Any], number: int) -> Callable[..., Any]:
    kind, steps = hook["kind"].removeprefix("app_"), hook["steps"]
    label = [hook["kind"], hook.get("label", number)]

    def before() -> Any:
        kit.note(*label)
        return run(kit, steps)

    def after(response: Any) -> Any:
        kit.note(*label)
        kit.response = response
        answer = run(kit, steps)
        return response if answer is None else answer

    def teardown(problem: BaseException | None) -> None:
        kit.note(*label, problem and kit.told(problem))
        run(kit, steps)

    def preprocess(endpoint: str | None, values: dict[str, Any] | None) -> None:
        kit.note(*label, endpoint, values and sorted(values))
        if values is not None and hook.get("takes"):
            values.pop(hook["takes"], None)
        run(kit, steps)

    def defaults(endpoint: str, values: dict[str, Any]) -> None:
        kit.note(*label, endpoint)
        values.setdefault(hook.get("gives", "given"), 1)

    def context() -> dict[str, Any]:
        kit.note(*label)
        return {"added": "!"}

    def build_error(problem: Exception, endpoint: str, values: dict[str, Any]) -> Any:
        kit.note(*label, type(problem).__name__, endpoint, sorted(values))
        return hook.get("gives")

    functions: dict[str, Callable[..., Any]] = {
        "before_request": before,
        "after_request": after,
        "teardown_request": teardown,
        "teardown_appcontext": teardown,
        "url_value_preprocessor": preprocess,
        "url_defaults": defaults,
        "context_processor": context,
        "url_build_error_handlers": build_error,
    }
    function = functions[kind]
    if hook.get("async") and kind in {"before_request", "after_request"}:
        waited = function

        async def asynchronous(*arguments: Any) -> Any:
            return waited(*arguments)

        return asynchronous
    return function


def add_handler(kit: Kit, owner: Any, handler: dict[str, Any]) -> None:
    key: Any = handler["key"]
    if isinstance(key, str):
        key = kit.exception(key)

    def handle(problem: Exception) -> Any:
        kit.note("handler", handler["key"], kit.told(problem))
        kit.problem = problem
        return run(kit, handler["steps"])

    owner.register_error_handler(key, handle)


# Signals, middleware


def connect(kit: Kit, names: Any) -> None:
    """Note what signals say of this application.

    They are disconnected from every sender; from their own, blinker would keep them.
    """
    for name in names:
        signal = getattr(kit.package, name)

        def receive(sender: Any, name: str = name, **details: Any) -> None:
            details.pop("_async_wrapper", None)
            known = [sorted(details), sender is kit.app]
            problem = details.get("exc") or details.get("exception")
            kit.note("signal", name, *known, problem and kit.told(problem))

        signal.connect(receive, kit.app, weak=False)
        kit.patches.append(lambda s=signal, r=receive: s.disconnect(r))  # type: ignore[misc]


def _prefix(kit: Kit, inner: Any) -> Any:
    """Mounts the application below a prefix, as a dispatcher does."""

    def middleware(environ: Any, start_response: Any) -> Any:
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/mounted"
        return inner(environ, start_response)

    return middleware


def _edits(kit: Kit, inner: Any) -> Any:
    def middleware(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            headers.append(("X-Middleware", "1"))
            return start_response(status, headers)

        return inner(environ, start)

    return middleware


def _replaces(kit: Kit, inner: Any) -> Any:
    """Gives the application a copy of the environ."""
    return lambda environ, start_response: inner(dict(environ), start_response)


_MIDDLEWARE: dict[str, Callable[[Kit, Any], Any]] = {
    "prefix": _prefix,
    "edits": _edits,
    "replaces": _replaces,
}


class Records(logging.Handler):
    """Notes what is logged, for whichever kit is asked at the moment."""

    def __init__(self) -> None:
        super().__init__()
        self.kit: Kit | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self.kit is None:
            return
        raised = record.exc_info[1] if record.exc_info else None
        told = raised and self.kit.told(raised)
        where = record.name.replace("flasklit", "flask")
        self.kit.note("log", where, record.levelname, record.getMessage(), told)
