"""What a page tells of a term before one follows the link to the glossary.

The data is written beside the static files; ``names.js`` shows it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

from docutils import nodes
from literate.sphinx_ext.builders import makes_site
from literate.state import read_bytes
from literate.state import write_atomically
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

TERMS = "_static/terms.json"
"""Where the data lies in a site."""

_LINK = str.maketrans("", "", "\x02\x03")
"""Takes away what stands around links in a text."""

_SEE = re.compile("\\s+See (\x02[^.]+\x03)\\.$")


def previews(glossary: nodes.document) -> dict[str, list[str]]:
    """For each anchor of a term: the term, what it means, and what explains it.

    :param glossary: its page. An entry that names a page ends in ``See`` and its title.
    """
    found: dict[str, list[str]] = {}
    for item in glossary.findall(nodes.definition_list_item):
        terms = [each for each in item.children if isinstance(each, nodes.term)]
        told = " ".join(_told(paragraph) for paragraph in item.findall(nodes.paragraph))
        see = _SEE.search(told)
        meaning = (told[: see.start()] if see else told).translate(_LINK)
        where = see[1].translate(_LINK) if see else ""
        for term in terms:
            for anchor in term["ids"]:
                found[anchor] = [term.astext(), meaning, where]
    return found


def _told(paragraph: nodes.Element) -> str:
    return " ".join("".join(_pieces(paragraph)).split())


def _pieces(node: nodes.Element) -> Iterator[str]:
    """The text of a paragraph; code stands in double backticks, links are marked."""
    for child in node.children:
        if isinstance(child, nodes.literal):
            yield f"``{child.astext()}``"
        elif isinstance(child, nodes.reference | pending_xref):
            yield f"\x02{child.astext()}\x03"
        elif isinstance(child, nodes.Element):
            yield from _pieces(child)
        else:
            yield child.astext()


def register(app: Sphinx) -> None:
    """Writes the data with the pages."""
    app.connect("html-collect-pages", write_terms)


def write_terms(app: Sphinx) -> list[tuple[str, dict[str, object], str]]:
    """Writes what is told of the terms, if it has changed; makes no page."""
    page = app.config.practice_glossary.removesuffix(".md")
    if makes_site(app.builder) and page in app.env.found_docs:
        terms = previews(app.env.get_doctree(page))
        data = json.dumps(terms, ensure_ascii=False, separators=(",", ":")).encode()
        path = os.path.join(app.outdir, TERMS)
        if read_bytes(path) != data:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_atomically(path, data, lasting=False)
    return []
