"""The site of the book: builds without a warning, twice, and is served by flasklit."""

from __future__ import annotations

import html.parser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote
from urllib.parse import urldefrag

import pytest
from apireference.check import recorded
from apireference.history import history
from apireference.names import documented_names
from bookserver import create_app
from stepper.functions import short
from stepper.trace import record_in_new_process
from werkzeug.test import Client

PROJECT = Path(__file__).parents[1]


def build(source: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Run sphinx-build with warnings as errors, as the session `book` does."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-j", "auto"]
    command += ["--no-color"]
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


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: Links(path) for path in site.rglob("*.html")}
    broken = []
    for path, links in pages.items():
        for link in links.targets:
            address, fragment = urldefrag(link)
            address = address.partition("?")[0]
            if "://" in address or address.startswith(("mailto:", "data:")):
                continue
            target = (path.parent / unquote(address)).resolve() if address else path
            if not target.is_file():
                broken.append(f"{path.relative_to(site)}: {link}")
            elif (
                fragment
                and target in pages
                and unquote(fragment) not in pages[target].names
            ):
                broken.append(f"{path.relative_to(site)}: {link} (no such place)")
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
    assert client.get("/no/such/page.html").status_code == 404


def page(site: Path, name: str) -> str:
    return (site / name).read_text("utf-8")


class Links(html.parser.HTMLParser):
    """What a page links to, and the places in it that can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.names: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and value:
                self.targets.append(value)
            elif name in {"id", "name"} and value:
                self.names.add(value)
