"""Which builders make a site with pages for the tangled files."""

from __future__ import annotations

from sphinx.builders import Builder
from sphinx.builders.epub3 import Epub3Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder


def makes_site(builder: Builder) -> bool:
    """Whether chunks are shown with all their links.

    An EPUB and a single page have no pages for the tangled files, other builders know
    no HTML; there chunks are captioned listings.
    """
    return isinstance(builder, StandaloneHTMLBuilder) and not isinstance(
        builder, Epub3Builder | SingleFileHTMLBuilder
    )
