"""The EPUB: says of its pages what they hold, and has a table of contents like the site's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder

from outputs.pages import parts

_PAGE = re.compile(r'<item [^>]*href="([^"]+\.xhtml)"[^>]*(?= />)')
_PROPERTIES = {
    "scripted": re.compile(r"<(?:form|script)[\s>]"),
    "svg": re.compile(r"<svg[\s>]"),
}


class Epub(Epub3Builder):
    """Sphinx's builder, with the properties that pages need, with parts and numbers."""

    def toc_add_files(self, refnodes: list[dict[str, Any]]) -> None:
        """Completes a table of contents, here also by the numbers of chapters."""
        super().toc_add_files(refnodes)
        for node in refnodes:
            page, _, place = node["refuri"].partition(self.out_suffix)
            numbers = self.env.toc_secnumbers.get(page, {}).get("", ())
            if numbers and not place:
                node["text"] = f"{'.'.join(map(str, numbers))}. {node['text']}"

    def build_navlist(self, navnodes: list[dict[str, Any]]) -> list[Any]:
        """The table of contents as a tree."""
        return super().build_navlist(with_parts(navnodes, list(parts(self.env))))

    def build_content(self) -> None:
        """Writes the list of files."""
        # What Sphinx keeps there when its settings have changed is no part of the book.
        Path(self.outdir, ".buildinfo.bak").unlink(missing_ok=True)
        super().build_content()
        path = Path(self.outdir, "content.opf")
        path.write_text(_PAGE.sub(self._declared, path.read_text("utf-8")), "utf-8")

    def _declared(self, match: re.Match[str]) -> str:
        html = Path(self.outdir, match[1]).read_text("utf-8")
        found = [name for name, sign in _PROPERTIES.items() if sign.search(html)]
        return match[0] + (f' properties="{" ".join(found)}"' if found else "")


def with_parts(
    entries: list[dict[str, Any]], named: list[tuple[str, list[str]]]
) -> list[dict[str, Any]]:
    """The entries of a table of contents below those of the parts of the book.

    :param entries: with ``level``, ``refuri`` and ``text``, as Sphinx has them.
    :param named: the captions of the parts, and their pages.
    """
    captions = {pages[0]: caption for caption, pages in named}
    titles = {entry["refuri"]: entry["text"] for entry in entries}
    within = {
        page
        for caption, pages in named
        if caption and caption != titles.get(f"{pages[0]}.xhtml")
        for page in pages
    }
    found = []
    for entry in entries:
        page, _, place = entry["refuri"].partition(".xhtml")
        caption = "" if place else captions.pop(page, "")
        if caption and page in within:
            found.append({**entry, "text": caption, "level": 1})
        found.append({**entry, "level": entry["level"] + (page in within)})
    return found


def register(app: Sphinx) -> None:
    """Takes the place of Sphinx's builder."""
    app.add_builder(Epub, override=True)
