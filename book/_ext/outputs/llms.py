"""The book for programs that read text: each page as Markdown, a list, the whole.

The form of ``llms.txt`` is that of https://llmstxt.org.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname
from posixpath import join
from posixpath import normpath
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from outputs.markdown import to_markdown
from outputs.pages import base_address
from outputs.pages import base_path
from outputs.pages import makes_site
from outputs.pages import parts
from outputs.pages import reading_order

_MANY = 10
_WITHOUT_CAPTION = "To begin with"


def register(app: Sphinx) -> None:
    """Writes pages as Markdown along with the pages, and the rest at the end."""
    app.connect("html-page-context", _write_page, priority=750)
    app.connect("build-finished", _write_lists)


def _write_page(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is None or not makes_site(app.builder):
        return
    top = base_address(app.config) or base_path(app.config)
    path = Path(app.outdir, f"{page}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_markdown(doctree, lambda uri: absolute(top, page, uri)), "utf-8")
    address = context["pathto"](f"{page}.md", resource=True)
    context["metatags"] += (
        f'<link rel="alternate" type="text/markdown" href="{address}">\n'
    )


def absolute(top: str, page: str, uri: str) -> str:
    """A link of a page as it is from anywhere.

    :param top: the address of the start page, or its path.
    :param page: the page that has the link.
    :param uri: the link; one within the page becomes nothing.
    """
    if urlsplit(uri).scheme:
        return uri
    path, sign, fragment = uri.partition("#")
    if not path:
        return ""
    return f"{top}{normpath(join(dirname(page), path))}{sign}{fragment}"


def _write_lists(app: Sphinx, error: Exception | None) -> None:
    if error is not None or not makes_site(app.builder):
        return
    top = Path(app.outdir)
    (top / "llms.txt").write_text("\n".join(_list(app)), "utf-8")
    texts = [
        path.read_text("utf-8")
        for page in reading_order(app.env)
        if (path := top / f"{page}.md").is_file()
    ]
    (top / "llms-full.txt").write_text("\n".join(texts), "utf-8")


def _list(app: Sphinx) -> Iterator[str]:
    address = base_address(app.config) or base_path(app.config)
    yield f"# {app.config.project}\n\n> {app.config.outputs_description}\n"
    yield f"The whole book as one text is in [llms-full.txt]({address}llms-full.txt).\n"
    if app.config.outputs_note:
        yield f"{app.config.outputs_note}\n"
    sections = {page: _sections(app.env, page) for page in reading_order(app.env)}
    shared = Counter(title for titles in sections.values() for title in set(titles))
    for caption, pages in parts(app.env):
        yield f"## {caption or _WITHOUT_CAPTION}\n"
        for page in pages:
            title = app.env.titles[page]
            number = ".".join(map(str, title.get("secnumber", ())))
            name = f"{number}. {title.astext()}" if number else title.astext()
            about = app.env.metadata[page].get("description") or ""
            # What many pages have says nothing of one.
            own = [title for title in sections[page] if shared[title] < _MANY]
            if own:
                about = f"{about} Sections: {'; '.join(own)}".lstrip()
            yield f"- [{name}]({address}{page}.md)" + (f": {about}" if about else "")
        yield ""


def _sections(env: BuildEnvironment, page: str) -> list[str]:
    """The titles of the sections of a page."""
    (top,) = env.tocs[page].children[:1] or [nodes.list_item()]
    return [
        item[0].astext().replace("\n", " ")
        for within in top.children[1:]
        if isinstance(within, nodes.bullet_list)
        for item in within.findall(nodes.list_item, include_self=False)
        if item.parent is within
    ]
