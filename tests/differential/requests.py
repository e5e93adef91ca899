"""Draws requests: near to the rules, and in all ways a server could pass them on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from .draw import Draw
from .rules import Target

HOSTS: list[str | None] = [
    *(
        "example.com",
        "example.com:80",
        "example.com:8080",
        "EXAMPLE.com",
        "api.example.com",
    ),
    *("dyn.example.com", "a.b.example.com", "www.example.com", "other.example"),
    *(
        "localhost",
        "127.0.0.1:5000",
        "[::1]",
        "[::1]:8080",
        "example.com:443",
        None,
        "",
    ),
    *("bad host", "a/b", "example.com:x", "exa\xe9mple.com", "xn--bcher-kva.example"),
    *(
        "example.com.",
        ".example.com",
        "notexample.com",
        "example.com, other",
        "a@b",
        "h.example",
    ),
    *(
        "example.com:",
        "evil.com#example.com",
        "a_b.example",
        "localhost:443",
        "x" * 300,
    ),
]
METHODS = [
    *("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE", "TRACE"),
    *("get", "head", "options", "", "G T", "P\xd6ST", "LINK", "CONNECT", "post"),
]
QUERIES = [
    *(
        "a=1",
        "a=1&a=2",
        "a",
        "a=",
        "=1",
        "&&",
        "a=b=c",
        "a=%C3%A9",
        "a=%FF",
        "a=\xc3\xa9",
    ),
    *(
        "a=1;b=2",
        "a=x+y",
        "a%20b=c",
        "a+b=c",
        "%=1",
        "a=%zz",
        "a=%",
        "a=%E",
        "a=\xff",
        "?a=1",
    ),
    *(
        "a=1&b=2&c=3&a=4",
        "a[]=1",
        "a=1#f",
        "a=%00",
        "a=%26%3D",
        "A=1&a=2",
        "=",
        "&",
        "a&b=1",
    ),
    *(
        "a=" + "x" * 500,
        "a=\t",
        "a= 1",
        "%61=1",
        "a=%2B",
        "b=1&=&a",
        "a=1&",
        "q=%u1234",
    ),
    *("a=%c3%a9&%C3%A9=a", "a=%ED%A0%80", "a=\xd9\xa7"),
]
FORM_TYPES = [
    *(
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
    ),
    *(
        "Application/X-WWW-Form-URLEncoded",
        "application/x-www-form-urlencoded;charset=latin-1",
    ),
]
BOUNDARY = "frontier"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
JSONS = [
    *(
        '{"a": 1}',
        "[1, 2]",
        '"text"',
        "null",
        "",
        "{",
        "{}",
        '{"a": "\xc3\xa9"}',
        "\xff",
        "NaN",
    ),
    *('\xef\xbb\xbf{"a": 1}', "7", '{"a": 1, "a": 2}', '  {"a": [true]} '),
]
TYPES = [
    *(
        "text/plain",
        "application/json",
        "application/problem+json",
        "",
        "odd",
        "a/b; c",
    ),
    *(
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/json; charset=x",
    ),
    *(
        "application/octet-stream",
        "multipart/mixed; boundary=frontier",
        " application/json ",
    ),
]
HEADERS: list[list[Any]] = [
    [["X-One", "1"]],
    [["X-One", "\xc3\xa9"]],
    [["X-One", "1"], ["X-HTTP-Method-Override", "DELETE"]],
    [["X-HTTP-Method-Override", "put"]],
    [["If-None-Match", '"x"']],
    [["If-None-Match", "*"]],
    [["If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT"]],
    [["If-Modified-Since", "Fri, 14 Jul 2017 02:40:00 GMT"]],
    [["If-Match", '"y"']],
    [["If-Range", '"x"'], ["Range", "bytes=0-1"]],
    [["Range", "bytes=0-4"]],
    [["Range", "bytes=-3"]],
    [["Range", "bytes=5-"]],
    [["Range", "bytes=99999-"]],
    [["Range", "bytes=0-1,3-4"]],
    [["Range", "lines=1-2"]],
    [
        ["Accept", "text/html;q=0.5, application/json"],
        ["Accept-Language", "de, en;q=0.1"],
    ],
    [
        ["X-Forwarded-For", "10.0.0.1, 10.0.0.2"],
        ["X-Forwarded-Host", "forwarded.example"],
    ],
    [["User-Agent", "a browser"], ["Referer", "http://example.com/"]],
    [["Authorization", "Basic YTpi"], ["Origin", "null"]],
    [["Authorization", "Bearer x"], ["Cache-Control", "no-cache"]],
    [["Upgrade", "websocket"], ["Connection", "Upgrade"]],
    [["Upgrade", "h2c"]],
    [["Connection", "Upgrade"], ["Upgrade", "WebSocket"]],
    [["X-Requested-With", "XMLHttpRequest"]],
    [["Content-Length", "3"]],
    [["Expect", "100-continue"]],
]
#: What PEP 3333 lets a server leave out is left out, and some more.
ODD_ENVIRONS: list[dict[str, Any]] = [
    {"without": ["PATH_INFO"]},
    {"without": ["QUERY_STRING"]},
    {"without": ["SCRIPT_NAME"]},
    {"without": ["REMOTE_ADDR"]},
    {"without": ["SERVER_PORT"]},
    {"without": ["SERVER_NAME", "SERVER_PORT"]},
    {"without": ["wsgi.errors"]},
    {"without": ["wsgi.input"]},
    {"script": "/root"},
    {"script": "/r\xc3\xa9/"},
    {"script": "/"},
    {"scheme": "https"},
    {"scheme": "https", "environ": {"SERVER_PORT": "443"}},
    {"scheme": "ws"},
    {"scheme": "wss", "headers": [["Upgrade", "websocket"], ["Connection", "Upgrade"]]},
    {"scheme": "HTTP"},
    {"scheme": ""},
    {"environ": {"SERVER_PORT": "x"}},
    {"environ": {"SERVER_PORT": "8080"}, "host": None},
    {"environ": {"SERVER_NAME": "::1"}, "host": None},
    {"environ": {"REMOTE_USER": "ann", "AUTH_TYPE": "Basic"}},
    {"environ": {"RAW_URI": "/raw%2Fa", "REQUEST_URI": "/raw%2Fa"}},
    {"environ": {"werkzeug.request": "old"}},
    {"preserve": True},
    {"environ": {"SERVER_PROTOCOL": "HTTP/1.0"}},
    {"environ": {"wsgi.multithread": True, "wsgi.multiprocess": True}},
]
COOKIES = [
    *(
        "a=1",
        'a="q\\"uoted"',
        "a=b=c",
        "a",
        "a=1; a=2",
        "=x",
        "a=\xc3\xa9",
        "a=%20",
        ";;",
        "a=;b",
    ),
    *(
        "xsession=1",
        "session",
        "session=",
        "session=junk",
        "session=.junk",
        'session="q"',
    ),
    *(
        'session="a.b.c"',
        "a=1,b=2",
        "session=x; session=y",
        "b=" + "y" * 200,
        " a = 1 ",
    ),
    *(
        "Session=1",
        'a="\\303\\251"',
        "a=\xff",
        'session="\\056"',
        "a=1;session=e30.x.y",
    ),
    *("sid=1", "own=1", "own=0", "__Host-a=1", "$Version=1; a=1"),
]
CONTENTS: list[dict[str, Any]] = [
    {},
    {"n": 1},
    {"n": "é"},
    {"user": "ann", "n": [1, "2"]},
    {"_permanent": True},
    {"_permanent": True, "n": 1},
    {"_permanent": False, "n": 1},
    {"_permanent": True, "long": "a" * 300},
    {"n": "_permanent"},
    {"_flashes": [("message", "flashed before")]},
    {"_flashes": [("error", "a"), ("message", "b")], "n": 2},
    {"long": "a" * 300},
    {"odd": (1, b"\xff")},
]


def request(
    draw: Draw,
    app: dict[str, Any],
    targets: list[Target],
    before: list[dict[str, Any]],
) -> dict[str, Any]:
    """One request; now and then a small change to one that was sent before."""
    earlier = [item for item in before[-6:] if "path" in item]
    if earlier and draw.number(0, 5) == 0:
        again: dict[str, Any] = dict(draw.choice(earlier))
        if draw.odds("half"):
            again["method"] = draw.choice(METHODS[:8])
        if draw.odds("odd host"):
            again["host"] = draw.choice(HOSTS)
        return again
    target = draw.choice(targets)
    found: dict[str, Any] = {"path": path(draw, target.path)}
    if target.method != "GET":
        found["method"] = target.method
    if draw.odds("odd method"):
        found["method"] = draw.choice(METHODS if draw.odds("half") else METHODS[:7])
    if target.host and not draw.odds("odd host"):
        found["host"] = target.host
    elif draw.odds("odd host"):
        found["host"] = draw.choice(HOSTS)
    if draw.odds("query"):
        found["query"] = query(draw)
    if draw.odds("body"):
        found.update(body(draw))
        if draw.odds("half") or target.method != "GET":
            found["method"] = target.method
    if draw.odds("headers"):
        found["headers"] = draw.choice(HEADERS)
    if draw.odds("cookies"):
        found["cookies"] = cookies(draw, app)
    if draw.odds("odd environ"):
        found.update(draw.choice(ODD_ENVIRONS))
    if draw.number(0, 99) == 0:
        found["later"] = draw.choice([-5, 1, 59, 61, 31 * 86400, 32 * 86400])
    return found


def path(draw: Draw, text: str) -> str:
    """A path as a server passes it on: bytes as Latin-1, undone escapes."""
    if draw.odds("damage"):
        text = damaged(draw, text)
    encoded = text.encode("utf-8", "surrogatepass").decode("latin-1")
    if draw.odds("damage") and draw.number(0, 9) == 0:
        at = draw.number(0, len(encoded))
        letter = draw.choice(["\xff", "\xc3", "\x00", "\x80", "\xed\xa0\x80"])
        encoded = encoded[:at] + letter + encoded[at:]
    return encoded


def damaged(draw: Draw, text: str) -> str:
    head = text.rpartition("/")[0]
    return draw.choice(  # type: ignore[no-any-return]
        [
            *(text + "/", text.rstrip("/"), text + "//", text.replace("/", "//")),
            *("//" + text.lstrip("/"), head, head + "/", head + "/zz", text + "/a"),
            *(text + "/12/b", text.upper(), text + "\n", text.lstrip("/"), "", "/"),
            *(quote(text), text + "?", text + " ", "/." + text, "/x/.." + text),
            *(text.replace("/", "/./"), text + "%00", text + "é", "/none", "*"),
            *(text[:-1], text + "b", "///" + text, "http://example.com" + text),
            *(text.replace("/", "\\"), text + ";a=b", text.replace("a", "a//", 1)),
        ]
    )


def query(draw: Draw) -> str:
    if not draw.odds("odd query"):
        return draw.choice(["a=1", "a=1&b=2", "a=hello&a=world", "name=x&page=2"])  # type: ignore[no-any-return]
    parts = [draw.choice(QUERIES) for _ in range(draw.number(1, 3))]
    return "&".join(parts)


def body(draw: Draw) -> dict[str, Any]:
    """A body with its type and length, and the method that it comes with."""
    kind = draw.choice(["form", "form", "multipart", "json", "text"])
    found: dict[str, Any] = {
        "method": draw.choice(["POST", "POST", "PUT", "GET", "PATCH"])
    }
    if kind == "form":
        found.update(body=query(draw), type=FORM_TYPES[0])
        if draw.odds("odd body"):
            found["type"] = draw.choice(FORM_TYPES)
    elif kind == "json":
        found.update(body=draw.choice(JSONS), type="application/json")
    elif kind == "multipart":
        found.update(body=multipart(draw), type=MULTIPART)
    else:
        found.update(body="some text \xff", type="text/plain")
    if draw.odds("odd body"):
        found.update(
            draw.maybe(
                "half",
                {
                    "type": [*TYPES, *FORM_TYPES, MULTIPART],
                    "length": [
                        None,
                        "0",
                        "3",
                        "-1",
                        "x",
                        "99999",
                        "",
                        " 4 ",
                        "1_0",
                        "1" * 40,
                        "+2",
                    ],
                    "input": ["terminated", "short", "breaking", "reluctant"],
                },
            )
        )
    if draw.odds("odd body") and draw.number(0, 4) == 0:
        del found["type"]
    return found


def multipart(draw: Draw) -> str:
    """A multipart body; not always a good one."""
    parts = []
    for _ in range(draw.number(0, 3)):
        name = draw.choice(["a", "a", "f", "\xc3\xa9", "", 'q"x'])
        head = f'Content-Disposition: form-data; name="{name}"'
        if draw.odds("half"):
            file = draw.choice(["a.txt", "", "\xc3\xbc.txt", "../x", "a b.txt"])
            head += f'; filename="{file}"\r\nContent-Type: text/plain'
        text = draw.choice(["", "value", "two\r\nlines", "\xff\xfe", "x" * 300])
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n{text}\r\n")
    end = draw.choice(
        [f"--{BOUNDARY}--\r\n", f"--{BOUNDARY}--", "", f"--{BOUNDARY}\r\n"]
    )
    return "".join(parts) + end


def cookies(draw: Draw, app: dict[str, Any]) -> list[Any]:
    """Pieces of a ``Cookie`` header."""
    name = app.get("config", {}).get("SESSION_COOKIE_NAME", "session")
    pieces: list[Any] = []
    for _ in range(draw.number(1, 3)):
        kind = draw.number(0, 9)
        if kind < 3:
            pieces.append("jar")
        elif kind < 7:
            content = draw.choice(CONTENTS)
            key = draw.choice(["a secret key"] * 6 + ["old", "bad", "new"])
            age = draw.choice([0, 0, 0, 30, 60, 61, 31 * 86400, 32 * 86400, -10])
            damage = [draw.choice(["cut", "quoted", "changed", "longer", "="])]
            damage = damage if draw.number(0, 7) == 0 else []
            pieces.append([name, content, key, age, *damage])
        else:
            pieces.append(draw.choice(COOKIES))
    return pieces
