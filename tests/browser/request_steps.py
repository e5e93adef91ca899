"""The walk through a request, and the drawings, in Chromium: nox -s browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from shown import SITE
from shown import Watched

STEPS = "request-step-by-step.html"
COURSES = ("long", "short", "missing")
DRAWN = sorted(
    file.relative_to(SITE).as_posix()
    for file in SITE.rglob("*.html")
    if '<figure class="picture"' in file.read_text("utf-8")
)
SMALLEST = """
() => Math.min(...[...document.querySelectorAll("svg.drawing")].flatMap((drawing) => {
  const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
  return [...drawing.querySelectorAll("text")].map(
    (text) => parseFloat(getComputedStyle(text).fontSize) * scale);
}))
"""
TOO_WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
INK = "() => getComputedStyle(document.querySelector('svg.drawing text')).fill"


def now(page: Page) -> str:
    return page.locator(".stepper-now .step-name code").inner_text()


def number(page: Page) -> int:
    text = page.locator(".stepper-count").inner_text()
    match = re.fullmatch(r"Step (\d+) of \d+", text)
    assert match, text
    return int(match[1])


@pytest.mark.parametrize("course", COURSES)
def test_the_arrow_to_the_right_goes_through_all_steps(
    watched: Watched, course: str
) -> None:
    page = watched.visit(f"{STEPS}#steps-{course}")
    names = page.locator(f"#steps-{course} .step-name code").all_text_contents()
    assert len(names) > 50
    into = page.get_by_role("button", name="Into")
    into.focus()
    seen = [now(page)]
    for _ in names[1:]:
        page.keyboard.press("ArrowRight")
        seen.append(now(page))
    assert seen == names
    assert into.get_attribute("aria-disabled") == "true"
    assert "No context is current" in page.locator(".stepper-beside").inner_text()


def test_over_out_and_back(watched: Watched) -> None:
    page = watched.visit(STEPS)
    page.get_by_role("button", name="RequestContext.push", exact=True).click()
    start = number(page)
    page.get_by_role("button", name="Over").click()
    assert now(page) == "Flask.full_dispatch_request"
    assert "request context" in page.locator(".stepper-beside").inner_text().lower()
    page.get_by_role("button", name="Back").click()
    page.keyboard.press("ArrowUp")
    assert now(page) == "Flask.full_dispatch_request"
    page.get_by_role("button", name="RequestContext.push", exact=True).click()
    assert number(page) == start
    page.keyboard.press("ArrowLeft")
    assert number(page) == start - 1


def test_keys_pressed_elsewhere_are_left_alone(watched: Watched) -> None:
    page = watched.visit(STEPS)
    page.keyboard.press("ArrowRight")
    assert number(page) == 1


def test_the_place_of_a_step_leads_to_its_line(watched: Watched) -> None:
    page = watched.visit(STEPS)
    page.get_by_role("button", name="Flask.preprocess_request", exact=True).click()
    page.locator(".stepper-now .step-place a").first.click()
    anchor = page.url.rpartition("#")[2]
    assert "def preprocess_request" in page.locator(f"#{anchor}").inner_text()


def test_without_scripts_it_is_a_list(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/{STEPS}")
    assert page.locator(".stepper-walk").count() == 0
    for course in COURSES:
        assert page.locator(f"#steps-{course} ol.steps > li").first.is_visible()
    context.close()


def test_pictures_fit_a_telephone_and_follow_the_colours(
    browser: Browser, origin: str
) -> None:
    assert len(DRAWN) >= 8
    inks = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": 390, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        for path in DRAWN:
            page.goto(f"{origin}/{path}", wait_until="load")
            assert page.evaluate(SMALLEST) >= 12, path
            assert page.evaluate(TOO_WIDE) <= 0, path
            inks.add((scheme, page.evaluate(INK)))
        page.goto(f"{origin}/{STEPS}")
        assert page.evaluate(TOO_WIDE) <= 0
        context.close()
    assert len({ink for _, ink in inks}) > 1
