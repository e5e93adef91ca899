"""Draws URL rules, and paths that may lead to them."""

from __future__ import annotations

from typing import Any
from typing import NamedTuple
from uuid import UUID

from .draw import Draw

UUID_TEXT = str(UUID(int=7))

#: A converter, and texts that it accepts, refuses or has to think about.
USUAL_CONVERTERS: dict[str, list[str]] = {
    "": ["a", "b", "12", "é", "a b", ".", "%2F", "A"],
    "int:": ["0", "7", "12", "012", "-1", "١٢", "²", "1" * 5000, "1_0", " 1"],
    "path:": ["a", "a/b", "a/b/12", "a//b", "12", "a/"],
    "float:": ["1.5", "12", "-1.5", "1.", "1.5e3", "00.5"],
}
ODD_CONVERTERS: dict[str, list[str]] = {
    "default:": ["a", "b"],
    "string(length=2):": ["ab", "12", "a", "éé"],
    "string(minlength=2, maxlength=3):": ["a", "ab", "abc", "abcd"],
    "int(fixed_digits=2):": ["12", "1", "123", "01"],
    "int(min=3, max=20):": ["2", "3", "20", "21"],
    "int(signed=True):": ["-12", "12", "--1", "-0"],
    "float(signed=True, max=2.0):": ["-1.5", "1.5", "3.5"],
    'any(a, bb, "c d"):': ["a", "bb", "c d", "c"],
    "uuid:": [UUID_TEXT, UUID_TEXT.upper(), UUID_TEXT[:-1]],
    "words:": ["a+b", "a", "+"],
    "capitals:": ["AB", "Ab"],
    "even:": ["12", "13", "٢"],
    "gate:": ["a", "b", "c"],
    "branching:": ["a", "a/b", "a/b/b", "b"],
    "onepart:": ["a", "a/b"],
    "lines:": ["", "a", "a/b", "/"],
    "regex('[ab]{2}'):": ["ab", "aba", "a"],
    "regex('a/b|c'):": ["c", "a/b"],
    "hexadecimal:": ["ff", "12", "g"],
    "missing:": ["a"],
}
TEXTS = ["a", "b", "bb", "12", "ab", "é", "A", "a b", ".", "v", "a%20b", "x+y", "~"]
METHODS: list[Any] = [
    *(
        ["GET"],
        ["GET", "POST"],
        ["POST", "GET"],
        ["POST"],
        ["GET", "POST"],
        ["PUT", "DELETE"],
        ["post"],
        ["PURGE"],
    ),
    *(["OPTIONS"], ["GET", "OPTIONS"], ["HEAD"], [], ["get", "purge"], ["TRACE"]),
]


class Target(NamedTuple):
    """Where a request may go: a path that may match, and the way back to it."""

    path: str
    endpoint: str
    values: dict[str, Any]
    host: str
    method: str = "GET"


def url_rule(
    draw: Draw,
    app: dict[str, Any],
    targets: list[Target],
    view: dict[str, Any],
    prefix: str,
    path: str = "",
) -> dict[str, Any]:
    """A rule with its view; where it can be reached is added to the targets."""
    relative = draw.choice(targets) if targets and draw.odds("half") else None
    rule, paths, values = _parts(draw, relative, path)
    endpoint = f"e{len(targets)}"
    options: dict[str, Any] = {}
    if draw.odds("methods"):
        options["methods"] = draw.choice(METHODS)
    options.update(
        draw.maybe(
            "rule options",
            {
                "strict_slashes": [True, False],
                "merge_slashes": [True, False],
                "defaults": [{"x0": 1}, {"x0": "a"}, {"page": 1}, {"x0": 7, "x1": 7}],
                "redirect_to": [
                    "/to/<x0>",
                    "/to",
                    ["/elsewhere"],
                    "http://other.example/",
                ],
                "alias": [True],
                "build_only": [True],
                "websocket": [True],
                "provide_automatic_options": [True, False],
            },
        )
    )
    host = _host(draw, app, options)
    if options.get("defaults") and relative and draw.odds("half"):
        endpoint = relative.endpoint.rpartition(".")[2]
    described = {"rule": rule, "endpoint": endpoint, "view": view}
    if options:
        described["options"] = options
    attributes = draw.maybe(
        "rule options",
        {
            "methods": [["POST"], ("GET", "PUT")],
            "required_methods": [["OPTIONS"], ["LINK"]],
            "provide_automatic_options": [False, True],
        },
    )
    if attributes and "constant" not in view:
        view["attributes"] = attributes
    method = (options.get("methods") or ["GET"])[0].upper()
    for found in paths:
        targets.append(Target(path + found, prefix + endpoint, values, host, method))
    return described


def _host(draw: Draw, app: dict[str, Any], options: dict[str, Any]) -> str:
    how = app.get("options", {})
    if how.get("host_matching"):
        options["host"] = draw.choice(
            [
                "example.com",
                "other.example",
                "<name>.example.com",
                "<host>",
                "example.com:8080",
            ]
        )
        return (
            str(options["host"]).replace("<name>", "api").replace("<host>", "h.example")
        )
    if how.get("subdomain_matching") and draw.odds("half"):
        options["subdomain"] = draw.choice(["api", "<sub>", "www", "a.b", ""])
        sub = str(options["subdomain"]).replace("<sub>", "dyn")
        return f"{sub}.example.com" if sub else "example.com"
    return ""


def _parts(
    draw: Draw, relative: Target | None, prefix: str
) -> tuple[str, list[str], dict[str, Any]]:
    """A rule and paths that might fit it; sometimes near to another rule."""
    chunks: list[tuple[str, list[str]]] = []
    values: dict[str, Any] = {}
    if relative is not None and draw.odds("half"):
        text = relative.path.removeprefix(prefix).strip("/").split("/")[0]
        if text and not set(text) & set("<>|"):
            chunks.append((text, [text]))
    for number in range(len(chunks), draw.number(len(chunks), 3)):
        chunks.append(_chunk(draw, number, values))
    if not chunks:
        return "/", ["/"], values
    slash = draw.choice(["", "", "/"])
    rule = "".join(f"/{chunk}" for chunk, _ in chunks) + slash
    paths = []
    for _ in range(draw.number(1, 3)):
        paths.append("".join(f"/{draw.choice(texts)}" for _, texts in chunks) + slash)
    return rule, paths, values


def _chunk(draw: Draw, number: int, values: dict[str, Any]) -> tuple[str, list[str]]:
    if not draw.odds("converter"):
        text = draw.choice(TEXTS)
        return text, [text]
    first, texts = _variable(draw, f"x{number}")
    values[f"x{number}"] = draw.choice([*texts, 7, 1.5, "a/b", "é ?&", None])
    shape = draw.number(0, 9)
    if shape == 0:
        second, more = _variable(draw, f"y{number}")
        joint = draw.choice(["-", ".", "a"])
        return first + joint + second, [t + joint + u for t in texts for u in more[:2]]
    if shape == 1:
        return f"v{first}", [f"v{text}" for text in texts]
    if shape == 2:
        return f"{first}.b", [f"{text}.b" for text in texts]
    return first, texts


def _variable(draw: Draw, name: str) -> tuple[str, list[str]]:
    table = ODD_CONVERTERS if draw.odds("odd converter") else USUAL_CONVERTERS
    converter = draw.choice(sorted(table))
    return f"<{converter}{name}>", table[converter]
