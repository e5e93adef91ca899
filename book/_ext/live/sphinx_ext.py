"""The Sphinx extension of the live examples: ``live.sphinx_ext``.

It gives the pages of the chapters what their script needs, and lays the files of
``python -m live build`` into the site. Where those were not made, and in outputs that
are no site, examples are listings.
"""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from posixpath import relpath
from typing import Any

from docutils import nodes
from literate.book import Book
from literate.model import Chapter
from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.domain import domain_of
from literate.state import read_bytes
from literate.state import write_atomically
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from live.build import SIZES
from live.build import STAMP
from live.chapters import examples_of
from live.chapters import program_of
from live.lacking import reason

_logger = logging.getLogger(__name__)
_PLACE = "_static/live"


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the extension with Sphinx."""
    app.add_config_value("live_folder", "build/live/site", "html", str)
    app.add_config_value("live_version", "", "html", str)
    app.add_config_value("live_pages", [], "html", [list, tuple])
    app.connect("config-inited", _note_version)
    app.connect("builder-inited", _find_files)
    app.connect("html-page-context", _give_data, priority=650)
    app.connect("build-finished", _lay_out)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _note_version(app: Sphinx, config: Config) -> None:
    """Lets Sphinx write all pages anew when the files are other ones."""
    files = _files(app)
    config["live_version"] = "" if files is None else _version(files)


def _find_files(app: Sphinx) -> None:
    if not makes_site(app.builder):
        return
    if _files(app) is None:
        _logger.info(
            "live: examples are listings only; to run them in the page, first make what"
            " they need: python -m live build"
        )


def _files(app: Sphinx) -> Path | None:
    folder = Path(app.confdir, app.config.live_folder)
    return folder if (folder / STAMP).is_file() else None


def _give_data(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Puts the data for the script into the page of a chapter, or another live page."""
    files = _files(app) if makes_site(app.builder) else None
    chapter = _chapter(app, page)
    if files is None or chapter is None or doctree is None:
        return
    told = examples_of(chapter)
    if not told["examples"]:
        return
    base = relpath(_PLACE, str(Path(page).parent.as_posix()))
    sizes = json.loads((files / SIZES).read_text("utf-8"))
    fetched = (
        "runtime/pyodide.asm.wasm",
        "runtime/pyodide.asm.mjs",
        "runtime/stdlib.zip",
    )
    data = {
        "base": f"{base}/",
        "chapter": f"{base}/chapters/{_stem(chapter)}.json",
        "program": f"{base}/programs/{_program(app, chapter):02}.zip",
        "version": _version(files),
        "sizes": sum(sizes[name] for name in (*fetched, "libraries.zip")),
        "anchors": [each["anchor"] for each in told["examples"]],
        "lacking": {
            each["anchor"]: why
            for each in told["examples"]
            if (why := reason(each["needs"])) is not None
        },
    }
    text = json.dumps(data, sort_keys=True).replace("<", "\\u003c")
    context["body"] += (
        f'<script type="application/json" id="live-data">{text}</script>\n'
        f'<script type="module" src="{base}/page.js?v={_version(files)}"></script>\n'
    )
    app.add_css_file("live.css")


def _chapter(app: Sphinx, page: str) -> Chapter | None:
    """What a page shows, if it is a numbered chapter or one of ``live_pages``."""
    book = _book(app)
    chapter = book.chapter(f"{book.config.source}/{page}.md")
    if chapter is None:
        return None
    live = chapter.number is not None or page in app.config.live_pages
    return chapter if live else None


def _stem(chapter: Chapter) -> str:
    """What the file with the examples of a page is called."""
    if chapter.number is not None:
        return f"{chapter.number:02}"
    return Path(chapter.path).stem


def _program(app: Sphinx, chapter: Chapter) -> int:
    """As of which chapter the program is that a page's examples run on."""
    return _book(app).last if chapter.number is None else chapter.number


def _book(app: Sphinx) -> Book:
    return domain_of(app.env).program.book


def _version(files: Path) -> str:
    return sha256((files / STAMP).read_bytes()).hexdigest()[:8]


def _lay_out(app: Sphinx, error: Exception | None) -> None:
    """Writes the chapters' data and copies the files, where they are not yet."""
    files = _files(app) if makes_site(app.builder) else None
    if error is not None or files is None:
        return
    target = Path(app.outdir, _PLACE)
    stamp = target / STAMP
    if read_bytes(str(stamp)) != (files / STAMP).read_bytes():
        _remove_former(target / SIZES, files / SIZES)
        shutil.copytree(files, target, dirs_exist_ok=True)
    book = _book(app)
    for each in book.chapters:
        page = each.path.removeprefix(f"{book.config.source}/").removesuffix(".md")
        if _chapter(app, page) is None:
            continue
        told = json.dumps(examples_of(each), separators=(",", ":")).encode()
        _write(target / "chapters" / f"{_stem(each)}.json", told)
        if each.number is not None:
            program = program_of(book, each.number)
            _write(target / "programs" / f"{each.number:02}.zip", program)


def _remove_former(laid_out: Path, wanted: Path) -> None:
    """Removes what an earlier build has laid out and this one does not have."""
    former = json.loads(read_bytes(str(laid_out)) or "{}")
    for name in set(former) - set(json.loads(wanted.read_bytes())):
        (laid_out.parent / name).unlink(missing_ok=True)


def _write(file: Path, data: bytes) -> None:
    if read_bytes(str(file)) != data:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(str(file), data, lasting=False)
