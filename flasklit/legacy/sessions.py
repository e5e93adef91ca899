"""Sessions as they were at 0.11 (chapter 49)"""

from __future__ import annotations

from collections.abc import Iterator
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

    def __getitem__(self, key: str) -> Any:
        self.accessed = True
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self.accessed = True
        super().__setitem__(key, value)

    def __contains__(self, key: object) -> bool:
        self.accessed = True
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self.accessed = True
        return super().__iter__()

    def __len__(self) -> int:
        self.accessed = True
        return super().__len__()

    def get(self, key: str, default: Any = None) -> Any:
        """The item of a key, or the default.

        :param key: the key.
        :param default: the value if there is no such item.
        """
        self.accessed = True
        return super().get(key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The item of a key; it is set to the default first if it is missing.

        :param key: the key.
        :param default: the value if there is no such item.
        """
        self.accessed = True
        return super().setdefault(key, default)


class NullSession(current.NullSession):
    """The session of an application without a secret key.

    :param data: the items to begin with.
    :param secret_key: kept, and not used.
    :param new: whether the session counts as new.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        secret_key: str | bytes | None = None,
        new: bool = False,
    ) -> None:
        super().__init__(data)
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
