"""Each chapter leaves a working program: the book's prefixes pass their examples.

The runs are processes of their own, two at a time.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from literate.book import Book

PROJECT = Path(__file__).parents[1]
WORKERS = 2
LIMIT = 600  # seconds for one chapter
# No example needs these plugins, and loading them takes a good part of a short run.
UNUSED = ["hypothesispytest", "anyio", "cacheprovider"]
INHERITED = {
    name: value
    for name, value in os.environ.items()
    if name not in ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST")
}


def run_prefix(number: int) -> subprocess.CompletedProcess[str]:
    """Runs the examples of chapters 1 to ``number`` on the program they make."""
    command = [sys.executable, "-m", "pytest", "book", "--literate-prefix", str(number)]
    for plugin in UNUSED:
        command += ["-p", f"no:{plugin}"]
    return subprocess.run(
        [*command, "-q"],
        cwd=PROJECT,
        env=INHERITED,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def numbers() -> list[int]:
    """The chapters' numbers; 0 alone, which fails, for a book without any."""
    return list(range(1, Book.load(str(PROJECT)).last + 1)) or [0]


Runs = dict[int, Future[subprocess.CompletedProcess[str]]]


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Runs]:
    """The runs of the selected chapters, under way."""
    selected = {
        item.callspec.params["number"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.function is test_prefix
    }
    chosen = [number for number in numbers() if number and number in selected]
    with ThreadPoolExecutor(WORKERS) as pool:
        yield {number: pool.submit(run_prefix, number) for number in chosen}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("number", numbers())
def test_prefix(number: int, runs: Runs) -> None:
    if number == 0:
        pytest.fail(
            "the book has no numbered chapters, so nothing proves its prefixes; "
            "`python -m literate prefix --list` shows what it has"
        )
    result = runs[number].result()
    if result.returncode != 0:
        pytest.fail(
            f"the program as of chapter {number} does not pass the examples of "
            f"chapters 1 to {number}; to see it alone, run "
            f"`python -m pytest book --literate-prefix {number}`\n\n{result.stdout}",
            pytrace=False,
        )
