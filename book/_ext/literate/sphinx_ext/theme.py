"""What the pages ask of the theme."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

#: Classes of sphinx-design, but for those of margin notes, whose look is ours.
_DESIGN = re.compile(r"\bsd-(?!aside|mb-)")
_DESIGN_FILES = ("sphinx-design.min.css", "design-tabs.js")


def give_headings_a_level(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Completes the headings of toctrees, which Sphinx leaves without a level."""
    for part in ("body", "furo_navigation_tree"):
        if part in context:
            heading = 'role="heading">'
            text = context[part].replace(heading, 'role="heading" aria-level="2">')
            context[part] = text


def leave_out_unused(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Spares a page the files of sphinx-design, unless something on it is made with it."""
    if _DESIGN.search(context.get("body", "")):
        return
    for kind in ("css_files", "script_files"):
        files = context.get(kind, [])
        context[kind] = [
            file
            for file in files
            if not str(getattr(file, "filename", file)).endswith(_DESIGN_FILES)
        ]
