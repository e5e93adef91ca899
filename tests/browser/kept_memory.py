"""The memory of a Python that has started, which the next page goes on from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
from bookserver import create_app
from live_examples import FIRST
from live_examples import first_tools
from live_examples import PATIENCE
from live_examples import runs_as_printed
from live_examples import write
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import Page
from shown import SITE
from shown import watching

from flasklit import Flask
from flasklit import request

#: The size of the memory that is kept, once it is, and what was written beside it.
KEPT = """
async () => {
  for (;;) {
    const shelf = await caches.open("flasklit-python");
    for (const request of await shelf.keys()) {
      const found = await shelf.match(request);
      if (found) {
        const { byteLength } = await found.arrayBuffer();
        return [byteLength, found.headers.get("X-Written")];
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
"""
#: Puts other bytes in its place, or the same ones, with a note.
REPLACE = """
async (size) => {
  const shelf = await caches.open("flasklit-python");
  const [request] = await shelf.keys();
  const bytes = await (await shelf.match(request)).arrayBuffer();
  const headers = { "X-Written": "by a test" };
  const body = size === null ? bytes : new Uint8Array(size);
  await shelf.put(request, new Response(body, { headers }));
}
"""
WHOLE = 20_000_000  # bytes
#: Milliseconds after the first output, when the memory is written (memory.js).
CALM = 1000
TRACED = ["v8.wasm", "disabled-by-default-v8.wasm.detailed"]
KEPT_CODE = "wasm.Deserialize"
KEEPS_CODE = "wasm.SerializeModule"
COMPILES = "wasm.CompileBaseline"
#: V8 keeps what it has compiled whenever that has grown by so many bytes, else a million.
SOON = "--js-flags=--wasm-caching-hard-threshold=50000"
#: What Python is made of, in the addresses.
PARTS = ("pyodide.asm.wasm", "stdlib.zip", "libraries.zip")


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with nothing in its caches."""
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        yield context


def drawn(page: Page) -> str:
    """A random number that code of the page has drawn."""
    return printed(page, "import random; print('drawn', random.random())", "drawn")


def printed(page: Page, code: str, awaited: str) -> str:
    """What code that a reader writes has printed; a text of it is known."""
    example = first_tools(page)
    example.get_by_role("button", name="Edit").click()
    write(example, code)
    page.keyboard.press("Control+Enter")
    output = example.locator(".live-output")
    expect(output).to_contain_text(awaited, timeout=PATIENCE)
    return output.inner_text()


def test_the_next_page_goes_on_from_it(reader: BrowserContext, origin: str) -> None:
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        size, note = page.evaluate(KEPT)
        assert size > WHOLE
        assert note is None
        page.evaluate(REPLACE, None)
        first = drawn(page)
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        second = drawn(page)
        assert page.evaluate(KEPT) == [size, "by a test"]
    assert first != second


def test_python_rehearses_once(reader: BrowserContext, origin: str) -> None:
    code = "import sys; print('rehearsal' in sys.modules, 'is the answer')"
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        page.evaluate(KEPT)
        page.wait_for_timeout(2 * CALM)
        assert "True" in printed(page, code, "is the answer")
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        page.wait_for_timeout(4 * CALM)
        assert "False" in printed(page, code, "is the answer")


def test_a_reader_may_break_what_the_rehearsal_needs(
    reader: BrowserContext, origin: str
) -> None:
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        with page.expect_console_message(
            lambda message: message.text.startswith("Python rehearses no further"),
            timeout=PATIENCE,
        ):
            printed(page, "import heapq; del heapq.nsmallest; print(1 + 1)", "2")
        first_tools(page).get_by_role("button", name="Reset").click()
        runs_as_printed(first_tools(page))


@pytest.mark.parametrize("size", [0, 1000, 40_000_000])
def test_what_is_no_memory_is_replaced(
    reader: BrowserContext, origin: str, size: int
) -> None:
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        page.evaluate(KEPT)
        page.evaluate(REPLACE, size)
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        page.wait_for_function(f"async () => (await ({KEPT})())[1] === null")
        assert page.evaluate(KEPT)[0] > WHOLE


def test_a_browser_may_keep_nothing(reader: BrowserContext, origin: str) -> None:
    refusal = "() => Promise.reject(new DOMException('no leave', 'SecurityError'))"
    with watching(reader, origin) as watched:
        watched.page.route(
            "**/live/worker.js?v=*",
            lambda route: route.fulfill(
                response=(answer := route.fetch()),
                body=f"CacheStorage.prototype.open = {refusal};\n{answer.text()}",
            ),
        )
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        page.wait_for_timeout(2 * CALM)
        assert page.evaluate("() => caches.has('flasklit-python')") is False


def test_what_was_compiled_is_kept_as_well(browser: Browser, origin: str) -> None:
    with chromium.profile(browser.browser_type) as reader:
        first = names_of_what_v8_does(reader, origin)
        assert "wasm.TopTierCompilation" in first
        assert KEPT_CODE not in first
        later = names_of_what_v8_does(reader, origin)
        assert KEPT_CODE in later


def test_what_a_later_visit_compiles_is_kept_for_the_next(
    browser: Browser, origin: str
) -> None:
    with chromium.profile(browser.browser_type, SOON) as reader:
        # Ends before Python rehearses: the next visit has much to compile.
        names_of_what_v8_does(reader, origin, CALM // 2)
        later = names_of_what_v8_does(reader, origin)
        assert {KEPT_CODE, KEEPS_CODE} <= later
        assert KEPT_CODE in names_of_what_v8_does(reader, origin)


def test_what_goes_on_from_it_has_its_main_loop_compiled_once(
    reader: BrowserContext, origin: str
) -> None:
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        runs_as_printed(first_tools(page))
        page.evaluate(KEPT)
    compiled = [
        (event["args"]["bodySize"], event["args"]["funcIndex"])
        for event in what_v8_does(reader, origin, CALM)
        if event["name"] == COMPILES
    ]
    # The main loop is the largest function. What V8 throws away begins again here.
    assert compiled.count(max(compiled)) == 1


def test_what_has_a_version_is_asked_for_once(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def recording(site: Path) -> Flask:
        app = create_app(site)
        app.before_request(lambda: asked.append(request.full_path))
        return app

    monkeypatch.setattr(chromium, "create_app", recording)
    with (
        chromium.profile(browser.browser_type) as reader,
        chromium.serving(SITE) as origin,
    ):
        reader.set_default_timeout(PATIENCE)
        assert sorted(parts_asked_for(reader, origin, asked)) == sorted(PARTS)
        assert parts_asked_for(reader, origin, asked) == []


def parts_asked_for(reader: BrowserContext, origin: str, asked: list[str]) -> list[str]:
    """Which parts of Python a visit asks the server for."""
    asked.clear()
    with watching(reader, origin) as watched:
        runs_as_printed(first_tools(watched.visit(FIRST)))
    return [part for path in asked for part in PARTS if f"/{part}?v=" in path]


def names_of_what_v8_does(
    reader: BrowserContext, origin: str, after: int = 5 * CALM
) -> set[str]:
    return {event["name"] for event in what_v8_does(reader, origin, after)}


def what_v8_does(
    reader: BrowserContext, origin: str, after: int
) -> list[dict[str, Any]]:
    """What V8 reports of WebAssembly while a page starts Python and for a while after.

    :param after: how long that is, in milliseconds; V8 keeps code then, too.
    """
    assert reader.browser is not None
    with watching(reader, origin) as watched:
        page = watched.visit(FIRST)
        reader.browser.start_tracing(page=page, categories=TRACED)
        runs_as_printed(first_tools(page))
        page.wait_for_timeout(after)
        trace = json.loads(reader.browser.stop_tracing())
    events: list[dict[str, Any]] = trace["traceEvents"]
    return events
