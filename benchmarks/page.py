"""The page: from a click on Run to the output, and what a visit takes over the network.

No peer runs a book's examples like this; the times stand beside each other instead: with
nothing in the browser's cache, with all of it there, and once the interpreter runs. Also
told: how long the page's own thread was busy at a stretch, as long as it does not answer.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

import chromium

SITE = Path(__file__).parent.parent / "build" / "html"
CHAPTERS = {
    "1": "01-application-object",
    "17": "17-application-object-hooks",
    "55": "55-guard",
}
NO_PLAYWRIGHT = "skipped: there is no playwright; install it with pip"
NO_SITE = (
    "skipped: it takes Chromium (Debian: apt-get install chromium) and the site ('nox -s"
    " browser' builds it)"
)
#: Milliseconds that a reader looks at the output before the next page. What is kept for
#: the next start is written then, and Python rehearses.
READING = 8000
#: Clicks on Run of an example, and notes when the first of its output is there, when all
#: is, and how long the thread was busy at a stretch meanwhile.
CLICK = """
async (number) => {
  let longest = 0, last = performance.now(), watching = true;
  const watch = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setTimeout(watch);
  };
  watch();
  const tools = document.querySelectorAll("div.example .live-tools")[number];
  const example = tools.closest(".example");
  const output = example.querySelector(".live-output");
  const start = performance.now();
  let first = null;
  await new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (first === null && output.hasChildNodes()) first = performance.now() - start;
      if (first !== null && !example.hasAttribute("aria-busy")) {
        observer.disconnect();
        resolve();
      }
    });
    observer.observe(example, { subtree: true, childList: true, attributes: true });
    tools.querySelector("button").click();
  });
  const ms = performance.now() - start;
  watching = false;
  return {first, ms, longest, status: tools.querySelector(".live-status").textContent};
}
"""


def run(quick: bool) -> dict[str, Any]:
    """Print a line for each chapter, and return the figures."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print(NO_PLAYWRIGHT)
        return {}
    program = chromium.program()
    if program is None or not (SITE / "_static" / "live").is_dir():
        print(NO_SITE)
        return {}
    print(
        f"{'ms after a click':20}{'cold':>8}{'warm':>8}{'then':>8}{'busy':>8}"
        f"{'KB to read':>14}{'KB to run':>12}"
    )
    result: dict[str, Any] = {}
    with chromium.serving(SITE) as origin, sync_playwright() as playwright:
        for name, chapter in CHAPTERS.items():
            address = f"{origin}/chapters/{chapter}.html"
            visits = []
            for _ in range(1 if quick else 5):
                with chromium.profile(playwright.chromium) as reader:
                    visits.append(visit(reader, address))
            row = {
                what: round(statistics.median(v[what] for v in visits), 1)
                for what in visits[0]
            }
            result[name] = row
            print(
                f"{f'chapter {name}':20}{row['cold ms']:8.0f}{row['warm ms']:8.0f}"
                f"{row['then ms']:8.0f}{row['busy ms']:8.0f}"
                f"{row['KB to read']:14,.0f}{row['KB to run']:12,.0f}",
                flush=True,
            )
    return result


def visit(reader: Any, address: str) -> dict[str, float]:
    """Read a chapter with an empty cache, run its first examples, and come back."""
    page = reader.new_page()
    received: list[int] = []
    page.on(
        "requestfinished",
        lambda request: received.append(request.sizes()["responseBodySize"]),
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    read = sum(received)
    cold = click(page, 0)
    fetched = sum(received)
    clicks = [click(page, number) for number in (1, 2, 3)]
    page.wait_for_timeout(READING)
    page.close()
    page = reader.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    warm = click(page, 0)
    return {
        "cold ms": cold["ms"],
        "warm ms": warm["ms"],
        "then ms": statistics.median(one["ms"] for one in clicks),
        "busy ms": max(one["longest"] for one in (cold, warm, *clicks)),
        "KB to read": read / 1024,
        "KB to run": (fetched - read) / 1024,
    }


def click(page: Any, number: int) -> dict[str, Any]:
    """Run an example of the page.

    :raises SystemExit: it did not print what the book says.
    """
    found: dict[str, Any] = page.evaluate(CLICK, number)
    if found["status"] != "As the book says":
        raise SystemExit(
            f"example {number} of {page.url} answered: {found['status']!r}"
        )
    return found
