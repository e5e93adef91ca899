"""The tree of all pages in the sidebar, made once and not once for each page.

Sphinx makes it anew for every page, though only two things differ: where addresses
start from, and which entry is the current one. With a page for each tangled file that
is a quarter of a build.
"""

from __future__ import annotations

import re
from typing import Any
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util.osutil import relative_uri

from literate.sphinx_ext.domain import domain_of

_WHOLE: dict[str, Any] = {
    "collapse": False,
    "titles_only": True,
    "maxdepth": -1,
    "includehidden": True,
}
"""How the theme asks for the tree."""

_ENTRY = re.compile(
    r'<li class="toctree-l(\d+)"><a class="reference (internal|external)" '
    r'href="([^"]*)">'
)
_LIST = "<ul>\n"


class Item(NamedTuple):
    """An entry of the tree: what stands before it, its depth, kind and address."""

    before: str
    level: int
    kind: str
    uri: str


class Tree:
    """The tree as the first page of a book shows it.

    :param html: its HTML.
    """

    def __init__(self, html: str) -> None:
        *parts, self.end = _ENTRY.split(html)
        self.items = [
            Item(before, int(level), kind, uri)
            for before, level, kind, uri in zip(*[iter(parts)] * 4, strict=True)
        ]

    def seen_from(self, page: str) -> str:
        """The tree for a page.

        :param page: the page's address, as seen from the first one.
        """
        current = self._path(page)
        opened = {self._list_of(index) for index in current}
        written = []
        for index, item in enumerate(self.items):
            before = item.before
            if index in opened:
                before = before.removesuffix(_LIST) + '<ul class="current">\n'
            own = item.kind == "internal" and item.uri == page
            uri = item.uri
            if item.kind == "internal":
                uri = "#" if own else relative_uri(page, item.uri)
            classes = f"toctree-l{item.level}{' current' if index in current else ''}"
            link = f"{'current ' if own else ''}reference {item.kind}"
            written.append(
                f'{before}<li class="{classes}"><a class="{link}" href="{uri}">'
            )
        return "".join([*written, self.end])

    def _path(self, page: str) -> list[int]:
        """The entry of a page and those above it."""
        path: list[int] = []
        level = 0
        for index in range(len(self.items) - 1, -1, -1):
            item = self.items[index]
            if path and item.level < level:
                path.append(index)
                level = item.level
            elif not path and item.kind == "internal" and item.uri == page:
                path, level = [index], item.level
        return path

    def _list_of(self, index: int) -> int:
        """The first entry of the list that an entry stands in."""
        level = self.items[index].level
        while not (
            self.items[index].level == level
            and self.items[index].before.endswith(_LIST)
        ):
            index -= 1
        return index


def make_once(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Gives the theme the tree that was made before."""
    builder = app.builder
    if "toctree" not in context or not isinstance(builder, StandaloneHTMLBuilder):
        return
    make = context["toctree"]

    def toctree(**options: Any) -> str:
        if options != _WHOLE:
            return str(make(**options))
        return _tree(app, builder).seen_from(builder.get_target_uri(page))

    context["toctree"] = toctree


def _tree(app: Sphinx, builder: StandaloneHTMLBuilder) -> Tree:
    domain = domain_of(app.env)
    if domain.tree is None:
        toctree = global_toctree_for_doc(
            app.env, app.config.root_doc, builder, tags=builder.tags, **_WHOLE
        )
        domain.tree = Tree(str(builder.render_partial(toctree)["fragment"]))
    tree: Tree = domain.tree
    return tree
