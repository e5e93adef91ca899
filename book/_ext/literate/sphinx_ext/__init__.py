"""The Sphinx extension: ``extensions = ["literate.sphinx_ext"]``.

It shows chunks with their names, places and links, adds a page for each tangled file
and indexes of files, chunks and names, and brings directives for exercises, solutions
and margin notes. It never tangles: it reads the book as the command line does and shows
the program that would come out.
"""

from __future__ import annotations

import os
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from literate.sphinx_ext import boxes
from literate.sphinx_ext import chunk
from literate.sphinx_ext import examples
from literate.sphinx_ext import mentions
from literate.sphinx_ext import nameref
from literate.sphinx_ext import navigation
from literate.sphinx_ext import numbering
from literate.sphinx_ext import numbers
from literate.sphinx_ext import reading
from literate.sphinx_ext import roles
from literate.sphinx_ext import search
from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.domain import LiterateDomain
from literate.sphinx_ext.pages import collect_pages
from literate.sphinx_ext.resolve import resolve_chunks
from literate.sphinx_ext.theme import give_headings_a_level
from literate.sphinx_ext.theme import leave_out_unused

_PARTS = (
    boxes,
    chunk,
    examples,
    mentions,
    nameref,
    numbering,
    numbers,
    reading,
    roles,
    search,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers everything with Sphinx."""
    app.require_sphinx("8.0")
    app.add_config_value("literate_project", ".", "env", str)
    app.add_domain(LiterateDomain)
    for module in _PARTS:
        module.register(app)
    app.connect("builder-inited", _find_project)
    app.connect("env-updated", _load)
    app.connect("doctree-resolved", resolve_chunks)
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", navigation.make_once, priority=400)
    app.connect("html-page-context", navigation.show_page, priority=550)
    app.connect("html-page-context", give_headings_a_level, priority=600)
    app.connect("html-page-context", leave_out_unused, priority=700)
    return {
        "version": "1",
        "env_version": 5,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _find_project(app: Sphinx) -> None:
    domain = domain_of(app.env)
    domain.project = os.path.join(app.confdir, app.config.literate_project)


def _load(app: Sphinx, env: BuildEnvironment) -> list[str]:
    domain = domain_of(env)
    domain.reload()
    return domain.stale_pages(app.builder)
