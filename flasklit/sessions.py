"""Sessions, and the interface that keeps them in cookies (chapters 20 to 47)"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import MutableMapping
from datetime import datetime
from datetime import UTC
from importlib import import_module
from operator import attrgetter
from typing import Any
from typing import NoReturn
from typing import TYPE_CHECKING

from werkzeug.datastructures import CallbackDict
from werkzeug.wrappers import Response as BaseResponse

from .cookies import cookie_frame
from .cookies import may_be_permanent
from .cookies import needs_no_quotes
from .cookies import possible_cookies
from .cookies import sends_no_cookies
from .cookies import sent_cookie
from .json.tag import TaggedJSONSerializer

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

    from .app import Flask
    from .signing import SessionSerializer
    from .wrappers import Request
    from .wrappers import Response

_NO_SECRET_KEY = """\
The session is unavailable because no secret key is set.

Set app.secret_key, or SECRET_KEY in the configuration, to a long random value:
python -c "import secrets; print(secrets.token_hex())" prints one.\
"""


class SessionMixin(MutableMapping[str, Any]):
    """What a session has beyond a dictionary."""

    #: Whether the session was made for this request, where the interface can
    #: tell; otherwise ``False``.
    new = False

    #: Whether it was changed, where the interface can tell; otherwise ``True``.
    modified = True

    #: Whether anybody looked at it during the request. The request context
    #: sets this; the response then varies by cookie.
    #:
    #: .. versionchanged:: 3.1.3
    #:     Set by the request context, so ``in`` and ``len()`` count as well.
    accessed = False

    @property
    def permanent(self) -> bool:
        """Whether the session outlives the browser window: the item ``_permanent``."""
        permanent: bool = self.get("_permanent", False)
        return permanent

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)


class SecureCookieSession(CallbackDict[str, Any], SessionMixin):
    """The session that travels in a signed cookie.

    It notices when its own items are set or deleted. A change inside an item,
    a list for instance, it cannot see: set :attr:`modified` then.

    :param initial: the items to begin with.
    """

    modified = False

    def __init__(self, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(initial, _mark_modified)


def _mark_modified(session: Any) -> None:
    session.modified = True


class NullSession(SecureCookieSession):
    """The session of an application without a secret key: empty and read-only."""

    def __init__(
        self,
        initial: Mapping[str, Any] | None = None,
        secret_key: Any = None,
        new: bool | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        if (secret_key, new, data) != (None, None, None):
            from .former.parameters import for_null_session

            initial = for_null_session(
                self, initial, secret_key=secret_key, new=new, data=data
            )
        super().__init__(initial)

    def _fail(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(_NO_SECRET_KEY)

    __setitem__ = __delitem__ = __ior__ = _fail
    clear = pop = popitem = setdefault = update = _fail
    del _fail


class SessionInterface:
    """How sessions are kept: assign an instance to ``app.session_interface``.

    A subclass defines :meth:`open_session` and :meth:`save_session`. What it
    opens is a dictionary with :class:`SessionMixin`.

    Requests of one client may run at the same time. If they share a store, the
    interface has to care for order and locks.

    .. versionadded:: 0.8
    """

    #: The class of null sessions, for :meth:`make_null_session` and
    #: :meth:`is_null_session`.
    null_session_class = NullSession

    #: Whether the session is pickled, so that it can hold any object.
    #:
    #: .. versionadded:: 0.10
    pickle_based = False

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Return the session of a request.

        Called when the request context has been pushed and nothing is matched
        yet. The stock interface is called later, on first access, and not at
        all when nobody looks.

        :param app: the application.
        :param request: the request.
        :returns: the session, or ``None`` to have :meth:`make_null_session`
            called.
        """
        raise NotImplementedError

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Store the session; called with every response, except for a null session.

        :param app: the application.
        :param session: what :meth:`open_session` returned.
        :param response: the response, for its cookies and headers.
        """
        raise NotImplementedError

    def must_refresh(self, app: Flask, request: Request) -> bool:
        """Tell whether a session that nobody opened has to be opened and saved.

        Asked at the end of a request, with an unopened session. ``True`` is
        always right; ``False`` promises that nothing would be saved.

        :param app: the application.
        :param request: the request.
        """
        return True

    def make_null_session(self, app: Flask) -> NullSession:
        """Return the session that stands in when :meth:`open_session` has none."""
        return self.null_session_class()

    def is_null_session(self, obj: object) -> bool:
        """Tell whether ``obj`` is a null session, which is never saved."""
        return isinstance(obj, self.null_session_class)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether the response has to set the cookie of this session.

        It has to when the session was modified, or when it is permanent and
        ``SESSION_REFRESH_EACH_REQUEST`` is on.

        .. versionadded:: 0.11
        """
        if session.modified:
            return True
        return session.permanent and bool(app.config["SESSION_REFRESH_EACH_REQUEST"])

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when the cookie expires: in UTC, or ``None`` with the browser window.

        A permanent session lives for ``app.permanent_session_lifetime``.
        """
        if not session.permanent:
            return None
        return datetime.now(UTC) + app.permanent_session_lifetime

    def get_cookie_name(self, app: Flask) -> str:
        """Return the name of the cookie: ``SESSION_COOKIE_NAME``."""
        name: str = app.config["SESSION_COOKIE_NAME"]
        return name

    def get_cookie_domain(self, app: Flask) -> str | None:
        """Return the cookie's domain: ``SESSION_COOKIE_DOMAIN``.

        ``None`` binds it to the very host that set it.

        .. versionchanged:: 2.3
            ``SERVER_NAME`` plays no part any more.
        """
        domain: str | None = app.config["SESSION_COOKIE_DOMAIN"]
        return domain

    def get_cookie_path(self, app: Flask) -> str:
        """Return ``SESSION_COOKIE_PATH``, or else ``APPLICATION_ROOT``."""
        config = app.config
        path: str = config["SESSION_COOKIE_PATH"] or config["APPLICATION_ROOT"]
        return path

    def get_cookie_httponly(self, app: Flask) -> bool:
        """Tell whether scripts must not see it: ``SESSION_COOKIE_HTTPONLY``."""
        httponly: bool = app.config["SESSION_COOKIE_HTTPONLY"]
        return httponly

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether it goes over HTTPS only: ``SESSION_COOKIE_SECURE``."""
        secure: bool = app.config["SESSION_COOKIE_SECURE"]
        return secure

    def get_cookie_samesite(self, app: Flask) -> str | None:
        """Return ``"Strict"``, ``"Lax"`` or ``None``: ``SESSION_COOKIE_SAMESITE``."""
        samesite: str | None = app.config["SESSION_COOKIE_SAMESITE"]
        return samesite

    def get_cookie_partitioned(self, app: Flask) -> bool:
        """Tell whether storage is per top-level site: ``SESSION_COOKIE_PARTITIONED``.

        .. versionadded:: 3.1
        """
        partitioned: bool = app.config["SESSION_COOKIE_PARTITIONED"]
        return partitioned


