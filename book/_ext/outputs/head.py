"""What the head of a page says of it to search engines and to those who share it."""

from __future__ import annotations

import re
from html import escape
from html import unescape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.singlehtml import SingleFileHTMLBuilder

from outputs.pages import base_address
from outputs.pages import makes_site
from outputs.pages import MISSING

LONGEST = 200
"""How many characters a description has at most."""

_SHORTEST = 80
_TAG = re.compile(r"<[^>]+>")
_VIEWPORT = re.compile(r'<meta [^>]*name="viewport"[^>]*>\s*')
_SENTENCE = re.compile(r"[.!?](?= )")


def register(app: Sphinx) -> None:
    """Notes the descriptions as pages are read, and writes them into their heads."""
    app.connect("doctree-read", _note_description)
    app.connect("html-page-context", _describe, priority=700)


def description_of(document: nodes.document) -> str:
    """The first paragraph of a page's text, or what of it is no longer than allowed."""
    for paragraph in document.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            text = " ".join(paragraph.astext().split())
            if text:
                return shortened(text)
    return ""


def shortened(text: str) -> str:
    """A text cut after a sentence or, where the first is too long, after a word."""
    if text.endswith(":"):
        text = f"{text[:-1]}."
    if len(text) <= LONGEST:
        return text
    ends = [match.end() for match in _SENTENCE.finditer(text, 0, LONGEST)]
    if ends and ends[-1] >= _SHORTEST:
        return text[: ends[-1]]
    return text[:LONGEST].rpartition(" ")[0].rstrip(",;: ") + "…"


def _note_description(app: Sphinx, document: nodes.document) -> None:
    """Keeps a page's description with what else it says of itself at its top."""
    own = app.env.metadata[app.env.current_document.docname]
    own.setdefault("description", description_of(document))


def _describe(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if isinstance(app.builder, SingleFileHTMLBuilder):
        text = escape(app.config.outputs_description)
        context["metatags"] += f'<meta name="description" content="{text}">\n'
    if not makes_site(app.builder):
        return
    # The theme has one of its own.
    tags = _VIEWPORT.sub("", context.get("metatags") or "")
    if page == MISSING:
        context["pageurl"] = None
        context["metatags"] = f'{tags}<meta name="robots" content="noindex">\n'
        return
    context["metatags"] = tags + _tags(app, page, context)


def _tags(app: Sphinx, page: str, context: dict[str, Any]) -> str:
    config = app.config
    title = " ".join(unescape(_TAG.sub("", context.get("title") or "")).split())
    text = context.get("description") or app.env.metadata.get(page, {}).get(
        "description"
    )
    text = text or config.outputs_description
    is_start = page == config.root_doc
    named = {"description": text}
    properties = {
        "og:title": config.project if is_start else title or config.project,
        "og:type": "website" if is_start else "article",
        "og:site_name": config.project,
        "og:description": text,
        "og:locale": "en_GB",
    }
    address = base_address(config)
    if address:
        properties["og:url"] = context["pageurl"]
    if address and config.outputs_picture:
        properties["og:image"] = f"{address}{config.outputs_picture}"
        properties["og:image:width"] = "1200"
        properties["og:image:height"] = "630"
        properties["og:image:alt"] = config.outputs_picture_alt
        named["twitter:card"] = "summary_large_image"
    return "".join(
        f'<meta {kind}="{name}" content="{escape(content)}">\n'
        for kind, pairs in (("name", named), ("property", properties))
        for name, content in pairs.items()
        if content
    )
