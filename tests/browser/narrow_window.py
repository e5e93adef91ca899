"""What a telephone shows of an exercise and its editor: nox -s browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page

CHAPTER = "chapters/01-application-object.html"
#: The height of the mark beside each line of an editor, and of the line.
MARKS = """
(editor) => [...editor.querySelectorAll(".cm-line")].map((line) => [
  parseFloat(getComputedStyle(line, "::before").height),
  line.getBoundingClientRect().height,
])
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 780})
    yield context.new_page()
    context.close()


def test_a_wrapped_line_has_a_mark(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    exercise = page.locator(".exercise").first
    exercise.get_by_role("button", name="Write an answer").click()
    editor = exercise.locator(".cm-content")
    editor.click()
    page.keyboard.type(f"short = 1\nlong = {'one + ' * 20}1")
    (short, line), (long, lines) = editor.evaluate(MARKS)
    assert short == 0
    assert lines > 2 * line
    assert long == pytest.approx(lines - line, abs=2)
    exercise.get_by_role("button", name="Throw it away").click()


def test_the_link_to_the_top_covers_no_button(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    exercise = page.locator(".exercise").first
    exercise.get_by_role("button", name="Write an answer").click()
    tools = exercise.locator(".live-tools")
    expect(tools.get_by_role("button", name="Throw it away")).to_be_visible()
    tools.scroll_into_view_if_needed()
    start = page.evaluate("scrollY")
    page.mouse.wheel(0, 400)
    page.wait_for_function("start => scrollY > start", arg=start)
    page.mouse.wheel(0, -100)
    top = page.get_by_role("link", name="Back to top")
    expect(top).to_be_visible()
    box = top.bounding_box()
    assert box is not None
    ends = [each.bounding_box() for each in tools.get_by_role("button").all()]
    assert all(end["x"] + end["width"] <= box["x"] for end in ends if end)
