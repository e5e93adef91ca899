"""Thirty kinds of requests, as a server would hand them to an application."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request, and the status of its answer.

    A path that ends with ``*`` has another number in that place each time.
    """

    path: str
    status: int = 200
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    cookie: bool = False


CASES = {
    "hello": Case(path="/"),
    "param": Case(path="/hello/ada"),
    "param_varied": Case(path="/hello/*"),
    "int_param": Case(path="/number/42"),
    "json": Case(path="/json"),
    "tuple_headers": Case(path="/tuple", status=201),
    "response_obj": Case(path="/response"),
    "args": Case(path="/arguments", query="x=1&y=two"),
    "headers": Case(path="/headers"),
    "form_post": Case(
        path="/form", method="POST", body=b"a=1&b=two", content_type=FORM
    ),
    "json_post": Case(
        path="/document", method="POST", body=b'{"a": 1, "b": [2]}', content_type=JSON
    ),
    "session_rw": Case(path="/session", cookie=True),
    "session_new": Case(path="/session"),
    "session_read": Case(path="/session/read", cookie=True),
    "session_idle": Case(path="/", cookie=True),
    "template": Case(path="/template"),
    "template_string": Case(path="/template/string"),
    "url_for": Case(path="/url"),
    "g": Case(path="/globals"),
    "hooks": Case(path="/hooked/"),
    "nested_bp": Case(path="/outer/inner/item/7"),
    "errorhandler": Case(path="/broken", status=418),
    "abort": Case(path="/forbidden", status=403),
    "not_found": Case(path="/no/such/page", status=404),
    "method_not_allowed": Case(path="/", method="DELETE", status=405),
    "slash_redirect": Case(path="/folder", status=308),
    "redirect": Case(path="/moved", status=302),
    "head": Case(path="/", method="HEAD"),
    "options": Case(path="/", method="OPTIONS"),
    "stream": Case(path="/stream"),
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
