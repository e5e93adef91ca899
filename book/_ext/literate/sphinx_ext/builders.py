"""What the builders can show of chunks."""

from __future__ import annotations

from sphinx.builders import Builder
from sphinx.builders.epub3 import Epub3Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder


def makes_site(builder: Builder) -> bool:
    """Whether there are pages for the tangled files, to which chunks lead.

    An EPUB and a single page have none.
    """
    return isinstance(builder, StandaloneHTMLBuilder) and not isinstance(
        builder, Epub3Builder | SingleFileHTMLBuilder
    )


def links_chunks(builder: Builder) -> bool:
    """Whether chunks are shown with links to each other.

    They are captioned listings where there is no HTML.
    """
    return isinstance(builder, StandaloneHTMLBuilder)
