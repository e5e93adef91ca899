"""The site of the book: builds without a warning, twice, and is served by flasklit."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.parse import urldefrag
from zipfile import ZipFile

import pytest
from apireference.check import recorded
from apireference.history import history
from apireference.names import documented_names
from bookserver import create_app
from sitelinks import broken_links
from sitelinks import Links
from stepper.functions import short
from stepper.trace import record_in_new_process
from werkzeug.serving import make_server
from werkzeug.serving import WSGIRequestHandler
from werkzeug.test import Client

PROJECT = Path(__file__).parents[1]


def build(
    source: Path, output: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Run sphinx-build with warnings as errors, as the session `book` does."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-j", "auto"]
    command += ["--no-color", *options]
    command += ["-c", str(source), str(source / "book"), str(output)]
    # Sphinx colours what it says where CI is set, and then it names no pages in lines.
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=source, env=plain
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the site is made from, so that a chapter can be changed."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("book", "examples", "flasklit"):
        shutil.copytree(
            PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("conf.py", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder)
    return folder


@pytest.fixture(scope="module")
def site(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("site") / "html"
    done = build(source, output)
    assert done.returncode == 0, done.stderr
    return output


def test_builds_again_after_a_change(source: Path, site: Path) -> None:
    chapter = source / "book" / "chapters" / "05-url-route-registrations.md"
    chapter.write_text(
        chapter.read_text("utf-8") + "\nA sentence that was not there.\n", "utf-8"
    )
    os.utime(chapter)
    before = written(source, site)
    done = build(source, site)
    assert done.returncode == 0, done.stderr
    assert "A sentence that was not there." in page(
        site, "chapters/05-url-route-registrations.html"
    )
    # The other page counts the words of all chapters; Sphinx writes an index always.
    pages = {"chapters/05-url-route-registrations", "appendices/book-in-numbers"}
    assert pages_read(done.stdout) == pages
    after = written(source, site)
    assert {each for each in after if after[each] != before[each]} == {*pages, "index"}


def test_reads_and_writes_no_page_again_without_a_change(
    source: Path, site: Path
) -> None:
    before = written(source, site)
    done = build(source, site)
    assert done.returncode == 0, done.stderr
    assert pages_read(done.stdout) == set()
    assert written(source, site) == before


def pages_read(output: str) -> set[str]:
    """The pages that Sphinx says it reads; it names each, if they are few."""
    return set(re.findall(r"^reading sources\.\.\. \[ *\d+%\] (\S+)", output, re.M))


def written(source: Path, site: Path) -> dict[str, int]:
    """When each page with a source of its own was written."""
    pages = {}
    for file in (source / "book").rglob("*.md"):
        name = file.relative_to(source / "book").with_suffix("")
        pages[name.as_posix()] = (site / name).with_suffix(".html").stat().st_mtime_ns
    return pages


def test_pages_are_compressed_for_those_who_take_it(site: Path) -> None:
    client, takes = Client(create_app(site)), {"Accept-Encoding": "gzip"}
    with client.get("/preface.html") as plain:
        text = plain.data
        assert "Content-Encoding" not in plain.headers
    with client.get("/preface.html", headers=takes) as packed:
        assert gzip.decompress(packed.data) == text
        assert len(packed.data) < len(text) / 2
        assert "Accept-Encoding" in packed.headers["Vary"]
        again = {**takes, "If-None-Match": packed.headers["ETag"]}
    with client.get("/preface.html", headers=again) as unchanged:
        assert unchanged.status_code == 304


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: Links(path) for path in site.rglob("*.html")}
    broken = list(broken_links(site, pages))
    assert len(pages) > 40
    assert site / "404.html" in pages
    assert not broken, "\n".join(broken[:20])


def test_every_link_of_the_book_on_one_page_leads_somewhere(
    source: Path, site: Path, tmp_path: Path
) -> None:
    shared = ["-d", str(site / ".doctrees")]
    done = build(source, tmp_path, "-b", "singlehtml", *shared)
    assert done.returncode == 0, done.stderr
    page = tmp_path / "index.html"
    links = Links(page)
    twice = [name for name, times in Counter(links.ids).items() if times > 1]
    assert not twice
    broken = list(broken_links(tmp_path, {page: links}))
    assert len(links.targets) > 5_000
    assert not broken, "\n".join(broken[:20])


def test_every_link_of_the_epub_leads_somewhere(
    source: Path, site: Path, tmp_path: Path
) -> None:
    shared = ["-d", str(site / ".doctrees")]
    done = build(source, tmp_path / "made", "-b", "epub", *shared)
    assert done.returncode == 0, done.stderr
    top = tmp_path / "book"
    with ZipFile(tmp_path / "made" / "flasklit.epub") as book:
        book.extractall(top)
    pages = {path: Links(path) for path in top.rglob("*.xhtml")}
    for path in pages:
        ElementTree.parse(path)
    broken = list(broken_links(top, pages))
    assert len(pages) > 40
    assert not broken, "\n".join(broken[:20])


def test_a_first_visit_of_a_chapter_is_less_than_400_kilobytes(site: Path) -> None:
    for path in (site / "chapters").glob("*.html"):
        links = {urldefrag(link)[0].partition("?")[0] for link in Links(path).targets}
        loaded = [
            path.parent / link for link in links if link.endswith((".css", ".js"))
        ]
        assert len(loaded) > 5
        total = sum(file.stat().st_size for file in [path, *loaded])
        assert total < 400_000, path.name


def test_no_page_tells_where_it_was_made(source: Path, site: Path) -> None:
    pages = [*site.rglob("*.html"), site / "searchindex.js"]
    telling = [path for path in pages if str(source) in path.read_text("utf-8")]
    assert telling == []


def test_every_documented_name_has_an_entry_and_a_row(site: Path) -> None:
    pages = {path: Links(path) for path in (site / "reference").glob("*.html")}
    anchors = {name for links in pages.values() for name in links.names}
    names = {entry.within("flasklit") for entry in documented_names()}
    assert not names - anchors
    table = pages[site / "reference" / "documented-names.html"]
    linked = {urldefrag(link).fragment for link in table.targets}
    assert not names - linked


def test_entries_and_chapters_lead_to_each_other(site: Path) -> None:
    entries = Links(site / "reference" / "application-object.html")
    chapter = Links(site / "chapters" / "05-url-route-registrations.html")
    there = "../chapters/05-url-route-registrations.html#"
    chunks = {
        link.removeprefix(there) for link in entries.targets if link.startswith(there)
    }
    assert chunks
    assert chunks <= chapter.names
    back = "../reference/application-object.html#flasklit.Flask."
    assert f"{back}url_map" in chapter.targets
    assert sum(link.startswith(back) for link in chapter.targets) > 5


def test_the_reference_says_what_was_dropped_and_when(site: Path) -> None:
    entries: dict[str, str] = {}
    for path in (site / "reference").glob("*.html"):
        _, *parts = re.split(
            r'<dt class="sig[^>]*id="([^"]+)"', path.read_text("utf-8")
        )
        entries |= dict(zip(parts[::2], parts[1::2], strict=True))
    flask = recorded("flask")
    for entry in documented_names():
        note = f"Dropped in Flask {history()[entry.name].dropped}: "
        text = entries[entry.within("flasklit")]
        assert (note in text) == (not flask[entry.name].exists), entry.name


def test_the_page_of_steps_shows_what_a_request_calls_now(site: Path) -> None:
    text = page(site, "request-step-by-step.html")
    for course, steps in record_in_new_process(str(PROJECT)).items():
        _, _, rest = text.partition(f'id="steps-{course}"')
        items, _, _ = rest.partition("</ol>")
        shown = re.findall(
            r'<p class="step-name">.*?<span class="pre">(.*?)</span>', items, re.S
        )
        assert shown == [short(step.function) for step in steps]
        for step in steps:
            if step.file.startswith("flasklit/"):
                there = step.file.removesuffix(".py")
                assert f'href="files/{there}.html#L' in items
    links = Links(site / "request-step-by-step.html")
    assert "chapters/17-application-object-hooks.html#chunk-" in "\n".join(
        links.targets
    )
    assert "_static/stepper.js" in text
    assert "_static/stepper.js" not in page(site, "index.html")


def test_flasklit_serves_it(site: Path) -> None:
    client = Client(create_app(site))
    assert "flasklit" in client.get("/", buffered=True).text
    chapter = client.get("/chapters/01-application-object.html", buffered=True)
    assert chapter.status_code == 200
    assert chapter.headers["Content-Type"].startswith("text/html")
    assert client.get("/_static/literate.css", buffered=True).status_code == 200
    missing = client.get("/no/such/page.html", buffered=True)
    assert missing.status_code == 404
    assert missing.text == page(site, "404.html")
    assert 'href="/chapters/01-application-object.html"' in missing.text


class Quiet(WSGIRequestHandler):
    """Says nothing of the requests it answers."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where flasklit serves the site."""
    app = create_app(site)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not installed")
    return found


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("Flask.add_url_rule()", "#flasklit.Flask.add_url_rule"),
        ("Routes._connect", "chapters/05-url-route-registrations.html#chunk-"),
        ("create a URL adapter", "#chunk-create-a-url-adapter"),
    ],
)
def test_the_search_finds_names_and_chunks(
    chromium: str, address: str, tmp_path: Path, query: str, place: str
) -> None:
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu"]
    command += ["--disable-background-networking", "--no-first-run"]
    command += [f"--user-data-dir={tmp_path}", "--virtual-time-budget=10000"]
    url = f"{address}/search.html?q={quote(query)}"
    done = subprocess.run(
        [*command, "--dump-dom", url], capture_output=True, text=True, timeout=60
    )
    results = done.stdout.partition('class="search"')[2]
    found = re.findall(r'<a [^>]*href="([^"]+)"', results)
    assert found, done.stderr
    assert place in found[0], found[:10]


def page(site: Path, name: str) -> str:
    return (site / name).read_text("utf-8")
