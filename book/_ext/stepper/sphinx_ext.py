"""The Sphinx extension: ``stepper.sphinx_ext``."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from stepper.directive import link_steps
from stepper.directive import RequestStepsDirective
from stepper.directive import StepsNode

SCRIPT = "stepper.js"
STYLE = "stepper.css"


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directive with Sphinx."""
    app.setup_extension("literate.sphinx_ext")
    app.add_directive("request-steps", RequestStepsDirective)
    app.connect("doctree-resolved", link_steps)
    app.connect("html-page-context", _add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _add_files(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Loads style and script on the page with the steps, and on no other."""
    if doctree is None or app.builder.format != "html":
        return
    if next(doctree.findall(StepsNode), None) is not None:
        app.add_css_file(STYLE)
        app.add_js_file(SCRIPT, loading_method="defer")
