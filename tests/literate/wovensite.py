"""A project with the woven book, and what Sphinx makes of it."""

import io
from contextlib import redirect_stderr
from contextlib import redirect_stdout
from pathlib import Path

from sphinx.cmd.build import main as sphinx_build
from wovenbook import CONF
from wovenbook import TEXTS

from conftest import Project
from conftest import TOOL


class Site:
    """A project with a book, and what Sphinx makes of it."""

    def __init__(self, root: Path) -> None:
        self.project = Project(root)
        self.write("conf.py", CONF.format(tool=str(TOOL)))
        for path, text in TEXTS.items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        self.project.write(path, text)

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.project.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def build(self, *options: str, builder: str = "html") -> tuple[int, str]:
        """Runs Sphinx: its exit status and the warnings it printed."""
        root = self.project.root
        arguments = [
            *("-q", "-c", root, "-b", builder, "-d", root / f"build/{builder}.trees"),
            *(*options, root / "book", root / "build" / builder),
        ]
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = sphinx_build([str(argument) for argument in arguments])
        return status, err.getvalue()

    def pages(self) -> dict[str, str]:
        """The text of every page."""
        top = self.project.root / "build/html"
        return {
            file.relative_to(top).as_posix(): file.read_text("utf-8")
            for file in sorted(top.rglob("*.html"))
        }
