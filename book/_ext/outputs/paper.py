"""Leaves out of a book on paper, and of an EPUB, what is only true of the site.

A passage is marked by a line above it: ``{.on-screen}``.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from outputs.pages import makes_site

MARK = "on-screen"
"""The class of such a passage."""


def register(app: Sphinx) -> None:
    """Takes the passages away before a page is written."""
    app.connect("doctree-resolved", _leave_out)


def _leave_out(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if makes_site(app.builder):
        return
    for node in list(doctree.findall(nodes.Element)):
        if MARK in node.get("classes", ()) and node.parent is not None:
            node.parent.remove(node)
