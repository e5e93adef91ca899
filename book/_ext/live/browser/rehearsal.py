"""What examples make Python do, done once when nobody waits for it.

The browser keeps what it has compiled of Python's own code for the next visit, but only
each time that there is another megabyte of it. A first start ends anywhere between two
of these moments, often before the interpreter's main loop is there in its last form:
then each later visit compiles it anew while examples run. What is done here makes up
most of the next megabyte.
"""

from __future__ import annotations

import ast
import base64
import copy
import csv
import difflib
import hashlib
import heapq
import html
import io
import json
import pickle
import pprint
import re
import string
import struct
import textwrap
import tokenize
import traceback
import zlib
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from itertools import groupby
from random import Random
from typing import Any
from unicodedata import normalize
from urllib.parse import parse_qsl
from urllib.parse import urlencode
from urllib.parse import urlsplit

from itsdangerous import URLSafeTimedSerializer
from jinja2 import Environment
from werkzeug.routing import Map
from werkzeug.routing import Rule
from werkzeug.test import Client
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response

#: Enough for most of a megabyte; after that, ever less is compiled anew.
ROUNDS = 80
CODE = '''
import garden.beds as beds, sys
from garden import (plant as sow, water)

@app.route("/beds/<int:number>", methods=["GET", "POST"])
def bed(number: int, *names: str, wet=False, **more) -> str:
    """A bed of the garden."""
    total = sum(each.size ** 2 for each in beds if each and not wet) // 3
    while total > 0x10 or -total in {1, 2}:
        total, last = total - 1, [*names, 1_000, 2.5e3, 3j][::-1]
        if (rest := total % 7) != 3:
            continue
        elif rest is None:
            break
    try:
        with open(f"{number!r:>{total}}.txt") as file, file:
            del more["key"], last[0]
    except (OSError, ValueError) as error:
        raise RuntimeError("no" "bed") from error
    finally:
        assert total, lambda name, /: {"a": name, **more}
    match names:
        case [first, *_] if first:
            return first
        case {"name": str(name)} | Name(name=name):
            return name
    global seeds
    return yield_ @ b"seeds" if ~total << 2 else (yield)

class Bed(Plot, metaclass=Meta):
    size: int = 1
    async def water(self):
        async with self.can as can, can:
            return [await drop async for drop in can]
'''
DEFINITIONS = """
from dataclasses import dataclass, field
from enum import Enum

@dataclass(order=True)
class Bed:
    size: int
    seeds: list = field(default_factory=list)

class Color(Enum):
    RED = 1

def count():
    yield from range(9)

Bed(1) < Bed(2), repr(Bed(1)), Color(1), list(count())
type("Wide", (Bed,), {"wide": property(lambda self: 1)})(3).wide
"""
PAGE = """
{% macro row(bed) %}<tr><td>{{ bed.name|upper }}<td>{{ bed.sizes|join(", ") }}{% endmacro %}
{% for bed in beds if bed.name %}{{ loop.index }}{{ row(bed) }}{% else %}none{% endfor %}
{% set total = 3 %}{% if total > 1 and not beds[0].dry %}{{ "%05.1f"|format(total) }}{% endif %}
"""
BEDS: list[dict[str, Any]] = [
    {"name": f"bed <{number}> \u00e4\u2603", "sizes": [number, number / 7, None, True]}
    for number in range(40)
]
RULES = Map(
    [Rule("/", endpoint="all"), Rule("/<int:number>/<path:rest>", endpoint="one")]
)


def parts() -> Iterator[None]:
    """Do a part of it at each step, in some milliseconds."""
    for _ in range(ROUNDS):
        for act in ACTS:
            act()
            yield


@Request.application
def application(request: Request) -> Response:
    """Answers with what was asked for."""
    endpoint, values = RULES.bind_to_environ(request.environ).match()
    told = [endpoint, values, request.args, request.form, dict(request.headers)]
    response = Response(json.dumps(told), mimetype="application/json")
    response.set_cookie("seen", "1")
    return response


def read_code() -> None:
    tree = ast.parse(CODE)
    compile(ast.unparse(tree), "<rehearsal>", "exec")
    list(ast.walk(tree))


