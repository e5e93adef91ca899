"""The test client as it was at 0.11 (chapter 53)"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any
from typing import TYPE_CHECKING

from ..former.stacks import keep
from ..globals import _cv_request
from ..testing import EnvironBuilder
from ..testing import FlaskClient as CurrentFlaskClient
from .restored import restored_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from wsgiref.types import WSGIEnvironment

    from ..app import Flask
    from ..sessions import SessionMixin

__getattr__ = restored_names(__name__)


class FlaskClient(CurrentFlaskClient):
    """A client whose ``with`` block keeps the last context, and does not pop it."""

    def _copy_environ(self, other: Mapping[str, Any]) -> WSGIEnvironment:
        environ = super()._copy_environ(other)
        if self.preserve_context:
            environ["flask._preserve_context"] = True
            environ["werkzeug.debug.preserve_context"] = keep
        return environ

    def __exit__(self, *exc_info: Any) -> None:
        context = _cv_request.get(None)
        if context is not None and context.preserved:
            context.pop(None)
        super().__exit__(*exc_info)

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:
        """Open the session of the next request, and save it after the block.

        :param args: the arguments of :meth:`flasklit.Flask.test_request_context`.
        :param kwargs: its keyword arguments.
        :raises RuntimeError: the client keeps no cookies, or there is no session.
        """
        if self._cookies is None:
            raise RuntimeError("A session transaction needs a client with cookies.")
        with super().session_transaction(*args, **kwargs) as session:
            yield session


def make_test_environ_builder(app: Flask, *args: Any, **kwargs: Any) -> EnvironBuilder:
    """An :class:`EnvironBuilder` for an application.

    :param app: the application.
    :param args: the arguments of the builder after ``app``.
    :param kwargs: its keyword arguments.
    """
    return EnvironBuilder(app, *args, **kwargs)
