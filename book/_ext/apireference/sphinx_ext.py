"""The Sphinx extension that makes the API reference: ``apireference.sphinx_ext``."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.changeset import versionlabels

from apireference.directive import ApiDirective
from apireference.directive import completed
from apireference.directive import ToldDirective
from apireference.links import resolve
from apireference.table import DocumentedNamesDirective

_SIGNATURE = re.compile(r'<dt class="sig .*?</dt>', re.S)
_LABELS = {
    "versionadded": "New in Flask %s",
    "versionchanged": "Changed in Flask %s",
    "deprecated": "Deprecated since Flask %s",
    "versionremoved": "Dropped in Flask %s",
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directives with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.intersphinx")
    app.setup_extension("literate.sphinx_ext")
    app.add_directive("api", ApiDirective)
    app.add_directive("told", ToldDirective)
    app.add_directive("documented-names", DocumentedNamesDirective)
    app.connect("autodoc-process-docstring", _complete)
    app.connect("missing-reference", resolve, priority=600)
    app.connect("html-page-context", _correct, priority=600)
    versionlabels.update(_LABELS)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _complete(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Adds to a docstring what the facts know of the name."""
    lines[:] = completed(name, lines)


def _correct(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Writes a signature of several lines as lines.

    Sphinx makes it a list of definitions that has nothing to define, which those who
    listen to the page are told about.
    """
    if "body" in context:
        context["body"] = _SIGNATURE.sub(_lines, context["body"])


def _lines(match: re.Match[str]) -> str:
    html = match[0].replace("<dl>", '<span class="sig-lines">')
    html = html.replace("<dd>", '<span class="sig-line">')
    return html.replace("</dd>", "</span>").replace("</dl>", "</span>")
