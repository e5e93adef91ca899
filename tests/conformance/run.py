"""Run the test suite of a Flask release against flasklit and count the results."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
RELEASE = "3.1.3"
KNOWN = {
    "tests.test_reqctx::test_bad_environ_raises_bad_request": (
        "fails on Flask itself: since 3.1.8, Werkzeug answers an invalid Host header with an empty host"
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--release", default=RELEASE, help="the release of Flask (default: %(default)s)"
    )
    parser.add_argument("pytest", nargs="*", help="more arguments for pytest, after --")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        suite = fetch(options.release, Path(folder))
        report = run(suite, options.pytest)
        return tell(report)


def fetch(release: str, folder: Path) -> Path:
    """Download a release and return the folder that holds its tests."""
    print(f"Downloading the sources of Flask {release} …", flush=True)
    download = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        ":all:",
    ]
    subprocess.run([*download, "-d", str(folder), f"flask=={release}"], check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    suite = folder / "suite"
    next(folder.glob("*/tests")).rename(make(suite) / "tests")
    basic = suite / "tests" / "test_basic.py"
    # This test silences a warning by the name of the module that gives it.
    basic.write_text(
        basic.read_text("utf-8").replace('UserWarning, "flask.app"', "UserWarning"),
        "utf-8",
    )
    (suite / "pytest.ini").write_text(
        "[pytest]\ntestpaths = tests\nfilterwarnings = error\n"
    )
    return suite


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def run(suite: Path, arguments: list[str]) -> Path:
    """Run pytest in the suite and return its XML report."""
    report = suite / "report.xml"
    environ = {
        k: v for k, v in os.environ.items() if not k.startswith(("FLASK", "PYTEST"))
    }
    environ["PYTHONPATH"] = str(HERE)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "asflask",
        "-p",
        "no:cacheprovider",
    ]
    command += ["--tb=short", f"--junitxml={report}", *arguments]
    subprocess.run(command, cwd=suite, env=environ, check=False)
    return report


def tell(report: Path) -> int:
    """Print the counts of each file and the failures; 1 if one is not known."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    failures = []
    for case in ElementTree.parse(report).iter("testcase"):
        outcome = "passed"
        if case.find("failure") is not None or case.find("error") is not None:
            outcome = "failed"
            failures.append(f"{case.get('classname')}::{case.get('name')}")
        elif case.find("skipped") is not None:
            outcome = "skipped"
        counts[(case.get("classname") or "?").split(".")[1]][outcome] += 1
    for file, counted in sorted(counts.items()):
        print(
            f"{file:28}",
            ", ".join(f"{n} {outcome}" for outcome, n in sorted(counted.items())),
        )
    total = sum(counts.values(), Counter())
    print(
        f"{'all':28}",
        ", ".join(f"{n} {outcome}" for outcome, n in sorted(total.items())),
    )
    for failure in failures:
        print("FAILED", failure, f"({KNOWN[failure]})" if failure in KNOWN else "")
    return 0 if total["passed"] and set(failures) <= set(KNOWN) else 1


if __name__ == "__main__":
    sys.exit(main())
