"""Signed cookies: itsdangerous, with the keys derived once (chapters 22, 23)"""

from __future__ import annotations

import hashlib
import hmac
import re
import zlib
from binascii import a2b_base64
from binascii import b2a_base64
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from typing import cast

from itsdangerous import Signer
from itsdangerous import TimestampSigner
from itsdangerous import URLSafeTimedSerializer
from itsdangerous import want_bytes
from itsdangerous.encoding import bytes_to_int
from itsdangerous.encoding import int_to_bytes
from werkzeug.http import dump_cookie

from .lazy import lazy
from .wrappers import Request

#: A shorter payload, in bytes, is not worth the time compressing it takes.
COMPRESS_FROM = 64


class KeyedSigner(TimestampSigner):
    """A ``TimestampSigner`` that prepares its keys once, not for every token.

    It signs by HMAC (:rfc:`2104`) and takes the arguments of
    ``TimestampSigner`` but for ``algorithm``.
    """

    @lazy
    def _macs(self) -> list[hmac.HMAC]:
        """A MAC with nothing in it yet for every key, the newest first."""
        digest = _digest_name(self.digest_method) or self.digest_method
        keys = map(self.derive_key, reversed(self.secret_keys))
        return [hmac.new(key, digestmod=digest) for key in keys]

    def get_signature(self, value: str | bytes) -> bytes:
        return _sign(self._macs[0], want_bytes(value))

    def sign(self, value: str | bytes) -> bytes:
        stamp = _base64(int_to_bytes(self.get_timestamp()))
        signed = self.sep.join((want_bytes(value), stamp))
        return self.sep.join((signed, self.get_signature(signed)))

    def accept(self, token: bytes, max_age: int | None) -> bytes | None:
        """Return the payload of a token that is beyond doubt.

        ``None`` means that something is unusual, not that the token is bad:
        ``unsign`` then decides, and says what is wrong.

        :param token: payload, timestamp and signature, joined by dots.
        :param max_age: the greatest age in seconds.
        """
        signed, _, signature = token.rpartition(b".")
        payload, _, stamp = signed.rpartition(b".")
        if not payload or not self._is_ours(signed, signature):
            return None
        try:
            age = self.get_timestamp() - bytes_to_int(_from_base64(stamp))
        except Exception:
            return None
        return payload if max_age is None or 0 <= age <= max_age else None

    def _is_ours(self, signed: bytes, signature: bytes) -> bool:
        for mac in self._macs:
            if hmac.compare_digest(_sign(mac, signed), signature):
                return True
        return False


def _sign(prepared: hmac.HMAC, value: bytes) -> bytes:
    mac = prepared.copy()
    mac.update(value)
    return _base64(mac.digest())


def _digest_name(method: Callable[[], Any]) -> str | None:
    """The name by which OpenSSL knows a hash function, or ``None``."""
    digest = method()
    if type(digest).__module__ != "_hashlib" or not digest.digest_size:
        return None
    name: str = digest.name
    return name if digest.digest() == hashlib.new(name).digest() else None


def _base64(data: bytes) -> bytes:
    """What itsdangerous' ``base64_encode`` gives for bytes."""
    return b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=")


def _from_base64(text: bytes) -> bytes:
    return a2b_base64(text.translate(_FROM_URL_SAFE) + b"=" * (-len(text) % 4))


