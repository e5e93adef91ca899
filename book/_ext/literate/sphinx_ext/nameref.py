"""The node of a link to a definition, which a script finds the preview for."""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class NameReference(nodes.reference):
    """A link to a definition; ``name_of`` is its name with the module."""


def name_reference(content: nodes.Element, url: str, name: str) -> NameReference:
    """Makes one."""
    link = NameReference("", "", content, internal=True, refuri=url, name_of=name)
    link["classes"].append("name-link")
    return link


def register(app: Sphinx) -> None:
    """Makes the node known."""
    app.add_node(NameReference, html=(visit_name, depart_name))


def visit_name(translator: HTML5Translator, node: NameReference) -> None:
    """Begins the link."""
    translator.visit_reference(node)
    start = f'<a data-name="{escape(node["name_of"])}" '
    translator.body[-1] = translator.body[-1].replace("<a ", start, 1)


def depart_name(translator: HTML5Translator, node: NameReference) -> None:
    """Ends it."""
    translator.depart_reference(node)
