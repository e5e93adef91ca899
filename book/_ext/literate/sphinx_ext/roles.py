"""Roles that link from prose to chunks, tangled files and definitions.

One makes no link: ``{theirs}`` is for a name that a library has, too.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import ReferenceRole
from sphinx.util.docutils import SphinxRole

from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.domain import LiterateDomain
from literate.sphinx_ext.pages import TITLES

_PAGES = {f"literate-{page.partition('/')[0]}": page for page in TITLES}


def register(app: Sphinx) -> None:
    """Makes the roles known."""
    for name in ("chunk", "tangled", "ident", "explained"):
        app.add_role(name, ProgramRole())
    app.add_role("theirs", TheirsRole())
    app.connect("missing-reference", resolve_page)


class ProgramRole(ReferenceRole):
    """``{chunk}``, ``{tangled}``, ``{ident}``, ``{explained}``; the rest is found later."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Makes a link to be resolved when the page is written."""
        link = _link(self.env, self.name, self.target, self._text())
        link.rawsource = self.rawtext
        self.set_source_info(link)
        return [link], []

    def _text(self) -> nodes.Element:
        if self.name != "chunk":
            return nodes.literal(self.title, self.title, classes=["xref"])
        text = self.title if self.has_explicit_title else f"⟨{self.title}⟩"
        return nodes.inline(self.title, text, classes=["chunk-mention"])


class TheirsRole(SphinxRole):
    """``{theirs}``: the name of a library's class or function, as code without a link.

    The program may define another one that is called the same.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Makes code that is not looked up."""
        return [nodes.literal(self.rawtext, self.text, classes=[self.name])], []


def link_to_explanation(env: BuildEnvironment, name: str) -> pending_xref:
    """What the role ``explained`` makes, for other directives.

    :param env: the environment, while a page is read.
    :param name: the name of an entry, or of a definition.
    """
    return _link(env, "explained", name, nodes.literal(name, name, classes=["xref"]))


def _link(
    env: BuildEnvironment, role: str, target: str, text: nodes.Element
) -> pending_xref:
    """A link from the page that is being read."""
    page = env.current_document.docname
    domain_of(env).uses.setdefault(page, set()).add((role, target))
    return pending_xref(
        "",
        text,
        refdomain=LiterateDomain.name,
        reftype=role,
        reftarget=target,
        refdoc=page,
        refwarn=True,
    )


def resolve_page(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Element | None:
    """Lets ``{ref}`` name the generated pages, which are no documents.

    Where there are no such pages, their titles are left.
    """
    page = _PAGES.get(node["reftarget"]) if node.get("reftype") == "ref" else None
    if page is None:
        return None
    text = contnode.astext() if node["refexplicit"] else TITLES[page]
    content = nodes.inline(text, text)
    if not makes_site(app.builder):
        return content
    url = app.builder.get_relative_uri(node["refdoc"], page)
    return nodes.reference("", "", content, internal=True, refuri=url)
