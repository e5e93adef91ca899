"""Every page of the site, asked by axe-core, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe import findings
from playwright.sync_api import Browser
from playwright.sync_api import Page
from shown import SITE

PAGES = sorted(
    place.as_posix()
    for place in (file.relative_to(SITE) for file in SITE.rglob("*.html"))
    if not place.parts[0].startswith("_")
)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all, so that what is loaded once stays."""
    with browser.new_context(reduced_motion="reduce") as context:
        yield context.new_page()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_found_on_a_page(path: str, page: Page, origin: str) -> None:
    page.goto(f"{origin}/{path}")
    found = findings(page)
    assert found == [], "\n".join(found)


def test_there_are_pages() -> None:
    assert {"index.html", "search.html", "404.html", "map.html"} < set(PAGES)
    assert sum(path.startswith("chapters/") for path in PAGES) >= 59
    assert sum(path.startswith("files/") for path in PAGES) >= 80


#: One fault for each line of a finding's kinds, each with what is found of it.
FAULTS = {
    "<img src='data:,'>": "image-alt (critical)",
    "<button></button>": "button-name (critical)",
    "<p style='color: #bbb'>Pale</p>": "color-contrast (serious)",
    "<p style='width: 500px'>Wide</p>": "390 wide, light: too wide: <p",
    "<pre style='overflow: auto'><a class='chunk-reference' style='padding-left: 400px'>"
    "a name</a></pre>": "390 wide, dark: cut off: a name",
    "<style>@media (max-width: 400px) {i {color: #ddd}}</style><i>Pale</i>": "390 wide,"
    " light: color-contrast",
    "<style>@media (prefers-color-scheme: dark) {p {background: #444}}</style>"
    "<p style='color: #000'>Dark</p>": "1440 wide, dark: color-contrast",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault: str, page: Page) -> None:
    start = "<!doctype html><html lang='en'><title>A page</title><main><h1>A page</h1>"
    page.set_content(f"{start}{fault}</main>")
    found = findings(page)
    assert any(FAULTS[fault] in line for line in found), found
