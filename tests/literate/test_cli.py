"""The commands: what they print, and the status they end with."""

import os
import subprocess
import sys

import pytest
from test_graph import chunk

from conftest import TOOL

COMMANDS = ["tangle", "check", "stitch", "prefix", "where", "stats", "watch"]


def root(*lines, file="pkg/x.py"):
    return chunk(f"root of {file}", *lines, options=[f":file: {file}"])


def shell(project, *arguments, cwd=None):
    """Runs the tool as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "literate", *arguments],
        cwd=cwd or project.root,
        env=dict(os.environ, PYTHONPATH=str(TOOL)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_the_commands(project):
    result = shell(project, "--help")
    assert result.returncode == 0
    for command in COMMANDS:
        assert f"\n    {command} " in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(project, command):
    result = project.run(command, "--help")
    assert result.status == 0
    assert result.out.startswith(f"usage: python -m literate {command} [-h]")


@pytest.mark.parametrize("arguments", [[], ["nope"], ["where"], ["prefix", "x"]])
def test_wrong_usage(project, arguments):
    result = project.run(*arguments)
    assert result.status == 2
    assert "usage:" in result.err


def test_from_the_shell(project):
    project.chapters(root("x = 1"))
    result = shell(project, "tangle")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("tangled 1 files, 1 written")
    assert shell(project, "check").returncode == 0
    assert (
        shell(project, "tangle", cwd=project.root / "book" / "chapters").returncode == 0
    )
    project.write("pkg/x.py", "x = 2\n")
    assert shell(project, "tangle").returncode == 1
    assert shell(project, "check").returncode == 1
    assert shell(
        project, "--project", "..", "check", cwd=project.root / "pkg"
    ).returncode
    project.chapters(root("<<a>>"))
    result = shell(project, "check")
    assert result.returncode == 2
    assert result.stderr.startswith("book/chapters/01.md:3:1: error: no chunk is named")
    assert "1 error; nothing was written" in result.stderr


def test_output_that_cannot_be_encoded(project):
    project.chapters("# Ünï\n" + root("x = '→'"))
    result = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", "literate", "prefix", "--list"],
        cwd=project.root,
        env=dict(
            os.environ, PYTHONPATH=str(TOOL), LC_ALL="C", PYTHONIOENCODING="ascii"
        ),
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0
    assert b"\\xdcn\\xef" in result.stdout


def test_check_writes_nothing(project):
    project.chapters(root("x = 1"))
    before = project.snapshot()
    result = project.run("check")
    assert result.status == 1
    assert result.lines == ["pkg/x.py: not there; run `python -m literate tangle`"]
    assert project.snapshot() == before


def test_check_of_a_program_that_agrees(tiny):
    result = tiny.run("check")
    assert result.status == 0
    assert result.out.startswith("3 files agree with the book, 0.")


def test_check_shows_the_difference(tiny):
    tiny.write("pkg/notes.txt", "Readings are ints.\n\n  They come in order.\n")
    result = tiny.run("check")
    assert result.status == 1
    assert result.lines == [
        "--- pkg/notes.txt (disk)",
        "+++ pkg/notes.txt (book)",
        "@@ -1,3 +1,3 @@",
        "-Readings are ints.",
        "+Readings are floats.",
        " ",
        "   They come in order.",
        "run `python -m literate tangle` if the book is right, "
        "`python -m literate stitch` if the program is",
    ]


def test_check_shortens_a_long_difference(project):
    project.chapters(root(*[f"x = {number}" for number in range(50)]))
    project.write("pkg/x.py", "")
    lines = project.run("check").lines
    assert len(lines) == 42
    assert lines[-2] == "… 13 more lines"


def test_a_difference_in_line_ends_is_visible(project):
    project.chapters(root("x = 1"))
    project.write("pkg/x.py", "x = 1\r\n")
    assert "-x = 1␍" in project.run("check").lines
    project.write("pkg/x.py", "x = 1")
    assert "-\\ no newline at the end" in project.run("check").lines


def test_check_reports_python_files_nobody_makes(project):
    project.chapters(root("x = 1"))
    project.run("tangle")
    project.write("pkg/py.typed", "")
    project.write("pkg/__pycache__/x.py", "")
    assert project.run("check").status == 0
    project.write("pkg/sub/other.py", "")
    result = project.run("check")
    assert result.status == 1
    assert result.lines == [
        "pkg/sub/other.py: no chunk makes this file; delete it or give it a chunk"
    ]


def test_a_file_in_the_way(project):
    project.chapters(root("x = 1"))
    (project.root / "pkg/x.py").mkdir(parents=True)
    result = project.run("tangle")
    assert result.status == 2
    assert result.err.startswith("error: pkg/x.py: cannot be read")


def test_a_reader_that_has_seen_enough(project):
    project.chapters(*["# A long title that fills the pipe\n"] * 3000)
    process = subprocess.Popen(
        [sys.executable, "-m", "literate", "prefix", "--list"],
        cwd=project.root,
        env=dict(os.environ, PYTHONPATH=str(TOOL)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline().startswith(b"   1  book/chapters/01.md")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_interrupted(project, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    project.chapters(root("x = 1"))
    monkeypatch.setattr("literate.book.Book.tangle", interrupt)
    result = project.run("tangle")
    assert result.status == 2
    assert result.lines == ["interrupted; every file is as it was or as it should be"]
