"""Conversations that were differences once, or that chance draws too rarely.

Each has the application first, then the requests, as ``judge.report`` prints them.
"""

from __future__ import annotations

from typing import Any

from .ask import KEY


def rule(path: str, *steps: Any, **options: Any) -> dict[str, Any]:
    """A rule whose endpoint is its path without slashes, whose view does the steps."""
    endpoint = path.replace("/", "") or "index"
    found: dict[str, Any] = {"rule": path, "endpoint": endpoint}
    found["view"] = {"steps": [list(step) for step in steps]}
    return {**found, "options": options} if options else found


def hook(kind: str, *steps: Any) -> dict[str, Any]:
    return {"kind": kind, "steps": [list(step) for step in steps]}


HELLO = ("answer", ["plain", "hello"])
WITH_KEY = {"SECRET_KEY": KEY}

KNOWN: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "a response class that converts sees the error": (
        {"response_class": "type"},
        [{}, {"method": "HEAD"}],
    ),
    "a default that is no value of the converter": (
        {
            "rules": [
                rule("/a/<int:x0>", HELLO, defaults={"x0": "a"}),
                rule("/<sub>/<x0>", HELLO, subdomain="<sub>"),
            ]
        },
        [{"path": "/a/1"}],
    ),
    "OPTIONS asks about the path that was matched": (
        {"rules": [rule("/a", HELLO)], "request_class": "rewritten path"},
        [{"path": "/a", "method": "OPTIONS"}, {"path": "/A", "method": "OPTIONS"}],
    ),
    "OPTIONS asks about the path as it came": (
        {"map": {"strict_slashes": False}, "rules": [rule("/", HELLO)]},
        [
            {"path": "", "method": "OPTIONS"},
            {"without": ["PATH_INFO"], "method": "OPTIONS"},
            {"path": "", "method": "GET"},
        ],
    ),
    "OPTIONS after a hook has edited the environ": (
        {
            "rules": [rule("/a", HELLO)],
            "hooks": [hook("before_request", ["environ", "PATH_INFO", "/other"])],
        },
        [{"path": "/a", "method": "OPTIONS"}],
    ),
    "a redirect is escaped before hooks see it": (
        {
            "rules": [rule("/a", redirect_to=["/elsewhere"])],
            "hooks": [hook("after_request", ["responds", "see"])],
        },
        [{"path": "/a"}],
    ),
    "the method of the environ decides about the body of an error": (
        {"hooks": [hook("before_request", ["set_request", "method", "GET"])]},
        [{"method": "HEAD"}],
    ),
    "a status that is equal to 200": (
        {"rules": [rule("/", ("answer", ["tuple", ["plain", "a"], ["plain", 200.0]]))]},
        [{}],
    ),
    "a request class that trusts few hosts, later": (
        {"rules": [rule("/", HELLO)]},
        [
            {"host": "other.example"},
            {"do": ["request_class", "trusting"]},
            {"host": "other.example"},
            {"host": "a.trusted.example"},
        ],
    ),
    "a body that is passed through is not closed": (
        {
            "config": {"USE_X_SENDFILE": True},
            "options": {"static_folder": "static"},
            "rules": [
                rule(
                    "/",
                    (
                        "answer",
                        [
                            "closing",
                            ["response", ["plain", "a"], {"direct_passthrough": True}],
                        ],
                    ),
                )
            ],
        },
        [{"path": "/static/a.txt"}, {}],
    ),
    "classes that are called but are no applications": (
        {
            "rules": [
                rule("/a", ("answer", ["callable"])),
                rule("/b", ("answer", ["http_error_class", 404])),
                rule("/c", ("answer", ["tuple", ["plain", "one"]])),
            ]
        },
        [{"path": "/a"}, {"path": "/b"}, {"path": "/c"}],
    ),
    "a session that is opened without a key": (
        {"session": "never", "rules": [rule("/", ("session", "set", "n", 1), HELLO)]},
        [{}],
    ),
    "permanent sessions that are not refreshed": (
        {
            "config": {**WITH_KEY, "SESSION_REFRESH_EACH_REQUEST": False},
            "rules": [rule("/", HELLO)],
        },
        [{"cookies": [["session", {"_permanent": True}, KEY, 9]]}],
    ),
    "headers of another class": (
        {
            "rules": [rule("/", HELLO)],
            "hooks": [hook("after_request", ["responds", "own headers"])],
        },
        [{}],
    ),
    "a response without a mimetype": (
        {"response_class": "no mimetype", "rules": [rule("/", HELLO)]},
        [{}],
    ),
    "an exception that nobody may catch": (
        {
            "rules": [rule("/", ("raise", "Harsh"))],
            "hooks": [hook("teardown_request")],
        },
        [{}],
    ),
    "an exception that nobody may catch, announced": (
        {"signals": ["request_started"], "rules": [rule("/", ("raise", "Harsh"))]},
        [{}],
    ),
    "a pair whose code forbids a body": (
        {
            "rules": [
                rule("/", ("answer", ["tuple", ["plain", "a"], ["plain", 204]])),
                rule("/no", ("answer", ["tuple", ["plain", "a"], ["plain", 999]])),
                rule("/ok", ("answer", ["tuple", ["plain", "a"], ["plain", 201]])),
            ]
        },
        [{}, {"path": "/no"}, {"path": "/ok"}, {"path": "/ok", "method": "HEAD"}],
    ),
    "contexts by hand": (
        {
            "rules": [
                rule("/", ("crossed",), ("popped", "/none"), ("teardown",), HELLO)
            ],
            "hooks": [hook("teardown_request"), hook("teardown_appcontext")],
        },
        [{}],
    ),
    "values that their converter refuses, where others were taken": (
        {"rules": [rule("/n/<int:x0>", HELLO), rule("/e/<even:x0>", HELLO)]},
        [
            {"path": path}
            for path in ("/n/1", "/n/2", f"/n/{'1' * 5000}", "/e/2", "/e/4", "/e/5")
        ],
    ),
    "a method in small letters": (
        {"rules": [rule("/", HELLO), {**rule("/a"), "view": {"constant": HELLO[1]}}]},
        [{"path": "/a", "method": "head"}, {"path": "/a", "method": "HEAD"}],
    ),
    "a request that was made of another environ": (
        {"request_class": "other environ", "rules": [rule("/", HELLO)]},
        [{}, {"path": "/none"}],
    ),
    "a session class of its own": (
        {"config": WITH_KEY, "session": "born", "rules": [rule("/", HELLO)]},
        [{}, {"cookies": ["jar"]}],
    ),
    "a session read where the answer varies already": (
        {
            "config": WITH_KEY,
            "rules": [
                rule("/", ("session", "get", "n"), HELLO),
                rule("/cookie", ("session", "get", "n"), HELLO),
            ],
            "hooks": [
                hook(
                    "before_request",
                    [
                        "after_this_request",
                        [["responds", "header", "Vary", "Accept"]],
                    ],
                )
            ],
        },
        [{}, {"path": "/cookie"}],
    ),
    "a session read where the answer varies by cookie already": (
        {
            "config": WITH_KEY,
            "rules": [rule("/", ("session", "set", "n", 1), HELLO)],
            "hooks": [
                hook("after_request", ["responds", "header", "Vary", "Cookie"]),
                hook("after_request", ["responds", "vary", "cookie"]),
            ],
        },
        [{}],
    ),
    "a hook that answers": (
        {
            "rules": [rule("/", HELLO)],
            "hooks": [hook("before_request", ["answer", ["plain", "early"]])],
        },
        [{}, {"path": "/none"}],
    ),
    "hosts that are matched": (
        {
            "config": {"SERVER_NAME": "example.com"},
            "options": {"host_matching": True},
            "rules": [rule("/", HELLO, host="example.com")],
        },
        [{}, {"host": "other.example"}, {"host": "example.com:80"}],
    ),
    "a missing key, shown": (
        {
            "config": {"TRAP_BAD_REQUEST_ERRORS": True},
            "rules": [rule("/", ("echo", "args[a]"))],
            "handlers": [{"key": 400, "steps": [["answer", ["this", "problem"]]]}],
        },
        [{}, {"do": ["attribute", "debug", True]}, {}],
    ),
}
