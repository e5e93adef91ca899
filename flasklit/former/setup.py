"""Functions that run before the first request (chapter 42)"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..app import Flask


def _got_first_request(app: Flask) -> bool:
    """Whether the application has begun to answer requests.

    .. versionadded:: 0.8
    .. deprecated:: 2.3
    """
    return app._got_first_request


got_first_request = property(_got_first_request)
