"""A book in a temporary folder for each test, and ways to run the tool on it."""

import io
import sys
from contextlib import redirect_stderr
from contextlib import redirect_stdout
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "book" / "_ext"
if str(TOOL) not in sys.path:
    sys.path.insert(0, str(TOOL))

from literate.book import Book  # noqa: E402
from literate.cli import main  # noqa: E402
from tinybook import TEXTS  # noqa: E402

SETTINGS = """\
[tool.literate]
source = "book"
toctree = "index.md"
numbered = "chapters/"
outputs = ["pkg"]
"""


class Result:
    """What a command did: its exit status and what it printed."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err
        self.lines = err.splitlines()


class Project:
    """A project folder with a book."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", SETTINGS)

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def chapters(self, *texts: str) -> None:
        """Makes a book of chapters 01.md, 02.md, …"""
        names = [f"chapters/{number:02}" for number in range(1, len(texts) + 1)]
        toctree = "\n".join(["# Book", "", "```{toctree}", *names, "```", ""])
        self.write("book/index.md", toctree)
        for name, text in zip(names, texts, strict=True):
            self.write(f"book/{name}.md", text)

    def run(self, *arguments: str) -> Result:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                status = main(["--project", str(self.root), *arguments])
            except SystemExit as end:
                status = int(end.code or 0)
        return Result(status, out.getvalue(), err.getvalue())

    def book(self) -> Book:
        return Book.load(str(self.root))

    def problems(self, *texts: str) -> list[str]:
        """The problems of a book of these chapters."""
        self.chapters(*texts)
        return [str(problem) for problem in self.book().problems]

    def tangled(self, path: str, upto: int | None = None) -> str:
        book = self.book()
        assert book.problems == []
        return book.tangle(upto)[path].text

    def snapshot(self, folder: str = "") -> dict[str, bytes]:
        """All files below a folder with their contents."""
        top = self.root / folder
        return {
            file.relative_to(self.root).as_posix(): file.read_bytes()
            for file in sorted(top.rglob("*"))
            if file.is_file()
        }


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here survives a power cut; waiting for the disk would take minutes."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path)


@pytest.fixture
def tiny(project: Project) -> Project:
    """A project with the tiny book, tangled."""
    for path, text in TEXTS.items():
        project.write(path, text)
    result = project.run("tangle")
    assert result.status == 0, result.err
    return project
