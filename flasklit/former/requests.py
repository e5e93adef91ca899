"""What a request once knew (chapter 42)"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..wrappers import Request


def _is_xhr(request: Request) -> bool:
    """Whether the request says that JavaScript sent it: ``X-Requested-With``.

    .. deprecated:: 1.0
        Werkzeug 0.13 deprecated it, Werkzeug 1.0 dropped it.
    """
    return request.headers.get("X-Requested-With", "").lower() == "xmlhttprequest"


is_xhr = property(_is_xhr)
