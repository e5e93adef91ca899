"""Draws applications, and what is asked of them, as plain data."""

from __future__ import annotations

from random import Random
from typing import Any

from .draw import Draw
from .draw import THEMES
from .requests import request
from .rules import Target
from .rules import url_rule
from .steps import answer
from .steps import hook_steps
from .steps import view

Description = dict[str, Any]

SIGNALS = [
    *("request_started", "request_finished", "request_tearing_down"),
    *("got_request_exception", "appcontext_pushed", "appcontext_popped"),
    *("appcontext_tearing_down", "message_flashed"),
    *("template_rendered", "before_render_template"),
]
CONFIG: list[tuple[str, list[Any]]] = [
    ("PROPAGATE_EXCEPTIONS", [True, False]),
    ("TESTING", [True]),
    ("DEBUG", [True]),
    ("TRAP_HTTP_EXCEPTIONS", [True]),
    ("TRAP_BAD_REQUEST_ERRORS", [True, False]),
    ("MAX_CONTENT_LENGTH", [0, 5, 30]),
    ("MAX_FORM_MEMORY_SIZE", [None, 4]),
    ("MAX_FORM_PARTS", [None, 1]),
    ("APPLICATION_ROOT", ["/root", "/"]),
    ("PREFERRED_URL_SCHEME", ["https"]),
    ("PROVIDE_AUTOMATIC_OPTIONS", [False]),
    ("TEMPLATES_AUTO_RELOAD", [True]),
    ("SEND_FILE_MAX_AGE_DEFAULT", [60]),
    ("USE_X_SENDFILE", [True]),
]
SESSION_CONFIG: list[tuple[str, list[Any]]] = [
    ("SECRET_KEY", [None, "new", ""]),
    ("SECRET_KEY_FALLBACKS", [["a secret key"], ["old", "older"]]),
    ("SESSION_REFRESH_EACH_REQUEST", [False]),
    ("SESSION_COOKIE_NAME", ["sid", "a"]),
    ("SESSION_COOKIE_PATH", ["/a b", "/p;x"]),
    ("SESSION_COOKIE_DOMAIN", ["example.com", ".example.com", False, "bücher.example"]),
    ("SESSION_COOKIE_SECURE", [True]),
    ("SESSION_COOKIE_HTTPONLY", [False]),
    ("SESSION_COOKIE_SAMESITE", ["Lax", "strict", "wrong"]),
    ("SESSION_COOKIE_PARTITIONED", [True]),
    ("PERMANENT_SESSION_LIFETIME", [60]),
    ("MAX_COOKIE_SIZE", [0, 50]),
]
HOOKS = [
    *("before_request", "after_request", "teardown_request"),
    *("url_value_preprocessor", "url_defaults", "context_processor"),
]
APP_HOOKS = ["teardown_appcontext", "url_build_error_handlers"]
ERRORS: list[Any] = [
    *(400, 404, 405, 410, 418, 500, 413, 415, 308, 302),
    *("Oops", "Worse", "KeyError", "Exception", "HTTPException"),
    *("NotFound", "BadRequestKeyError", "InternalServerError", "MethodNotAllowed"),
    *("SecurityError", "ValueError", "RequestEntityTooLarge"),
]
SPIED = {
    "Flask": [
        *("dispatch_request", "full_dispatch_request", "preprocess_request"),
        *("make_response", "process_response", "finalize_request"),
        *("handle_http_exception", "handle_user_exception", "handle_exception"),
        *("raise_routing_exception", "make_default_options_response", "wsgi_app"),
        *("do_teardown_request", "do_teardown_appcontext", "request_context"),
        *("should_ignore_error", "log_exception", "trap_http_exception"),
        *("inject_url_defaults", "url_for", "handle_url_build_error"),
    ],
    "Request": ["_load_form_data", "get_json", "close", "on_json_loading_failed"],
    "Response": [
        *("__init__", "__call__", "get_wsgi_response", "get_wsgi_headers"),
        *("get_app_iter", "close", "set_data", "iter_encoded"),
    ],
    "RequestContext": ["push", "pop"],
    "AppContext": ["push", "pop"],
    "Session": ["save_session", "should_set_cookie"],
    "Provider": ["response"],
}


def conversation(
    seed: str, theme: str, length: int
) -> tuple[Description, list[Description]]:
    """An application, and the requests and changes that it goes through.

    :param seed: names the conversation; the same seed draws the same.
    :param theme: what it is about, a key of ``THEMES``.
    :param length: the number of requests.
    """
    draw = Draw(Random(seed), THEMES[theme])
    targets: list[Target] = []
    app = application(draw, targets)
    items: list[Description] = []
    asked = 0
    while asked < length:
        if draw.odds("change") and asked:
            items.append(change(draw, targets))
        else:
            items.append(request(draw, app, targets, items))
            asked += 1
    return app, items


