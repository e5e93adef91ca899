"""A browser that shows the built site, served by flasklit."""

from __future__ import annotations

import os
from collections.abc import Iterator

import chromium
import pytest
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import sync_playwright
from shown import SITE
from shown import Watched
from shown import watching

ADVICE = "no Chromium is installed (Debian: apt-get install chromium)"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium.program()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=chromium.QUIET
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """Where the site is served."""
    with chromium.serving(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """What all pages share, the cache above all."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield context
    context.close()


@pytest.fixture
def watched(shared: BrowserContext, origin: str) -> Iterator[Watched]:
    with watching(shared, origin) as watched:
        yield watched
