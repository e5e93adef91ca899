"""The whole book as one page.

Each page of the site has names for its places, and two pages may have the same one:
every chapter has exercises. On one page each must be unique. So the page's own name goes
before them, and links follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.singlehtml import SingleFileHTMLBuilder

from outputs.pages import parts

_ID = re.compile(r'\bid="([^"]+)"')
_NAME = re.compile(r'(\bid="|"#|\burl\(#)([^")]+)(?=[")])')
_NAMES = re.compile(r'(\b(?:aria-[a-z]+|for)=")([^"]+)(?=")')
_LINK = re.compile(r'href="#document-([^"#]+)#([^"]*)"')


class OnePage(SingleFileHTMLBuilder):
    """Sphinx's builder, with places that are unique."""

    search = False

    def assemble_doctree(self) -> nodes.document:
        """Puts the pages together."""
        tree = super().assemble_doctree()
        for page, element in within_pages(tree):
            _rename(element, page)
        captions = {pages[0]: caption for caption, pages in parts(self.env) if caption}
        for start in list(tree.findall(addnodes.start_of_file)):
            if start["docname"] in captions:
                _head_part(start, captions[start["docname"]])
        return tree

    def assemble_toc_secnumbers(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """Puts the numbers of all pages together, by the names that places have now."""
        root = self.config.root_doc
        found: dict[str, tuple[int, ...]] = {}
        for page, numbers in self.env.toc_secnumbers.items():
            for place, number in numbers.items():
                new = place if page == root or not place else _renamed(page, place)
                found[f"{page}/{new}"] = number
        return {root: found}

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        """Makes the links lead to the new names.

        Sphinx writes them as page and place.
        """
        context = super().get_doc_context(docname, body, metatags)
        for part in ("body", "toc"):
            context[part] = _LINK.sub(self._link, context[part])
        return context

    def _link(self, match: re.Match[str]) -> str:
        page, place = match.groups()
        name = place if page == self.config.root_doc else place_of(page, place)
        return f'href="#{name}"'


def register(app: Sphinx) -> None:
    """Takes the place of Sphinx's builder."""
    app.add_builder(OnePage, override=True)


def place_of(page: str, place: str) -> str:
    """The name of a place on the page that holds all pages."""
    return f"{page.replace('/', '-')}--{place}"


def within_pages(
    node: nodes.Element, page: str = ""
) -> Iterator[tuple[str, nodes.Element]]:
    """All elements that come from another page than the first, with that page."""
    for child in node.children:
        if isinstance(child, nodes.Element):
            own = page
            if isinstance(child, addnodes.start_of_file):
                own = child["docname"]
            elif page:
                yield page, child
            yield from within_pages(child, own)


def _renamed(page: str, place: str) -> str:
    """A place as Sphinx counts them, with its sign."""
    return f"#{place_of(page, place.removeprefix('#'))}"


def renamed_within(html: str, page: str) -> str:
    """A drawing, or other HTML, with the places it has renamed."""
    own = set(_ID.findall(html))

    def rename(match: re.Match[str]) -> str:
        names = [
            place_of(page, name) if name in own else name for name in match[2].split()
        ]
        return match[1] + " ".join(names)

    return _NAMES.sub(rename, _NAME.sub(rename, html)) if own else html


def _rename(element: nodes.Element, page: str) -> None:
    if isinstance(element, nodes.raw):
        element.children = [nodes.Text(renamed_within(element.astext(), page))]
        return
    for attribute in ("ids", "backrefs"):
        names = cast("list[str]", element.get(attribute) or [])
        if names:
            element[attribute] = [place_of(page, name) for name in names]
    if "refid" in element:
        element["refid"] = place_of(page, element["refid"])
    uri = element.get("refuri", "")
    if (
        isinstance(uri, str)
        and uri.startswith("#")
        and not uri.startswith("#document-")
    ):
        element["refuri"] = f"#{place_of(page, uri[1:])}"


def _head_part(start: addnodes.start_of_file, caption: str) -> None:
    """Puts the caption of a part before its first page; Sphinx leaves it out."""
    name = f"part-{nodes.make_id(caption)}"
    start.insert(0, nodes.rubric("", caption, classes=["part"], ids=[name]))
