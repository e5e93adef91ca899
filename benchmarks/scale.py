"""What 10 to 10,000 routes cost: to register, to match and to keep; in fresh interpreters."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import fresh
from asking import consume
from cases import Case
from cases import environ_of
from turns import paired_ratio

FRAMEWORKS = ("flask", "flasklit", "bottle")
#: What takes most of a minute; the others take seconds at most.
ONCE = {("bottle", 10_000)}
SECTIONS = 40
COLUMNS = {
    "register": "µs a route",
    "first": "ms first",
    "static": "µs static",
    "dynamic": "µs dynamic",
    "missing": "µs missing",
    "MB": "MB",
}
TIMES = [column for column in COLUMNS if column != "MB"]

Point = dict[str, float]
Add = Callable[[str, str], object]


def run(quick: bool) -> dict[str, Any]:
    """Print a line for each framework and number of routes, and return the figures."""
    sizes, rounds = ((10, 100, 1000), 1) if quick else ((10, 100, 1000, 10_000), 5)
    print(f"{'routes':>8} {'':10}" + "".join(f"{c:>13}" for c in COLUMNS.values()))
    result: dict[str, Any] = {name: {} for name in FRAMEWORKS}
    for size in sizes:
        taken: dict[str, list[Point]] = {name: [] for name in FRAMEWORKS}
        for turn in range(rounds):
            for name, points in taken.items():
                if turn == 0 or (name, size) not in ONCE:
                    points.append(fresh.call("scale", "point", name, size))
        for name, points in taken.items():
            row = summary(taken["flask"][: len(points)], points)
            result[name][str(size)] = row
            cells = "".join(f"{row[column]:13.2f}" for column in COLUMNS)
            print(f"{size:8,} {name:10}{cells}", flush=True)
    return result


def summary(flask: list[Point], own: list[Point]) -> dict[str, Any]:
    """The least of each figure, and how often each time goes into Flask's."""
    least = {column: min(point[column] for point in own) for column in COLUMNS}
    ratios = {
        column: round(
            paired_ratio((p[column] for p in flask), (p[column] for p in own)), 2
        )
        for column in TIMES
    }
    return {**least, "ratio": ratios}


def point(name: str, size: int) -> Point:
    """The figures of one application with so many routes."""
    app, add = ADD[name]()
    gc.collect()
    before = fresh.resident() or 0.0
    start = time.thread_time()
    for number in range(size):
        add(*route(number))
    registered = time.thread_time() - start
    last = size - 1
    paths = {
        "static": f"/section{(last - 1) % SECTIONS}/page{last - 1}",
        "dynamic": f"/section{last % SECTIONS}/item{last}/value",
    }
    first = ask(app, paths["dynamic"], 200)
    after = fresh.resident() or 0.0
    return {
        "register": round(registered / size * 1e6, 2),
        "first": round(first * 1e3, 3),
        "static": best(app, paths["static"], 200),
        "dynamic": best(app, paths["dynamic"], 200, varied=True),
        "missing": best(app, "/section1/none", 404),
        "MB": round(after - before, 2),
    }


def route(number: int) -> tuple[str, str]:
    """The URL of a route, and the name of its argument: every second has one."""
    section = f"/section{number % SECTIONS}"
    if number % 2:
        return f"{section}/item{number}/<name>", f"item{number}"
    return f"{section}/page{number}", f"page{number}"


def best(app: Any, path: str, status: int, varied: bool = False) -> float:
    """The least microseconds of 300 requests; ``varied`` asks for another value each time."""
    taken = [ask(app, path + str(n) if varied else path, status) for n in range(300)]
    return round(min(taken) * 1e6, 2)


def ask(app: Any, path: str, status: int) -> float:
    """The seconds of a processor that one request takes."""
    environ, seen = environ_of(Case(path=path)), []
    start = time.thread_time()
    chunks = app(environ, lambda line, headers, exc_info=None: seen.append(line))
    for _ in consume(chunks):
        pass
    taken = time.thread_time() - start
    if not seen[0].startswith(str(status)):
        raise AssertionError(f"{path}: {seen[0]}")
    return taken


def view(**values: str) -> str:
    return "found"


def flask_api(name: str) -> tuple[Any, Add]:
    app = import_module(name).Flask("scale")
    return app, lambda rule, endpoint: app.add_url_rule(rule, endpoint, view)


def bottle_api() -> tuple[Any, Add]:
    app = import_module("bottle").Bottle()
    return app, lambda rule, endpoint: app.route(rule, "GET", view)


ADD: dict[str, Callable[[], tuple[Any, Add]]] = {
    "flask": lambda: flask_api("flask"),
    "flasklit": lambda: flask_api("flasklit"),
    "bottle": bottle_api,
}
