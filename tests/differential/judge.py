"""Compares answers, and explains what may differ. Nothing else may."""

from __future__ import annotations

import difflib
import pprint
import re
import zlib
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from typing import NamedTuple

import flask
from itsdangerous import base64_decode

import flasklit
from flasklit.signing import COMPRESS_FROM

from .ask import Answer
from .ask import Description
from .ask import Inquiry
from .build import build
from .build import Kit
from .changes import apply


class Wording(NamedTuple):
    """A sentence of Flask's and the one that flasklit says instead."""

    flask: str
    flasklit: str


#: Messages for programmers. What they say is the same; the words are our own, as are
#: all words of the project. Messages of Werkzeug and of Python must be equal.
WORDINGS = [
    Wording(
        r"builtins\.RuntimeError: The session is unavailable because no secret key was"
        r" set\..*",
        r"builtins\.RuntimeError: The session is unavailable because no secret key is"
        r" set\..*",
    ),
    # An interface that opens a session without a key, and cannot sign it.
    Wording(
        r"builtins\.AttributeError: 'NoneType' object has no attribute 'dumps'",
        r"builtins\.RuntimeError: The session is unavailable because no secret key is"
        r" set\..*",
    ),
    Wording(
        r"builtins\.TypeError: app\.json\.response\(\) takes either args or kwargs, not"
        r" both",
        r"builtins\.TypeError: jsonify\(\) and app\.json\.response\(\) take either args or"
        r" kwargs, not both.*",
    ),
    Wording(
        r"builtins\.RuntimeError: Unable to build URLs outside an active request.*",
        r"builtins\.RuntimeError: A URL can be built outside a request only when.*",
    ),
    Wording(
        r"builtins\.RuntimeError: Working outside of (application|request) context\..*",
        r"builtins\.RuntimeError: Working outside of (application|request) context\..*",
    ),
    Wording(
        r"builtins\.TypeError: Object of type \w+ is not JSON serializable",
        r"builtins\.TypeError: Object of type \w+ is not JSON serializable\. Convert.*",
    ),
    # The size of a cookie that is not compressed (see same_cookies).
    Wording(
        r"The '\w+' cookie is too large: the value was \d+ bytes.*",
        r"The '\w+' cookie is too large: the value was \d+ bytes.*",
    ),
    # Python names the function that serves static files.
    Wording(
        r"builtins\.TypeError: (Flask|Blueprint)\.send_static_file\(\) (got an unexpected|"
        r"missing 1 required).*",
        r"builtins\.TypeError: (Scaffold\.send_static_file|"
        r"Flask\._add_static_route\.<locals>\.static)\(\) (got an unexpected|"
        r"missing 1 required).*",
    ),
]


def differences(theirs: Any, ours: Any, where: str = "") -> Iterator[str]:
    """Where two descriptions differ."""
    if type(theirs) is not type(ours):
        yield f"{where}: {theirs!r} is not {ours!r}"
    elif isinstance(theirs, dict):
        for key in {**theirs, **ours}:
            there, here = theirs.get(key, ...), ours.get(key, ...)
            yield from differences(there, here, f"{where}.{key}")
    elif isinstance(theirs, (list, tuple)):
        if len(theirs) != len(ours):
            yield f"{where}: {theirs!r} is not {ours!r}"
        else:
            for number, pair in enumerate(zip(theirs, ours, strict=True)):
                yield from differences(*pair, f"{where}[{number}]")
    elif theirs != ours and not (
        isinstance(theirs, str) and says_the_same(theirs, ours)
    ):
        yield f"{where}: {theirs!r} is not {ours!r}"


def says_the_same(theirs: str, ours: str) -> bool:
    return any(
        re.fullmatch(wording.flask, theirs, re.DOTALL)
        and re.fullmatch(wording.flasklit, ours, re.DOTALL)
        for wording in WORDINGS
    )


def canonical(answer: Answer) -> Answer:
    """An answer without what is known to differ, and may.

    - The names of the packages, and the addresses of objects.
    - The order of the methods in ``Allow``: that of a set.
    - When a warning comes: the URL adapter, which complains of hosts, is bound when
      the URL is matched and not when the context is made (chapter 10).
    - Whether a body that nothing waits to be closed of can be closed: a server asks
      (PEP 3333). What is called on closing is among the events.
    """
    found = renamed({key: answer[key] for key in answer if key not in _AS_IT_IS})
    found.update((key, answer[key]) for key in _AS_IT_IS)
    del found["closable"]
    found["events"].sort(key=lambda event: event[0] != "warning")
    if answer["headers"] is not None:
        found["headers"] = [header(name, value) for name, value in answer["headers"]]
    return found  # type: ignore[no-any-return]


_AS_IT_IS = ("status", "headers", "body")


_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def renamed(it: Any) -> Any:
    if isinstance(it, str):
        return _ADDRESS.sub("", it.replace("flasklit", "flask"))
    if isinstance(it, dict):
        return {key: renamed(value) for key, value in it.items()}
    if isinstance(it, (list, tuple)):
        return type(it)(map(renamed, it))
    return it


def header(name: Any, value: Any) -> Any:
    if name == "Allow":
        return name, ", ".join(sorted(value.split(", ")))
    return name, value


def same_length(theirs: Answer, ours: Answer) -> None:
    """Take a right ``Content-Length`` from our answer to an error if Flask has none.

    Flask's response to an ``HTTPException`` holds an iterator of what Werkzeug's has
    answered, ours the pieces themselves. A hook that deletes the header gets it back
    when the length is known (chapter 12).
    """
    if ours["raised"]:  # nothing was sent
        length = ("Content-Length", dict(ours["headers"] or ()).get("Content-Length"))
    else:
        length = ("Content-Length", str(sum(map(_size, ours["body"]))))
    if (
        (theirs["status"] or "0")[:3] >= "300"
        and length in (ours["headers"] or ())
        and "Content-Length" not in dict(theirs["headers"] or ())
    ):
        ours["headers"].remove(length)


