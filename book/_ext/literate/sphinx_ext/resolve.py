"""Gives the chunks of a page what they show, just before it is written."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

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
    program = domain.program
    path = program.config.relative(str(app.env.doc2path(page)))
    if program.book.chapter(path) is None:
        _warn(chunks[0])
        return
    files = program.weave.finished.files.keys()
    for node in chunks:
        view = program.weave.views.get((path, node["line"]))
        if view is None:
            continue
        for listing in node.findall(nodes.literal_block):
            listing["language"] = view.language
        if makes_site(app.builder):
            node["view"] = view
            node["urls"] = domain.urls(app.builder, page)
            node["files"] = files


def _warn(node: ChunkNode) -> None:
    logger.warning(
        "this chunk is not part of the program, as no toctree of the book leads to "
        "its page; add the page to one",
        location=node,
        type="literate",
        subtype="book",
    )
