"""Gives the chunks of a page what they show, just before it is written."""

from __future__ import annotations

from collections.abc import Set

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from literate.sphinx_ext.builders import links_chunks
from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.chunk import ChunkNode
from literate.sphinx_ext.domain import domain_of

logger = logging.getLogger(__name__)


def resolve_chunks(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Finds each chunk of a page in the book."""
    chunks = list(doctree.findall(ChunkNode))
    if not chunks:
        return
    domain = domain_of(app.env)
    linked = links_chunks(app.builder)
    urls = domain.urls(app.builder, page)
    files: Set[str] = frozenset()
    if makes_site(app.builder):
        files = domain.program.weave.finished.files.keys()
    strangers = set()
    for node in chunks:
        view = domain.view(node["page"], node["line"])
        if view is not None:
            _set_language(node, view.language)
            if linked:
                entries = domain.entries_of(node["page"], node["ids"][0])
                node.attributes.update(
                    view=view, urls=urls, files=files, entries=entries
                )
        elif not domain.is_chapter(node["page"]) and node["page"] not in strangers:
            strangers.add(node["page"])
            _warn(node)


def _set_language(node: ChunkNode, language: str) -> None:
    for listing in node.findall(nodes.literal_block):
        listing["language"] = language


def _warn(node: ChunkNode) -> None:
    logger.warning(
        "this chunk is not part of the program, as no toctree of the book leads to "
        "its page; add the page to one",
        location=node,
        type="literate",
        subtype="book",
    )
