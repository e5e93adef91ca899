"""What happens to an application between two requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import kinds
from .acts import run
from .build import add_hook
from .build import add_rule
from .build import attempt
from .build import connect
from .build import hook_function
from .build import Kit
from .build import view_of

CHANGES: dict[str, Callable[..., Any]] = {}


def change(function: Callable[..., Any]) -> Callable[..., Any]:
    CHANGES[function.__name__.rstrip("_")] = function
    return function


def apply(kit: Kit, item: dict[str, Any]) -> list[Any]:
    """Do what the item says; the notes say what was refused."""
    kit.events = []
    kit.app._got_first_request = False
    name, *arguments = item["do"]
    attempt(kit, name, arguments[:1], CHANGES[name], *arguments)
    return kit.events


@change
def rule(kit: Kit, description: dict[str, Any]) -> None:
    add_rule(kit, kit.app, description)


@change
def hook(kit: Kit, description: dict[str, Any]) -> None:
    function = hook_function(kit, description, 99)
    add_hook(kit, kit.app, description["kind"], function)


@change
def unhook(kit: Kit, kind: str) -> None:
    getattr(kit.app, kind).clear()


@change
def config(kit: Kit, name: str, value: Any) -> None:
    kit.app.config[name] = value


@change
def attribute(kit: Kit, name: str, value: Any) -> None:
    setattr(kit.app, name, value)


@change
def json(kit: Kit, name: str, value: Any) -> None:
    setattr(kit.app.json, name, value)


@change
def map_(kit: Kit, name: str, value: Any) -> None:
    setattr(kit.app.url_map, name, value)


@change
def session(kit: Kit, kind: str) -> None:
    stock = kit.package.sessions.SecureCookieSessionInterface
    kit.app.session_interface = kinds.SESSIONS[kind](kit, stock)()


@change
def response_class(kit: Kit, kind: str) -> None:
    kit.app.response_class = kinds.RESPONSES[kind](kit, kit.package.Response)


@change
def request_class(kit: Kit, kind: str) -> None:
    kit.app.request_class = kinds.REQUESTS[kind](kit, kit.package.Request)


@change
def view(kit: Kit, endpoint: str, description: dict[str, Any]) -> None:
    kit.app.view_functions[endpoint] = view_of(kit, description)


@change
def no_view(kit: Kit, endpoint: str) -> None:
    kit.app.view_functions.pop(endpoint, None)


@change
def outside(kit: Kit, endpoint: str, values: dict[str, Any]) -> None:
    """Build a URL where there is no request."""
    with kit.app.app_context():
        run(kit, [["url_for", endpoint, values, {}]])


@change
def signals(kit: Kit, names: list[str]) -> None:
    connect(kit, names)


@change
def patch(kit: Kit, owner: str, name: str) -> None:
    """Replace a method of a class of the package by one that notes its calls."""
    cls = OWNERS[owner](kit)
    original, own = getattr(cls, name), name in vars(cls)

    def spy(self: Any, *args: Any, **options: Any) -> Any:
        kit.note("patched", name)
        return original(self, *args, **options)

    setattr(cls, name, spy)
    if own:
        kit.patches.append(lambda: setattr(cls, name, original))
    else:
        kit.patches.append(lambda: delattr(cls, name))


OWNERS: dict[str, Callable[[Kit], Any]] = {
    "Flask": lambda kit: kit.package.Flask,
    "Request": lambda kit: kit.package.Request,
    "Response": lambda kit: kit.package.Response,
    "RequestContext": lambda kit: kit.package.ctx.RequestContext,
    "AppContext": lambda kit: kit.package.ctx.AppContext,
    "Session": lambda kit: kit.package.sessions.SecureCookieSessionInterface,
    "Provider": lambda kit: kit.package.json.provider.DefaultJSONProvider,
}


@change
def wrap(kit: Kit, name: str) -> None:
    """Replace a method on the application itself."""
    original = getattr(kit.app, name)

    def spy(*args: Any, **options: Any) -> Any:
        kit.note("wrapped", name)
        return original(*args, **options)

    setattr(kit.app, name, spy)


@change
def unpatch(kit: Kit) -> None:
    """Take back what was replaced, on classes and on the application."""
    kit.close()
    for name in list(vars(kit.app)):
        if getattr(vars(kit.app)[name], "__name__", "") == "spy":
            delattr(kit.app, name)