def _size(chunk: Any) -> int:
    return len(chunk) if isinstance(chunk, bytes) else 0


def same_cookies(theirs: Answer, ours: Answer, kit: Kit) -> None:
    """Put our session cookie down as Flask's where it says the same.

    A payload that is too short to be worth it is not compressed (chapter 22). Key,
    time and content must be the same, and all else in the header.
    """
    there, here = theirs["headers"], ours["headers"]
    get_serializer = getattr(kit.app.session_interface, "get_signing_serializer", None)
    if not there or not here or len(there) != len(here) or get_serializer is None:
        return
    serializer = get_serializer(kit.app)
    for number, (one, two) in enumerate(zip(there, here, strict=True)):
        if one == two or not one[0] == two[0] == "Set-Cookie":
            continue
        first, second = (re.split("[=;]", pair[1], maxsplit=2) for pair in (one, two))
        if first[0] == second[0] and first[2:] == second[2:]:
            there_is, here_is = (opened(serializer, c[1]) for c in (first, second))
            compressed = first[1][:1] == ".", second[1][:1] == "."
            if (
                there_is == here_is
                and compressed == (True, False)
                and len(here_is[0]) < COMPRESS_FROM
            ):
                here[number] = one


def opened(serializer: Any, token: str) -> Any:
    """The content of a cookie and the time of its signature, which is good."""
    payload, when = serializer.make_signer(serializer.salt).unsign(
        token, return_timestamp=True
    )
    packed = payload[:1] == b"."
    content = base64_decode(payload[packed:])
    return zlib.decompress(content) if packed else content, when


# A conversation: one application, many requests


class NotAgain(Exception):
    """A difference that depends on something besides the descriptions."""


class Difference(NamedTuple):
    """An item of a conversation that came out differently."""

    number: int
    found: list[str]
    theirs: Any
    ours: Any


def converse(
    inquiry: Inquiry,
    folder: Path,
    application: Description,
    items: list[Description],
    seen: Callable[[Description, Answer], None] | None = None,
) -> Difference | None:
    """Build an application twice, ask both; return the first difference."""
    kits = [Kit(package, application, folder) for package in (flask, flasklit)]
    theirs, ours = kits
    try:
        for kit in kits:
            build(kit)
        found = list(differences(renamed(theirs.events), renamed(ours.events)))
        if found:
            return Difference(-1, found, theirs.events, ours.events)
        for number, item in enumerate(items):
            if "do" in item:
                both: list[Any] = [renamed(apply(kit, item)) for kit in kits]
            else:
                both = [inquiry.ask(kit, item) for kit in kits]
                if seen is not None:
                    seen(item, both[0])
                if both[0] != both[1]:
                    both = list(map(canonical, both))
                    same_length(*both)
                    same_cookies(*both, theirs)
                ours.jar = theirs.jar
            if both[0] != both[1]:
                found = list(differences(*both))
                if found:
                    return Difference(number, found, *both)
    finally:
        for kit in kits:
            kit.close()
    return None


def smallest(
    inquiry: Inquiry,
    folder: Path,
    application: Description,
    items: list[Description],
    tries: int = 600,
) -> tuple[Description, list[Description], Difference]:
    """Leave out of the descriptions what is not needed for a difference."""
    whole = {"application": application, "items": items}

    def ask(candidate: dict[str, Any]) -> Difference | None:
        try:
            return converse(
                inquiry, folder, candidate["application"], candidate["items"]
            )
        except Exception:
            return None  # what is left is no description

    difference = ask(whole)
    if difference is None:
        raise NotAgain(application, items)
    last = difference.number
    if last >= 0:
        whole["items"] = items[: last + 1]
        alone = {**whole, "items": [items[last]]}
        found = ask(alone)
        if found is not None:
            whole, difference = alone, found
    changed = True
    while changed and tries > 0:
        changed = False
        for candidate in smaller(whole):
            tries -= 1
            if tries <= 0:
                break
            found = ask(candidate)
            if found is not None:
                whole, difference, changed = candidate, found, True
                break
    return whole["application"], whole["items"], difference


def smaller(it: Any) -> Iterator[Any]:
    """Copies of a structure that lack something, the larger parts first."""
    if isinstance(it, dict):
        for key in it:
            if key not in _NEEDED:
                yield {name: value for name, value in it.items() if name != key}
        for key, value in it.items():
            for less in smaller(value):
                yield {**it, key: less}
    elif isinstance(it, list):
        half = len(it) // 2
        if half > 1 and not isinstance(it[0], str):
            yield it[half:]
            yield it[:half]
        for number in range(len(it)):
            yield it[:number] + it[number + 1 :]
        for number, value in enumerate(it):
            for less in smaller(value):
                yield [*it[:number], less, *it[number + 1 :]]


_NEEDED = frozenset(
    {"application", "items", "rule", "endpoint", "kind", "key", "steps"}
)


def report(
    application: Description, items: list[Description], difference: Difference
) -> str:
    """What a reader needs to see a difference again."""
    sides = [
        pprint.pformat(side, width=100).splitlines()
        for side in (difference.theirs, difference.ours)
    ]
    lines = ["", "application = \\", pprint.pformat(application, width=100)]
    lines += ["items = \\", pprint.pformat(items, width=100), ""]
    lines += [*difference.found, ""]
    lines += difflib.unified_diff(*sides, "flask", "flasklit", lineterm="")
    return "\n".join(lines)
