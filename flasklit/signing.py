"""Signed cookies: itsdangerous, with the keys derived once (chapters 22, 23)"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Callable
from typing import Any
from typing import cast

from itsdangerous import Signer
from itsdangerous import TimestampSigner
from itsdangerous import URLSafeTimedSerializer
from itsdangerous import want_bytes
from itsdangerous.encoding import bytes_to_int
from itsdangerous.encoding import int_to_bytes

from .cookies import from_base64
from .cookies import to_base64
from .lazy import lazy

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
        keys = map(self.derive_key, reversed(self.secret_keys))
        return [hmac.new(key, digestmod=self.digest_method) for key in keys]

    def get_signature(self, value: str | bytes) -> bytes:
        return _sign(self._macs[0], want_bytes(value))

    def sign(self, value: str | bytes) -> bytes:
        stamp = to_base64(int_to_bytes(self.get_timestamp()))
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
            age = self.get_timestamp() - bytes_to_int(from_base64(stamp))
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
    return to_base64(mac.digest())


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
                return b"." + to_base64(compressed)
        return to_base64(plain)

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
                return self.serializer.loads(from_base64(payload).decode())
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
