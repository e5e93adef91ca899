"""Functions that run before the first request (chapter 43)"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeVar

from ..scaffold import setupmethod

if TYPE_CHECKING:
    from ..app import Flask
    from ..blueprints import Blueprint
    from ..wrappers import Response

F = TypeVar("F", bound=Callable[[], Any])


@setupmethod
def before_first_request(app: Flask, f: F) -> F:
    """Call a function once, before the first request to this process.

    It takes nothing, and what it returns is ignored. Requests that come while it
    runs wait; if it fails, the request does, and the next one tries again.

    .. versionadded:: 0.8
    .. deprecated:: 2.2
    """
    _first_request(app).functions.append(f)
    return f


@setupmethod
def before_app_first_request(blueprint: Blueprint, f: F) -> F:
    """:meth:`Flask.before_first_request`, for the blueprint's application.

    .. deprecated:: 2.2
    """
    blueprint.record_once(lambda state: _first_request(state.app).functions.append(f))
    return f


def _get_functions(app: Flask) -> list[Callable[[], Any]]:
    """The functions :meth:`Flask.before_first_request` registered, in order."""
    return _first_request(app).functions


def _set_functions(app: Flask, functions: list[Callable[[], Any]]) -> None:
    _first_request(app).functions = functions


def _got_first_request(app: Flask) -> bool:
    """Whether the application has begun to answer requests."""
    return app._got_first_request


before_first_request_funcs = property(_get_functions, _set_functions)
got_first_request = property(_got_first_request)


def try_trigger_before_first_request_functions(app: Flask) -> None:
    """Call the functions now, unless they have been called."""
    _first_request(app).run()


class FirstRequest:
    """Takes the place of ``full_dispatch_request`` until a request has come.

    :param app: the application.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.functions: list[Callable[[], Any]] = []
        self.lock = Lock()
        self.done = False
        self.hidden = app.__dict__.get("full_dispatch_request")

    def __call__(self) -> Response:
        self.run()
        if self.hidden is not None:
            return self.hidden()  # type: ignore[no-any-return]
        return type(self.app).full_dispatch_request(self.app)

    def run(self) -> None:
        """Call the functions, unless that has been done, and step aside."""
        with self.lock:
            if self.done:
                return
            for function in self.functions:
                self.app.ensure_sync(function)()
            self.done = self.app._got_first_request = True
        if vars(self.app).get("full_dispatch_request") is not self:
            return
        if self.hidden is None:
            del self.app.full_dispatch_request
        else:
            self.app.full_dispatch_request = self.hidden


def _first_request(app: Flask) -> FirstRequest:
    attributes = vars(app)
    if "_first_request" not in attributes:
        waiting = attributes["_first_request"] = FirstRequest(app)
        if not app._got_first_request:
            app.full_dispatch_request = waiting  # type: ignore[method-assign]
    return attributes["_first_request"]  # type: ignore[no-any-return]
