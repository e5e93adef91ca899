"""The tree of all pages in the sidebar, made once and not once for each page.

Sphinx makes it anew for every page, though only two things differ: where addresses
start from, and which entry is the current one. With a page for each tangled file that
is a quarter of a build. Furo then parses the tree and adds a switch to every entry that
has others below it; so it is the tree with its switches that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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
    r'<li class="toctree-l(\d+)( has-children)?">'
    r'<a class="reference (internal|external)" href="([^"]*)">'
)
_LIST = "<ul>\n"
_SHOWN = "furo_navigation_tree"
_SWITCH = ' class="toctree-checkbox"'


class Item(NamedTuple):
    """An entry of the tree.

    :param before: what stands before it: the rest of the one above, and list tags.
    :param level: its depth.
    :param parent: the class that Furo gives to one with others below it, or nothing.
    :param kind: ``"internal"`` or ``"external"``.
    :param uri: its address.
    """

    before: str
    level: int
    parent: str
    kind: str
    uri: str


class Tree:
    """The tree as the first page of a book shows it.

    :param html: its HTML, as Sphinx makes it or with Furo's switches.
    """

    def __init__(self, html: str) -> None:
        self.html = html
        *parts, self.end = _ENTRY.split(html)
        self.items = [
            Item(before, int(level), parent or "", kind, uri)
            for before, level, parent, kind, uri in zip(*[iter(parts)] * 5, strict=True)
        ]
        self.switches = _SWITCH in html

    def seen_from(self, page: str) -> str:
        """The tree for a page.

        :param page: the page's address, as seen from the first one.
        """
        current = self._path(page)
        opened = {self._list_of(index) for index in current}
        written = []
        for index, item in enumerate(self.items):
            before = item.before
            if index - 1 in current:
                before = self._switched_on(before)
            if index in opened:
                before = before.removesuffix(_LIST) + '<ul class="current">\n'
            own = item.kind == "internal" and item.uri == page
            uri = item.uri
            if item.kind == "internal":
                uri = "#" if own else relative_uri(page, item.uri)
            classes = f"toctree-l{item.level}{' current' if index in current else ''}"
            classes += item.parent
            if self.switches and index == max(current, default=-1):
                classes += " current-page"
            link = f"{'current ' if own else ''}reference {item.kind}"
            written.append(
                f'{before}<li class="{classes}"><a class="{link}" href="{uri}">'
            )
        end = self.end
        if len(self.items) - 1 in current:
            end = self._switched_on(end)
        return "".join([*written, end])

    def _switched_on(self, text: str) -> str:
        """The text behind an entry, with the entry's switch on, if it has one."""
        return text.replace(_SWITCH, f' checked=""{_SWITCH}', 1)

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


class Toctree:
    """What a page's template asks for the tree.

    :param make: what Sphinx gives it for that.
    :param tree: the whole tree.
    :param page: the page's address, as seen from the first one.
    :ivar parsing: whether Furo is about to parse the tree; what it gets then is the
        same for all pages, because it remembers what it has parsed.
    """

    def __init__(self, make: Callable[..., Any], tree: Tree, page: str) -> None:
        self._make = make
        self._tree = tree
        self.page = page
        self.parsing = False

    def __call__(self, **options: Any) -> str:
        """The tree with these options."""
        if options != _WHOLE:
            return str(self._make(**options))
        return self._tree.html if self.parsing else self._tree.seen_from(self.page)


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
    uri = builder.get_target_uri(page)
    toctree = Toctree(context["toctree"], _tree(app, builder), uri)
    toctree.parsing = builder.theme.name == "furo"
    context["toctree"] = toctree


def show_page(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Shows a page's place in the tree with switches, which is that of all pages."""
    toctree = context.get("toctree")
    if not isinstance(toctree, Toctree) or not toctree.parsing:
        return
    toctree.parsing = False
    domain = domain_of(app.env)
    if domain.switches is None:
        domain.switches = Tree(context[_SHOWN])
    context[_SHOWN] = domain.switches.seen_from(toctree.page)


def _tree(app: Sphinx, builder: StandaloneHTMLBuilder) -> Tree:
    domain = domain_of(app.env)
    if domain.tree is None:
        toctree = global_toctree_for_doc(
            app.env, app.config.root_doc, builder, tags=builder.tags, **_WHOLE
        )
        domain.tree = Tree(str(builder.render_partial(toctree)["fragment"]))
    tree: Tree = domain.tree
    return tree
