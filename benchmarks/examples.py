"""Every example in its page: from a click on Run to the first of what it prints.

In each chapter the first example is clicked, which starts Python, and then one after the
other, as a reader does who runs everything, and who was there before: what is kept of a
start is there. What an example computes itself is part of its time; so those that take
longest are named.

In a private window V8 keeps nothing of what it has compiled, and compiles Python while
the reader clicks.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import chromium
import page as pages

IDS = """
() => [...document.querySelectorAll("div.example:has(.live-tools)")].map(each => each.id)
"""
LIMIT = 50  # milliseconds
READERS = {
    "with a profile": chromium.profile,
    "in a private window": chromium.private,
}
Times = dict[str, list[float]]


def run(quick: bool) -> dict[str, Any]:
    """Print the figures and those above the limit, and return them."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print(pages.NO_PLAYWRIGHT)
        return {}
    program = chromium.program()
    if program is None or not (pages.SITE / "_static" / "live").is_dir():
        print(pages.NO_SITE)
        return {}
    chapters = sorted((pages.SITE / "chapters").glob("[0-9]*.html"))
    result: dict[str, Any] = {}
    with chromium.serving(pages.SITE) as origin, sync_playwright() as playwright:
        for name, window in READERS.items():
            with window(playwright.chromium) as reader:
                read = visits(reader, origin, chapters, 1 if quick else 3)
            result[name] = found = figures(*read)
            report(name, found)
    return result


def visits(
    reader: Any, origin: str, chapters: list[Path], count: int
) -> tuple[Times, Times]:
    """Click every example, in so many visits of each chapter.

    :returns: how long each took, and how long the page's thread was busy, by the
        chapter and the example.
    """
    times: Times = {}
    busy: Times = {}
    tab = reader.new_page()
    tab.goto(f"{origin}/chapters/{chapters[0].name}")
    pages.click(tab, 0)
    tab.wait_for_timeout(pages.READING)
    tab.close()
    for number, chapter in enumerate(chapters, 1):
        print(f"\r{number} of {len(chapters)} chapters", end="", flush=True)
        for _ in range(count):
            tab = reader.new_page()
            tab.goto(f"{origin}/chapters/{chapter.name}")
            tab.wait_for_load_state("networkidle")
            for at, name in enumerate(tab.evaluate(IDS)):
                found = pages.click(tab, at)
                key = f"{chapter.stem}#{name}"
                times.setdefault(key, []).append(found["first"])
                busy.setdefault(key, []).append(found["longest"])
            tab.close()
    print("\r", end="")
    return times, busy


def figures(times: Times, busy: Times) -> dict[str, Any]:
    """The medians of the visits, and the longest of a single one."""
    typical = {name: statistics.median(each) for name, each in times.items()}
    stalls = [statistics.median(each) for each in busy.values()]
    # Of a chapter's examples, which stand in order, the last to be seen is its first.
    first = {name.partition("#")[0]: name for name in reversed(times)}.values()
    others = {name: ms for name, ms in typical.items() if name not in first}
    return {
        "first of a chapter": distribution(typical[name] for name in first),
        "others": distribution(others.values()),
        "first once ms": round(max(max(times[name]) for name in first), 1),
        "others once ms": round(max(max(times[name]) for name in others), 1),
        "busy ms": round(max(stalls), 1),
        "busy once ms": round(max(max(each) for each in busy.values()), 1),
        f"above {LIMIT} ms": {
            name: round(ms, 1)
            for name, ms in sorted(others.items(), key=lambda item: -item[1])
            if ms > LIMIT
        },
    }


def distribution(times: Iterable[float]) -> dict[str, float]:
    """Median, the limit that nine of ten keep, and the longest, in milliseconds."""
    ordered = sorted(times)
    tenth = ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]
    return {
        "count": len(ordered),
        "median ms": round(statistics.median(ordered), 1),
        "nine of ten ms": round(tenth, 1),
        "most ms": round(ordered[-1], 1),
    }


def report(name: str, found: dict[str, Any]) -> None:
    """Print the figures as a table, and name the slow."""
    columns = ("count", "median ms", "nine of ten ms", "most ms")
    print(f"{name:20}" + "".join(f"{each:>16}" for each in columns) + f"{'once':>10}")
    for what, once in (("first of a chapter", "first"), ("others", "others")):
        row = "".join(f"{found[what][each]:16g}" for each in columns)
        print(f"{what:20}{row}{found[f'{once} once ms']:10g}")
    print(
        f"the page's thread was busy for at most {found['busy ms']} ms at a stretch"
        f" (median of the visits; {found['busy once ms']} once)"
    )
    slow = found[f"above {LIMIT} ms"]
    print(f"above {LIMIT} ms: {len(slow)}", flush=True)
    for example, ms in slow.items():
        print(f"{ms:8.0f}  {example}")
