"""Cookies, read and written without Werkzeug's parser where that is safe (chapter 23)"""

from __future__ import annotations

from binascii import a2b_base64
from binascii import b2a_base64
from functools import lru_cache
from typing import Any

from werkzeug.http import dump_cookie

from .wrappers import Request


def may_be_permanent(cookie: str) -> bool:
    """Tell whether a stock cookie, genuine or not, could say ``_permanent``.

    Compressed payloads begin with a dot; what they say is not looked at, and
    neither is what stands in quotes.
    """
    if cookie.startswith((".", '"')):
        return True
    try:
        payload = from_base64(cookie.partition(".")[0].encode())
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


@lru_cache(64)
def cookie_frame(name: str, **attributes: Any) -> tuple[str, str]:
    """Return what stands before and after the value in a ``Set-Cookie`` header."""
    header = dump_cookie(name, "", **attributes)
    start = len(name.encode()) + 1
    return header[:start], header[start:]


def needs_no_quotes(value: str) -> bool:
    """Tell whether a value has only ASCII letters, digits, ``_``, ``-`` and ``.``."""
    name = value.replace("-", "_").replace(".", "_")
    return value.isascii() and f"_{name}".isidentifier()


def to_base64(data: bytes) -> bytes:
    """Encode as itsdangerous' ``base64_encode`` does."""
    return b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=")


def from_base64(text: bytes) -> bytes:
    """Decode what :func:`to_base64` returned."""
    return a2b_base64(text.translate(_FROM_URL_SAFE) + b"=" * (-len(text) % 4))


_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")
