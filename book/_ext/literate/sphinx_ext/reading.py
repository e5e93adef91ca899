"""What helps to read: times under the titles, and data for previews and whole files.

The data is made of the book, not of pages, and written beside the static files. A file
whose content is the same stays as it is.
"""

from __future__ import annotations

import os
import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from literate.book import Book
from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.code import Highlighted
from literate.sphinx_ext.code import lighter
from literate.sphinx_ext.dependencies import built_on
from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.domain import LiterateDomain
from literate.sphinx_ext.filedata import FileData
from literate.sphinx_ext.readingtime import reading_time
from literate.sphinx_ext.urls import anchor
from literate.sphinx_ext.urls import PROGRAM_PAGE
from literate.sphinx_ext.urls import Urls
from literate.state import read_bytes
from literate.state import write_atomically

NAMES = "_static/names.json"
"""Where the data of the previews lies in a site."""

FILES = "_static/program"
"""Where the data of the tangled files lies."""

BASES = 3
"""How many of the chapters that a chapter builds on are named under its title."""

_TITLE_END = re.compile(r"</h1>\n?")


def register(app: Sphinx) -> None:
    """Puts the times under the titles."""
    app.connect("html-page-context", show_time, priority=610)


def show_time(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Says under a chapter's title how long it takes to read; makes its code lighter."""
    if doctree is None or "body" not in context or not makes_site(app.builder):
        return
    domain = domain_of(app.env)
    chapter = domain.chapter(page)
    if chapter is None or chapter.number is None:
        return
    urls = domain.urls(app.builder, page)
    url = urls.to_page(PROGRAM_PAGE)
    program = anchor(
        f"{url}#chapter-{chapter.number}", "The program as of this chapter"
    )
    told = (
        f'</h1>\n<p class="reading-time"><span>{escape(reading_time(chapter).text)}'
        f"</span> {program}{_bases(domain.program.book, chapter.number, urls)}</p>\n"
    )
    body = _TITLE_END.sub(lambda match: told, context["body"], count=1)
    context["body"] = lighter(body)


def strongest(ties: dict[int, int]) -> list[int]:
    """The chapters with the most ties, of equal ones the later, in the book's order."""
    return sorted(sorted(ties, key=lambda each: (ties[each], each))[-BASES:])


def _bases(book: Book, number: int, urls: Urls) -> str:
    """Which chapters somebody should know who comes to one from elsewhere."""
    wanted = strongest(built_on(book)[number])
    links = [
        anchor(urls.to_page(urls.page_of(chapter.path)), escape(chapter.title))
        for chapter in book.chapters
        if chapter.number in wanted
    ]
    if not links:
        return ""
    return f' <br><span class="reading-bases">Builds on {", ".join(links)}</span>'


def write_data(app: Sphinx, domain: LiterateDomain, highlighted: Highlighted) -> None:
    """Writes the data of the previews and of the tangled files."""
    weave = domain.program.weave
    _write(os.path.join(app.outdir, NAMES), weave.names.json())

    def address_of(path: str) -> str:
        return app.builder.get_target_uri(domain.page_of(path))

    folder = os.path.join(app.outdir, FILES)
    written = set()
    for file in weave.book.graph.roots:
        data = FileData(weave, file, address_of, highlighted).json()
        if data:
            path = os.path.join(folder, f"{file}.json")
            _write(path, data)
            written.add(os.path.normpath(path))
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.normpath(os.path.join(top, name))
            if path not in written:
                os.remove(path)


def _write(path: str, data: bytes) -> None:
    if read_bytes(path) != data:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomically(path, data, lasting=False)
