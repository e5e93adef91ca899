"""Draws what views and hooks do, and what they return."""

from __future__ import annotations

from typing import Any

from .draw import Draw

READS = [
    *("path", "full_path", "url", "base_url", "url_root", "host_url", "root_url"),
    *("script_root", "root_path", "host", "scheme", "is_secure", "method", "endpoint"),
    *("blueprint", "blueprints", "view_args", "url_rule", "routing_exception"),
    *("query_string", "content_length", "content_type", "mimetype", "mimetype_params"),
    *("remote_addr", "remote_user", "access_route", "server", "user_agent", "referrer"),
    *("is_json", "max_content_length", "max_form_parts", "max_form_memory_size"),
    *("is_multiprocess", "is_multithread", "authorization", "cache_control"),
    *("if_modified_since", "if_none_match", "want_form_data_parsed", "input_stream"),
    *("content_encoding", "content_md5", "date", "max_forwards", "origin", "pragma"),
    *("headers", "headers sorted", "header X-One", "accept", "range", "repr", "class"),
    *("environ method", "dir", "json_module", "trusted_hosts", "shallow", "if_range"),
]
QUERY_READS = [
    *("args", "args", "args[a]", "args.getlist", "args.get int", "args.to_dict"),
    *("values", "query_string", "full_path", "url", "base_url"),
]
BODY_READS = [
    *("form", "form", "form[a]", "form.getlist", "form keys", "files", "files[f]"),
    *("data", "get_data text", "get_data uncached", "get_data parsing", "values"),
    *("json", "get_json silent", "get_json force", "get_json uncached", "is_json"),
    *("stream.read", "stream.read some", "stream.readline", "content_length"),
    *("mimetype", "set limit", "want_form_data_parsed"),
]
COOKIE_READS = ["cookies", "cookies[a]", "cookies.get"]
SESSION_STEPS: list[list[Any]] = [
    *(["set", "n", 1], ["set", "n", "é_permanent"], ["get", "n"], ["item", "n"]),
    *(["in", "n"], ["len"], ["bool"], ["iter"], ["items"], ["clear"], ["pop", "n"]),
    *(["del", "n"], ["update", {"a": [1], "b": None}], ["setdefault", "q"]),
    *(["append", "q"], ["flags"], ["permanent"], ["big", 30], ["big", 5000], ["odd"]),
    *(["attribute", "permanent", True], ["attribute", "permanent", False]),
    *(["attribute", "modified", True], ["attribute", "modified", False]),
    *(["attribute", "accessed", False], ["set", "user", "ann"]),
]
CONTEXT_STEPS: list[list[Any]] = [
    *(["g", "set", "name", "here"], ["g", "get", "name"], ["g", "all", ""]),
    *(["context_of"], ["log", "a message"], ["config", "DEBUG"], ["note", "went by"]),
    *(["environ", "REQUEST_METHOD", "DELETE"], ["environ", "PATH_INFO", "/other"]),
    *(["environ", "QUERY_STRING", "edited=1"], ["environ", "HTTP_COOKIE", "a=edited"]),
    ["environ", "flask.own", "7"],
    ["set_request", "user", "ann"],
    ["set_request", "method", "GET"],
    ["set_request", "path", "/set"],
    *(["set_request", "max_content_length", 3], ["set_view_arg", "added", 1]),
    *(["flash", "hello"], ["flash", "oh <no>", "error"], ["flashed", {}]),
    *(["flashed", {"with_categories": True}],),
    *(["flashed", {"category_filter": ["error"]}],),
    *(["inner", "/"], ["inner", "/none"], ["pushed", "/none"], ["popped", "/none"]),
]
RESPONSE_STEPS: list[list[Any]] = [
    *(
        ["see"],
        ["see"],
        ["body"],
        ["close"],
        ["conditional"],
        ["header", "X-After", "1"],
    ),
    *(
        ["add", "X-After", "2"],
        ["remove", "Content-Type"],
        ["remove", "Content-Length"],
    ),
    *(["status", "299 Fine"], ["code", 204], ["code", 304], ["code", 404]),
    *(["data", "replaced"], ["set_data", "é"], ["response", ["a", "b"]]),
    *(["cookie", "c", {"value": "1"}],),
    *(["cookie", "ü", {"value": "é;", "max_age": 9, "samesite": "Lax"}],),
    *(["uncookie", "c"], ["vary", "Accept"], ["mimetype", "text/plain"], ["etag"]),
    *(
        ["location", "/moved"],
        ["freeze"],
        ["cache"],
        ["length", 3],
        ["own headers"],
        ["vary", "Cookie"],
    ),
    *(
        ["header", "Vary", "cookie"],
        ["header", "Vary", "*"],
        ["header", "Allow", "GET"],
    ),
    *(["header", "X-é", "1"], ["header", "X-A", "é"], ["header", "X-A", "a\nb"]),
    *(["replace", ["plain", "other"]], ["replace", ["plain", {"a": 1}]]),
]
STATUSES: list[Any] = [
    *(200, 201, 202, 204, 205, 206, 301, 304, 400, 404, 418, 500, 599, 100, 101, 199),
    *("200 OK", "299 Fine", "404", "204 No Content", "304", "wow", "", "0", 0, 999),
    *("299 Ä", True, 200.0, None),
]
HEADERS: list[Any] = [
    [],
    [["X-A", "1"]],
    [["X-A", "1"], ["X-A", "2"]],
    [["x-a", "é"]],
    [["Content-Type", "text/plain"]],
    [["content-type", "application/json"]],
    [["Content-Length", "2"]],
    [["Location", "/ü?a=b c"]],
    [["Location", "other"]],
    [["Set-Cookie", "a=b"]],
    [["Vary", "Accept"]],
    [["X-A", "a\nb"]],
    [["X-A", 7]],
    [["ETag", '"x"'], ["Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"]],
    [["Content-Location", "a b"]],
    [["X-A", None]],
    [["X-A", ["1", "2"]]],
    [["Allow", "GET, X"]],
]
LOCATIONS = [
    *("/a", "", "a", "http://other.example/ä?b=c d", "//host/x", "/é", "?a=1", "/a\nb"),
    *("#f", "/a%20b%zz", "javascript:x", "http://[::1]/", "/<b>&\"'", "https:///x"),
]
TEMPLATES: list[list[Any]] = [
    ["template", "hello.html", {"name": "<b>"}],
    ["template", "plain.txt", {"name": "<b>"}],
    ["template", "session.html", {}],
    ["template", "urls.html", {}],
    ["template", "json.html", {}],
    ["template", "own.html", {"name": "n"}],
    ["template", "broken.html", {}],
    ["template", "missing.html", {}],
    ["template_string", "{{ a }} {{ request.method }} {{ added }}", {"a": "<"}],
    ["template_string", "{{ session.n }}", {}],
    ["template_string", "{% broken", {}],
    ["template_string", "", {}],
    ["stream_template", "hello.html", {"name": "s"}],
]
BODIES: list[list[Any]] = [
    ["plain", "hello"],
    ["plain", ""],
    ["plain", "héllo ☃"],
    ["plain", " a "],
    ["plain", "x" * 3000],
    ["bytes", "by\xfftes"],
    ["bytes", ""],
    ["bytearray", "array"],
    ["plain", {}],
    ["plain", {"b": 1, "a": [1, "é", None, True, 1.5, {"c": "</script>"}]}],
    ["plain", []],
    ["plain", [1, "a", {"b": 2}]],
    ["subclass", "str", "sub"],
    ["subclass", "markup", "<i>"],
    ["subclass", "dict", {"a": 1}],
    ["odd_json"],
    ["no_json"],
    ["mixed_keys"],
    ["generator", ["a", "é", "c"], False],
    ["generator", ["a", ["bytes", "\xff"]], False],
    ["generator", ["a", 7], False],
    ["generator", [], False],
    ["generator", ["a", "b"], True],
    ["iterator", ["i", "j"]],
    ["with_context", False],
    ["with_context", True],
    ["without_context"],
]
BAD: list[list[Any]] = [
    ["plain", None],
    ["plain", 7],
    ["plain", 0],
    ["plain", 1.5],
    ["plain", True],
    ["unsuitable"],
    ["callable"],
    ["tuple"],
    ["tuple", ["plain", "one"]],
    ["tuple", ["plain", "a"], ["plain", 200], ["plain", {}], ["plain", 4]],
    ["tuple", ["plain", None], ["plain", 200]],
    ["tuple", ["plain", "a"], ["plain", 1], ["plain", 2]],
    ["tuple", ["plain", "a"], ["plain", None]],
    ["tuple", ["plain", "a"], ["unsuitable"]],
    ["tuple", ["tuple", ["plain", "a"], ["plain", 201]], ["plain", 202]],
    ["this", "request"],
    ["this", "args"],
    ["this", "g"],
    ["this", "path"],
    ["http_error_class", 404],
]


