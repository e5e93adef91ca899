"""The browser in which the built site is tried, and a server for it."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bookserver import create_app
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


def program() -> str | None:
    """The Chromium that is installed, if one is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def profile(maker: Any, *options: str) -> Iterator[Any]:
    """A browser as a reader has it, at the first visit: a context of Playwright.

    Unlike a private window (`new_context`), it keeps for the next visit what V8 has
    compiled, too.

    :param maker: Playwright's `BrowserType`.
    :param options: options of Chromium's, after those that keep it quiet.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        context = maker.launch_persistent_context(
            folder, executable_path=program(), args=[*QUIET, *options]
        )
        try:
            yield context
        finally:
            context.close()


@contextmanager
def private(maker: Any, *options: str) -> Iterator[Any]:
    """A private window of a browser: a context of Playwright.

    :param maker: Playwright's `BrowserType`.
    :param options: options of Chromium's, after those that keep it quiet.
    """
    with (
        maker.launch(executable_path=program(), args=[*QUIET, *options]) as browser,
        browser.new_context() as context,
    ):
        yield context


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """A built site, served by flasklit: its address.

    :param site: the folder of its pages.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(site), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
