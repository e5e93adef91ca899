"""Functions of the benchmarks, called in an interpreter of their own.

Memory, and what happens for the first time, can only be measured where nothing has
happened yet.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


def call(module: str, function: str, *arguments: Any) -> Any:
    """What a function returns, called in a fresh interpreter.

    :param module: a module in this folder.
    :param arguments: whatever JSON can say; so with the result.
    :raises SystemExit: when the function fails, with what the interpreter printed.
    """
    command = command_for(module, function, *arguments)
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{module}.{function}{arguments} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def command_for(module: str, function: str, *arguments: Any) -> list[str]:
    """The command that calls a function and prints its result as JSON."""
    return [sys.executable, __file__, module, function, json.dumps(arguments)]


def environment() -> dict[str, str]:
    """One in which bytecode is kept: without it, compiling is all that is measured."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": bytecode().name, "PYTHONHASHSEED": "0"}


@cache
def bytecode() -> tempfile.TemporaryDirectory[str]:
    """The folder of that bytecode, until this process ends."""
    return tempfile.TemporaryDirectory()


def resident(process: int | str = "self") -> float | None:
    """Megabytes of memory that a process occupies, where the system tells: on Linux."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    for line in status.read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return None


def busy(process: int) -> float | None:
    """Seconds of a processor that a process has used, all its threads, on Linux."""
    status = Path(f"/proc/{process}/stat")
    if not status.exists():
        return None
    fields = status.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str]) -> None:
    module, function, values = arguments
    result = getattr(import_module(module), function)(*json.loads(values))
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
