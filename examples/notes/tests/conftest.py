"""An application with an empty instance folder, and visitors who use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from notes import create_app
from visitors import Visit
from visitors import Visitor

from flasklit import Flask


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NOTES_CONFIG", "NOTES_INSTANCE_PATH", "NOTES_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(
        {
            "TESTING": True,
            "INSTANCE_PATH": str(tmp_path / "instance"),
            "SECRET_KEY": "only for tests",
            # One round: the tests are about the application, not the hash.
            "PASSWORD_METHOD": "pbkdf2:sha256:1",
        }
    )


@pytest.fixture
def stranger(app: Flask) -> Iterator[Visitor]:
    """A visitor who is not logged in."""
    with app.test_client() as client:
        yield Visitor(client)


@pytest.fixture
def visit(app: Flask) -> Visit:
    """Make a visitor who has just registered under a name."""

    def register(name: str) -> Visitor:
        visitor = Visitor(app.test_client())
        response = visitor.post("/register", name=name, password="correct horse")
        assert response.status_code == 303, response.text
        return visitor

    return register


@pytest.fixture
def ada(visit: Visit) -> Visitor:
    return visit("ada")


@pytest.fixture
def ben(visit: Visit) -> Visitor:
    return visit("ben")
