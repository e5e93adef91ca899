"""Run the test suite of a Flask release against flasklit and compare with what is known.

A TOML file beside this one says for each release which edition stands in, how many
tests pass, and which do not, with the reason.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RELEASES = sorted(
    path.stem.removeprefix("flask-") for path in HERE.glob("flask-*.toml")
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--release",
        action="append",
        choices=RELEASES,
        help="a release of Flask (all of them by default)",
    )
    parser.add_argument("pytest", nargs="*", help="more arguments for pytest, after --")
    options = parser.parse_args()
    failed = 0
    for release in options.release or RELEASES:
        with tempfile.TemporaryDirectory() as folder:
            known = expectation(release)
            suite = fetch(release, Path(folder), known)
            report = run(suite, known["edition"], options.pytest)
            print(f"\nFlask {release} on flasklit as Flask {known['edition']}")
            failed += tell(report, known, everything=not options.pytest)
    return 1 if failed else 0


def expectation(release: str) -> dict[str, Any]:
    """What is known of a release: see the TOML files."""
    return tomllib.loads((HERE / f"flask-{release}.toml").read_text("utf-8"))


def losses(known: dict[str, Any]) -> dict[str, str]:
    """The tests that are known to fail, and why."""
    return {
        f"tests.{test}": f"{lost['group']}: {lost['reason']}"
        for lost in known["lost"]
        for test in lost["tests"]
    }


def fetch(release: str, folder: Path, known: dict[str, Any]) -> Path:
    """Download a release and return the folder that holds its tests."""
    print(f"Downloading the sources of Flask {release} …", flush=True)
    download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
    download += ["--no-binary", ":all:", "-d", str(folder), f"flask=={release}"]
    subprocess.run(download, check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    suite = folder / "suite"
    suite.mkdir()
    next(folder.glob("*/tests")).rename(suite / "tests")
    for change in known["replace"]:
        file = suite / "tests" / change["file"]
        text = file.read_text("utf-8")
        assert change["old"] in text, f"{file.name} has no {change['old']!r}"
        file.write_text(text.replace(change["old"], change["new"]), "utf-8")
    (suite / "pytest.ini").write_text(
        f"[pytest]\ntestpaths = tests\nfilterwarnings = {known['warnings']}\n"
    )
    return suite


def run(suite: Path, edition: str, arguments: list[str]) -> Path:
    """Run pytest in the suite with flasklit as that edition; return its XML report."""
    report = suite / "report.xml"
    environ = {
        k: v for k, v in os.environ.items() if not k.startswith(("FLASK", "PYTEST"))
    }
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rN"]
    command += ["-p", "pytest_flasklit", f"--as-flask={edition}"]
    command += ["-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run([*command, *arguments], cwd=suite, env=environ, check=False)
    return report


def tell(report: Path, known: dict[str, Any], everything: bool) -> int:
    """Print the counts of each file and what is not as expected; 1 if anything is not.

    Only a failure that is not known has its traceback printed.

    :param everything: whether all tests were run.
    """
    traces: dict[str, str] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    outcomes: dict[str, set[str]] = {"failed": set(), "passed": set(), "skipped": set()}
    for case in ElementTree.parse(report).iter("testcase"):
        outcome = "passed"
        test = f"{case.get('classname')}::{case.get('name')}"
        if failures := [*case.iter("failure"), *case.iter("error")]:
            outcome = "failed"
            traces[test] = "\n".join(failure.text or "" for failure in failures)
        elif case.find("skipped") is not None:
            outcome = "skipped"
        outcomes[outcome].add(test)
        file = (case.get("classname") or "tests.collection").split(".")[1]
        counts[file][outcome] += 1
    for file, counted in sorted(counts.items()):
        print_counts(file, counted)
    print_counts("all", sum(counts.values(), Counter()))
    reasons = losses(known)
    complaints = [
        f"LOST {test}\n{traces[test]}"
        for test in sorted(outcomes["failed"] - set(reasons))
    ]
    complaints += [
        f"WON {test}, which is listed as a loss ({reasons[test]})"
        for test in sorted(outcomes["passed"] & set(reasons))
    ]
    passed = len(outcomes["passed"])
    if everything and passed < known["passed"]:
        complaints.append(f"FEWER tests pass than once did: {known['passed']}")
    for test in sorted(outcomes["failed"] & set(reasons)):
        print("known", test, f"({reasons[test]})")
    print("\n".join(complaints) or "as expected")
    return 1 if complaints or not passed else 0


def print_counts(name: str, counted: Counter[str]) -> None:
    print(f"{name:28}", ", ".join(f"{n} {what}" for what, n in sorted(counted.items())))


if __name__ == "__main__":
    sys.exit(main())
