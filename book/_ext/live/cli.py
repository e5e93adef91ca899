"""The command line of the live examples."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from live.build import build
from live.build import CannotBuild

DEFAULT = Path("build") / "live"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what the site needs so that its examples run in the page.

    :param arguments: those of the command line, by default the process's.
    :returns: the exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m live", description=__doc__)
    parser.add_argument("command", choices=["build"], help="make the files, if needed")
    parser.add_argument("--force", action="store_true", help="make them in any case")
    parser.add_argument(
        "--folder",
        type=Path,
        default=DEFAULT,
        help=f"where to work (default: {DEFAULT})",
    )
    options = parser.parse_args(arguments)
    try:
        made = build(options.folder, force=options.force)
    except CannotBuild as problem:
        print(f"live: {problem}", file=sys.stderr)
        return 1
    print(f"live: {'made' if made else 'up to date'}: {options.folder / 'site'}")
    return 0
