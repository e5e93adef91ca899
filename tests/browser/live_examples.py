"""What a reader does with an example: nox -s browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Locator
from playwright.sync_api import Page
from shown import SITE
from shown import Watched

CHAPTERS = sorted(file.stem for file in (SITE / "chapters").glob("[0-9]*.html"))
#: Pages without a number whose examples run, too.
OTHERS = ["hour.html", "preface.html"]
PATIENCE = 120_000  # milliseconds
FIRST = "chapters/01-application-object.html"


def first_tools(page: Page) -> Any:
    return page.locator("div.example:has(.live-tools)").first


def write(example: Locator, text: str) -> None:
    """Write code into the editor of an example, once it is there."""
    editor = example.locator(".cm-content")
    editor.click()
    expect(editor).to_be_focused()
    editor.press("Control+a")
    example.page.keyboard.insert_text(text)
    expect(editor).to_contain_text(text.splitlines()[0])


def runs_as_printed(example: Locator) -> None:
    example.get_by_role("button", name="Run", exact=True).click()
    expect(example.locator(".live-status")).to_have_text(
        "As the book says", timeout=PATIENCE
    )


def test_code_can_be_edited_and_comes_back(watched: Watched) -> None:
    page = watched.visit(FIRST)
    page.set_default_timeout(PATIENCE)
    example = first_tools(page)
    example.get_by_role("button", name="Edit").click()
    write(example, "print(6 * 7)")
    page.keyboard.press("Control+Enter")
    expect(example.locator(".live-output")).to_contain_text("42", timeout=PATIENCE)
    example.get_by_role("button", name="Reset").click()
    expect(example.locator(".live-output")).to_be_hidden()
    runs_as_printed(example)


def test_what_is_typed_is_no_key_of_the_page(watched: Watched) -> None:
    page = watched.visit(FIRST)
    page.set_default_timeout(PATIENCE)
    example = first_tools(page)
    example.get_by_role("button", name="Edit").click()
    editor = example.locator(".cm-content")
    expect(editor).to_be_focused()
    editor.press("Control+a")
    page.keyboard.type("m / r?")
    expect(editor).to_have_text("m / r?")
    expect(editor).to_be_focused()


def test_an_endless_loop_is_stopped_and_the_next_run_works(watched: Watched) -> None:
    page = watched.visit(FIRST)
    page.set_default_timeout(PATIENCE)
    example = first_tools(page)
    example.get_by_role("button", name="Edit").click()
    write(example, "while True: pass")
    page.keyboard.press("Control+Enter")
    expect(example.locator(".live-status")).to_have_text("Running", timeout=PATIENCE)
    example.get_by_role("button", name="Stop").click()
    expect(example.locator(".live-status")).to_have_text(re.compile("^Stopped"))
    example.get_by_role("button", name="Reset").click()
    runs_as_printed(example)


def test_the_first_visit_is_light(browser: Browser, origin: str) -> None:
    sizes: list[int] = []
    with browser.new_context() as stranger:
        page = stranger.new_page()
        page.on(
            "requestfinished",
            lambda request: sizes.append(request.sizes()["responseBodySize"]),
        )
        page.goto(f"{origin}/{FIRST}")
        page.wait_for_load_state("networkidle")
    assert 50_000 < sum(sizes) < 400_000


ROUTES = "chapters/05-url-route-registrations.html"


def asked(example: Locator, path: str) -> Locator:
    """The answer of the panel under an example."""
    panel = example.locator(".live-browser")
    panel.get_by_label("Path").fill(path)
    panel.get_by_role("button", name="Send").click()
    return panel.locator(".live-answer")


def test_each_example_has_the_application_that_it_has_made(watched: Watched) -> None:
    page = watched.visit(ROUTES)
    page.set_default_timeout(PATIENCE)
    first = page.locator("#example-from-flasklit-import-flask")
    tagged = page.locator("div.example").filter(has_text="/tagged/<tags:tags>").first
    for example in (first, tagged):
        runs_as_printed(example)
    expect(asked(first, "/notes/41")).to_contain_text("200 OK")
    expect(asked(tagged, "/notes/41")).to_contain_text("404 NOT FOUND")
    runs_as_printed(first)
    expect(asked(tagged, "/tagged/a")).to_contain_text("Run this example again")
    expect(asked(first, "/notes/41")).to_contain_text("200 OK")


def test_no_browser_where_no_application_is(watched: Watched) -> None:
    page = watched.visit(ROUTES)
    page.set_default_timeout(PATIENCE)
    example = page.locator("#example-import-re")
    runs_as_printed(example)
    expect(example.locator(".live-browser")).to_have_count(0)


def test_what_was_written_is_there_after_the_next_visit(watched: Watched) -> None:
    for name, again in (
        ("Edit", "Your code"),
        ("Write an answer", "Go on with your answer"),
    ):
        page = watched.visit(FIRST)
        box = page.locator("div.exercise").first
        if name == "Edit":
            box = first_tools(page)
        box.get_by_role("button", name=name).click()
        write(box, "kept = 'until it is thrown away'")
        watched.visit(FIRST)
        box.get_by_role("button", name=again).click()
        expect(box.locator(".cm-content")).to_contain_text("until it is thrown away")
        box.get_by_role("button", name=re.compile("^(Reset|Throw it away)$")).click()
        expect(box.get_by_role("button", name=name)).to_be_visible()
        watched.visit(FIRST)
        expect(box.get_by_role("button", name=name)).to_be_visible()


def test_changed_code_above_is_what_runs(watched: Watched) -> None:
    page = watched.visit(ROUTES)
    page.set_default_timeout(PATIENCE)
    above = page.locator("#example-from-flasklit-import-flask")
    above.get_by_role("button", name="Edit").click()
    write(above, "Flask = None")
    below = page.locator("div.example").filter(has_text="def logged(view)").first
    below.get_by_role("button", name="Run", exact=True).click()
    expect(below.locator(".live-status")).to_contain_text(
        "you have changed what stands above", timeout=PATIENCE
    )
    above.get_by_role("button", name="Reset").click()
    runs_as_printed(below)


def test_the_application_that_an_example_is_about_comes_first(watched: Watched) -> None:
    page = watched.visit(FIRST)
    page.set_default_timeout(PATIENCE)
    example = page.locator("#example-def-notes-environ-start-response")
    runs_as_printed(example)
    panel = example.locator(".live-browser")
    expect(panel.get_by_label("Application")).to_have_value("notes")
    expect(asked(example, "/search?q=tea")).to_contain_text("Nothing about q=tea.")


@pytest.mark.parametrize("chapter", CHAPTERS[:12])
def test_every_chapter_has_the_style(chapter: str) -> None:
    text = Path(SITE, "chapters", f"{chapter}.html").read_text("utf-8")
    assert "_static/live.css" in text
    assert "live/page.js" in text


def test_the_key_r_runs_the_example_that_is_seen(watched: Watched) -> None:
    page = watched.visit(FIRST)
    page.set_default_timeout(PATIENCE)
    example = first_tools(page)
    example.scroll_into_view_if_needed()
    page.keyboard.press("r")
    seen = page.locator(".live-status:not(:empty)").first
    expect(seen).to_have_text("As the book says", timeout=PATIENCE)


RIGHT = """\
def wrong(environ, start_response):
    start_response('200 OK', [])
    return b'Hello'"""


def test_an_answer_to_an_exercise_is_checked(watched: Watched) -> None:
    page = watched.visit(FIRST)
    page.set_default_timeout(PATIENCE)
    exercise = page.locator("div.exercise").first
    exercise.get_by_role("button", name="Write an answer").click()
    write(exercise, "wrong = None")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.locator(".live-status")).to_have_text(
        re.compile("^Not yet"), timeout=PATIENCE
    )
    write(exercise, RIGHT)
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.locator(".live-status")).to_have_text(
        re.compile("^Right[.] "), timeout=PATIENCE
    )
    write(exercise, f"{RIGHT}\nmisspelt")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.locator(".live-status")).to_have_text(
        "Right, though your own lines end with NameError. Compare it with the solution",
        timeout=PATIENCE,
    )


def test_the_files_of_a_site_are_there() -> None:
    live = Path(SITE, "_static", "live")
    numbers = {chapter[:2] for chapter in CHAPTERS}
    assert {file.stem for file in (live / "programs").iterdir()} == numbers
    others = {Path(page).stem for page in OTHERS}
    assert {file.stem for file in (live / "chapters").iterdir()} == numbers | others
