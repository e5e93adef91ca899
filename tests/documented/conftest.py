"""Fixtures for the tests of the documented names."""

from __future__ import annotations

import pytest

from flasklit import Flask


@pytest.fixture
def app() -> Flask:
    """An application in testing mode with a secret key."""
    app = Flask("sample")
    app.testing = True
    app.secret_key = "for these tests"
    return app
