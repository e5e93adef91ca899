"""The site without a pointer: what has the focus, is seen, and answers to keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import Page
from shown import SITE

PATIENCE = 120_000  # milliseconds
CHAPTER = "chapters/01-application-object.html"
#: An example that makes an application.
NOTES = "#example-def-notes-environ-start-response"
#: What Tab would reach in the order of the document, each with a number of its own.
REACHABLE = """
() => {
  const wanted = "a[href], button, input, select, textarea, summary, [tabindex]";
  let number = 0;
  for (const each of document.querySelectorAll(wanted)) {
    const seen = each.checkVisibility({ visibilityProperty: true });
    if (seen && !each.disabled && each.tabIndex >= 0) {
      each.dataset.stop = number;
      number += 1;
    }
  }
  return number;
}
"""
#: The element with the focus: its number, what it is, and what makes it seen.
FOCUSED = """
() => {
  const found = document.activeElement;
  if (!found || found === document.body) {
    return null;
  }
  const style = getComputedStyle(found);
  const box = found.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  let opacity = 1;
  for (let each = found; each; each = each.parentElement) {
    opacity *= Number(getComputedStyle(each).opacity);
  }
  const there = box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0
    && box.left < innerWidth && box.top < innerHeight;
  return {
    stop: found.dataset.stop === undefined ? null : Number(found.dataset.stop),
    html: found.outerHTML.slice(0, 160),
    seen: ring && opacity > 0.5 && there,
  };
}
"""
HEIGHT = 1000


@pytest.fixture(scope="module")
def calm(browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which nothing moves."""
    size: Any = {"width": 1440, "height": HEIGHT}
    with browser.new_context(reduced_motion="reduce", viewport=size) as context:
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield context
        expect.set_options(timeout=None)


@pytest.fixture
def page(calm: BrowserContext) -> Iterator[Page]:
    page = calm.new_page()
    yield page
    page.evaluate("() => localStorage.clear()")  # drafts
    page.close()


def tab_to(page: Page, name: str, *, most: int = 400) -> None:
    """Press Tab until what has the focus has this name."""
    said = (
        "() => { const found = document.activeElement;"
        " return found.getAttribute('aria-label') ?? found.textContent.trim(); }"
    )
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(said) == name:
            return
    pytest.fail(f"{name!r} was not reached")