def view(draw: Draw) -> dict[str, Any]:
    """What a view is made of."""
    if draw.odds("constant"):
        return {"constant": answer(draw)}
    steps = [step(draw) for _ in range(draw.number(0, 4))]
    if draw.odds("fails"):
        steps.append(failure(draw))
    if draw.odds("half"):
        last: list[Any] = draw.choice([["notes"], ["arguments"], ["plain", "hello"]])
    else:
        last = answer(draw)
    steps.append(["answer", last])
    described: dict[str, Any] = {"steps": steps}
    if draw.odds("async"):
        described["async"] = True
    return described


def step(draw: Draw) -> list[Any]:
    """Something a view or a hook does on the way."""
    if draw.odds("session"):
        return ["session", *draw.choice(SESSION_STEPS)]
    if draw.odds("reads"):
        how = draw.choice(["echo", "peek"])
        table = draw.weighted(
            [
                (3, READS),
                (1 + 9 * draw.odds("query"), QUERY_READS),
                (1 + 9 * draw.odds("body"), BODY_READS),
                (1, COOKIE_READS),
            ]
        )
        return [how, draw.choice(table)]
    kind = draw.number(0, 9)
    if kind == 0:
        return ["after_this_request", after_steps(draw)]
    if kind == 1:
        return url_step(draw)
    if kind == 2 and draw.odds("templates"):
        return ["render", draw.choice(["hello.html", "plain.txt"]), {"name": "r"}]
    return draw.choice(CONTEXT_STEPS)  # type: ignore[no-any-return]


