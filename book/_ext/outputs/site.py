"""The builder of the site: Sphinx's, with another index and with pages that are all HTML."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.jinja2glue import BuiltinTemplateLoader

from outputs.search import Index

_SLASH = re.compile(
    r"(<(?:area|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b"
    r"""(?:[^<>"']|"[^"]*"|'[^']*')*?)\s*/>"""
)
_BEGIN = re.compile(
    r'(<article role="main"[^>]*>\s*)<section\b( class="[^"]*")?([^>]*)>'
    r'(?=\s*(?:<span id="[^"]*"></span>)*\s*<h1)'
)
_TOLD = re.compile(r"<(title|desc)(?=[ >])(?![^>]*\bclass=)")
_END = re.compile(r"</section>(?=\s*(?:<script\b[^>]*>[^<]*</script>\s*)*</article>)")


class Site(StandaloneHTMLBuilder):
    """Sphinx's builder of the site."""

    def create_template_bridge(self) -> None:
        """Makes what fills in the templates."""
        self.templates = Templates()

    def load_indexer(self, docnames: Set[str]) -> None:
        """Begins the index with what is known of pages that are not written now."""
        config = self.config
        self.indexer = Index(
            self.env,
            config.html_search_language or config.language,
            config.html_search_options,
            config.html_search_scorer,
        )
        super().load_indexer(docnames)


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, which are filled in and then tidied."""

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """A page."""
        return tidied(super().render(template, context))


def tidied(html: str) -> str:
    """A page as a checker of HTML likes it, and as the search can mark words in it.

    Sphinx and the theme write some tags as XML has them, and put the heading of a page into a
    section within the article, which by that has none itself. The script that marks words
    fails where it finds one in the title or description of a drawing.

    :param html: the page as it comes from the templates.
    """
    html = _SLASH.sub(r"\1>", html)
    head, start, body = html.partition("<body")
    html = head + start + _TOLD.sub(r'<\1 class="nohighlight"', body)
    begun, times = _BEGIN.subn(_division, html, count=1)
    return _END.sub("</div>", begun, count=1) if times else html


def _division(match: re.Match[str]) -> str:
    article, classes, others = match.groups()
    own = f" {classes[8:]}" if classes else '"'
    return f'{article}<div class="page-section{own}{others}>'


def register(app: Sphinx) -> None:
    """Takes the place of Sphinx's builder."""
    app.add_builder(Site, override=True)
