"""Boxes that are closed until a reader opens them; on paper they are open."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class FoldNode(nodes.container):
    """Something that is shown when it is asked for."""


class FoldTitleNode(nodes.rubric):
    """What is shown of it before."""


def register(app: Sphinx) -> None:
    """Makes the nodes known."""
    app.add_node(FoldNode, html=(visit_fold, depart_fold))
    app.add_node(FoldTitleNode, html=(visit_title, depart_title))


def is_on_paper(translator: HTML5Translator) -> bool:
    """Whether the pages are for a device on which nothing unfolds."""
    return bool(translator.builder.name == "epub")


def visit_fold(translator: HTML5Translator, node: FoldNode) -> None:
    """Begins the box."""
    tag = "div" if is_on_paper(translator) else "details"
    translator.body.append(translator.starttag(node, tag))


def depart_fold(translator: HTML5Translator, node: FoldNode) -> None:
    """Ends the box."""
    tag = "div" if is_on_paper(translator) else "details"
    translator.body.append(f"</{tag}>\n")


def visit_title(translator: HTML5Translator, node: FoldTitleNode) -> None:
    """Begins its title."""
    tag = "p" if is_on_paper(translator) else "summary"
    translator.body.append(translator.starttag(node, tag, ""))


def depart_title(translator: HTML5Translator, node: FoldTitleNode) -> None:
    """Ends its title."""
    tag = "p" if is_on_paper(translator) else "summary"
    translator.body.append(f"</{tag}>\n")
