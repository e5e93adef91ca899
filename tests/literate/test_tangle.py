"""Writing the program: nothing that anybody wrote is ever lost."""

import io
import os
import signal
import subprocess
import sys
import time
from random import Random

import pytest
from literate import state as state_module
from literate import tangle as tangle_module
from test_graph import chunk

from conftest import TOOL


def root(*lines, file="pkg/x.py"):
    return chunk(f"root of {file}", *lines, options=[f":file: {file}"])


def test_writes_and_counts(project):
    project.chapters(root("x = 1") + root("y = 2", file="pkg/sub/y.py"))
    result = project.run("tangle")
    assert result.status == 0
    assert result.out.startswith("tangled 2 files, 2 written, 0.")
    assert project.read("pkg/x.py") == "x = 1\n"
    assert project.read("pkg/sub/y.py") == "y = 2\n"


def test_identical_files_are_not_touched(project):
    project.chapters(root("x = 1") + root("y = 2", file="pkg/y.py"))
    project.run("tangle")
    before = {path: (project.root / path).stat() for path in project.snapshot()}
    project.chapters(root("x = 1") + root("y = 3", file="pkg/y.py"))
    result = project.run("tangle")
    assert "tangled 2 files, 1 written" in result.out
    after = (project.root / "pkg/x.py").stat()
    assert after.st_mtime_ns == before["pkg/x.py"].st_mtime_ns
    assert after.st_ino == before["pkg/x.py"].st_ino


def test_nothing_changed_writes_nothing(tiny):
    before = {path: (tiny.root / path).stat().st_ino for path in tiny.snapshot()}
    assert tiny.run("tangle").status == 0
    assert {
        path: (tiny.root / path).stat().st_ino for path in tiny.snapshot()
    } == before


def test_an_error_leaves_every_file_as_it_was(tiny):
    tiny.write("book/chapters/02-report.md", "```{chunk} x\n<<nope>>\n```\n")
    before = tiny.snapshot()
    result = tiny.run("tangle")
    assert result.status == 2
    assert result.lines[-1].endswith("errors; nothing was written")
    assert tiny.snapshot() == before


def test_an_edit_by_hand_is_not_overwritten(project):
    project.chapters(root("x = 1") + root("y = 1", file="pkg/y.py"))
    project.run("tangle")
    project.write("pkg/x.py", "x = 2\n")
    project.chapters(root("x = 1") + root("y = 2", file="pkg/y.py"))
    before = project.snapshot()
    result = project.run("tangle")
    assert result.status == 1
    assert result.lines == [
        "--- pkg/x.py (book)",
        "+++ pkg/x.py (disk)",
        "@@ -1 +1 @@",
        "-x = 1",
        "+x = 2",
        "edited by hand, nothing was written: pkg/x.py",
        "run `python -m literate stitch` to carry the edit into the book, "
        "or delete the file to take the book's version",
    ]
    assert project.snapshot() == before


def test_a_difference_without_state_counts_as_an_edit(project):
    project.chapters(root("x = 1"))
    project.write("pkg/x.py", "x = 2\n")
    assert project.run("tangle").status == 1
    assert project.read("pkg/x.py") == "x = 2\n"


@pytest.mark.parametrize("state", ["", "rubbish\n", "\x00\xff", "0  pkg/x.py\n"])
def test_a_damaged_state_counts_as_none(project, state):
    project.chapters(root("x = 1"))
    project.write("pkg/x.py", "x = 2\n")
    project.write("build/literate/state", state)
    assert project.run("tangle").status == 1
    assert project.read("pkg/x.py") == "x = 2\n"


def test_equal_files_without_state_are_fine(project):
    project.chapters(root("x = 1"))
    project.write("pkg/x.py", "x = 1\n")
    assert "1 files, 0 written" in project.run("tangle").out
    project.chapters(root("x = 2"))
    assert "1 files, 1 written" in project.run("tangle").out


def test_going_back_to_an_older_version_is_an_edit(project):
    project.chapters(root("x = 1"))
    project.run("tangle")
    project.chapters(root("x = 2"))
    project.run("tangle")
    project.write("pkg/x.py", "x = 1\n")
    assert project.run("tangle").status == 1


def test_a_deleted_file_comes_back(project):
    project.chapters(root("x = 1"))
    project.run("tangle")
    (project.root / "pkg/x.py").unlink()
    assert "1 files, 1 written" in project.run("tangle").out


def test_a_file_keeps_its_permissions(project):
    project.chapters(root("x = 1"))
    project.run("tangle")
    (project.root / "pkg/x.py").chmod(0o640)
    project.chapters(root("x = 2"))
    project.run("tangle")
    assert (project.root / "pkg/x.py").stat().st_mode & 0o777 == 0o640


def test_a_stale_file_is_deleted(project):
    project.chapters(root("x = 1") + root("y = 1", file="pkg/sub/y.py"))
    project.run("tangle")
    project.chapters(root("x = 1"))
    check = project.run("check")
    assert check.status == 1
    assert check.lines == [
        "pkg/sub/y.py: no chunk makes this file any more; run `python -m literate tangle`"
    ]
    result = project.run("tangle")
    assert result.status == 0
    assert result.lines == ["pkg/sub/y.py: no chunk makes this file any more; deleted"]
    assert not (project.root / "pkg/sub").exists()
    assert project.run("check").status == 0


def test_a_stale_file_that_was_edited_stays(project):
    project.chapters(root("x = 1") + root("y = 1", file="pkg/y.py"))
    project.run("tangle")
    project.write("pkg/y.py", "y = 2\n")
    project.chapters(root("x = 2"))
    before = project.snapshot()
    result = project.run("tangle")
    assert result.status == 1
    assert result.lines == [
        "pkg/y.py: no chunk makes this file any more, and it was edited by hand; "
        "delete it, or give it a chunk"
    ]
    assert project.snapshot() == before


