"""The ``book-in-numbers`` directive: a table of the chapters and what they hold."""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.book import Book
from literate.config import load_config
from literate.sphinx_ext.domain import domain_of
from literate.stats import COLUMNS
from literate.stats import Figures
from literate.stats import figures

_TITLE_WIDTH = 40
_NUMBER_WIDTH = 10


def register(app: Sphinx) -> None:
    """Makes the directive known."""
    app.add_directive("book-in-numbers", BookInNumbersDirective)


class BookInNumbersDirective(SphinxDirective):
    """``{book-in-numbers}``; the page is made again when a chapter changes."""

    def run(self) -> list[nodes.Node]:
        """Counts, and makes the table."""
        config = load_config(domain_of(self.env).project)
        rows = figures(Book(config))
        for each in rows:
            if each.path:
                self.env.note_dependency(config.absolute(each.path))
        widths = [_TITLE_WIDTH, *(_NUMBER_WIDTH for _ in COLUMNS)]
        group = nodes.tgroup(cols=len(widths))
        group += [nodes.colspec(colwidth=width) for width in widths]
        head = _row(nodes.Text("Chapter"), COLUMNS)
        body = [_row(self._title(each), each.cells()) for each in rows]
        group += [nodes.thead("", head), nodes.tbody("", *body)]
        return [nodes.table("", group, classes=["book-in-numbers"])]

    def _title(self, row: Figures) -> nodes.Node:
        if not row.path:
            return nodes.strong("", row.title)
        config = load_config(domain_of(self.env).project)
        page = self.env.path2doc(config.absolute(row.path)) or ""
        link = pending_xref(
            "",
            nodes.inline("", row.title),
            refdomain="std",
            reftype="doc",
            reftarget=f"/{page}",
            refdoc=self.env.current_document.docname,
            refexplicit=True,
            refwarn=True,
        )
        self.set_source_info(link)
        return link


def _row(title: nodes.Node, cells: list[str] | tuple[str, ...]) -> nodes.row:
    texts: list[nodes.Node] = [title, *(nodes.Text(cell) for cell in cells)]
    return nodes.row(
        "", *(nodes.entry("", nodes.paragraph("", "", text)) for text in texts)
    )
