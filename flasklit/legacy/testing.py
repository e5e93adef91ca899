"""The test client as it was at 0.11 (chapter 49)"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any
from typing import TYPE_CHECKING

from ..testing import EnvironBuilder
from ..testing import FlaskClient as CurrentFlaskClient
from .restored import restored_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..app import Flask
    from ..sessions import SessionMixin

__getattr__ = restored_names(__name__)


class FlaskClient(CurrentFlaskClient):
    """A client for tests that has the errors of 0.11."""

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
