"""How long the book's own jobs take, beside Entangled and literate-sphinx on the same chunks.

The jobs run in copies of the book, in turns, each as a process of its own unless it says
otherwise. A figure is the least of all turns; a ratio compares processor time within a
turn, because a shared machine lets one wait.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from literate.book import Book
from peers import entangled_book
from peers import sphinx_book
from peers import sphinx_book_with_prose

PROJECT = Path(__file__).parents[1]
TOOL = PROJECT / "book" / "_ext"
SCRIPTS = Path(sys.executable).parent
PYTHON = sys.executable
ENTANGLED = str(SCRIPTS / "entangled")
EDITED = "def flash("
"""A function with a docstring that the whole book defines once."""
PROGRAM = "flasklit/helpers.py"
"""The file it lands in."""
PREFIX = 27

Spent = tuple[float, float]
"""Seconds that passed, and seconds of processor time."""

Jobs = dict[str, dict[str, Callable[[], Spent]]]
"""For each job, by the name of the tool, what does it once."""


def run(quick: bool) -> dict[str, Any]:
    """Print the figures and return them.

    :param quick: fewer turns, and no sites.
    """
    book = Book.load(str(PROJECT))
    lines = sum(len(file.lines) for file in book.tangle().values())
    print(
        f"{len(book.graph.chunks)} chunks, {lines} lines, {len(book.chapters)} chapters"
    )
    print(
        f"{'seconds (of processor time)':36}{'literate':>16}{'Entangled':>24}", end=""
    )
    print(f"{'literate-sphinx':>24}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        result = measured(commands(book, root), 3 if quick else 8)
        result |= measured(examples(), 1 if quick else 3)
        if not quick:
            result |= measured(sites(book, root), 2)
    return result


def commands(book: Book, root: Path) -> Jobs:
    """What one does at the shell while writing."""
    ours = copy_book(root / "literate")
    entangled = entangled_book(book, root / "entangled")
    sphinx = sphinx_book(book, root / "sphinx")
    literate = [PYTHON, "-m", "literate"]
    weave = [PYTHON, "-m", "sphinx", "-q", "-b", "tangle", ".", "out"]
    # Both are told where everything stands before the first edit.
    spend([*literate, "tangle"], ours)
    spend([ENTANGLED, "tangle", "--force"], entangled)
    prefix = ["prefix", str(PREFIX), "--output", str(root / "prefix")]
    return {
        "tangle, nothing to do": {
            "literate": lambda: spend([*literate, "tangle"], ours),
            "Entangled": lambda: spend([ENTANGLED, "tangle", "--force"], entangled),
            "literate-sphinx": lambda: spend([*weave, "-E"], sphinx),
        },
        "tangle, one chunk changed": {
            "literate": after_edit(
                page_with(ours / "book/chapters"), [*literate, "tangle"], ours
            ),
            "Entangled": after_edit(
                page_with(entangled),
                [ENTANGLED, "tangle"],
                entangled,
            ),
            "literate-sphinx": after_edit(page_with(sphinx), weave, sphinx),
        },
        "read and tangle in a warm process": {"literate": in_memory},
        "check": {"literate": lambda: spend([*literate, "check"], ours)},
        "stitch, one line edited": {
            "literate": after_edit(ours / PROGRAM, [*literate, "stitch"], ours),
            "Entangled": after_edit(
                entangled / PROGRAM, [ENTANGLED, "stitch"], entangled
            ),
        },
        f"the program as of chapter {PREFIX}": {
            "literate": lambda: spend([*literate, *prefix], ours)
        },
        "where, stats": {
            "literate": lambda: added(
                spend([*literate, "where", f"{PROGRAM}:40"], ours),
                spend([*literate, "stats"], ours),
            )
        },
    }


def examples() -> Jobs:
    """What pytest does with the examples; in this checkout, which stays as it is."""
    pytest = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    chapter = str(page_with(PROJECT / "book/chapters"))
    return {
        "collect all examples": {
            "literate": lambda: spend([*pytest, "book", "--collect-only"], PROJECT)
        },
        "run the examples of a chapter": {
            "literate": lambda: spend([*pytest, chapter], PROJECT)
        },
        f"those of chapters 1 to {PREFIX}, prefix {PREFIX}": {
            "literate": lambda: spend(
                [*pytest, "book", "--literate-prefix", str(PREFIX)], PROJECT
            )
        },
    }


def sites(book: Book, root: Path) -> Jobs:
    """Sites: ours with reference and listings, literate-sphinx' with neither."""
    ours = copy_book(root / "site")
    tangle = [PYTHON, "-m", "literate", "tangle"]
    spend(tangle, ours)
    page = page_with(ours / "book/chapters")
    sphinx = sphinx_book_with_prose(book, root / "prose")
    build = [PYTHON, "-m", "sphinx", "-q", "-j", "auto"]
    here = [*build, "-c", ".", "book", "html"]
    there = [*build, ".", "html"]

    def cold(command: list[str], where: Path) -> Spent:
        shutil.rmtree(where / "html", ignore_errors=True)
        return spend(command, where)

    return {
        "site, cold": {
            "literate": lambda: cold(here, ours),
            "literate-sphinx": lambda: cold(there, sphinx),
        },
        "site, nothing changed": {
            "literate": lambda: spend(here, ours),
            "literate-sphinx": lambda: spend(there, sphinx),
        },
        "site, one chapter changed": {
            "literate": after_edit(page, here, ours),
            "literate-sphinx": after_edit(page_with(sphinx), there, sphinx),
        },
        "site, its docstring tangled, too": {
            "literate": after_edit(page, here, ours, tangle)
        },
    }


