"""Every exercise with a check, answered in the page: nox -s browser."""

from __future__ import annotations

import re

import pytest
from literate.examples import Example
from live_examples import PATIENCE
from live_examples import write
from playwright.sync_api import expect
from playwright.sync_api import Locator
from shown import Watched
from test_practice import check_of
from test_practice import CHECKS
from test_practice import exercise_of
from test_practice import naive_answers

CHAPTERS = sorted({path.stem for path, _ in CHECKS})
VERDICT = re.compile("^(Right|Not yet)")


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


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_solution_is_right_and_a_naive_answer_is_not(
    chapter: str, watched: Watched
) -> None:
    page = watched.visit(f"chapters/{chapter}.html")
    page.set_default_timeout(PATIENCE)
    for path, box in CHECKS:
        if path.stem != chapter:
            continue
        title = exercise_of(path, box)
        exercise = page.locator("div.exercise").filter(has_text=headed(title))
        exercise.get_by_role("button", name="Write an answer").click()
        naive = typed(naive_answers()[chapter, title])
        assert verdict(exercise, naive).startswith("Not yet"), title
        solution = typed(check_of(path, box).solution)
        assert verdict(exercise, solution).startswith("Right"), title