_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class SessionSerializer(URLSafeTimedSerializer):
    """A ``URLSafeTimedSerializer`` for many tokens with the same keys and salt.

    Either class reads what the other wrote. The signer is kept, and a token
    that is in order is read by a short way; any other goes to the base class
    for the verdict. What is written differs in one case: a payload shorter
    than :data:`COMPRESS_FROM` is not compressed.
    """

    default_signer = KeyedSigner

    @lazy
    def _signer(self) -> KeyedSigner:
        return cast(KeyedSigner, super().make_signer())

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        if salt is None or salt == self.salt:
            return self._signer
        return super().make_signer(salt)

    def dump_payload(self, obj: Any) -> bytes:
        plain = want_bytes(self.serializer.dumps(obj, **self.serializer_kwargs))
        if len(plain) >= COMPRESS_FROM:
            compressed = zlib.compress(plain)
            if len(compressed) < len(plain) - 1:
                return b"." + _base64(compressed)
        return _base64(plain)

    def loads(  # type: ignore[override]
        self,
        s: str | bytes,
        max_age: int | None = None,
        return_timestamp: bool = False,
        salt: str | bytes | None = None,
    ) -> Any:
        if salt is None and not return_timestamp:
            payload = self._signer.accept(want_bytes(s), max_age)
            if payload is not None:
                return self._load_accepted(payload)
        return super().loads(s, max_age, return_timestamp, salt)

    def _load_accepted(self, payload: bytes) -> Any:
        try:
            if self.is_text_serializer and not payload.startswith(b"."):
                return self.serializer.loads(_from_base64(payload).decode())
        except Exception:
            pass
        return self.load_payload(payload)


def session_serializer(
    keys: tuple[str | bytes, ...],
    salt: str,
    serializer: Any,
    key_derivation: str,
    digest_method: Callable[..., Any],
) -> SessionSerializer:
    """Return a serializer for session cookies.

    :param keys: the secret keys, the one to sign with last.
    :param salt: what distinguishes these signatures from others.
    :param serializer: what turns a session into text or bytes, and back.
    :param key_derivation: how itsdangerous derives keys.
    :param digest_method: the hash function.
    """
    return SessionSerializer(
        [want_bytes(key) for key in keys],
        salt=salt,
        serializer=serializer,
        signer_kwargs={
            "key_derivation": key_derivation,
            "digest_method": digest_method,
        },
    )


@lru_cache(64)
def cookie_frame(name: str, **attributes: Any) -> tuple[str, str]:
    """Return what stands before and after the value in a ``Set-Cookie`` header."""
    header = dump_cookie(name, "", **attributes)
    start = len(name.encode()) + 1
    return header[:start], header[start:]


needs_no_quotes = re.compile(r"[\w.-]*", re.ASCII).fullmatch


def may_be_permanent(cookie: str) -> bool:
    """Tell whether a stock cookie, genuine or not, could say ``_permanent``.

    Compressed payloads begin with a dot; what they say is not looked at, and
    neither is what stands in quotes.
    """
    if cookie.startswith((".", '"')):
        return True
    try:
        payload = _from_base64(cookie.partition(".")[0].encode())
    except Exception:
        return True
    return b"_permanent" in payload or b"\\u00" in payload


_parsed_cookies = Request.cookies


def sends_no_cookies(request: Request) -> bool:
    """Tell whether a request has come without any cookie, as most do."""
    return type(request).cookies is _parsed_cookies and not request._sent_cookies()


def possible_cookies(request: Request, name: str) -> list[str]:
    """Return what may be the value of a cookie, without parsing the header.

    There may be more than one: the name of another cookie can end alike. Where
    cutting the header up is not safe, it is parsed after all.
    """
    if type(request).cookies is _parsed_cookies:
        header = request._sent_cookies()
        if name not in header:
            return []
        _, *rest = header.split(name + "=")
        if header.count(name) == len(rest):
            return [value.partition(";")[0].strip() for value in rest]
    cookie = request.cookies.get(name)
    return [cookie] if cookie else []


def sent_cookie(request: Request, name: str) -> str | None:
    """Return a cookie; without parsing the header, if it is the only one in it."""
    if type(request).cookies is _parsed_cookies:
        header = request._sent_cookies()
        start = name + "="
        if (
            header.startswith(start)
            and header.isascii()
            and ";" not in header
            and '"' not in header
        ):
            return header[len(start) :].strip()
    return request.cookies.get(name)
