"""The page for addresses that lead nowhere.

A server gives it in the place of any other page, at any depth. So its own links must
begin at the top of the site and not at the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from outputs.pages import base_path
from outputs.pages import makes_site
from outputs.pages import MISSING

_LINK = re.compile(r'(\s(?:href|src|action|data-content_root)=")(?:\./)?([^"]*)(?=")')
_FIXED = re.compile(r"[a-z][a-z0-9+.-]*:|/|#", re.I)


def register(app: Sphinx) -> None:
    """Makes the page with the others, and its links whole when it is written."""
    app.connect("html-collect-pages", _collect)
    app.connect("build-finished", _make_whole)


def _collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if makes_site(app.builder):
        yield MISSING, {"title": "No such page", "parents": []}, "404.html"


def _make_whole(app: Sphinx, error: Exception | None) -> None:
    page = Path(app.outdir, f"{MISSING}.html")
    if error is None and makes_site(app.builder) and page.is_file():
        html = page.read_text("utf-8")
        page.write_text(whole_links(html, base_path(app.config)), "utf-8")


def whole_links(html: str, top: str) -> str:
    """A page with its relative links made to begin at the top of the site.

    :param html: a page that stands at the top.
    :param top: the path of the start page, with a slash at the end.
    """

    def whole(match: re.Match[str]) -> str:
        start, link = match.groups()
        return start + (link if _FIXED.match(link) else f"{top}{link}")

    return _LINK.sub(whole, html)
