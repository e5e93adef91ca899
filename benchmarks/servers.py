"""Requests a second behind servers: flasklit beside Flask, and beside a bare callable.

Each server runs on a free port of 127.0.0.1, with one worker, and is asked by `wrk` over
kept connections, a second at a time and in turns. What a server costs by itself is
what the bare callable costs; no framework can be faster than that. gunicorn's threads are
measured twice: with one, which is its own choice, and with four.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path
from typing import Any
from typing import NamedTuple

import fresh
from applications import make
from applications import template_folder
from asking import Target
from turns import paired_ratio
from turns import take_turns

HERE = Path(__file__).parent
APIS = ("bare", "flask", "flasklit")
CONNECTIONS = 8
START_SECONDS = 30.0
MISSING = (
    "skipped: there is no wrk, which makes the requests; install it"
    " (Debian: apt-get install wrk, macOS: brew install wrk)"
)
GUNICORN = ["gunicorn", "--no-control-socket", "--workers", "1", "--log-level", "error"]
SERVERS = {
    "gthread": [*GUNICORN, "-k", "gthread"],
    "gthread 4": [*GUNICORN, "-k", "gthread", "--threads", "4"],
    "gevent": [*GUNICORN, "-k", "gevent"],
    "waitress": ["waitress", "--threads", "4"],
}


class Asked(NamedTuple):
    """An application of ``served``, and a path of it."""

    application: str
    path: str
    cookie: bool = False


ASKED = {
    "hello": Asked("cases", "/"),
    "json": Asked("cases", "/json"),
    "session": Asked("cases", "/session", cookie=True),
    "template": Asked("cases", "/template"),
    "100 routes": Asked("routes", "/section19/item99/value"),
    "notes": Asked("notes", "/", cookie=True),
}


class Load(NamedTuple):
    """What wrk saw: how many requests, how many a second, milliseconds by percentile.

    And what it cannot see: the microseconds of a processor that a request took.
    """

    requests: int
    rate: float
    percentiles: dict[str, float]
    busy: float | None = None


class Server(NamedTuple):
    """A server that answers."""

    process: int
    port: int

    def worker(self) -> int:
        """The process that answers: the only child of gunicorn's, or the server."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children")
        found = children.read_text().split() if children.exists() else []
        return int(found[0]) if found else self.process


def run(quick: bool) -> dict[str, Any]:
    """Print a line for each server and case, and return the figures."""
    if shutil.which("wrk") is None:
        print(MISSING)
        return {}
    rounds, seconds = (2 if quick else 11), 1
    print(HEADING)
    result: dict[str, Any] = {server: {} for server in SERVERS}
    with tempfile.TemporaryDirectory() as folder:
        cookies = {
            "cases": fresh.call("servers", "session_cookie"),
            "notes": fresh.call("served", "write_notes", "flask", folder),
        }
        for server in SERVERS:
            for application in ("cases", "routes", "notes"):
                with all_serving(server, application, folder) as servers:
                    bench = Bench(servers, cookies.get(application, ""))
                    for case, asked in ASKED.items():
                        if asked.application == application:
                            row = bench.measure(case, rounds, seconds)
                            result[server][case] = row
                            print_row(server, case, row)
                    if application == "cases":
                        result[server]["memory"] = bench.memory()
                        print_memory(server, result[server]["memory"])
    return result


class Bench:
    """Servers of one application, side by side.

    :param servers: a server for each API, and for the bare callable or not.
    :param cookie: what requests bring that belong to a session.
    """

    def __init__(self, servers: dict[str, Server], cookie: str) -> None:
        self.servers = servers
        self.cookie = cookie
        self.answered = dict.fromkeys(servers, 0)

    def measure(self, case: str, rounds: int, seconds: int) -> dict[str, Any]:
        """The figures of a case, once it is sure that all answer alike."""
        asked = ASKED[case]
        cookie = self.cookie if asked.cookie else ""
        able = [name for name in self.servers if name != "bare" or case == "hello"]
        answers = {n: ask(self.servers[n].port, asked.path, cookie) for n in able}
        refuse_differences(case, answers)
        loads: dict[str, list[Load]] = {name: [] for name in able}

        def sample(name: str) -> float:
            server = self.servers[name]
            before = fresh.busy(server.worker())
            load = apply_load(server.port, asked.path, cookie, seconds)
            after = fresh.busy(server.worker())
            if before is not None and after is not None:
                load = load._replace(busy=(after - before) / load.requests * 1e6)
            self.answered[name] += load.requests
            loads[name].append(load)
            return load.rate

        rates = take_turns(able, rounds, sample)
        return {
            name: {
                "requests/s": round(statistics.median(rates[name])),
                "ratio": round(paired_ratio(rates[name], rates["flask"]), 2),
                "ms": middle([load.percentiles for load in loads[name]]),
                "busy µs": middle_busy(loads[name]),
            }
            for name in able
        }

    def memory(self) -> dict[str, Any]:
        """Megabytes of each worker, and how many requests it has answered by now."""
        row = {}
        for name, server in self.servers.items():
            size = fresh.resident(server.worker())
            if size is not None:
                row[name] = {"requests": self.answered[name], "MB": round(size, 1)}
        return row