def test_other_files_in_the_outputs_are_left_alone(project):
    project.chapters(root("x = 1"))
    project.write("pkg/py.typed", "")
    project.write("pkg/other.py", "z = 1\n")
    assert project.run("tangle").status == 0
    assert project.read("pkg/other.py") == "z = 1\n"
    assert (project.root / "pkg/py.typed").exists()


def test_the_program_does_not_depend_on_the_folder(project, tmp_path_factory):
    from conftest import Project

    text = root("x = 1", "<<a>>") + chunk("a", "y")
    other = Project(tmp_path_factory.mktemp("other"))
    for each in (project, other):
        each.chapters(text)
        each.run("tangle")
    assert project.snapshot("pkg") == other.snapshot("pkg")
    assert project.snapshot("build") == other.snapshot("build")


def test_a_file_saved_while_the_tool_writes(project, monkeypatch):
    """The user's editor is quicker than the tool, which has looked already."""
    project.chapters(root("x = 1") + root("y = 1", file="pkg/y.py"))
    project.run("tangle")
    project.chapters(root("x = 2") + root("y = 2", file="pkg/y.py"))
    real = tangle_module.write_atomically

    def write(path, data):
        real(path, data)
        if path.endswith("x.py"):
            project.write("pkg/y.py", "y = 'mine'\n")

    monkeypatch.setattr(tangle_module, "write_atomically", write)
    result = project.run("tangle")
    assert result.status == 2
    assert result.err == "error: pkg/y.py was saved at this very moment; run again\n"
    assert project.read("pkg/y.py") == "y = 'mine'\n"
    assert project.run("tangle").status == 1
    assert project.read("pkg/y.py") == "y = 'mine'\n"


# Killing the run

TEXTS = [
    root(*[f"x = {number}"] * 40, "<<a>>")
    + root(*[f"y = {number}"] * 40, file="pkg/y.py")
    + (root("z = 1", file="pkg/z.py") if number % 2 else "")
    + chunk("a", f"a = {number}")
    + ("" if number % 2 else chunk("a", "b = 1", options=[":append:"]))
    for number in range(3)
]


def versions(project):
    """For each file, the contents it has after a run for each version of the book."""
    found = []
    for text in TEXTS:
        project.chapters(text)
        assert project.run("tangle").status == 0
        found.append(project.snapshot("pkg"))
    return found


class Killed(BaseException):
    """Stands for the end of the process."""


def killer(monkeypatch, name, moment):
    """Ends the run at the moment-th call of a function of ``os``."""
    calls = []
    real = getattr(os, name)

    def call(*arguments, **options):
        calls.append(1)
        if len(calls) == moment:
            raise Killed
        return real(*arguments, **options)

    monkeypatch.setattr(state_module.os, name, call)


def half_written(monkeypatch, moment):
    """Ends the run when half of the moment-th content is written."""
    calls = []

    class Half(io.FileIO):
        def write(self, data):
            calls.append(1)
            if len(calls) == moment:
                super().write(data[: len(data) // 2])
                raise Killed
            return super().write(data)

    def opened(path, mode="r"):
        return Half(path, mode) if "w" in mode else open(path, mode)

    monkeypatch.setattr(state_module, "open", opened, raising=False)


def assert_whole_and_healing(project, old, new, following):
    """After a kill each file is old or new; the next run brings it up to date.

    The book may have changed once more by then.
    """
    now = project.snapshot("pkg")
    for path in {*old, *new}:
        assert now.get(path) in (old.get(path), new.get(path)), path
    result = project.run("tangle")
    assert result.status == 0, result.err
    assert project.snapshot("pkg") == following
    assert not [path for path in project.snapshot() if "literate-tmp" in path]


STEPS = ["replace", "fsync", "remove", "chmod", "write"]


@pytest.mark.parametrize("following", range(3))
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step(project, monkeypatch, step, following):
    found = versions(project)
    for moment in range(1, 100):
        project.chapters(TEXTS[1])
        assert project.run("tangle").status == 0
        project.chapters(TEXTS[0])
        with monkeypatch.context() as patch:
            if step == "write":
                half_written(patch, moment)
            else:
                killer(patch, step, moment)
            try:
                project.run("tangle")
            except Killed:
                pass
            else:
                break
        project.chapters(TEXTS[following])
        assert_whole_and_healing(project, found[1], found[0], found[following])
    assert moment > 1, "the run has no such step"
    assert project.snapshot("pkg") == found[0]


def test_killed_by_a_signal(project):
    """A real process, killed again and again while the book keeps changing."""
    big = [root(*[f"x = {number}"] * 3000) for number in range(2)]
    big = [
        text
        + "".join(root(f"y = {text[:60]!r}", file=f"pkg/y{i}.py") for i in range(12))
        for text in big
    ]
    found = []
    for text in big:
        project.chapters(text)
        assert project.run("tangle").status == 0
        found.append(project.snapshot("pkg"))
    random = Random(7)
    environment = dict(os.environ, PYTHONPATH=str(TOOL))
    command = [
        sys.executable,
        "-m",
        "literate",
        "--project",
        str(project.root),
        "tangle",
    ]
    killed = 0
    for turn in range(24):
        old, new = found[(turn + 1) % 2], found[turn % 2]
        project.chapters(big[turn % 2])
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(random.uniform(0.03, 0.14))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        now = project.snapshot("pkg")
        for path in new:
            assert now[path] in (old[path], new[path]), path
        result = project.run("tangle")
        assert result.status == 0, result.err
        assert project.snapshot("pkg") == new
    assert killed > 2
