"""What a reader does with a page: opens chunks, looks names up, comes back, uses keys."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
from wovenbook import CONF
from wovensite import Site

from conftest import TOOL

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

STATIC = TOOL.parent / "_static"
SCRIPTS = ["literate", "filedata", "chunks", "names", "position", "keys", "overview"]
MORE_CONF = f"""
html_static_path = [{str(STATIC)!r}]
html_css_files = ["literate.css", "reading.css"]
html_js_files = {[(f"{name}.js", {"defer": "defer"}) for name in SCRIPTS]!r}
"""
FILLER = "\n\n## A long section\n\n" + "Text that goes on.\n\n" * 60


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A built book, served."""
    site = Site(tmp_path_factory.mktemp("read"))
    site.write("conf.py", CONF.format(tool=str(TOOL)) + MORE_CONF)
    routes = site.project.read("book/chapters/02-routes.md")
    mention = "The method `App.route` and {ident}`App` are {chunk}`more state`.\n\n"
    routes = routes.replace("# Routes\n\n", f"# Routes\n\n{mention}")
    site.write("book/chapters/02-routes.md", routes + FILLER)
    assert site.build("-W") == (0, "")
    top = site.project.root / "build" / "html"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(top)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page of a browser that remembers nothing; an error in a script is one here."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.set_default_timeout(5000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def code_of(figure: Any) -> list[str]:
    """The lines of a chunk's code, with what is opened in it."""
    text: str = figure.locator("pre").first.evaluate("pre => pre.textContent")
    return text.rstrip("\n").split("\n")


def test_a_reference_opens_in_place_and_closes(page: Any) -> None:
    page.goto("/chapters/01-answer.html")
    figure = page.locator("#chunk-the-application")
    closed = code_of(figure)
    opener = figure.get_by_role("button", name="⟨create an application⟩")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.focus()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(opener).to_be_focused()
    assert code_of(figure)[8:12] == [
        "    ⟨create an application⟩",
        "    def __init__(self) -> None:",
        '        self.name = "mini"',
        "",
    ]
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "false")
    assert code_of(figure) == closed


def test_references_within_open_too(page: Any) -> None:
    page.goto("/chapters/02-routes.html")
    figure = page.locator("#chunk-create-an-application")
    opener = figure.get_by_role("button", name="⟨refuse a second hook⟩")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    lines = code_of(figure)
    start = lines.index("        ⟨refuse a second hook⟩")
    assert lines[start + 1 : start + 4] == [
        "        if path in self.routes:",
        "            raise ValueError(path)",
        "        self.routes[path] = hook",
    ]
    page.goto("/chapters/01-answer.html")
    figure = page.locator("#chunk-create-an-application")
    figure.get_by_role("button", name="⟨more state⟩").click()
    expect(figure).to_contain_text("as of chapter 2; nothing stands here before")
    assert code_of(figure)[-1] == "    self.routes: dict[str, Hook] = {}"
    assert "self.routes" not in page.locator("#chunk-the-application").inner_text()


def test_opening_everything_gives_the_file(page: Any) -> None:
    page.goto("/chapters/03-pages.html")
    figure = page.locator("#chunk-the-application")
    while figure.locator(".chunk-opener[aria-expanded=false]").count():
        figure.locator(".chunk-opener[aria-expanded=false]").first.click()
        expect(figure.locator(".chunk-opener[disabled]")).to_have_count(0)
    lines = [line for line in code_of(figure) if "⟨" not in line]
    file = page.evaluate(
        """async () => {
            const tangled = await literate.file("pkg/app.py");
            const text = document.createElement("div");
            return tangled.lines(tangled.version(3)).map(({ html }) => {
                text.innerHTML = html;
                return text.textContent;
            });
        }"""
    )
    assert "def outer() -> int:" in lines
    assert "\n".join(lines).strip() in "\n".join(file)


def test_a_chunk_shows_its_file_as_of_its_chapter(page: Any) -> None:
    page.goto("/chapters/01-answer.html")
    figure = page.locator("#chunk-answer-a-request")
    toggle = figure.get_by_role("button", name="whole file: pkg/app.py as of chapter 1")
    toggle.click()
    listing = figure.get_by_role("region", name="pkg/app.py as of chapter 1")
    marked = listing.locator(".marked code")
    expect(marked).to_have_text(["        return self.name\n"])
    assert "def route" not in listing.inner_text()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    listing.press("Escape")
    expect(listing).to_have_count(0)
    expect(toggle).to_be_focused()


