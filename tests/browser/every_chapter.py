"""Every example of the book, and every checked exercise, in the page: nox -s browser.

A chapter is opened once for both, because each page starts a Python of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from literate.examples import Example
from live_examples import CHAPTERS
from live_examples import OTHERS
from live_examples import PATIENCE
from live_examples import write
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import Locator
from playwright.sync_api import Page
from shown import Watched
from shown import watching
from test_practice import check_of
from test_practice import CHECKS
from test_practice import exercise_of
from test_practice import naive_answers

VERDICT = re.compile("^(Right|Not yet)")
#: Runs all examples of the page and waits until they are through.
RUN_ALL = """
async () => {
  const tools = [...document.querySelectorAll("div.example .live-tools")].at(-1);
  if (!tools) {
    return;
  }
  const buttons = [...tools.querySelectorAll("button")];
  const all = buttons.find((each) => each.textContent === "Run all above") ?? buttons[0];
  all.click();
  while (document.querySelector(".example[aria-busy]")) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
"""
#: What each example says at its end, and what it shows.
OUTCOMES = """
() => [...document.querySelectorAll("div.example:has(.live-tools)")].map((each) => ({
  anchor: each.id,
  kind: each.querySelector(".live-status").dataset.kind,
  says: each.querySelector(".live-status").textContent,
  shows: each.querySelector(".live-output").textContent,
}))
"""


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(
    request: pytest.FixtureRequest, shared: BrowserContext, origin: str
) -> Iterator[tuple[str, Page]]:
    """The name of a chapter, and its page."""
    with watching(shared, origin) as watched:
        page = watched.visit(f"chapters/{request.param}.html")
        page.set_default_timeout(PATIENCE)
        yield request.param, page


def test_every_example_prints_what_the_book_says(chapter: tuple[str, Page]) -> None:
    all_run_as_printed(chapter[1])


@pytest.mark.parametrize("place", OTHERS)
def test_every_example_of_a_page_without_a_number(place: str, watched: Watched) -> None:
    page = watched.visit(place)
    page.set_default_timeout(PATIENCE)
    all_run_as_printed(page)


def all_run_as_printed(page: Page) -> None:
    """Run all examples of a page."""
    data = data_of(page)
    shown = page.locator("div.example").evaluate_all(
        "all => all.map((each) => each.id)"
    )
    assert data["anchors"] == shown
    page.evaluate(RUN_ALL)
    outcomes = page.evaluate(OUTCOMES)
    assert {each["anchor"] for each in outcomes} | set(data["lacking"]) == set(shown)
    wrong = [each for each in outcomes if each["kind"] != "right"]
    assert wrong == [], "\n\n".join(
        f"{each['anchor']}: {each['says']}\n{each['shows'][-3000:]}" for each in wrong
    )


def data_of(page: Page) -> dict[str, Any]:
    return json.loads(page.locator("#live-data").text_content() or "")  # type: ignore[no-any-return]


def test_a_solution_is_right_and_a_naive_answer_is_not(
    chapter: tuple[str, Page],
) -> None:
    answers_are_judged(*chapter)


def test_a_solution_of_the_first_hour_is_right(watched: Watched) -> None:
    page = watched.visit("hour.html")
    page.set_default_timeout(PATIENCE)
    answers_are_judged("hour", page)


def answers_are_judged(name: str, page: Page) -> None:
    """Give naive answers and solutions to all checked exercises of a page."""
    checks = [(path, box) for path, box in CHECKS if path.stem == name]
    assert checks
    for path, box in checks:
        title = exercise_of(path, box)
        exercise = page.locator("div.exercise").filter(has_text=headed(title))
        exercise.get_by_role("button", name="Write an answer").click()
        for naive in naive_answers()[name, title]:
            assert verdict(exercise, typed([naive])).startswith("Not yet"), title
        solution = typed(check_of(path, box).solution)
        assert verdict(exercise, solution).startswith("Right"), title


def typed(examples: list[Example]) -> str:
    """The code of examples, as a reader writes it: without what shows an error."""
    return "\n".join(
        prompt.source.rstrip("\n")
        for example in examples
        for prompt in example.prompts
        if prompt.error is None
    )


def headed(title: str) -> re.Pattern[str]:
    """What the box of an exercise begins with; its apostrophes are a printer's."""
    printed = title.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    return re.compile(rf"Exercise \d+: {re.escape(printed)}")


def verdict(exercise: Locator, answer: str) -> str:
    """What the page says about an answer."""
    write(exercise, answer)
    exercise.get_by_role("button", name="Check", exact=True).click()
    status = exercise.locator(".live-status")
    expect(status).to_have_text(VERDICT, timeout=PATIENCE)
    return status.inner_text()
