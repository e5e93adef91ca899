"""Microseconds a request: flasklit beside Flask, bottle, falcon and bare Werkzeug, in one process."""

from __future__ import annotations

import gc
from typing import Any

from applications import ABLE
from applications import make
from applications import template_folder
from asking import differences
from asking import Target
from asking import wrong_answers
from cases import CASES
from turns import geometric_mean
from turns import paired_ratio
from turns import take_turns

Row = dict[str, dict[str, float]]


def run(quick: bool) -> dict[str, Any]:
    """Print a line for each case and return the figures."""
    rounds, seconds = (5, 0.004) if quick else (25, 0.01)
    with template_folder() as folder:
        targets = {name: Target(name, make(name, folder)) for name in ABLE}
        for name in ("flask", "flasklit"):
            targets[name].log_in()
        compare(targets)
        print(f"{'µs (times as fast as Flask)':28}" + "".join(f"{n:>17}" for n in ABLE))
        figures = {case: measure(case, targets, rounds, seconds) for case in CASES}
    means = {
        name: round(geometric_mean(row[name]["ratio"] for row in figures.values()), 2)
        for name in ABLE
        if ABLE[name] >= set(CASES) and name != "flask"
    }
    for name, mean in means.items():
        print(
            f"geometric mean of {len(CASES)}: {name} is {mean:.2f} times as fast as Flask"
        )
    return {"cases": figures, "geometric mean": means["flasklit"]}


def compare(targets: dict[str, Target]) -> None:
    """Stop unless Flask and flasklit answer alike, and the others what was asked."""
    found = differences(targets["flask"], targets["flasklit"])
    for name, target in targets.items():
        found += wrong_answers(target, sorted(ABLE[name]))
    if found:
        raise SystemExit("\n".join(found))


def measure(case: str, targets: dict[str, Target], rounds: int, seconds: float) -> Row:
    """Time a case in turns for all that have a way for it, and print the line."""
    able = [name for name in targets if case in ABLE[name]]
    times = {}
    for name in able:
        targets[name].seconds(case, 20)  # fills caches
        times[name] = max(5, int(seconds / targets[name].seconds(case, 20)))
    gc.collect()
    taken = take_turns(
        able, rounds, lambda name: targets[name].seconds(case, times[name])
    )
    row = {
        name: {
            "µs": round(min(samples) * 1e6, 2),
            "ratio": round(paired_ratio(taken["flask"], samples), 2),
        }
        for name, samples in taken.items()
    }
    cells = (
        f"{row[n]['µs']:9.1f} x{row[n]['ratio']:6.2f}" if n in row else " " * 17
        for n in targets
    )
    print(f"{case:28}" + "".join(cells), flush=True)
    return row
