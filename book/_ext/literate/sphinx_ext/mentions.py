"""Names that prose mentions as code, linked to the chunks that define them.

Of several mentions in a section the first is a link, so that the text stays a text.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.nameref import name_reference
from literate.sphinx_ext.names import MENTION

ROLE = "mention"
"""How the domain calls such a link."""


class Mentions(SphinxTransform):
    """Notes what a page mentions, so that it is made again when a definition moves."""

    default_priority = 700

    def apply(self, **kwargs: object) -> None:
        """Goes through the page."""
        domain = domain_of(self.env)
        page = self.env.current_document.docname
        texts = {literal.astext() for literal in _mentions(self.document)}
        if texts and not page.startswith("reference/"):
            uses = domain.uses.setdefault(page, set())
            uses.update((ROLE, text) for text in texts)


def link_mentions(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Makes links of them, just before a page is written."""
    if not makes_site(app.builder):
        return
    domain = domain_of(app.env)
    noted = domain.uses.get(page, set())
    urls = domain.urls(app.builder, page)
    names = domain.program.weave.names
    chapter = domain.number_of(page)
    seen: set[tuple[int, str]] = set()
    for literal in list(_mentions(doctree)):
        text = literal.astext()
        name = names.mentioned(text, chapter)
        if name is None or (ROLE, text) not in noted:
            continue
        key = (id(_section(literal)), name.full)
        if key in seen:
            continue
        seen.add(key)
        link = name_reference(
            literal.deepcopy(), urls.chunk(name.link), names.key(name)
        )
        literal.replace_self(link)


def _mentions(document: nodes.document) -> Iterator[nodes.literal]:
    """The pieces of code in prose that may be names."""
    for literal in document.findall(nodes.literal):
        if literal["classes"] or not MENTION.fullmatch(literal.astext()):
            continue
        around: object = literal.parent
        while isinstance(around, nodes.emphasis | nodes.strong):
            around = around.parent
        if isinstance(around, nodes.paragraph):
            yield literal


def _section(node: nodes.Node) -> nodes.Node | None:
    around: nodes.Node | None = node
    while around is not None and not isinstance(around, nodes.section):
        around = around.parent
    return around


def register(app: Sphinx) -> None:
    """Makes the links."""
    app.add_transform(Mentions)
    app.connect("doctree-resolved", link_mentions)