def read_tokens() -> None:
    list(tokenize.generate_tokens(io.StringIO(CODE).readline))


def fail() -> None:
    try:
        compile("seeds = = 1", "<rehearsal>", "exec")
    except SyntaxError:
        traceback.format_exc()


def search() -> None:
    re.sub(
        r"(\w+)\s*=\s*(?P<value>\d+)|(['\"]).*?\3", lambda match: match[0].upper(), CODE
    )
    re.findall(r"(?i)(?<!\.)\b(?:ret|rai)(\w+)", CODE)
    re.findall(r"\w+|[^\w\s]{2,3}?", f"{CODE}\u2603")
    re.split(rb"\s+", CODE.encode())


def compare() -> None:
    list(difflib.unified_diff(CODE.splitlines(), CODE.upper().splitlines()))


def write_json() -> None:
    json.loads(json.dumps(BEDS, indent=1))
    json.dumps(BEDS)


def print_values() -> None:
    pprint.pformat(BEDS[:5])
    textwrap.fill(CODE, 40)
    string.Template("$name, ${name}").substitute(name="bed")
    "{:>10} {!r} {:,} {:5.2f}".format("bed", CODE, 10**9, 2.5)


def copy_values() -> None:
    copied = copy.deepcopy(BEDS[:10])
    sorted(copied, key=lambda bed: bed["name"], reverse=True)
    {**copied[0], **dict(zip("abc", copied, strict=False))}
    [list(group) for _, group in groupby(chain("aabb", map(str, range(9))))]
    set(range(99)) & set(range(50, 150)) | {*range(9)} - frozenset((1, 2))


def convert() -> None:
    text = CODE * 2
    text.encode("utf-16").decode("utf-16").translate({97: "b"}).title().casefold()
    text.encode("ascii", "xmlcharrefreplace").decode("latin-1").partition("\n")
    "".join(reversed(text.replace("a", "bb").expandtabs().split("\n")))
    [repr(number / 7) + str(round(number / 3, 2)) for number in range(40)]
    int("123" * 20) ** 5 // 7


def pack() -> None:
    data = CODE.encode()
    for name in ("sha256", "sha1", "md5"):
        hashlib.new(name, data * 9).hexdigest()
    zlib.decompress(zlib.compress(data))
    base64.b64decode(base64.b64encode(data))
    pickle.loads(pickle.dumps(BEDS))
    struct.unpack("<IHd", struct.pack("<IHd", 1, 2, 3.5))


def reckon() -> None:
    day = datetime.fromisoformat("2020-02-28T10:00:00") + timedelta(days=2)
    f"{day:%A %d %B %Y} {day.isoformat()} {day - timedelta(hours=5)}"
    Decimal(2).sqrt() + sum(Decimal(number) / 7 for number in range(20))
    sum(Fraction(1, number) for number in range(1, 20))
    Random(1).sample(range(99), 9)
    heapq.nsmallest(3, range(99, 0, -1))
    Counter(CODE).most_common(3)


def escape() -> None:
    html.unescape(html.escape(CODE))
    parse_qsl(urlencode({"bed": CODE, "number": 1}))
    urlsplit("http://user@garden.example:80/beds?x=1#top").geturl()
    normalize("NFKD", f"{CODE}\u00e4\u2603")
    list(csv.reader(io.StringIO("bed,'seeds',3\n" * 20)))


def define() -> None:
    names: dict[str, Any] = {}
    exec(DEFINITIONS, names)


def ask() -> None:
    client = Client(application)
    client.get("/4/a/b?x=1&y=2", headers={"Accept": "text/html"}).get_data()
    client.post("/", data={"name": "bed"}).headers.items()
    client.get("/nowhere")


def render() -> None:
    Environment(autoescape=True).from_string(PAGE).render(beds=BEDS[:9])


def sign() -> None:
    serializer = URLSafeTimedSerializer("key")
    serializer.loads(serializer.dumps(BEDS[:5]))


ACTS: list[Callable[[], None]] = [
    read_code,
    read_tokens,
    fail,
    search,
    compare,
    write_json,
    print_values,
    copy_values,
    convert,
    pack,
    reckon,
    escape,
    define,
    ask,
    render,
    sign,
]
