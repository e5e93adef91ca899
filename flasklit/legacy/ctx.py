"""The request context as it was at 0.11 (chapter 52)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ctx import RequestContext as CurrentRequestContext
from .restored import restored_names

if TYPE_CHECKING:
    from ..sessions import SessionMixin

__getattr__ = restored_names(__name__)


class RequestContext(CurrentRequestContext):
    """A request context whose session notices by itself when it is used."""

    @property
    def session(self) -> SessionMixin:
        """The session; to take hold of it is no access."""
        return self._session

    @session.setter
    def session(self, value: SessionMixin) -> None:
        self._opened = value
