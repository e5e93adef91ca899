"""Run the benchmarks, print their tables and write build/bench.json.

Every figure stands beside a peer's, measured in the same run and in turns, because a machine's
mood changes from minute to minute. Ratios above 1 mean that flasklit (or the tool) is faster.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dispatch
import start
import tangling

RESULT = Path(__file__).parents[1] / "build" / "bench.json"
SUITES: dict[str, Callable[[bool], Any]] = {
    "dispatch": dispatch.run,
    "start": start.run,
    "tangling": tangling.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0] if __doc__ else None
    )
    parser.add_argument(
        "suites", nargs="*", help=f"any of {', '.join(SUITES)}; default: all"
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, within a minute"
    )
    options = parser.parse_args()
    unknown = set(options.suites) - set(SUITES)
    if unknown:
        parser.error(
            f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}"
        )
    results = {"python": sys.version.split()[0]}
    for name in options.suites or SUITES:
        print(f"\n{name}", flush=True)
        results[name] = SUITES[name](options.quick)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    print(f"\nwritten to {RESULT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