@pytest.mark.parametrize(
    "path",
    [
        CHAPTER,
        "chapters/10-request-context.html",
        "index.html",
        "search.html?q=session",
        "program.html",
        "map.html",
        "request-step-by-step.html",
        "reference/sessions.html",
        "files/flasklit/globals.html",
        "guides/start.html",
    ],
)
@pytest.mark.parametrize("width", [1440, 390])
def test_tab_reaches_everything_in_order_and_shows_where(
    page: Page, origin: str, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(f"{origin}/{path}")
    page.wait_for_load_state("networkidle")
    count = page.evaluate(REACHABLE)
    stops: list[int] = []
    unseen: list[str] = []
    for _ in range(3000):  # results of a search are added while we go
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (stops and focused["stop"] == stops[0]):
            break
        if focused["stop"] is not None:
            stops.append(focused["stop"])
        if not focused["seen"]:
            unseen.append(focused["html"])
    assert unseen == []
    assert stops == sorted(stops)
    # A group of radio buttons is one stop.
    radios = page.evaluate(
        "() => [...document.querySelectorAll('input[type=radio][data-stop]')]"
        ".map((each) => Number(each.dataset.stop))"
    )
    assert set(range(count)) - set(stops) <= set(radios)
    assert len(stops) >= 20


def test_the_first_stop_leads_to_the_text(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "() => document.querySelector('article').contains(document.activeElement)"
    assert page.evaluate(inside)


def test_code_is_changed_run_and_left(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    example = page.locator("div.example:has(.live-tools)").first
    tab_to(page, "Run")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    editor = example.get_by_role("textbox", name="Code")
    expect(editor).to_be_focused()
    expect(editor).to_have_accessible_description(
        "Control and Enter run the code. Escape, then Tab leaves it."
    )
    expect(example.get_by_text("Escape, then Tab leaves it")).to_be_visible()
    address = page.url
    page.keyboard.press("Control+a")
    page.keyboard.type("print('/?nprm'[0:6], 6 / 4)")
    expect(editor).to_contain_text("print('/?nprm'[0:6], 6 / 4)")
    assert page.url == address
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(example.locator(".live-output")).to_contain_text("/?nprm 1.5")
    page.keyboard.press("Escape")
    tab_to(page, "Run", most=3)
    run = example.get_by_role("button", name="Run", exact=True)
    page.keyboard.press("Space")
    expect(example.locator(".live-status")).to_have_text("Done")
    expect(run).to_be_focused()
    # The way back leads into the editor, and out of it.
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    expect(editor).not_to_be_focused()
    tab_to(page, "Reset", most=10)
    page.keyboard.press("Enter")
    expect(run).to_be_focused()


def test_an_endless_loop_is_stopped(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    example = page.locator("div.example:has(.live-tools)").first
    tab_to(page, "Edit")
    page.keyboard.press("Enter")
    expect(example.get_by_role("textbox", name="Code")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("while True: pass")
    page.keyboard.press("Control+Enter")
    expect(example.locator(".live-status")).to_have_text("Running")
    page.keyboard.press("Escape")
    tab_to(page, "Stop", most=5)
    page.keyboard.press("Enter")
    expect(example.locator(".live-status")).to_contain_text("Stopped")
    expect(example.get_by_role("button", name="Run", exact=True)).to_be_focused()


def test_the_browser_of_an_example_is_asked(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    example = page.locator(NOTES)
    example.get_by_role("button", name="Run", exact=True).focus()
    page.keyboard.press("Enter")
    panel = example.locator(".live-browser")
    expect(panel).to_be_visible()
    path = panel.get_by_label("Path")
    for _ in range(8):
        page.keyboard.press("Tab")
        if path.evaluate("(field) => field === document.activeElement"):
            break
    expect(path).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("/no/such/page?n=r")
    expect(path).to_have_value("/no/such/page?n=r")
    page.keyboard.press("Enter")
    expect(panel.locator(".live-answer-status")).to_contain_text("404")


def test_a_chunk_is_opened_and_a_file_is_closed(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    opener = page.locator(".chunk-opener").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chunk-expansion").first).to_be_visible()
    expect(opener).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".chunk-expansion")).to_have_count(0)
    toggle = page.locator(".chunk-file-toggle").first
    toggle.focus()
    page.keyboard.press("Enter")
    listing = page.locator(".file-so-far")
    expect(listing).to_be_visible()
    expect(toggle).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        if listing.evaluate("(box) => box === document.activeElement"):
            break
    page.keyboard.press("Escape")
    expect(listing).to_have_count(0)
    expect(toggle).to_be_focused()


def test_what_is_told_of_a_name_goes_with_escape(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    page.keyboard.press("Tab")
    link = page.locator("p a[data-name]").first
    link.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    expect(link).to_be_focused()


def test_hints_and_solutions_are_opened(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    for kind in ("hint", "solution"):
        box = page.locator(f"details.{kind}").first
        box.locator("summary").first.focus()
        page.keyboard.press("Enter")
        expect(box).to_have_attribute("open", "")
        page.keyboard.press("Space")
        expect(box).not_to_have_attribute("open", "")


def test_a_prediction_is_chosen_and_checked(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    box = page.locator(".predict:has(.predict-choices)").first
    box.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    expect(box.get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    verdict = box.locator(".predict-verdict")
    expect(verdict).to_contain_text(":")
    expect(verdict).to_be_focused()


def test_the_menus_of_a_narrow_window(page: Page, origin: str) -> None:
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    page.goto(f"{origin}/guides/start.html")
    for name, drawer in (
        ("Menu of the book", ".sidebar-drawer"),
        ("Contents of this page", ".toc-drawer"),
    ):
        button = page.get_by_role("button", name=name)
        button.focus()
        expect(button).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        inside = page.locator(drawer)
        holds = "(box) => box.contains(document.activeElement)"
        assert inside.evaluate(holds)
        page.keyboard.press("Tab")
        assert inside.evaluate(holds)
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        expect(button).to_have_attribute("aria-expanded", "false")
        expect(inside).to_be_hidden()


def test_a_branch_of_the_contents_is_opened(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{CHAPTER}")
    branch = page.get_by_role("switch", name="Toggle navigation of Guides")
    branch.focus()
    leaf = page.locator(".sidebar-tree").get_by_role("link", name="Deploying")
    expect(leaf).to_be_hidden()
    page.keyboard.press("Space")
    expect(leaf).to_be_visible()


def test_keys_lead_on_until_they_are_turned_off(page: Page, origin: str) -> None:
    first, second = sorted(
        file.name for file in (SITE / "chapters").glob("0[12]*.html")
    )
    page.goto(f"{origin}/chapters/{first}")
    page.keyboard.press("n")
    page.wait_for_url(f"**/{second}")
    page.keyboard.press("/")
    field = page.locator("input[name=q]").first
    expect(field).to_be_focused()
    page.keyboard.type("n/p")
    expect(field).to_have_value("n/p")
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("p")
    assert page.url.endswith(second)
    box = dialog.get_by_role("checkbox", name="These keys work")
    box.focus()
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.keyboard.press("p")
    page.keyboard.press("r")
    page.keyboard.press("/")
    page.get_by_role("button", name="Keys").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert page.url.endswith(second)
    assert page.locator(".live-status:not(:empty)").count() == 0
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_url(f"**/{first}")


def test_nothing_moves_where_no_motion_is_wanted(page: Page, origin: str) -> None:
    moving = """
    () => [...document.querySelectorAll("*")].filter((each) => {
      const style = getComputedStyle(each);
      return style.scrollBehavior === "smooth" || style.animationName !== "none"
        || style.transitionDuration.split(", ").some((time) => time !== "0s");
    }).map((each) => each.outerHTML.slice(0, 100))
    """
    page.goto(f"{origin}/map.html")
    assert page.evaluate(moving) == []
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) != []
