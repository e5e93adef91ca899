"""The program as of a chapter."""

import subprocess
import sys

import pytest


def test_program_of_each_chapter(tiny):
    for number, files in ((1, 1), (2, 3), (3, 3)):
        result = tiny.run("prefix", str(number))
        assert result.status == 0
        folder = f"build/literate/prefix-{number:02}"
        assert result.out == (
            f"wrote {files} files as of chapter {number} to {tiny.root / folder}\n"
        )
        names = set(tiny.snapshot(f"{folder}/pkg"))
        assert len(names) == files
    assert "def __len__" not in tiny.read("build/literate/prefix-02/pkg/store.py")
    last = tiny.snapshot("build/literate/prefix-03/pkg")
    assert {path[-9:]: data for path, data in last.items()} == {
        path[-9:]: data for path, data in tiny.snapshot("pkg").items()
    }


def test_every_program_runs(tiny):
    code = "from pkg.store import Store; s = Store(); s.add(1.5); print(list(s))"
    for number in (1, 2, 3):
        folder = tiny.root / f"prefix{number}"
        assert tiny.run("prefix", str(number), "--output", str(folder)).status == 0
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.stdout, run.stderr) == ("[1.5]\n", "")


def test_what_is_left_of_an_earlier_prefix_goes(tiny):
    folder = tiny.root / "out"
    tiny.run("prefix", "3", "--output", str(folder))
    tiny.write("out/data.db", "made by the program")
    tiny.run("prefix", "1", "--output", str(folder))
    assert sorted(path.name for path in (folder / "pkg").iterdir()) == ["store.py"]
    assert tiny.read("out/data.db") == "made by the program"


def test_a_folder_of_somebody_else_is_left_alone(tiny):
    (tiny.root / "out").mkdir()
    tiny.write("out/mine", "x")
    before = tiny.snapshot()
    result = tiny.run("prefix", "1", "--output", str(tiny.root / "out"))
    assert result.status == 2
    assert result.err == (
        f"error: {tiny.root / 'out'} was not made by this command; name another folder\n"
    )
    assert tiny.snapshot() == before
    result = tiny.run("prefix", "1", "--output", str(tiny.root / "out" / "mine"))
    assert result.status == 2
    assert tiny.snapshot() == before


@pytest.mark.parametrize("number", ["0", "4", "-1"])
def test_no_such_chapter(tiny, number):
    result = tiny.run("prefix", "--", number)
    assert result.status == 2
    assert result.err == (
        f"error: there is no chapter {number}; the book has chapters 1 to 3\n"
    )


def test_no_number(tiny):
    result = tiny.run("prefix")
    assert result.status == 2
    assert result.err == "error: give the number of a chapter, or --list\n"


def test_list(tiny):
    assert tiny.run("prefix", "--list").out.splitlines() == [
        "      book/preface.md  Preface",
        "   1  book/chapters/01-store.md  A store of readings",
        "   2  book/chapters/02-report.md  A report",
        "   3  book/chapters/03-units.md  Units",
    ]


def test_errors_are_reported(tiny):
    tiny.write("book/preface.md", "```{chunk} x\ny\n```\n")
    result = tiny.run("prefix", "1")
    assert result.status == 2
    assert result.err.startswith("book/preface.md:1:12: error: chunk")
