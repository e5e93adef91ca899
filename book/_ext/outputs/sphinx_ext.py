"""The Sphinx extension: ``extensions = ["outputs.sphinx_ext"]``."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from outputs import crawlers
from outputs import epub
from outputs import head
from outputs import llms
from outputs import missing
from outputs import paper
from outputs import single
from outputs import site


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers everything with Sphinx."""
    app.add_config_value("outputs_description", "", "html", str)
    app.add_config_value("outputs_note", "", "html", str)
    app.add_config_value("outputs_picture", "", "html", str)
    app.add_config_value("outputs_picture_alt", "", "html", str)
    for module in (head, llms, missing, crawlers, paper, single, epub, site):
        module.register(app)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
