"""Tangling on every save, whatever state the book is in."""

import os
import queue
import signal
import subprocess
import sys
import threading

import pytest
from literate import watch as watch_module
from literate.config import load_config
from test_graph import chunk

from conftest import TOOL

FILE = ":file: pkg/x.py"
BLOCKED = "import sys; sys.modules['watchfiles'] = None; "
START = "from literate.cli import main; sys.exit(main())"


class Watcher:
    """The tool watching a project, and the lines it prints."""

    def __init__(self, project, before):
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", before + START, "watch"],
            cwd=project.root,
            env=dict(os.environ, PYTHONPATH=str(TOOL)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def wait_for(self, text):
        """Waits for a line with some text; returns it with those before it."""
        seen = []
        while not seen or text not in seen[-1]:
            seen.append(self.lines.get(timeout=10))
        return seen

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(10)
        self.process.stdout.close()
        return status


@pytest.mark.parametrize(
    "before", ["import sys; ", BLOCKED], ids=["watchfiles", "polling"]
)
def test_a_session(project, before):
    if before != BLOCKED:
        pytest.importorskip("watchfiles")
    project.chapters(chunk("root", "x = 1", options=[FILE]))
    watcher = Watcher(project, before)
    try:
        watcher.wait_for("1 files, 1 written")
        project.chapters(chunk("root", "<<a>>", options=[FILE]))
        seen = watcher.wait_for("nothing was written")
        assert seen[0].startswith("book/chapters/01.md:3:1: error: no chunk is named")
        project.chapters(chunk("root", "x = 2", options=[FILE]))
        watcher.wait_for("1 files, 1 written")
        assert project.read("pkg/x.py") == "x = 2\n"
        settings = project.read("pyproject.toml")
        project.write("pyproject.toml", "[tool")
        watcher.wait_for("error: ")
        project.write("pyproject.toml", settings)
        watcher.wait_for("1 files, 0 written")
        project.write("pkg/x.py", "x = 3\n")
        project.chapters(chunk("root", "x = 4", options=[FILE]))
        watcher.wait_for("or delete the file")
        assert project.read("pkg/x.py") == "x = 3\n"
        assert watcher.stop() == 0
        assert watcher.lines.empty()
    finally:
        watcher.process.kill()


def test_each_change_is_seen_once(project, monkeypatch):
    project.chapters("# A\n")
    runs = []

    def ticks(_):
        yield
        project.write("book/chapters/01.md", "# B and more\n")
        yield
        yield
        project.write("pkg/x.py", "")
        yield
        (project.root / "book/index.md").unlink()
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr(watch_module, "_ticks", ticks)
    watch_module.watch(load_config(str(project.root)), lambda: runs.append(1))
    assert len(runs) == 3


def test_interrupted_while_busy(project):
    def run():
        raise KeyboardInterrupt

    watch_module.watch(load_config(str(project.root)), run)


def test_nothing_to_watch(project):
    project.write("pyproject.toml", "")
    assert project.run("watch").status == 2
