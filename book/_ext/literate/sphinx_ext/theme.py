"""What the pages ask of the theme."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_ASIDE = "sd-aside"


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


def _is_aside(node: nodes.Element) -> bool:
    return _ASIDE in node.get("classes", ())
