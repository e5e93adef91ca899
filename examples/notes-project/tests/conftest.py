"""The notes with the three parts, and visitors who use them."""

import re
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from more import create_app
from werkzeug.test import TestResponse

from flasklit import Flask
from flasklit.testing import FlaskClient


class Visitor:
    """Somebody with a browser, who is logged in."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def form_token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/login").text)
        assert found
        return found[1]

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.form_token(), **fields})

    def write(self, title: str, body: str = "") -> str:
        """Write a note and return its path."""
        response = self.post("/notes/new", title=title, body=body)
        assert response.status_code == 303, response.text
        return response.location


Visit = Callable[[str], Visitor]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    for name in ("NOTES_CONFIG", "NOTES_INSTANCE_PATH", "NOTES_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return create_app(
        {
            "TESTING": True,
            "INSTANCE_PATH": str(tmp_path / "instance"),
            "SECRET_KEY": "only for tests",
            "PASSWORD_METHOD": "pbkdf2:sha256:1",
        }
    )


@pytest.fixture
def stranger(app: Flask) -> Iterator[FlaskClient]:
    """A browser in which nobody is logged in."""
    with app.test_client() as client:
        yield client


@pytest.fixture
def visit(app: Flask) -> Visit:
    def register(name: str) -> Visitor:
        visitor = Visitor(app.test_client())
        assert visitor.post("/register", name=name, password="correct horse").location
        return visitor

    return register


@pytest.fixture
def ada(visit: Visit) -> Visitor:
    return visit("ada")


@pytest.fixture
def ben(visit: Visit) -> Visitor:
    return visit("ben")
