"""The generated pages: one for each tangled file, and the indexes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from html import escape
from typing import Any

from sphinx.application import Sphinx

from literate.sphinx_ext.bookmap import map_html
from literate.sphinx_ext.bookmap import parts_of
from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.code import Highlighted
from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.domain import LiterateDomain
from literate.sphinx_ext.indexes import chunks_html
from literate.sphinx_ext.indexes import files_html
from literate.sphinx_ext.indexes import identifiers_html
from literate.sphinx_ext.listing import chapters_of
from literate.sphinx_ext.listing import Listing
from literate.sphinx_ext.markup import prose
from literate.sphinx_ext.outline import summary
from literate.sphinx_ext.programpage import program_html
from literate.sphinx_ext.reading import write_data
from literate.sphinx_ext.urls import anchor
from literate.sphinx_ext.urls import CHUNKS_PAGE
from literate.sphinx_ext.urls import file_page
from literate.sphinx_ext.urls import FILES_PAGE
from literate.sphinx_ext.urls import IDENTIFIERS_PAGE
from literate.sphinx_ext.urls import MAP_PAGE
from literate.sphinx_ext.urls import PROGRAM_PAGE

Page = tuple[str, dict[str, Any], str]
"""Name, template context and template, as Sphinx wants them."""

TITLES = {
    FILES_PAGE: "Files",
    CHUNKS_PAGE: "Chunks",
    IDENTIFIERS_PAGE: "Names",
    PROGRAM_PAGE: "The program, chapter by chapter",
    MAP_PAGE: "The map of the book",
}
DESCRIPTIONS = {
    FILES_PAGE: "The files of the program, with the chapters they come from.",
    CHUNKS_PAGE: "The chunks of the program: where each is defined, continued and used.",
    IDENTIFIERS_PAGE: "The public names of the program, with the chunks that define them.",
    PROGRAM_PAGE: "The program as of each chapter, and what the chapter changes in it.",
    MAP_PAGE: "All parts and chapters of the book, with what each of them brings.",
}


def collect_pages(app: Sphinx) -> Iterator[Page]:
    """Makes all generated pages of the site."""
    if not makes_site(app.builder):
        return
    domain = domain_of(app.env)
    highlighted = Highlighted(os.path.join(app.doctreedir, "highlighted.json"))
    for file in domain.program.weave.finished.files:
        yield _file(app, domain, file, highlighted)
    write_data(app, domain, highlighted)
    highlighted.save()
    yield from _indexes(app, domain)
    yield from _guides(app, domain)


def _file(
    app: Sphinx, domain: LiterateDomain, file: str, highlighted: Highlighted
) -> Page:
    page = file_page(file)
    urls = domain.urls(app.builder, page)
    weave = domain.program.weave
    about = summary(weave.finished.files[file].text) if file.endswith(".py") else ""
    chapters = ", ".join(
        anchor(urls.chunk(link), escape(link.text)) for link in chapters_of(weave, file)
    )
    lead = f"<p>{prose(about)}</p>\n" if about else ""
    lead += f'<p class="told">Told in {chapters}.</p>\n' if chapters else ""
    listing = Listing(weave, file, urls).html(highlighted)
    about = f"{file}, line by line. {about.replace('``', '')}".strip()
    return _page(page, file, lead + listing, about, "listing-page")


def _indexes(app: Sphinx, domain: LiterateDomain) -> Iterator[Page]:
    weave = domain.program.weave
    urls = domain.urls(app.builder, FILES_PAGE)
    yield _index(FILES_PAGE, files_html(weave, urls))
    urls = domain.urls(app.builder, CHUNKS_PAGE)
    yield _index(CHUNKS_PAGE, chunks_html(weave, urls))
    urls = domain.urls(app.builder, IDENTIFIERS_PAGE)
    names = identifiers_html(domain.program.identifiers, domain.entry_of, urls)
    yield _index(IDENTIFIERS_PAGE, names)


def _guides(app: Sphinx, domain: LiterateDomain) -> Iterator[Page]:
    weave = domain.program.weave
    urls = domain.urls(app.builder, PROGRAM_PAGE)
    html = program_html(weave, urls)
    yield _page(
        PROGRAM_PAGE,
        TITLES[PROGRAM_PAGE],
        html,
        DESCRIPTIONS[PROGRAM_PAGE],
        "program-page",
    )
    urls = domain.urls(app.builder, MAP_PAGE)
    html = map_html(parts_of(app.env, weave.book), weave.book, urls)
    yield _page(MAP_PAGE, TITLES[MAP_PAGE], html, DESCRIPTIONS[MAP_PAGE], "map-page")


def _index(page: str, html: str) -> Page:
    return _page(page, TITLES[page], html, DESCRIPTIONS[page], "index-page")


def _page(page: str, title: str, html: str, about: str, kind: str) -> Page:
    body = f'<section class="{kind}">\n<h1>{escape(title)}</h1>\n{html}</section>\n'
    context = {"title": title, "body": body, "description": about, "parents": []}
    return page, context, "page.html"
