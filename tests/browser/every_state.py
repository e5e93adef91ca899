"""What readers open on the pages, asked by axe-core as the pages are."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator

import pytest
from axe import findings
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page

PATIENCE = 120_000  # milliseconds
CHAPTER = "chapters/01-application-object.html"
STATES: dict[str, tuple[str, Callable[[Page], None]]] = {}


def state(
    name: str, path: str
) -> Callable[[Callable[[Page], None]], Callable[[Page], None]]:
    """Notes what brings a page into a state that is looked at."""

    def note(function: Callable[[Page], None]) -> Callable[[Page], None]:
        STATES[name] = path, function
        return function

    return note


@state("chunks opened in place, one in another", CHAPTER)
def open_chunks(page: Page) -> None:
    inner = page.locator(".chunk-expansion .chunk-opener")
    for each in page.locator(".chunk-opener").all():
        if inner.count():
            break
        if each.get_attribute("aria-expanded") == "false":
            each.click()
            expect(each).to_have_attribute("aria-expanded", "true")
    inner.first.click()
    expect(page.locator(".chunk-expansion .chunk-expansion").first).to_be_visible()


@state("the whole file below a chunk", CHAPTER)
def open_file(page: Page) -> None:
    page.get_by_role("button", name="whole file").nth(5).click()
    expect(page.locator(".file-so-far .marked").first).to_be_visible()


@state("what is told of a name", CHAPTER)
def tell_of_name(page: Page) -> None:
    page.keyboard.press("Tab")
    page.locator("p a[data-name]").first.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()


@state("what is told of a term", CHAPTER)
def tell_of_term(page: Page) -> None:
    page.keyboard.press("Tab")
    page.locator("p a:has(> .term-in-text)").first.focus()
    expect(page.get_by_role("tooltip")).to_contain_text("Glossary")


#: An example that makes an application.
NOTES = "#example-def-notes-environ-start-response"


@state("an example that has run, and its browser", CHAPTER)
def run_example(page: Page) -> None:
    example = page.locator(NOTES)
    example.get_by_role("button", name="Run", exact=True).click()
    panel = example.locator(".live-browser")
    panel.get_by_text("Headers and body").click(timeout=PATIENCE)
    panel.get_by_role("button", name="Send").click()
    expect(panel.locator(".live-answer-status")).to_be_visible()


@state("code that fails", CHAPTER)
def run_wrong_code(page: Page) -> None:
    example = page.locator("div.example:has(.live-tools)").first
    example.get_by_role("button", name="Edit").click()
    editor = example.locator(".cm-content")
    expect(editor).to_be_focused()
    editor.press("Control+a")
    page.keyboard.insert_text("# a comment\nfor each in (1, 'two'):\n    each + 1\n")
    editor.press("Control+Enter")
    expect(example.locator(".live-error")).to_be_visible(timeout=PATIENCE)


@state("an exercise with its hint, its solution and a wrong answer", CHAPTER)
def answer_exercise(page: Page) -> None:
    exercise = page.locator("div.exercise").first
    exercise.get_by_role("button", name="Write an answer").click()
    expect(exercise.locator(".cm-content")).to_be_focused()
    page.keyboard.insert_text("wrong = None")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.locator(".live-status")).to_contain_text(
        "Not yet", timeout=PATIENCE
    )
    for each in page.locator("details:is(.hint, .solution) > summary:visible").all():
        each.click()
    expect(page.locator("details.solution[open]").first).to_be_visible()


@state("a prediction that was wrong", "chapters/10-request-context.html")
def predict(page: Page) -> None:
    box = page.locator(".predict:has(.predict-choices)").first
    right = int(box.get_attribute("data-right") or 0)
    box.get_by_role("radio").nth(1 if right == 0 else 0).check()
    box.get_by_role("button", name="Check").click()
    expect(box.locator(".predict-verdict")).to_contain_text("No.")


@state("results of a search", "search.html?q=request+context")
def wait_for_results(page: Page) -> None:
    expect(page.locator("ul.search li").nth(9)).to_be_visible(timeout=PATIENCE)


@state("a step of a request", "request-step-by-step.html")
def take_steps(page: Page) -> None:
    for _ in range(12):
        page.get_by_role("button", name="Into").click()
    expect(page.locator(".stepper-count")).to_contain_text("Step 13")


@state("what a chapter changes", "program.html#chapter-9")
def open_changes(page: Page) -> None:
    for each in page.locator(".program-change:visible > summary").all()[1:3]:
        each.click()
    expect(page.locator(".difference:visible .added").first).to_be_visible()


@state("the map with marks and a chapter lit", "map.html")
def light_map(page: Page) -> None:
    page.evaluate(
        """localStorage.setItem("flasklit-reading", JSON.stringify({
            pages: {"chapters/01-application-object.html": 1,
                    "chapters/02-configuration.html": 0.4}}))"""
    )
    page.reload()
    page.locator(".map-title a").nth(20).focus()
    expect(page.locator(".map-read")).to_have_count(2)


@state("the way back", "index.html")
def offer_way_back(page: Page) -> None:
    page.evaluate(
        """localStorage.setItem("flasklit-reading", JSON.stringify({
            last: {page: "map.html", title: "Map", heading: "", anchor: ""}}))"""
    )
    page.reload()
    expect(page.locator(".way-back")).to_be_visible()


@state("the list of keys", "index.html")
def show_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


@state("the menu of a narrow window", "guides/start.html")
def open_menu(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 1000})
    page.get_by_role("button", name="Menu of the book").click()
    expect(page.get_by_role("link", name="Preface")).to_be_visible()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(
        reduced_motion="reduce", viewport={"width": 1440, "height": 1000}
    ) as context:
        yield context.new_page()


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_found_where_something_is_open(
    name: str, page: Page, origin: str
) -> None:
    path, bring = STATES[name]
    page.goto(f"{origin}/{path}")
    bring(page)
    found = findings(page)
    assert found == [], "\n".join(found)
