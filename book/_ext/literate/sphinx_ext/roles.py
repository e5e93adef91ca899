"""Roles that link from prose to chunks, tangled files and definitions."""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole

from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.domain import LiterateDomain


def register(app: Sphinx) -> None:
    """Makes the roles known."""
    for name in ("chunk", "tangled", "ident"):
        app.add_role(name, ProgramRole())


class ProgramRole(ReferenceRole):
    """``{chunk}``, ``{tangled}`` or ``{ident}``; what a name means is found later."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Makes a link to be resolved when the page is written."""
        page = self.env.current_document.docname
        uses = domain_of(self.env).uses
        uses.setdefault(page, set()).add((self.name, self.target))
        link = pending_xref(
            self.rawtext,
            self._text(),
            refdomain=LiterateDomain.name,
            reftype=self.name,
            reftarget=self.target,
            refdoc=page,
            refwarn=True,
        )
        self.set_source_info(link)
        return [link], []

    def _text(self) -> nodes.Element:
        if self.name != "chunk":
            return nodes.literal(self.title, self.title, classes=["xref"])
        text = self.title if self.has_explicit_title else f"⟨{self.title}⟩"
        return nodes.inline(self.title, text, classes=["chunk-mention"])
