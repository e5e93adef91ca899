"""The EPUB: says of its pages what they hold, where reading systems must be told."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder

_PAGE = re.compile(r'<item [^>]*href="([^"]+\.xhtml)"[^>]*(?= />)')
_PROPERTIES = {
    "scripted": re.compile(r"<(?:form|script)[\s>]"),
    "svg": re.compile(r"<svg[\s>]"),
}


class Epub(Epub3Builder):
    """Sphinx's builder, with the properties that pages need."""

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


def register(app: Sphinx) -> None:
    """Takes the place of Sphinx's builder."""
    app.add_builder(Epub, override=True)
