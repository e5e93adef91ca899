"""The Sphinx extension: ``extensions = ["practice.sphinx_ext"]``."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from practice import exercises
from practice import folding
from practice import pitfalls
from practice import predict
from practice import previews
from practice import terms


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directives with Sphinx."""
    app.setup_extension("literate.sphinx_ext")
    for module in (folding, exercises, predict, pitfalls, previews, terms):
        module.register(app)
    app.add_css_file("practice.css")
    app.add_js_file("practice.js", loading_method="defer")
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
