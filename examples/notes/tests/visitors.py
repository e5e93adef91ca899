"""Somebody who uses the application through the test client."""

import re
from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from flasklit.testing import FlaskClient


class Visitor:
    """Somebody with a browser: keeps cookies and fills in the token of each form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def token(self, path: str = "/login") -> str:
        """Return the token in the forms of a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"no token on {path}"
        return found[1]

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with its token; a list as a value sends the field repeatedly."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def write(self, title: str, body: str = "") -> str:
        """Write a note and return its path."""
        response = self.post("/notes/new", title=title, body=body)
        assert response.status_code == 303, response.text
        return response.location


Visit = Callable[[str], Visitor]


def json_of(response: TestResponse) -> Any:
    """Return the JSON a response holds, of whatever shape."""
    assert response.mimetype == "application/json", response.text
    return response.json