def url_step(draw: Draw) -> list[Any]:
    endpoint = draw.choice(
        [
            f"e{draw.number(0, 30)}",
            ".e1",
            "one.e3",
            "static",
            "none",
            f"e{draw.number(0, 9)}",
        ]
    )
    values = draw.maybe(
        "half",
        {
            "x0": ["a", 7, "é/?", 1.5, None, "AB"],
            "x1": ["b", 12],
            "q": [["a", "b"], "c d&"],
            "filename": ["a.txt"],
        },
    )
    options = draw.maybe(
        "early",
        {
            "_anchor": ["a b"],
            "_external": [True, False],
            "_scheme": ["https", ""],
            "_method": ["POST"],
        },
    )
    return ["url_for", endpoint, values, options]


def failure(draw: Draw) -> list[Any]:
    """A step that ends the view."""
    return draw.choice(  # type: ignore[no-any-return]
        [
            *(["raise", "Oops", "a"], ["raise", "Worse"], ["raise", "KeyError", "k"]),
            *(
                ["raise", "ValueError"],
                ["raise", "ZeroDivisionError"],
                ["raise", "Harsh"],
            ),
            *(
                ["raise", "NotFound"],
                ["raise", "HTTPException"],
                ["raise", "Gone", "why <b>"],
            ),
            *(["abort", 404], ["abort", 418, "tea"], ["abort", 500], ["abort", 204]),
            *(
                ["abort", 999],
                ["abort", 401],
                ["abort", 405],
                ["abort", 429],
                ["abort", 301],
            ),
            ["abort", ["response", ["plain", "own"], {"status": 403}]],
            ["abort", ["redirect", "/a", 302]],
            ["abort", ["wsgi", "203 X", [["X-A", "1"]], ["a", "b"]]],
            *(
                ["redirect", "/x"],
                ["echo", "args[a]"],
                ["echo", "form[a]"],
                ["echo", "json"],
            ),
        ]
    )


def hook_steps(draw: Draw, kind: str) -> list[Any]:
    if kind == "after_request":
        return after_steps(draw)
    if kind in {"context_processor", "url_defaults", "url_build_error_handlers"}:
        return []
    steps = [step(draw) for _ in range(draw.number(0, 2))]
    if kind == "teardown_appcontext":
        steps = [["note", "torn down"]]
    if draw.odds("early"):
        steps.append(failure(draw))
    elif kind == "before_request" and draw.odds("early"):
        steps.append(["answer", answer(draw)])
    return steps


def after_steps(draw: Draw) -> list[Any]:
    steps: list[Any] = []
    for _ in range(draw.number(0, 3)):
        if draw.odds("half"):
            steps.append(["responds", *draw.choice(RESPONSE_STEPS)])
        else:
            steps.append(step(draw))
    if draw.odds("early"):
        steps.append(failure(draw))
    return steps


def answer(draw: Draw) -> list[Any]:
    """What a view returns."""
    if not draw.odds("odd answer"):
        return draw.weighted(  # type: ignore[no-any-return]
            [
                (6, ["plain", "hello"]),
                (3, ["plain", {"a": 1, "b": [1, "x"]}]),
                (2, ["arguments"]),
                (1, ["tuple", ["plain", "made"], ["plain", 201]]),
                (1, draw.choice(BODIES)),
            ]
        )
    if draw.odds("templates"):
        return draw.choice(TEMPLATES)  # type: ignore[no-any-return]
    body = draw.choice(BODIES)
    make = draw.weighted(
        [
            *((4, _body), (5, _tuple), (3, _response), (2, _redirect), (2, _error)),
            *((1, _file), (1, _made), (2, _bad), (1, _wsgi), (1, _closing)),
        ]
    )
    return make(draw, body)  # type: ignore[no-any-return]


