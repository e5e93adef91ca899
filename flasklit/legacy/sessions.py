"""Sessions as they were at 0.11 (chapter 52)"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from ipaddress import ip_address
from typing import Any
from typing import TYPE_CHECKING
from warnings import warn

from .. import sessions as current
from .restored import restored_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..app import Flask

__getattr__ = restored_names(__name__)


class SecureCookieSession(current.SecureCookieSession):
    """A session that notices when its items are looked at."""


def _noticing(operation: Callable[..., Any]) -> Callable[..., Any]:
    def noticed(self: SecureCookieSession, *args: Any, **kwargs: Any) -> Any:
        self.accessed = True
        return operation(self, *args, **kwargs)

    return update_wrapper(noticed, operation)


for _name in (
    *("__getitem__", "__setitem__", "__delitem__", "__contains__", "__iter__"),
    *("__len__", "__eq__", "__ne__", "__reversed__", "__repr__", "__or__", "__ror__"),
    *("__ior__", "get", "setdefault", "keys", "values", "items", "pop", "popitem"),
    *("clear", "update", "copy"),
):
    _operation = getattr(current.SecureCookieSession, _name)
    setattr(SecureCookieSession, _name, _noticing(_operation))


class NullSession(current.NullSession):
    """The session of an application without a secret key.

    :param initial: the items to begin with.
    :param secret_key: kept, and not used.
    :param new: whether the session counts as new.
    :param data: the older name of ``initial``.
    """

    def __init__(
        self,
        initial: Mapping[str, Any] | None = None,
        secret_key: str | bytes | None = None,
        new: bool = False,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(initial if data is None else data)
        self.secret_key = secret_key
        self.new = new


class SecureCookieSessionInterface(current.SecureCookieSessionInterface):
    """Keeps sessions in cookies for the domain of ``SERVER_NAME``."""

    session_class = SecureCookieSession
    null_session_class: type[current.NullSession] = NullSession

    def get_cookie_path(self, app: Flask) -> str:
        """Return ``SESSION_COOKIE_PATH``, ``APPLICATION_ROOT`` or ``"/"``."""
        return super().get_cookie_path(app) or "/"

    def get_cookie_domain(self, app: Flask) -> str | None:
        """Return ``SESSION_COOKIE_DOMAIN``, or else the host of ``SERVER_NAME``.

        With subdomains, unless the application has a path of its own.
        """
        domain = super().get_cookie_domain(app)
        server_name: str | None = app.config["SERVER_NAME"]
        if domain is not None or not server_name:
            return domain or None
        host = server_name.partition(":")[0].lstrip(".")
        if "." not in host:
            warn(f'"{host}" is not a valid cookie domain', stacklevel=2)
            return None
        if _is_address(host):
            warn(f"The cookie domain is an IP address, {host}", stacklevel=2)
            return host
        return f".{host}" if self.get_cookie_path(app) == "/" else host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
