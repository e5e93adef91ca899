"""Every example in its page: from a click on Run to the first of what it prints.

In each chapter the first example is clicked, which starts Python, and then one after the
other, as a reader does who runs everything, and who was there before: what is kept of a
start is there. What an example computes itself is part of its time; so those that take
longest are named.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import Any

import chromium
import page as pages

IDS = """
() => [...document.querySelectorAll("div.example:has(.live-tools)")].map(each => each.id)
"""
LIMIT = 50  # milliseconds


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
    times: dict[str, list[float]] = {}
    busy: dict[str, list[float]] = {}
    with (
        chromium.serving(pages.SITE) as origin,
        sync_playwright() as playwright,
        chromium.profile(playwright.chromium) as reader,
    ):
        tab = reader.new_page()
        tab.goto(f"{origin}/chapters/{chapters[0].name}")
        pages.click(tab, 0)
        tab.wait_for_timeout(pages.READING)
        tab.close()
        for number, chapter in enumerate(chapters, 1):
            print(f"\r{number} of {len(chapters)} chapters", end="", flush=True)
            for _ in range(1 if quick else 3):
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
    typical = {name: statistics.median(each) for name, each in times.items()}
    stalls = [statistics.median(each) for each in busy.values()]
    starting = {chapter.stem for chapter in chapters}
    firsts: list[float] = []
    others: dict[str, float] = {}
    for name, ms in typical.items():
        stem, _, _ = name.partition("#")
        if stem in starting:
            starting.remove(stem)
            firsts.append(ms)
        else:
            others[name] = ms
    result = {
        "first of a chapter": figures(firsts),
        "others": figures(others.values()),
        "busy ms": round(max(stalls), 1),
        "busy once ms": round(max(max(each) for each in busy.values()), 1),
        f"above {LIMIT} ms": {
            name: round(ms, 1)
            for name, ms in sorted(others.items(), key=lambda item: -item[1])
            if ms > LIMIT
        },
    }
    report(result)
    return result


def figures(times: Iterable[float]) -> dict[str, float]:
    """Median, the limit that nine of ten keep, and the longest, in milliseconds."""
    ordered = sorted(times)
    tenth = ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]
    return {
        "count": len(ordered),
        "median ms": round(statistics.median(ordered), 1),
        "nine of ten ms": round(tenth, 1),
        "most ms": round(ordered[-1], 1),
    }


def report(result: dict[str, Any]) -> None:
    """Print the figures as a table, and name the slow."""
    columns = ("count", "median ms", "nine of ten ms", "most ms")
    print(f"{'':20}" + "".join(f"{name:>16}" for name in columns))
    for name in ("first of a chapter", "others"):
        print(f"{name:20}" + "".join(f"{result[name][each]:16g}" for each in columns))
    print(
        f"the page's thread was busy for at most {result['busy ms']} ms at a stretch"
        f" (median of the visits; {result['busy once ms']} once)"
    )
    slow = result[f"above {LIMIT} ms"]
    print(f"above {LIMIT} ms: {len(slow)}")
    for name, ms in slow.items():
        print(f"{ms:8.0f}  {name}")
