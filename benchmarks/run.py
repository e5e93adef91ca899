"""Run the benchmarks, print their tables, write build/bench.json, draw the charts.

Every figure stands beside a peer's, measured in the same run and in turns, because a machine's
mood changes from minute to minute. Ratios above 1 mean that flasklit (or the tool) is faster.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import charts

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"
RESULT = BUILD / "bench.json"
RECORDED = HERE / "results.json"
RECORDED_CHARTS = HERE.parent / "book" / "_static" / "charts"
SUITES = {
    "dispatch": "thirty kinds of requests, in the process",
    "start": "import, application, first request",
    "scale": "10 to 10,000 routes",
    "memory": "a million requests, and cyclic garbage",
    "instructions": "instructions a request, counted",
    "servers": "requests a second behind gunicorn and waitress",
    "tangling": "the literate tool beside others",
    "page": "from a click on Run to the output",
    "examples": "the same for every example of the book",
}
#: What takes minutes even when it is quick; ``--quick`` leaves it out unless it is named.
SLOW = ("instructions", "servers", "page", "examples")
COMPARED = ("flask", "werkzeug", "jinja2", "bottle", "falcon", "gunicorn", "waitress")

Results = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    try:
        if options.charts:
            redraw()
        elif options.record:
            record(read_result())
        else:
            signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
            run(options.suites, options.quick)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; an unknown suite ends the program with what there is."""
    listed = "\n".join(f"  {name:14}{what}" for name, what in SUITES.items())
    parser = argparse.ArgumentParser(
        prog="nox -s bench --",
        description=f"{__doc__}\nsuites:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="default: all")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"within a minute: fewer rounds, and without {', '.join(SLOW)}",
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument(
        "--charts",
        action="store_true",
        help="only draw the charts again, from build/bench.json and from what is committed",
    )
    only.add_argument(
        "--record",
        action="store_true",
        help="only carry build/bench.json and its charts to where they are committed",
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.suites) - set(SUITES))
    if unknown:
        parser.error(
            f"no such suite: {', '.join(unknown)}; there are {', '.join(SUITES)}"
        )
    return options


def run(suites: Sequence[str], quick: bool) -> None:
    """Run suites, and bring the figures and charts in ``build`` up to date.

    A suite that cannot run here says so, and leaves what is known from before.
    """
    chosen = suites or [name for name in SUITES if not (quick and name in SLOW)]
    results = earlier()
    for name in chosen:
        print(f"\n{name}: {SUITES[name]}", flush=True)
        start = time.monotonic()
        if figures := figures_of(name, quick):
            results["suites"][name] = figures
            others = {*results["quick"]} - {name}
            results["quick"] = sorted({*others, name} if quick else others)
        print(f"({time.monotonic() - start:.0f} s)")
        write_json(RESULT, results)
    left_out = [name for name in SUITES if name not in chosen]
    if left_out and not suites:
        print(f"\nleft out because of --quick: {', '.join(left_out)}")
    print(f"\nwritten to {RESULT}")
    write_charts(results, BUILD / "charts")


def figures_of(suite: str, quick: bool) -> Any:
    """Run a suite; where a peer is not installed, the program ends and says what to do."""
    try:
        return import_module(suite).run(quick)
    except (FileNotFoundError, ModuleNotFoundError) as problem:
        sys.exit(
            f"{suite} cannot run: {problem}\n'nox -s bench -- {suite}' installs what it"
            " needs; in this Python, 'pip install -r benchmarks/requirements.txt' does."
        )


def earlier() -> Results:
    """The results so far, if this Python and these packages gave them."""
    empty: Results = {**surroundings(), "quick": [], "suites": {}}
    if RESULT.exists():
        found: Results = json.loads(RESULT.read_text("utf-8"))
        if all(found.get(key) == value for key, value in surroundings().items()):
            return found
    return empty


def surroundings() -> Results:
    """What figures depend on and what may be told: versions, not machines."""
    return {
        "python": sys.version.split()[0],
        "versions": {name: version(name) for name in COMPARED},
    }


def read_result() -> Results:
    """The results in ``build``.

    :raises SystemExit: there are none.
    """
    if not RESULT.exists():
        raise SystemExit(f"there is no {RESULT}; 'nox -s bench' writes it")
    found: Results = json.loads(RESULT.read_text("utf-8"))
    return found


def record(results: Results) -> None:
    """Keep results and their charts with the project.

    :raises SystemExit: a suite is missing, or was quick.
    """
    missing = [name for name in SUITES if not results["suites"].get(name)]
    if missing or results["quick"]:
        raise SystemExit(
            "only a complete run can be recorded;"
            f" missing: {', '.join(missing) or 'none'},"
            f" quick: {', '.join(results['quick']) or 'none'}"
        )
    write_json(RECORDED, results)
    print(f"written to {RECORDED}")
    write_charts(results, RECORDED_CHARTS)


def redraw() -> None:
    """Draw again what is in ``build``, and what is committed.

    :raises SystemExit: there are no results of either.
    """
    folders = {RESULT: BUILD / "charts", RECORDED: RECORDED_CHARTS}
    found = {path: folder for path, folder in folders.items() if path.exists()}
    if not found:
        raise SystemExit(f"there is no {RESULT}; 'nox -s bench' writes it")
    for path, folder in found.items():
        write_charts(json.loads(path.read_text("utf-8")), folder)


def write_charts(results: Results, folder: Path) -> None:
    """Draw what there are results for."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in charts.draw(results["suites"]).items():
        (folder / name).write_text(text, "utf-8")
        print(f"drawn: {folder / name}")


def write_json(path: Path, results: Results) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