def application(draw: Draw, targets: list[Target]) -> Description:
    described: Description = {"config": {}}
    options: Description = {}
    config = described["config"]
    if draw.odds("key"):
        config["SECRET_KEY"] = "a secret key"
    draw.settings(config, CONFIG, "config")
    draw.settings(config, SESSION_CONFIG, "session config")
    _domains(draw, described, options)
    if draw.odds("static"):
        options["static_folder"] = "static"
        options.update(draw.maybe("static path", {"static_url_path": ["/files", ""]}))
        if options.get("host_matching"):
            options["static_host"] = draw.choice(["<host>", "example.com"])
        prefix = options.get("static_url_path", "/static")
        for name in ("a.txt", "b.html", "sub/c.css", "none", "../x", "ü.txt", ""):
            targets.append(Target(f"{prefix}/{name}", "static", {"filename": name}, ""))
    if options:
        described["options"] = options
    described.update(
        draw.maybe(
            "classes",
            {
                "request_class": draw.kinds("requests"),
                "response_class": draw.kinds("responses"),
                "json_provider_class": draw.kinds("providers"),
                "session": draw.kinds("sessions"),
            },
        )
    )
    if draw.odds("classes"):
        described["application"] = [draw.choice(draw.kinds("applications"))]
    described.update(
        draw.maybe(
            "map",
            {
                "map": [
                    {"strict_slashes": False},
                    {"merge_slashes": False},
                    {"redirect_defaults": False},
                    {"default_subdomain": "www"},
                    {"sort_parameters": True},
                ]
            },
        )
    )
    if draw.odds("signals"):
        described["signals"] = draw.some(SIGNALS)
    described["rules"] = [
        url_rule(draw, described, targets, view(draw), "")
        for _ in range(draw.number(3, 12))
    ]
    for rule in list(described["rules"]):
        variable = rule["rule"].partition("<")[2].partition(">")[0]
        one = rule["rule"].count("<") == 1
        if one and variable in SIMPLE and draw.odds("sibling"):
            described["rules"].append(sibling(draw, rule, targets))
    described["blueprints"] = [
        blueprint(draw, described, targets, "", "", 0)
        for _ in range(draw.count("blueprints", 2))
    ]
    described["hooks"] = hooks(draw, [*HOOKS, *APP_HOOKS])
    described["handlers"] = handlers(draw)
    if draw.odds("middleware"):
        described["middleware"] = [draw.choice(["prefix", "edits", "replaces"])]
    return described


def sibling(draw: Draw, rule: Description, targets: list[Target]) -> Description:
    """A shorter rule for the same endpoint, which knows the value of the variable."""
    variable, value = draw.choice(
        SIMPLE[rule["rule"].partition("<")[2].partition(">")[0]]
    )
    path, endpoint = f"/sibling{len(targets)}", rule["endpoint"]
    targets.append(Target(path, endpoint, {"x0": value}, ""))
    long = rule["rule"].replace(variable, str(value))
    targets += [Target(long, endpoint, {"x0": value}, "")] * 2
    options = {**rule.get("options", {}), "defaults": {"x0": value}}
    return {"rule": path, "endpoint": endpoint, "options": options}


#: Variables that a rule may have one of, for a sibling; and their values.
SIMPLE: dict[str, list[tuple[str, Any]]] = {
    "x0": [("<x0>", "a"), ("<x0>", "12")],
    "int:x0": [("<int:x0>", 12), ("<int:x0>", 7)],
    "float:x0": [("<float:x0>", 1.5)],
}


def _domains(draw: Draw, described: Description, options: Description) -> None:
    config = described["config"]
    if draw.odds("server name"):
        config["SERVER_NAME"] = draw.choice(
            [
                "example.com",
                "example.com:8080",
                "Example.com",
                "bücher.example",
                "localhost:443",
            ]
        )
    if draw.odds("domains"):
        options[draw.choice(["host_matching", "subdomain_matching"])] = True
    if draw.odds("trusted"):
        config["TRUSTED_HOSTS"] = draw.choice(
            [["example.com"], [".example.com", "localhost"], [], ["bad host"]]
        )


