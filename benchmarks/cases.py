"""Thirty kinds of requests, as a server would hand them to an application."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request, what tables for readers call it, and the status of its answer.

    A path that ends with ``*`` has another number in that place each time.
    """

    label: str = ""
    path: str
    status: int = 200
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    cookie: bool = False


CASES = {
    "hello": Case(label="hello", path="/"),
    "param": Case(label="a name in the URL", path="/hello/ada"),
    "param_varied": Case(label="ever new names", path="/hello/*"),
    "int_param": Case(label="a number in the URL", path="/number/42"),
    "json": Case(label="JSON", path="/json"),
    "tuple_headers": Case(label="status and headers", path="/tuple", status=201),
    "response_obj": Case(label="response object", path="/response"),
    "args": Case(label="query arguments", path="/arguments", query="x=1&y=two"),
    "headers": Case(label="request header", path="/headers"),
    "form_post": Case(
        label="form", path="/form", method="POST", body=b"a=1&b=two", content_type=FORM
    ),
    "json_post": Case(
        label="JSON sent",
        path="/document",
        method="POST",
        body=b'{"a": 1, "b": [2]}',
        content_type=JSON,
    ),
    "session_rw": Case(label="session changed", path="/session", cookie=True),
    "session_new": Case(label="session begun", path="/session"),
    "session_read": Case(label="session read", path="/session/read", cookie=True),
    "session_idle": Case(label="session not read", path="/", cookie=True),
    "template": Case(label="template", path="/template"),
    "template_string": Case(label="template string", path="/template/string"),
    "url_for": Case(label="URL built", path="/url"),
    "g": Case(label="g and request", path="/globals"),
    "hooks": Case(label="three hooks", path="/hooked/"),
    "nested_bp": Case(label="nested blueprints", path="/outer/inner/item/7"),
    "errorhandler": Case(label="error handled", path="/broken", status=418),
    "abort": Case(label="abort", path="/forbidden", status=403),
    "not_found": Case(label="not found", path="/no/such/page", status=404),
    "method_not_allowed": Case(
        label="method not allowed", path="/", method="DELETE", status=405
    ),
    "slash_redirect": Case(label="slash added", path="/folder", status=308),
    "redirect": Case(label="redirect", path="/moved", status=302),
    "head": Case(label="HEAD", path="/", method="HEAD"),
    "options": Case(label="OPTIONS", path="/", method="OPTIONS"),
    "stream": Case(label="stream", path="/stream"),
}

#: Those that most applications consist of: what the charts and the guard show.
MAIN = (
    "hello",
    "int_param",
    "json",
    "args",
    "session_rw",
    "template",
    "not_found",
    "url_for",
    "nested_bp",
)


def environ_of(case: Case, cookie: str = "") -> dict[str, Any]:
    """What a server makes of a case, except for the body's stream."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": case.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": case.path,
        "QUERY_STRING": case.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "benchmark",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "HTTP_HOST": "example.com",
        "HTTP_CONNECTION": "keep-alive",
        "HTTP_ACCEPT": "text/html,*/*;q=0.8",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_USER_AGENT": "benchmark",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    if case.body:
        environ["CONTENT_LENGTH"] = str(len(case.body))
        environ["CONTENT_TYPE"] = case.content_type
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    return environ