session_json_serializer = TaggedJSONSerializer()


def _sha1(string: bytes = b"") -> Any:
    """SHA-1, looked up when it is called: a FIPS build may be without it."""
    return hashlib.sha1(string)


class SecureCookieSessionInterface(SessionInterface):
    """The stock interface: the session is in the cookie, readable and signed."""

    #: Mixed with the secret key, so that other signed values of the
    #: application cannot pass for a session.
    salt = "cookie-session"

    #: The hash function of the signature.
    digest_method: Callable[..., Any] = staticmethod(_sha1)

    #: How itsdangerous gets the signing key from secret key and salt.
    key_derivation = "hmac"

    #: What turns the session into text: an object with ``dumps`` and ``loads``.
    serializer: Any = session_json_serializer

    #: The class of the sessions.
    session_class = SecureCookieSession

    _serializers: tuple[tuple[Any, SessionSerializer], ...] = ()

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and checks the cookie, or ``None`` without a secret key.

        New cookies are signed with ``app.secret_key``; those signed with one of
        ``SECRET_KEY_FALLBACKS`` are still accepted. The result is shared by
        all requests while keys, salt, digest, key derivation and serializer
        stay the same.

        :param app: the application.
        """
        secret_key = app.secret_key
        if not secret_key:
            return None
        wanted = (
            (*(app.config["SECRET_KEY_FALLBACKS"] or ()), secret_key),
            self.salt,
            self.serializer,
            self.key_derivation,
            self.digest_method,
        )
        for settings, serializer in self._serializers:
            if settings == wanted:
                return serializer
        from .signing import session_serializer

        serializer = session_serializer(*wanted)
        type(self)._serializers = ((wanted, serializer), *self._serializers[:7])
        return serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session from the cookie; an empty one if there is no good cookie.

        :param app: the application.
        :param request: the request.
        :returns: the session, or ``None`` without a secret key.
        """
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = sent_cookie(request, self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        lifetime = int(app.permanent_session_lifetime.total_seconds())
        try:
            return self.session_class(serializer.loads(cookie, max_age=lifetime))
        except import_module("itsdangerous").BadSignature:
            return self.session_class()

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Set the cookie, delete it, or leave it, and mark the response accordingly.

        :param app: the application.
        :param session: the session.
        :param response: the response. It varies by cookie if the session was
            looked at or its cookie is sent.
        """
        accessed = session.accessed
        if accessed:
            _vary_by_cookie(response)
        if self._send_cookie(app, session, response) and not accessed:
            _vary_by_cookie(response)

    def must_refresh(self, app: Flask, request: Request) -> bool:
        """Tell whether the cookie may hold a permanent session to be refreshed.

        The signature is not checked: whoever forges a cookie gets his session
        opened, and rejected, as usual.

        :param app: the application.
        :param request: the request.
        """
        if self.session_class is not SecureCookieSession:
            return True
        if sends_no_cookies(request):
            return False
        cookies = possible_cookies(request, self.get_cookie_name(app))
        if not cookies:
            return False
        usual = _has_stock(self, "should_set_cookie")
        if usual and not app.config["SESSION_REFRESH_EACH_REQUEST"]:
            return False
        return (
            not usual
            or self.serializer is not session_json_serializer
            or not _has_stock(self, "get_signing_serializer")
            or any(map(may_be_permanent, cookies))
        )

    def _send_cookie(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> bool:
        """Set or delete the cookie if there is reason to; tell whether there was."""
        if not session:
            if session.modified:
                name = self.get_cookie_name(app)
                response.delete_cookie(name, **self._cookie_attributes(app))
            return session.modified
        if not self.should_set_cookie(app, session):
            return False
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            raise RuntimeError(_NO_SECRET_KEY)
        name, token = self.get_cookie_name(app), serializer.dumps(dict(session))
        expires = self.get_expiration_time(app, session)
        attributes = self._cookie_attributes(app)
        if (
            expires is None
            and type(response).set_cookie is _set_cookie
            and type(token) is str
            and needs_no_quotes(token)
        ):
            before, after = cookie_frame(name, **attributes)
            header, limit = f"{before}{token}{after}", response.max_cookie_size
            if not limit or len(header) <= limit:
                response.headers.add("Set-Cookie", header)
                return True
        response.set_cookie(name, token, expires=expires, **attributes)
        return True

    def _cookie_attributes(self, app: Flask) -> dict[str, Any]:
        return {
            "domain": self.get_cookie_domain(app),
            "path": self.get_cookie_path(app),
            "secure": self.get_cookie_secure(app),
            "partitioned": self.get_cookie_partitioned(app),
            "samesite": self.get_cookie_samesite(app),
            "httponly": self.get_cookie_httponly(app),
        }


_OPENING = frozenset(
    {"open_session", "save_session", "make_null_session", "is_null_session"}
)
_opening = attrgetter(*_OPENING)
_stock_opening = _opening(SecureCookieSessionInterface)
_set_cookie = BaseResponse.set_cookie


def opens_lazily(interface: SessionInterface) -> bool:
    """Tell whether a session may be opened on first access, or not at all.

    It may if opening and saving are the stock methods: not overridden, and not
    replaced on the class or on the instance since. Asked for every request.

    :param interface: the application's session interface.
    """
    return _opening(type(interface)) == _stock_opening and (
        _OPENING.isdisjoint(interface.__dict__)
    )


_STOCK = {
    name: getattr(SecureCookieSessionInterface, name)
    for name in ("should_set_cookie", "get_signing_serializer")
}


def _has_stock(interface: SessionInterface, name: str) -> bool:
    """Tell whether a method is neither overridden nor replaced."""
    return (
        getattr(type(interface), name) is _STOCK[name]
        and name not in interface.__dict__
    )


def _vary_by_cookie(response: Response) -> None:
    """Put ``Cookie`` into the ``Vary`` header (:rfc:`9110`, section 12.5.5)."""
    for name, value in response.headers:
        if name.lower() == "vary":
            if value != "Cookie":
                response.vary.add("Cookie")
            return
    response.headers.add("Vary", "Cookie")
