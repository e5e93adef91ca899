"""A browser that shows the built site, served by flasklit."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from bookserver import create_app
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import sync_playwright
from shown import SITE
from shown import Watched
from werkzeug.serving import make_server

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
#: What a browser would otherwise ask of its maker by itself.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADVICE = "no Chromium is installed (Debian: apt-get install chromium)"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """Where the site is served."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app(SITE)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """What all pages share, the cache above all."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield context
    context.close()


@pytest.fixture
def watched(shared: BrowserContext, origin: str) -> Iterator[Watched]:
    page = shared.new_page()
    watched = Watched(page, origin)
    yield watched
    page.close()
    assert watched.strange == []
    assert watched.complaints == []
