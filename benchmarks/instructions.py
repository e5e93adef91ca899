"""Instructions a request: what a machine executes, whatever its mood.

The counts hardly depend on what else runs, so a few requests are enough, and a change
of two per cent can be told from noise, as no clock can. `valgrind` counts, or `perf`
where the processor lets it. The limits in instructions.json are shares of Flask's
counts in the same run, since counts themselves differ between builds of Python.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fresh
from applications import make
from applications import template_folder
from asking import Target
from cases import CASES

APIS = ("flask", "flasklit")
LIMITS = Path(__file__).with_suffix(".json")
#: What a change may add to the recorded share before the guard speaks.
TOLERANCE = 0.03
WARM, FEW, MANY = 10, 5, 25
#: Where classes lie in the interpreter's cache of attributes moves a count by two per
#: cent. So each count is the least of some runs, with other numbers of classes before.
LAYOUTS = (0, 100, 333)
#: A processor's own counter costs nothing, but start-up is in it, and never the same.
PERF_FEW, PERF_MANY = 200, 1200
#: A function of the C library that nothing calls but the marks below.
MARK = "getppid"
HOW_TO_RECORD = (
    "If the change is worth it, record new limits: nox -s instructions -- --record"
)

Counts = dict[str, int]


class CannotCount(Exception):
    """Neither valgrind nor perf can count here; the message says why."""


def run(quick: bool) -> dict[str, Any]:
    """Print a line for each case and return the counts; empty where nothing counts them."""
    try:
        counts = count_all()
    except CannotCount as problem:
        print(f"skipped: {problem}")
        return {}
    return table(counts)


def count_all() -> dict[str, Counts]:
    """The instructions a request, for both and each case.

    :raises CannotCount: when there is no way to count.
    """
    count = counter()
    jobs = [(api, layout) for api in APIS for layout in LAYOUTS]
    runs: dict[str, list[Counts]] = {api: [] for api in APIS}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (api, layout), counts in zip(
            jobs, pool.map(count, *zip(*jobs, strict=True)), strict=True
        ):
            print(f"counted {api}, with {layout} classes before it", file=sys.stderr)
            runs[api].append(counts)
    return {api: least(counts) for api, counts in runs.items()}


def least(runs: list[Counts]) -> Counts:
    """For each case the least of its counts."""
    return {case: min(counts[case] for counts in runs) for case in runs[0]}


def counter() -> Callable[[str, int], Counts]:
    """The function that counts for an API and a layout here."""
    if shutil.which("valgrind"):
        return count_with_valgrind
    if shutil.which("perf"):
        command = ["perf", "stat", "-x,", "-e", "instructions:u", "true"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if counted_by_perf(done.stderr) is not None:
            return count_with_perf
        raise CannotCount(
            "perf cannot count instructions on this processor, and there is no valgrind;"
            " install it (Debian: apt-get install valgrind)"
        )
    raise CannotCount(
        "there is neither valgrind nor perf; install one"
        " (Debian: apt-get install valgrind)"
    )


def count_with_valgrind(api: str, layout: int) -> Counts:
    """Instructions a request of each case: a single process, with a dump at each mark."""
    fresh.call("instructions", "marked", api, layout)  # so that bytecode is there
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "dump")
        command = ["valgrind", "--tool=callgrind", f"--dump-before={MARK}"]
        command += [f"--callgrind-out-file={out}", "--compress-strings=yes"]
        run_counted(command + fresh.command_for("instructions", "marked", api, layout))
        dumps = sorted(Path(folder).glob("dump.*"), key=lambda f: int(f.suffix[1:]))
        totals = [total_of(dump) for dump in dumps]
    # Before each of two runs a mark, and one at the end: start-up comes first.
    few, many = totals[1::2], totals[2::2]
    pairs = zip(few, many, strict=True)
    counts = [round((more - less) / (MANY - FEW)) for less, more in pairs]
    return dict(zip(CASES, counts, strict=True))


def total_of(dump: Path) -> int:
    """The instructions in a dump of callgrind."""
    found = re.search(r"^totals: (\d+)", dump.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"callgrind wrote no total into {dump.name}")
    return int(found[1])


def marked(api: str, layout: int) -> None:
    """Answer few and many requests of each case, with marks between them."""
    with prepared(api, layout) as target:
        for case in CASES:
            target.seconds(case, WARM)
        for case in CASES:
            for times in (FEW, MANY):
                os.getppid()
                target.seconds(case, times)
        os.getppid()


@contextmanager
def prepared(api: str, layout: int) -> Iterator[Target]:
    """An application, in an interpreter that has so many other classes.

    There are no collections: one more or less would be the greatest difference of all.
    """
    gc.disable()
    others = [type(f"Other{number}", (), {}) for number in range(layout)]
    assert not any(hasattr(other, "attribute") for other in others)
    with template_folder() as folder:
        target = Target(api, make(api, folder))
        target.log_in()
        yield target


def count_with_perf(api: str, layout: int) -> Counts:
    """Instructions a request of each case: the difference of two processes."""
    counts = {}
    for case in CASES:
        few, many = (perf_total(api, layout, case, n) for n in (PERF_FEW, PERF_MANY))
        counts[case] = round((many - few) / (PERF_MANY - PERF_FEW))
    return counts


def perf_total(api: str, layout: int, case: str, times: int) -> int:
    """The instructions of a process that answers so many requests."""
    command = ["perf", "stat", "-x,", "-e", "instructions:u"]
    command += fresh.command_for("instructions", "unmarked", api, layout, case, times)
    counted = counted_by_perf(run_counted(command))
    if counted is None:
        raise SystemExit("perf stopped counting instructions")
    return counted


def unmarked(api: str, layout: int, case: str, times: int) -> None:
    """Answer so many requests of a case."""
    with prepared(api, layout) as target:
        target.seconds(case, WARM + times)


def counted_by_perf(report: str) -> int | None:
    """The number in a report of perf; ``None`` where it could not count."""
    found = re.search(r"^(\d+),[^,]*,instructions", report, re.MULTILINE)
    return int(found[1]) if found else None


def run_counted(command: list[str]) -> str:
    """Run a command and return what it said on standard error."""
    done = subprocess.run(
        command, env=fresh.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return done.stderr


def table(counts: dict[str, Counts]) -> dict[str, Any]:
    """Print the counts and return them with their ratios."""
    print(f"{'instructions a request':24}{'Flask':>12}{'flasklit':>12}")
    result = {}
    for case, flask in counts["flask"].items():
        own = counts["flasklit"][case]
        ratio = round(flask / own, 2)
        result[case] = {"flask": flask, "flasklit": own, "ratio": ratio}
        print(f"{case:24}{flask:12,}{own:12,}  x{ratio:6.2f}")
    return result


def limits_for(counts: dict[str, Counts]) -> dict[str, float]:
    """The shares of Flask's instructions that are allowed from now on."""
    return {
        case: round(own / counts["flask"][case] * (1 + TOLERANCE), 4)
        for case, own in counts["flasklit"].items()
    }


def excesses(counts: dict[str, Counts], limits: dict[str, float]) -> list[str]:
    """A line for each case that needs more than allowed, or that has no limit."""
    found = []
    for case, own in counts["flasklit"].items():
        flask, limit = counts["flask"][case], limits.get(case)
        if limit is None:
            found.append(f"{case}: has no limit in {LIMITS.name}")
        elif own > limit * flask:
            found.append(
                f"{case}: {own:,} instructions are {own / flask:.1%} of Flask's"
                f" {flask:,}; at most {limit:.1%} are allowed"
            )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--record", action="store_true", help=f"write new limits into {LIMITS.name}"
    )
    options = parser.parse_args(arguments)
    try:
        counts = count_all()
    except CannotCount as problem:
        print(f"skipped: {problem}")
        return 0
    table(counts)
    if options.record:
        LIMITS.write_text(json.dumps(limits_for(counts), indent=1) + "\n", "utf-8")
        print(f"recorded in {LIMITS}")
        return 0
    found = excesses(counts, json.loads(LIMITS.read_text("utf-8")))
    for line in found:
        print(line)
    print(HOW_TO_RECORD if found else "all within their limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
