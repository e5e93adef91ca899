"""The applications that the servers serve; which one, the environment says."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import applications
import scale
from applications import App
from applications import write_template

EXAMPLE = Path(__file__).parents[1] / "examples" / "notes"
NOTES = 10
ROUTES = 100


def make() -> App:
    """The application that ``BENCHMARK_APPLICATION`` and ``BENCHMARK_API`` name."""
    api = os.environ["BENCHMARK_API"]
    if api == "bare":
        return bare
    folder = os.environ["BENCHMARK_FOLDER"]
    app = MAKE[os.environ["BENCHMARK_APPLICATION"]](api, folder)
    if type(app).__module__.partition(".")[0] != api:
        raise RuntimeError(f"{type(app)} is not of {api}")
    return app  # type: ignore[no-any-return]


def bare(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """What a server itself costs: the answer to hello, without a framework."""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "5")]
    start_response("200 OK", headers)
    return [b"hello"]


def cases(api: str, folder: str) -> Any:
    """The application of the thirty cases."""
    write_template(Path(folder))
    return applications.make(api, Path(folder))


def routes(api: str, folder: str) -> Any:
    """An application with a hundred routes."""
    app, add = scale.ADD[api]()
    for number in range(ROUTES):
        add(*scale.route(number))
    return app


def notes(api: str, folder: str) -> Any:
    """The example application, also where its ``flasklit`` is Flask."""
    if api == "flask":
        for name in ("flask", "flask.cli", "flask.typing"):
            import_module(name)
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] == "flask":
                sys.modules[name.replace("flask", "flasklit", 1)] = module
    sys.path.insert(0, str(EXAMPLE))
    settings = {
        "INSTANCE_PATH": folder,
        "SECRET_KEY": "not a secret",
        "PASSWORD_METHOD": "pbkdf2:sha256:1",
    }
    return import_module("notes").create_app(settings)


def write_notes(api: str, folder: str) -> str:
    """Fill a notebook for the servers and return its owner's cookie."""
    app = notes(api, folder)
    client = app.test_client()
    client.get("/login")
    with client.session_transaction() as session:
        form = {"csrf_token": session["csrf_token"]}
    person = {"name": "ada", "password": "correct horse battery"}
    client.post("/register", data={**form, **person})
    client.get("/notes/new")
    with client.session_transaction() as session:
        form = {"csrf_token": session["csrf_token"]}
    for number in range(NOTES):
        note = {"title": f"Note {number}", "body": "Nothing much. " * 20}
        if client.post("/notes/new", data={**form, **note}).status_code != 303:
            raise RuntimeError("the example refused a note")
    name = app.config["SESSION_COOKIE_NAME"]
    return f"{name}={client.get_cookie(name).value}"


MAKE = {"cases": cases, "routes": routes, "notes": notes}
