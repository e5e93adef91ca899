"""The search of the site, as somebody uses it: words typed, the first results looked at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from shown import Watched

CHAPTER = "chapters/{}.html"


def searched(watched: Watched, words: str) -> list[str]:
    """Where the first results lead that one gets from any page."""
    page = watched.visit("preface.html")
    page.fill(".sidebar-search", words)
    page.press(".sidebar-search", "Enter")
    return found(page)


def found(page: Page) -> list[str]:
    """Where the first results lead."""
    page.wait_for_selector("#search-results li a")
    page.wait_for_function(
        "/found \\d+ page/.test(document.querySelector('.search-summary').textContent)"
        " || document.querySelectorAll('#search-results li').length > 20"
    )
    links = page.locator("#search-results li > a").all()[:3]
    return [link.get_attribute("href") or "" for link in links]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("copy_current_request_context", "#flasklit.copy_current_request_context"),
        ("url_for", "#flasklit.url_for"),
        ("Flask.add_url_rule()", "#flasklit.Flask.add_url_rule"),
        ("carry the request context elsewhere", "#chunk-carry-the-request-context"),
        ("application factory", "glossary.html#term-application-factory"),
        ("Working outside of application context", "#pitfall-runtimeerror-working"),
        ("TemplateNotFound", "#pitfall-jinja2-exceptions-templatenotfound"),
        (
            "view function for 'save' did not return a valid response",
            "#pitfall-typeerr",
        ),
        ("session cookie", CHAPTER.format("20-sessions")),
        ("match the URL", CHAPTER.format("06-url-matching")),
        ("Context Stacks", CHAPTER.format("44-context-stacks")),
    ],
)
def test_the_first_result_is_the_right_one(
    watched: Watched, words: str, place: str
) -> None:
    first, *_ = searched(watched, words)
    assert place in first


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("copy_current_request_context", CHAPTER.format("10-request-context")),
        ("before_request", CHAPTER.format("17-application-object-hooks")),
        ("blueprint", "reference/blueprint-objects.html#flasklit.Blueprint"),
        ("request context", CHAPTER.format("10-request-context")),
        ("TemplateNotFound", CHAPTER.format("28-template-loading")),
    ],
)
def test_the_chapter_is_among_the_first_results(
    watched: Watched, words: str, place: str
) -> None:
    assert any(place in each for each in searched(watched, words))


def test_results_of_chapters_have_their_numbers(watched: Watched) -> None:
    page = watched.visit("search.html?q=Context+Stacks")
    found(page)
    assert page.locator("#search-results li > a").first.inner_text() == (
        "44. Context Stacks"
    )


def test_a_page_that_is_not_there_leads_to_the_search(watched: Watched) -> None:
    page = watched.page
    response = page.goto(f"{watched.origin}/no/such/deep/page.html")
    assert response is not None
    assert response.status == 404
    # The browser complains about the status, which is as it should be.
    watched.complaints.clear()
    page.fill("#no-such-page-query", "application factory")
    page.press("#no-such-page-query", "Enter")
    assert "glossary.html" in found(page)[0]
    assert page.url.startswith(f"{watched.origin}/search.html?q=")