def middle(percentiles: list[dict[str, float]]) -> dict[str, float]:
    """The median over the turns of each percentile."""
    return {
        name: round(statistics.median(turn[name] for turn in percentiles), 2)
        for name in percentiles[0]
    }


def middle_busy(loads: list[Load]) -> float | None:
    """The median over the turns of a processor's microseconds, where they are known."""
    known = [load.busy for load in loads if load.busy is not None]
    return round(statistics.median(known), 1) if known else None


HEADING = (
    f"{'requests a second':20}{'bare':>9}{'Flask':>9}{'flasklit':>9}{'':9}"
    f"{'ms at 50, 90, 99 %: Flask':>27}{'flasklit':>24}"
    f"   {'processor µs: bare, Flask, flasklit'}"
)


def print_row(server: str, case: str, row: dict[str, Any]) -> None:
    """A line of the table."""
    rates = (f"{row[n]['requests/s']:9,}" if n in row else " " * 9 for n in APIS)
    delays = (
        "".join(f"{value:8.2f}" for value in row[name]["ms"].values())
        for name in ("flask", "flasklit")
    )
    busy = (f"{row[n]['busy µs'] or 0:8.0f}" if n in row else " " * 8 for n in APIS)
    ratio = f" x{row['flasklit']['ratio']:5.2f}  "
    print(
        f"{f'{server}, {case}':20}{''.join(rates)}{ratio}{'   '.join(delays)}{''.join(busy)}",
        flush=True,
    )


def print_memory(server: str, memory: dict[str, Any]) -> None:
    """What the workers occupy."""
    for name, row in memory.items():
        print(f"{server}, {name}: {row['MB']} MB after {row['requests']:,} requests")


def refuse_differences(case: str, answers: dict[str, tuple[int, bytes]]) -> None:
    """Stop unless all answer alike, and well.

    :raises SystemExit: they do not.
    """
    if len(set(answers.values())) > 1 or answers["flask"][0] != 200:
        lines = [f"  {name}: {answer}" for name, answer in answers.items()]
        raise SystemExit("\n".join([f"{case} is not answered alike:", *lines]))


def session_cookie() -> str:
    """A cookie that the application of the cases has sent; Flask's serves both."""
    with template_folder() as folder:
        target = Target("flask", make("flask", folder))
        target.log_in()
    return target.cookie


@contextmanager
def all_serving(
    server: str, application: str, folder: str
) -> Iterator[dict[str, Server]]:
    """An application behind a server for each API, and all stopped at the end."""
    with ExitStack() as stack:
        yield {
            api: stack.enter_context(serving(server, application, api, folder))
            for api in APIS
            if api != "bare" or application == "cases"
        }


@contextmanager
def serving(server: str, application: str, api: str, folder: str) -> Iterator[Server]:
    """A server that answers, stopped at the end whatever happens.

    :raises SystemExit: it does not answer, with what it printed.
    """
    port = free_port()
    program, *options = SERVERS[server]
    if program == "waitress":
        where = [f"--listen=127.0.0.1:{port}", "--call", "served:make"]
    else:
        where = ["--bind", f"127.0.0.1:{port}", "served:make()"]
    environ = {
        **fresh.environment(),
        "PYTHONPATH": str(HERE),
        "BENCHMARK_APPLICATION": application,
        "BENCHMARK_API": api,
        "BENCHMARK_FOLDER": folder,
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", program, *options, *where],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            if not answers_soon(process, port):
                log.seek(0)
                said = log.read().decode(errors="replace")
                raise SystemExit(f"{server} does not serve {api}:\n{said}")
            yield Server(process.pid, port)
        finally:
            stop(process)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers_soon(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether a server answers before it ends, or before our patience does."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            ask(port, "/", "")
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and its workers, asking first."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(port: int, path: str, cookie: str) -> tuple[int, bytes]:
    """Status and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def apply_load(port: int, path: str, cookie: str, seconds: int) -> Load:
    """Let wrk ask for so many seconds.

    :raises SystemExit: wrk failed, or was answered with errors.
    """
    command = ["wrk", "--latency", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    command.append(f"http://127.0.0.1:{port}{path}")
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=seconds + 30
    )
    try:
        return read_report(done.stdout)
    except ValueError as problem:
        raise SystemExit(f"{path}: {problem}\n{done.stdout}{done.stderr}") from None


MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def read_report(report: str) -> Load:
    """The figures in what wrk prints.

    :raises ValueError: there are none, or requests failed.
    """
    for line in report.splitlines():
        if "Socket errors" in line or "Non-2xx" in line:
            raise ValueError(line.strip())
    requests = re.search(r"(\d+) requests in", report)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    delays = re.findall(
        r"^\s+(50|90|99)%\s+([\d.]+)(us|ms|s|m)\s*$", report, re.MULTILINE
    )
    if requests is None or rate is None or len(delays) != 3:
        raise ValueError("wrk printed no figures")
    percentiles = {
        f"{percent} %": round(float(value) * MILLISECONDS[unit], 3)
        for percent, value, unit in delays
    }
    return Load(int(requests[1]), float(rate[1]), percentiles)
