"""The package is the book's, to the last line, and looks as if a person had written it."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import requires
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from literate.book import Book

import flasklit
from flasklit.lazy import lazy

PROJECT = Path(__file__).parents[1]
PACKAGE = Path(flasklit.__file__).parent


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.load(PROJECT)


def test_every_line_comes_from_a_chapter(book: Book) -> None:
    tangled = book.tangle()
    on_disk = {
        f"flasklit/{p.relative_to(PACKAGE).as_posix()}" for p in PACKAGE.rglob("*.py")
    }
    assert set(tangled) == on_disk | {"pytest_flasklit.py"}
    for name, file in tangled.items():
        lines = (PROJECT / name).read_text("utf-8").splitlines()
        assert [line.text for line in file.lines] == lines
        for number, line in enumerate(file.lines, 1):
            if not line.text.strip() or is_the_tools(line.text):
                continue
            assert line.origins, f"{name}:{number} comes from no chapter: {line.text}"
            for origin in line.origins:
                source = (PROJECT / origin.path).read_text("utf-8").splitlines()
                assert line.text.strip() in source[origin.line - 1]


def is_the_tools(text: str) -> bool:
    """The two lines that the tool adds around imports for annotations."""
    return text in {"if TYPE_CHECKING:", "from typing import TYPE_CHECKING"}


def test_a_missing_chunk_is_reported_where_it_is_used(book: Book) -> None:
    """For every chapter: without one of its chunks the book says what is wrong, and where."""
    for chapter in book.chapters:
        needed = [
            c
            for c in chapter.chunks
            if c.mode == "define" and book.graph.used_by(c.name)
        ]
        if not needed:
            continue
        chunk = needed[-1]
        path = PROJECT / chapter.path
        lines = path.read_text("utf-8").splitlines(keepends=True)
        fence = chunk.fence
        text = "".join(lines[: fence.line - 1] + lines[fence.end_line :])
        broken = book.with_texts({chapter.path: text})
        about = [p for p in broken.problems if chunk.name in p.message]
        assert about, f"{chapter.path}: nobody misses ⟨{chunk.name}⟩"
        assert re.match(r"book/\S+\.md:\d+:\d+: error: ", str(about[0]))


def test_module_docstrings_name_their_chapters(book: Book) -> None:
    numbers = {chapter.path: chapter.number for chapter in book.chapters}
    for name, file in book.tangle().items():
        doc = ast.get_docstring(ast.parse(file.text))
        assert doc is not None
        assert "\n" not in doc, f"{name}: the docstring is longer than a line"
        stated = re.search(r"\((chapters? [^)]+)\)$", doc)
        assert stated, f"{name}: the docstring names no chapter"
        found = {numbers[o.path] for line in file.lines for o in line.origins}
        chapters = {number for number in found if number}  # the preface has none
        assert stated[1] == as_stated(chapters), name


def as_stated(numbers: set[int]) -> str:
    """``chapter 3``, ``chapters 3, 5, 8``, or, for more than three, ``chapters 3 to 12``."""
    ordered = sorted(numbers)
    if len(ordered) > 3:
        return f"chapters {ordered[0]} to {ordered[-1]}"
    return f"chapter{'s' * (len(ordered) > 1)} {', '.join(map(str, ordered))}"


def test_formatted_as_ruff_would() -> None:
    command = [sys.executable, "-m", "ruff", "format", "--check", str(PACKAGE)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_public_names_have_docstrings() -> None:
    missing = []
    for path in PACKAGE.rglob("[!_]*.py"):
        module = import_module(
            ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        )
        for name, value in public(module).items():
            members = public(value).items() if isinstance(value, type) else ()
            for what, thing in [
                (name, value),
                *((f"{name}.{n}", m) for n, m in members),
            ]:
                if not inspect.getdoc(thing):
                    missing.append(f"{module.__name__}: {what}")
    assert not missing, "\n".join(missing)


def public(owner: Any) -> dict[str, Any]:
    """The functions, classes and properties that a module or class itself defines."""
    home = owner.__module__ if isinstance(owner, type) else owner.__name__
    return {
        name: getattr(owner, name)
        for name, value in vars(owner).items()
        if not name.startswith("_")
        and isinstance(value, type | FunctionType | property | lazy)
        and not getattr(value, "__name__", name).startswith("_")
        and getattr(value, "__module__", home) in {home, lazy.__module__}
    }


def test_nothing_but_the_declared_dependencies_is_needed() -> None:
    declared = {
        re.split(r"[^\w-]", r)[0].lower()
        for r in requires("flasklit") or []
        if "extra" not in r
    }
    assert declared == {"werkzeug", "jinja2", "itsdangerous", "click", "markupsafe"}


def test_ships_its_types() -> None:
    assert (PACKAGE / "py.typed").is_file()


LATE = (
    "jinja2",
    "click",
    "importlib.metadata",
    "asgiref",
    "dotenv",
    "logging.config",
    "code",
)


def test_import_and_first_request_leave_the_dear_modules_alone() -> None:
    program = f"""
import sys
from flasklit import Flask
from werkzeug.test import Client, EnvironBuilder
app = Flask("app")
app.get("/")(lambda: "hello")
environ = EnvironBuilder("/").get_environ()
before = set(sys.modules)
assert list(app(environ, lambda *_: None)) == [b"hello"]
print([name for name in {LATE!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
