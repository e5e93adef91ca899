"""The built site, and a page of it that is watched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext
from playwright.sync_api import ConsoleMessage
from playwright.sync_api import Page
from playwright.sync_api import Request

SITE = Path(__file__).parents[2] / "build" / "html"


class Watched:
    """A page, and what it has asked for and complained about."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.strange: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._said)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:", "about:")):
            self.strange.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def visit(self, path: str) -> Page:
        self.page.goto(f"{self.origin}/{path}")
        return self.page


@contextmanager
def watching(context: BrowserContext, origin: str) -> Iterator[Watched]:
    """Open a page; at the end it has asked nobody else and complained about nothing."""
    page = context.new_page()
    watched = Watched(page, origin)
    yield watched
    page.evaluate("() => localStorage.clear()")  # drafts, positions
    page.close()
    assert watched.strange == []
    assert watched.complaints == []