def blueprint(
    draw: Draw,
    app: Description,
    targets: list[Target],
    prefix: str,
    path: str,
    depth: int,
) -> Description:
    name = draw.choice(["one", "two", "three"])
    options = draw.maybe(
        "blueprint options",
        {
            "url_prefix": ["/bp", "/bp/<int:area>", "/<lang>", "bp/", "/"],
            "subdomain": ["api", "<sub>"],
            "url_defaults": [{"x0": "given"}, {"area": 1}],
            "static_folder": ["static"],
            "template_folder": ["templates"],
        },
    )
    if "url_prefix" not in options and draw.odds("half"):
        options["url_prefix"] = f"/{name}"
    own = path + (options.get("url_prefix") or "").rstrip("/")
    own = own.replace("<int:area>", "7").replace("<lang>", "en")
    dotted = f"{prefix}{name}."
    described: Description = {"name": name, "options": options}
    described["rules"] = [
        url_rule(draw, app, targets, view(draw), dotted, own)
        for _ in range(draw.number(1, 3))
    ]
    if options.get("static_folder"):
        targets.append(Target(f"{own}/static/d.txt", f"{dotted}static", {}, ""))
    described["hooks"] = hooks(draw, [*HOOKS, *(f"app_{kind}" for kind in HOOKS)])
    described["handlers"] = handlers(draw)
    if depth < 2:
        described["blueprints"] = [
            blueprint(draw, app, targets, dotted, own, depth + 1)
            for _ in range(draw.count("nested", 2))
        ]
    if draw.odds("registered"):
        described["register"] = [
            draw.maybe(
                "half",
                {
                    "url_prefix": ["/again", "/v<int:v>"],
                    "name": ["other"],
                    "subdomain": ["www"],
                },
            )
            for _ in range(draw.number(1, 2))
        ]
    return described


def hooks(draw: Draw, kinds: list[str]) -> list[Description]:
    found = []
    for number in range(draw.count("hooks", 5)):
        kind = draw.choice(kinds)
        hook: Description = {"kind": kind, "label": number}
        hook["steps"] = hook_steps(draw, kind.removeprefix("app_"))
        if draw.odds("async"):
            hook["async"] = True
        if kind.endswith("preprocessor"):
            hook.update(draw.maybe("half", {"takes": ["area", "lang", "x0"]}))
        if kind.endswith("url_defaults"):
            hook["gives"] = draw.choice(["area", "lang", "given"])
        if kind.endswith("error_handlers"):
            hook["gives"] = draw.choice([None, "/built"])
        found.append(hook)
    return found


def handlers(draw: Draw) -> list[Description]:
    found = []
    for _ in range(draw.count("handlers", 4)):
        steps = [["handled"]]
        if draw.odds("half"):
            steps += hook_steps(draw, "handler")
        last = draw.weighted(
            [(6, ["this", "code"]), (4, ["this", "problem"]), (5, answer(draw))]
        )
        steps.append(["answer", last])
        found.append({"key": draw.choice(ERRORS), "steps": steps})
    return found


def change(draw: Draw, targets: list[Target]) -> Description:
    """Something that happens to the application between two requests."""
    kind = draw.weighted(
        [
            *((3, "rule"), (2, "view"), (2, "hook"), (1, "unhook"), (2, "config")),
            *((1, "session"), (1, "response_class"), (1, "request_class")),
            *(
                (2, "json"),
                (2, "attribute"),
                (1, "signals"),
                (1, "map"),
                (1, "no_view"),
            ),
            *((5, "patch"), (3, "wrap"), (5, "unpatch"), (2, "outside")),
        ]
    )
    if kind == "rule":
        return {"do": [kind, url_rule(draw, {}, targets, view(draw), "")]}
    if kind == "hook":
        return {"do": [kind, hooks_one(draw)]}
    if kind == "unhook":
        registries = [
            "before_request_funcs",
            "after_request_funcs",
            "error_handler_spec",
        ]
        return {"do": [kind, draw.choice(registries)]}
    if kind == "config":
        name, values = draw.choice(CONFIG + SESSION_CONFIG)
        return {"do": [kind, name, draw.choice(values)]}
    if kind in {"session", "response_class", "request_class"}:
        table = {"session": "sessions"}.get(kind, kind.replace("_class", "s"))
        return {"do": [kind, draw.choice(draw.kinds(table))]}
    if kind == "json":
        name = draw.choice(["ensure_ascii", "sort_keys", "compact"])
        return {"do": [kind, name, draw.choice([True, False])]}
    if kind == "attribute":
        pair = draw.choice(
            [
                ("secret_key", "another"),
                ("secret_key", None),
                ("debug", True),
                ("debug", False),
            ]
        )
        return {"do": [kind, *pair]}
    if kind == "signals":
        return {"do": [kind, draw.some(SIGNALS)]}
    if kind == "map":
        name = draw.choice(["strict_slashes", "merge_slashes", "redirect_defaults"])
        return {"do": [kind, name, draw.choice([True, False])]}
    if kind == "patch":
        owner = draw.choice(["Flask", *SPIED])
        return {"do": [kind, owner, draw.choice(SPIED[owner])]}
    if kind == "wrap":
        return {"do": [kind, draw.choice(SPIED["Flask"])]}
    target = draw.choice(targets)
    endpoint = target.endpoint
    if kind == "outside":
        return {"do": [kind, endpoint, target.values]}
    if kind == "view":
        return {"do": [kind, endpoint, view(draw)]}
    if kind == "no_view":
        return {"do": [kind, endpoint]}
    return {"do": ["unpatch"]}


def hooks_one(draw: Draw) -> Description:
    kind = draw.choice(["before_request", "after_request", "teardown_request"])
    return {"kind": kind, "label": "late", "steps": hook_steps(draw, kind)}
