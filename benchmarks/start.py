"""What it takes to start: import, make an application, answer one request, in fresh interpreters."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from typing import Any

PROGRAM = """
import json, sys, time
start = time.perf_counter()
{program}
seconds = time.perf_counter() - start
status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0 kB"
peak = int(status.split("VmHWM:")[1].split("kB")[0]) / 1024
print(json.dumps([seconds * 1000, peak, len(sys.modules)]))
"""
USE = """
from {api} import Flask
app = Flask("app")
app.route("/")(lambda: "hello")
environ = {{"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "x", "SERVER_PORT": "80",
    "HTTP_HOST": "x", "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr}}
assert b"".join(app(environ, lambda *_: None)) == b"hello"
"""


def run(quick: bool) -> dict[str, Any]:
    """Print the figures and return them."""
    samples: dict[str, list[list[float]]] = {"flask": [], "flasklit": []}
    for turn in range(4 if quick else 16):
        for api, taken in samples.items():
            figures = fresh(USE.format(api=api))
            if turn:  # the first one writes the bytecode
                taken.append(figures)
    result = {}
    for api, taken in samples.items():
        pairs = [
            own[0] / flask[0]
            for own, flask in zip(taken, samples["flask"], strict=True)
        ]
        result[api] = {
            "ms": round(min(t[0] for t in taken), 1),
            "part of Flask's time": round(statistics.median(pairs), 2),
            "MB": round(min(t[1] for t in taken), 1),
            "modules": int(taken[0][2]),
        }
        print(
            f"{api:10}",
            ", ".join(f"{value} {name}" for name, value in result[api].items()),
        )
    return result


def fresh(program: str) -> list[float]:
    """Milliseconds, megabytes at the peak and modules of a program of its own."""
    command = [sys.executable, "-c", PROGRAM.format(program=program)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=environ()
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def environ() -> dict[str, str]:
    """An environment in which bytecode is kept: without it, compiling is all that is measured."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": CACHE.name}


CACHE = tempfile.TemporaryDirectory()
