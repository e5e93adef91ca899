"""The pages of a site: which there are, in which order, and where they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.epub3 import Epub3Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

MISSING = "404"
"""The page for addresses that lead nowhere."""

UNLISTED = frozenset({MISSING, "search"})
"""Pages that nobody should be sent to."""


def makes_site(builder: Builder) -> bool:
    """Whether a builder makes a site of many pages, and nothing else."""
    return isinstance(builder, StandaloneHTMLBuilder) and not isinstance(
        builder, Epub3Builder | SingleFileHTMLBuilder
    )


def base_address(config: Config) -> str:
    """Where the site is, with a slash at the end; empty if that is not configured."""
    address: str = config.html_baseurl
    return f"{address.rstrip('/')}/" if address else ""


def base_path(config: Config) -> str:
    """The path of the start page, with a slash at the end."""
    return urlsplit(base_address(config)).path or "/"


def reading_order(env: BuildEnvironment) -> Iterator[str]:
    """All pages that a table of contents leads to, each once."""
    return below(env, env.config.root_doc, set())


def below(env: BuildEnvironment, page: str, seen: set[str]) -> Iterator[str]:
    """A page and all that its tables of contents lead to, less those seen before."""
    if page not in seen:
        seen.add(page)
        yield page
        for each in env.toctree_includes.get(page, ()):
            yield from below(env, each, seen)


def parts(env: BuildEnvironment) -> Iterator[tuple[str, list[str]]]:
    """The parts of the book: their captions, which may be empty, and pages."""
    root = env.config.root_doc
    seen: set[str] = {root}
    for toctree in env.get_doctree(root).findall(addnodes.toctree):
        pages = [
            page
            for first in toctree["includefiles"]
            for page in below(env, first, seen)
        ]
        if pages:
            yield toctree.get("caption") or "", pages


def written_pages(app: Sphinx) -> list[str]:
    """The addresses of the pages that are there, from the start page, sorted."""
    top = Path(app.outdir)
    found = []
    for path in top.rglob("*.html"):
        place = path.relative_to(top)
        if not place.parts[0].startswith("_"):
            found.append(place.as_posix())
    return sorted(each for each in found if each.removesuffix(".html") not in UNLISTED)
