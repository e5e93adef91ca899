"""The solutions of the book's final project pass its tests, and an empty answer does not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"
EMPTY = """\
from flasklit import Flask

def init_app(app: Flask) -> None:
    pass
"""


def run(tests: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *options, str(tests)],
        cwd=EXAMPLES.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_solutions_pass() -> None:
    done = run(EXAMPLES / "notes-project" / "tests")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_each_step_fails_until_it_is_done(tmp_path: Path) -> None:
    """The project as the page tells a reader to begin: with empty modules."""
    for name in ("notes", "notes-project"):
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    project = tmp_path / "notes-project"
    steps = {"sharing", "searching", "tokens"}
    for step in steps:
        (project / "more" / f"{step}.py").write_text(EMPTY, "utf-8")
    done = run(
        project / "tests", "-c", os.devnull, "--tb=no", "--rootdir", str(tmp_path)
    )
    assert done.returncode == 1, done.stdout + done.stderr
    failed = {line for line in done.stdout.splitlines() if line.startswith("FAILED")}
    for step in steps:
        assert any(f"_{step}.py" in line for line in failed), done.stdout
