"""The built site, and a page of it that is watched."""

from __future__ import annotations

from pathlib import Path

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
