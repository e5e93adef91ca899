"""Methods of the application that opened and saved its sessions (chapter 46)"""

from __future__ import annotations

from typing import Any
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..app import Flask
    from ..sessions import NullSession
    from ..sessions import SessionMixin
    from ..wrappers import Request
    from ..wrappers import Response


def open_session(app: Flask, request: Request) -> SessionMixin | None:
    """Open the session of a request; override it to keep sessions elsewhere.

    :param request: the request.

    .. deprecated:: 0.8
    """
    return _own(app).open_session(app, request)  # type: ignore[no-any-return]


def save_session(app: Flask, session: SessionMixin, response: Response) -> None:
    """Save the session of a request that is about to be answered.

    :param session: what :meth:`Flask.open_session` returned.
    :param response: the response.

    .. deprecated:: 0.8
    """
    _own(app).save_session(app, session, response)


def make_null_session(app: Flask) -> NullSession:
    """The session that stands in where :meth:`Flask.open_session` has none.

    .. versionadded:: 0.7
    .. deprecated:: 0.8
    """
    return _own(app).make_null_session(app)  # type: ignore[no-any-return]


def _own(app: Flask) -> Any:
    """The session interface as it is when it does not ask."""
    interface = app.session_interface
    return super(Asking, interface) if isinstance(interface, Asking) else interface


class Asking:
    """Mixed into the class of a session interface: it asks the application."""

    def open_session(self, app: Any, request: Request) -> Any:
        """What the application's method opens."""
        return type(app).open_session(app, request)

    def save_session(self, app: Any, session: Any, response: Response) -> None:
        """Leave the saving to the application's method."""
        type(app).save_session(app, session, response)

    def make_null_session(self, app: Any) -> Any:
        """What the application's method makes."""
        return type(app).make_null_session(app)


def asking(interface: Any) -> Any:
    """The same session interface, with the same attributes, but asking first."""
    cls = type(interface)
    if issubclass(cls, Asking):
        return interface
    double: Any = object.__new__(type(cls.__name__, (Asking, cls), {}))
    double.__dict__ = interface.__dict__
    return double


class AskingInterface:
    """``session_interface``, in a class that overrides such a method.

    :param stock: the interface of applications that are given none.
    """

    def __init__(self, stock: Any) -> None:
        self.stock = asking(stock)

    def __get__(self, app: Flask | None, owner: type) -> Any:
        if app is None:
            return self.stock
        return app.__dict__.get("session_interface", self.stock)

    def __set__(self, app: Flask, interface: Any) -> None:
        app.__dict__["session_interface"] = asking(interface)