def measured(jobs: Jobs, turns: int) -> dict[str, Any]:
    """Does the jobs in turns, after one that does not count; prints a row for each."""
    result: dict[str, Any] = {}
    for job, tools in jobs.items():
        samples: dict[str, list[Spent]] = {name: [] for name in tools}
        for turn in range(turns + 1):
            for name, work in tools.items():
                spent = work()
                if turn or turns == 1:
                    samples[name].append(spent)
        result[job] = {name: figures(taken, samples) for name, taken in samples.items()}
        print_row(job, result[job])
    return result


def figures(taken: list[Spent], samples: dict[str, list[Spent]]) -> dict[str, float]:
    """The least times, and how many times as long as ours."""
    pairs = zip(taken, samples["literate"], strict=True)
    ratio = statistics.median(each[1] / ours[1] for each, ours in pairs)
    return {
        "s": round(min(wall for wall, _ in taken), 3),
        "processor s": round(min(processor for _, processor in taken), 3),
        "times as long as literate": round(ratio, 1),
    }


def print_row(job: str, tools: dict[str, dict[str, float]]) -> None:
    """A line of the table."""
    cells = [f"{job:36}"]
    for name in ("literate", "Entangled", "literate-sphinx"):
        cell = ""
        if name in tools:
            found = tools[name]
            cell = f"{found['s']:.3f} ({found['processor s']:.3f})"
            if name != "literate":
                cell += f" {found['times as long as literate']:>5.1f} x"
        cells.append(f"{cell:>{16 if name == 'literate' else 24}}")
    print("".join(cells), flush=True)


def spend(command: list[str], where: Path) -> Spent:
    """What a command takes; a failing one is shown and ends the run."""
    environ = {
        "PATH": f"{SCRIPTS}{os.pathsep}{os.defpath}",
        "PYTHONPATH": str(TOOL) if where != PROJECT else "",
        "HOME": str(where),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=where, capture_output=True, text=True, env=environ, check=False
    )
    passed = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return passed, processor


def added(*spent: Spent) -> Spent:
    """The sum of some times."""
    return sum(each[0] for each in spent), sum(each[1] for each in spent)


def in_memory() -> Spent:
    """Reading the book and making all its files, with the tool loaded."""
    wall, processor = time.perf_counter(), time.process_time()
    Book.load(str(PROJECT)).tangle()
    return time.perf_counter() - wall, time.process_time() - processor


def after_edit(
    file: Path, command: list[str], where: Path, first: list[str] | None = None
) -> Callable[[], Spent]:
    """Does a command after an edit of one line of code, another one each time.

    The line is the docstring of a function.

    :param first: a command that comes before and does not count.
    """
    count = 0

    def work() -> Spent:
        nonlocal count
        count += 1
        text = file.read_text("utf-8")
        head, mark, tail = text.partition(EDITED)
        before, quotes, docstring = tail.partition('"""')
        if not (mark and quotes):
            raise SystemExit(f"{file} has no `{EDITED}` with a docstring to edit")
        edited = f"{head}{mark}{before}{quotes}{count % 10}{docstring}"
        file.write_text(edited, "utf-8")
        if first is not None:
            spend(first, where)
        return spend(command, where)

    return work


def page_with(folder: Path) -> Path:
    """The page of a book that holds the function to edit."""
    for file in sorted(folder.glob("*.md")):
        if EDITED in file.read_text("utf-8"):
            return file
    raise SystemExit(f"no page in {folder} holds {EDITED!r}")


def copy_book(folder: Path) -> Path:
    """This book, with its package tangled once."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("book", "flasklit"):
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "conf.py", "pytest_flasklit.py"):
        shutil.copy(PROJECT / name, folder)
    return folder
