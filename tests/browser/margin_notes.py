"""Margin notes, and the contents of the page beside them, in Chromium: nox -s browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page
from shown import SITE
from shown import Watched

CHAPTERS = sorted(
    file.relative_to(SITE).as_posix()
    for file in (SITE / "chapters").glob("*.html")
    if 'class="sd-aside' in file.read_text("utf-8")
)
#: Where a note lies that is not in the margin, or that shares its place.
MISPLACED = """
() => {
  const notes = [...document.querySelectorAll("article .sd-aside")];
  const others = "article :is(pre, table, svg, figure), article .sd-aside";
  const places = [...document.querySelectorAll(others)];
  const { right } = document.querySelector("article").getBoundingClientRect();
  return notes.filter((note) => {
    const own = note.getBoundingClientRect();
    return own.left < right || own.right > document.documentElement.clientWidth
      || places.some((other) => {
        const place = other.getBoundingClientRect();
        return other !== note && place.width && place.right > own.left
          && place.top < own.bottom && place.bottom > own.top;
      });
  }).map((note) => note.textContent.trim());
}
"""
#: Scrolls a note to the height of the contents.
MEET = """
(note) => scrollTo({
  top: note.getBoundingClientRect().top + scrollY - 60,
  behavior: "instant",
})
"""


def test_there_are_notes() -> None:
    assert len(CHAPTERS) > 40


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notes_lie_in_the_margin_and_on_nothing(chapter: str, watched: Watched) -> None:
    page = watched.visit(chapter)
    assert page.evaluate(MISPLACED) == []


def test_a_note_stands_beside_its_paragraph(watched: Watched) -> None:
    page = watched.visit(CHAPTERS[0])
    note = page.locator("article p + .sd-aside").first
    paragraph = note.locator("xpath=preceding-sibling::p[1]")
    beside, text = note.bounding_box(), paragraph.bounding_box()
    assert beside
    assert text
    assert abs(beside["y"] - text["y"]) < 16


def meet_first_note(page: Page) -> None:
    page.locator("article .sd-aside").first.evaluate(MEET)


def test_the_contents_give_way_to_a_note(watched: Watched) -> None:
    page = watched.visit(CHAPTERS[0])
    contents = page.locator(".toc-sticky")
    expect(contents).to_have_css("opacity", "1")
    meet_first_note(page)
    expect(contents).to_have_css("opacity", "0")
    contents.locator("a").nth(1).focus()
    expect(contents).to_have_css("opacity", "1")
    contents.locator("a").nth(1).blur()
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    expect(contents).to_have_css("opacity", "1")


def test_a_link_in_a_note_can_be_clicked(watched: Watched) -> None:
    page = watched.visit(CHAPTERS[0])
    meet_first_note(page)
    link = page.locator("article .sd-aside").first.locator("a").first
    link.click(trial=True)


def test_without_a_script_the_contents_stay_at_the_top(
    browser: Browser, origin: str
) -> None:
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{origin}/{CHAPTERS[0]}")
    expect(page.locator(".toc-sticky")).to_have_css("position", "static")
    context.close()


def test_on_a_telephone_notes_are_part_of_the_text(
    browser: Browser, origin: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{origin}/{CHAPTERS[0]}")
    article = page.locator("article").bounding_box()
    note = page.locator("article .sd-aside").first.bounding_box()
    assert article
    assert note
    assert article["x"] <= note["x"]
    assert note["x"] + note["width"] <= article["x"] + article["width"]
    expect(page.locator(".toc-header-icon")).to_be_visible()
    context.close()