def test_a_name_tells_what_it_is(page: Any) -> None:
    page.goto("/chapters/02-routes.html")
    preview = page.get_by_role("tooltip")
    link = page.locator("a[data-name='pkg.app.App.route']").first
    expect(preview).to_be_hidden()
    link.hover()
    expect(preview).to_contain_text("pkg.app.App.route() method")
    expect(preview).to_contain_text("Registers a hook.")
    expect(preview).to_contain_text("chapter 2, Routes")
    shown, under = preview.bounding_box(), link.bounding_box()
    apart = shown["y"] >= under["y"] + under["height"]
    assert apart or shown["y"] + shown["height"] <= under["y"]
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()


def test_a_name_tells_it_to_the_keyboard(page: Any) -> None:
    page.goto("/chapters/02-routes.html")
    preview = page.get_by_role("tooltip")
    link = page.locator("a[data-name='pkg.app.App']").first
    page.locator("a[data-name='pkg.app.App.route']").first.focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(preview).to_contain_text("An application.")
    expect(link).to_have_attribute("aria-describedby", "name-preview")
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(link).to_be_focused()


def test_a_page_is_found_again_until_it_is_forgotten(page: Any) -> None:
    page.goto("/index.html")
    expect(page.locator(".way-back")).to_have_count(0)
    page.goto("/chapters/02-routes.html")
    page.mouse.wheel(0, 1500)
    bar = page.locator(".reading-progress")
    expect(bar).to_have_attribute("style", re.compile(r"scaleX\(0\.\d+\)"))
    page.wait_for_function("localStorage.getItem('flasklit-reading') !== null")
    page.goto("/map.html")
    expect(page.locator("#chapter-2 .map-read")).to_contain_text("read")
    page.goto("/index.html")
    box = page.locator(".way-back")
    expect(box.get_by_role("link")).to_have_text("Routes: A long section")
    box.get_by_role("button", name="Forget").click()
    expect(page.get_by_role("status")).to_be_focused()
    page.reload()
    expect(page.locator(".way-back")).to_have_count(0)


def test_keys_lead_through_the_book(page: Any) -> None:
    page.goto("/chapters/01-answer.html")
    page.keyboard.press("n")
    page.wait_for_url("**/02-routes.html")
    page.keyboard.press("[")
    page.wait_for_url("**/01-answer.html")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("next page")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("/")
    search = page.get_by_role("textbox", name="Search")
    expect(search).to_be_focused()
    page.keyboard.type("np?")
    expect(search).to_have_value("np?")
    expect(keys).to_be_hidden()
    page.locator("body").click(position={"x": 1, "y": 1})
    page.keyboard.press("Control+p")
    page.keyboard.press("Alt+n")
    assert page.url.endswith("/01-answer.html")


def test_the_program_is_shown_one_chapter_at_a_time(page: Any) -> None:
    page.goto("/program.html#chapter-2")
    shown = page.locator(".program-chapter:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_have_id("chapter-2")
    change = shown.get_by_role("region", name="What chapter 2 changes in pkg/app.py")
    expect(change.locator(".removed code")).to_have_text(["        return self.name\n"])
    assert "def route" in "".join(change.locator(".added code").all_inner_texts())
    link = change.locator(".added .origin a").first
    expect(link).to_have_attribute("href", "./chapters/02-routes.html#chunk-more-state")
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_id("chapter-3")
    assert page.url.endswith("#chapter-3")
    page.get_by_role("combobox").select_option("1")
    expect(shown).to_have_id("chapter-1")


def test_everything_can_be_read_without_scripts(browser: Any, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/program.html")
    assert page.locator(".program-chapter:visible").count() == 3
    page.goto("/map.html")
    assert page.locator(".map-chapters > li:visible").count() == 3
    page.goto("/chapters/02-routes.html")
    expect(page.locator(".reading-time")).to_contain_text("About 2 minutes")
    expect(page.locator("a.chunk-reference").first).to_be_visible()
    context.close()
