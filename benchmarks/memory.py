"""Memory over a million requests, and the cyclic garbage of each kind of request.

Both are counted in fresh interpreters, Flask beside flasklit. The requests are all the
cases in turn, two of them with a path that nobody has asked for before, so that a cache
without a limit shows.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

import fresh
from applications import make
from applications import template_folder
from asking import Target
from cases import Case
from cases import CASES

APIS = ("flask", "flasklit")
STEP = 10_000
COLLECTED = 200


def run(quick: bool) -> dict[str, Any]:
    """Print both tables and return the figures."""
    total = 10_000 if quick else 1_000_000
    return {"requests": total, "flat": flat(total), "garbage": garbage()}


def flat(total: int) -> dict[str, Any]:
    """Memory after the first tenth of the requests and at the end."""
    result: dict[str, Any] = {}
    print(f"{'after':10}{total // 10:>14,}{total:>14,} requests")
    for api in APIS:
        samples = fresh.call("memory", "sampled", api, total)
        result[api] = {
            what: {"first": values[len(values) // 10 - 1], "last": values[-1]}
            for what, values in samples.items()
            if None not in values
        }
        for what, row in result[api].items():
            first, last = row["first"], row["last"]
            growth = (last / first - 1) * 100
            print(f"{api:10}{first:14,}{last:14,} {what:8}{growth:+6.1f} %", flush=True)
    return result


def sampled(api: str, total: int) -> dict[str, list[Any]]:
    """Megabytes and blocks of memory after each step of so many requests."""
    names = list(CASES)
    step = min(STEP, total // 10)
    result: dict[str, list[Any]] = {"MB": [], "blocks": []}
    with template_folder() as folder:
        target = Target(api, make(api, folder))
        target.log_in()
        CASES["not_found"] = Case(path="/no/such/*", status=404)
        for number in range(1, total + 1):
            target.seconds(names[number % len(names)], 1)
            if number % step == 0:
                gc.collect()
                size = fresh.resident()
                result["MB"].append(None if size is None else round(size, 1))
                result["blocks"].append(sys.getallocatedblocks())
    return result


def garbage() -> dict[str, dict[str, float]]:
    """Objects a request that only the cycle collector can free."""
    found = {api: fresh.call("memory", "unreachable", api, COLLECTED) for api in APIS}
    print(f"\n{'cyclic garbage a request':28}" + "".join(f"{api:>12}" for api in APIS))
    for case in CASES:
        print(f"{case:28}" + "".join(f"{found[api][case]:12.2f}" for api in APIS))
    return {case: {api: found[api][case] for api in APIS} for case in CASES}


def unreachable(api: str, times: int) -> dict[str, float]:
    """What the collector finds after so many requests of each case without it."""
    result = {}
    with template_folder() as folder:
        target = Target(api, make(api, folder))
        target.log_in()
        for case in CASES:
            target.seconds(case, 50)  # fills caches
            gc.collect()
            gc.disable()
            target.seconds(case, times)
            result[case] = gc.collect() / times
            gc.enable()
    return result
