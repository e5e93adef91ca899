"""What the pages ask of the theme."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_ASIDE = "sd-aside"
_DESIGN = "sd-"
_DESIGN_FILES = ("sphinx-design.min.css", "design-tabs.js")


def make_room_for_asides(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Hides the table of contents where margin notes stand, as Furo's option does.

    The notes are the ``{aside}`` boxes of sphinx-design.
    """
    if doctree is not None and any(map(_is_aside, doctree.findall(nodes.Element))):
        context["meta"] = {**(context.get("meta") or {}), "hide-toc": True}


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
    if _DESIGN in context.get("body", ""):
        return
    for kind in ("css_files", "script_files"):
        files = context.get(kind, [])
        context[kind] = [
            file
            for file in files
            if not str(getattr(file, "filename", file)).endswith(_DESIGN_FILES)
        ]


def _is_aside(node: nodes.Element) -> bool:
    return _ASIDE in node.get("classes", ())
