"""The context variables and the proxies for what they hold (chapters 9 to 44)"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from operator import attrgetter
from typing import Any
from typing import cast
from typing import TYPE_CHECKING

from werkzeug.local import LocalProxy as BaseLocalProxy

from .dropped import dropped_names

if TYPE_CHECKING:
    from .app import Flask
    from .ctx import _AppCtxGlobals
    from .ctx import AppContext
    from .ctx import RequestContext
    from .sessions import SessionMixin
    from .wrappers import Request

_NO_APP = """\
Working outside of application context.

This needs an application: push one with 'with app.app_context():', or call it
from a view, a hook or a command, where the framework has pushed it already.\
"""
_NO_REQUEST = """\
Working outside of request context.

This needs an HTTP request: call it from a view or a hook, or make a request
for a test with 'with app.test_request_context(...):'.\
"""


class LocalProxy(BaseLocalProxy[Any]):
    """Werkzeug's ``LocalProxy`` with a short way to attributes and items.

    Werkzeug's class forwards every operation through a descriptor that looks up
    the object, then the operator, then calls it. The operations a view uses
    all the time are plain methods here; all others are inherited.

    :param variable: the context variable that holds the current context.
    :param attribute: the attribute of the context to stand for, or ``None``
        for the context itself.
    :param unbound_message: the text of the ``RuntimeError`` that is raised
        while no context is pushed.
    """

    __slots__ = ()

    def __init__(
        self,
        variable: ContextVar[Any],
        attribute: str | None = None,
        *,
        unbound_message: str,
    ) -> None:
        super().__init__(variable, attribute, unbound_message=unbound_message)
        current = _finder(variable, attribute, unbound_message)
        object.__setattr__(self, "_get_current_object", current)

    def __getattribute__(self, name: str) -> Any:
        if name[:1] == "_":
            return _own_attribute(self, name)
        return getattr(_finder_of(self)(), name)

    def __getattr__(self, name: str) -> Any:
        return getattr(_finder_of(self)(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_finder_of(self)(), name, value)

    def __getitem__(self, key: Any) -> Any:
        return _finder_of(self)()[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        _finder_of(self)()[key] = value

    def __contains__(self, key: object) -> bool:
        return key in _finder_of(self)()


_own_attribute = object.__getattribute__
_finder_of = vars(BaseLocalProxy)["_get_current_object"].__get__


def _finder(
    variable: ContextVar[Any], attribute: str | None, message: str
) -> Callable[[], Any]:
    """The function that finds what a proxy stands for at the moment."""
    read = variable.get
    pick = attrgetter(attribute) if attribute else _itself

    def current() -> Any:
        try:
            context = read()
        except LookupError:
            raise RuntimeError(message) from None
        return pick(context)

    return current


def _itself(context: Any) -> Any:
    return context


_cv_app: ContextVar[AppContext] = ContextVar("flasklit.app_ctx")
_cv_request: ContextVar[RequestContext] = ContextVar("flasklit.request_ctx")

app_ctx = cast("AppContext", LocalProxy(_cv_app, unbound_message=_NO_APP))
current_app = cast("Flask", LocalProxy(_cv_app, "app", unbound_message=_NO_APP))
g = cast("_AppCtxGlobals", LocalProxy(_cv_app, "g", unbound_message=_NO_APP))
request_ctx = cast(
    "RequestContext", LocalProxy(_cv_request, unbound_message=_NO_REQUEST)
)
request = cast(
    "Request", LocalProxy(_cv_request, "request", unbound_message=_NO_REQUEST)
)
session = cast(
    "SessionMixin", LocalProxy(_cv_request, "session", unbound_message=_NO_REQUEST)
)


if not TYPE_CHECKING:
    __getattr__ = dropped_names(__name__)