def _body(draw: Draw, body: list[Any]) -> list[Any]:
    return body


def _bad(draw: Draw, body: list[Any]) -> list[Any]:
    return draw.choice(BAD)  # type: ignore[no-any-return]


def _headers(draw: Draw) -> list[Any]:
    pairs = draw.choice(HEADERS)
    kind = draw.choice(["headers", "pairs", "plain"])
    return [kind, dict(map(tuple, pairs)) if kind == "plain" else pairs]


def _tuple(draw: Draw, body: list[Any]) -> list[Any]:
    status = ["plain", draw.choice(STATUSES)]
    if draw.odds("odd answer") and draw.odds("half"):
        body = draw.choice([answer(draw), body])
    kind = draw.choice(["tuple", "tuple", "tuple", "tuple", "named_tuple"])
    return draw.choice(  # type: ignore[no-any-return]
        [
            [kind, body, status],
            [kind, body, _headers(draw)],
            [kind, body, status, _headers(draw)],
        ]
    )


def _response(draw: Draw, body: list[Any]) -> list[Any]:
    options = draw.maybe(
        "half",
        {
            "status": STATUSES[:20],
            "headers": [[("X-R", "1"), ("X-R", "2")], {"Location": "/ü"}, {"X-R": "é"}],
            "mimetype": ["text/plain", "application/json", "image/svg+xml", "odd"],
        },
    )
    options.update(
        draw.maybe(
            "early",
            {"content_type": ["text/x; charset=a"], "direct_passthrough": [True]},
        )
    )
    kind = draw.choice(["response", "response", "app_response", "werkzeug_response"])
    if kind != "response":
        return [kind, body, options]
    steps = [draw.choice(RESPONSE_STEPS) for _ in range(draw.number(0, 2))]
    changes = [
        s
        for s in steps
        if s[0] not in {"see", "body", "close", "conditional", "replace"}
    ]
    return [kind, body, options, changes]


def _redirect(draw: Draw, body: list[Any]) -> list[Any]:
    if draw.odds("half"):
        return ["redirect_to", f"e{draw.number(0, 9)}", {"x0": "a", "q": "é"}]
    code = draw.choice([301, 302, 303, 305, 307, 308, 200, 404, 300])
    return ["redirect", draw.choice(LOCATIONS), code]


def _error(draw: Draw, body: list[Any]) -> list[Any]:
    code = draw.choice([400, 401, 404, 405, 410, 416, 418, 429, 500, 503])
    return draw.choice(  # type: ignore[no-any-return]
        [
            ["http_error", code],
            ["http_error", code, "described <b>"],
            ["tuple", ["http_error", code], ["plain", 299]],
            ["tuple", ["http_error", code], ["plain", {"X-E": "1"}]],
            ["error_with_response", code, ["response", body, {"status": 402}]],
        ]
    )


def _file(draw: Draw, body: list[Any]) -> list[Any]:
    options = draw.maybe(
        "half",
        {
            "as_attachment": [True],
            "download_name": ["ü.txt", "a.txt"],
            "mimetype": ["text/x-own"],
            "max_age": [10, 0],
            "conditional": [False, True],
            "etag": [False, "own"],
        },
    )
    return draw.choice(  # type: ignore[no-any-return]
        [
            ["file", "content of a file", {"mimetype": "text/plain", **options}],
            ["send_file", "a.txt", options],
            ["send_file", "long.bin", options],
            ["send_from", draw.choice(["a.txt", "none", "../x", "sub/c.css"]), options],
        ]
    )


def _made(draw: Draw, body: list[Any]) -> list[Any]:
    return draw.choice(  # type: ignore[no-any-return]
        [
            ["make_response"],
            ["make_response", body],
            ["make_response", body, ["plain", draw.choice(STATUSES)]],
            ["jsonify", [], {"a": 1}],
            ["jsonify", [1, "é"], {}],
            ["jsonify", [{"a": None}], {}],
            ["jsonify", [], {}],
            ["jsonify", [1], {"a": 1}],
            ["this", draw.choice(["json", "data", "form", "cookies", "session"])],
        ]
    )


def _wsgi(draw: Draw, body: list[Any]) -> list[Any]:
    return [
        "wsgi",
        draw.choice(["200 OK", "404 X", "204 None"]),
        [["X-W", "1"]],
        ["a", "b"],
    ]


def _closing(draw: Draw, body: list[Any]) -> list[Any]:
    return [draw.weighted([(5, "closing"), (1, "closing_error")]), body]
