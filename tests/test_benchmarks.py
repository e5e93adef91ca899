"""The benchmarks without a clock: their tables, their arithmetic, their charts, their words."""

from __future__ import annotations

import json
import re
import socket
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[1]
sys.path.append(str(PROJECT / "benchmarks"))

import applications  # noqa: E402
import asking  # noqa: E402
import cases  # noqa: E402
import charts  # noqa: E402
import fresh  # noqa: E402
import instructions  # noqa: E402
import memory  # noqa: E402
import run  # noqa: E402
import scale  # noqa: E402
import servers  # noqa: E402
import turns  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
RESULTS = json.loads(run.RECORDED.read_text("utf-8"))


@pytest.fixture
def flasklit() -> Iterator[asking.Target]:
    """flasklit's application of the cases."""
    with applications.template_folder() as folder:
        target = asking.Target("flasklit", applications.make("flasklit", folder))
        target.log_in()
        yield target


@pytest.fixture
def flask() -> Iterator[asking.Target]:
    """Flask's application of the cases."""
    with applications.template_folder() as folder:
        target = asking.Target("Flask", applications.make("flask", folder))
        target.log_in()
        yield target


class TestRecorded:
    """What is committed agrees with itself."""

    def test_charts_are_what_the_results_draw(self) -> None:
        drawn = charts.draw(RESULTS["suites"])
        kept = {
            file.name: file.read_text("utf-8") for file in run.RECORDED_CHARTS.iterdir()
        }
        assert kept == drawn, "draw them anew: nox -s bench -- --charts"

    def test_there_are_all_charts(self) -> None:
        assert set(charts.draw(RESULTS["suites"])) == {
            f"{n}.svg" for n in charts.CHARTS
        }

    def test_the_run_was_complete(self) -> None:
        assert sorted(RESULTS["suites"]) == sorted(run.SUITES)
        assert all(RESULTS["suites"].values())
        assert RESULTS["quick"] == []

    def test_it_names_versions_and_no_machine(self) -> None:
        assert set(RESULTS) == {"python", "versions", "quick", "suites"}
        assert set(RESULTS["versions"]) == set(run.COMPARED)
        text = run.RECORDED.read_text("utf-8")
        assert socket.gethostname() not in text
        assert not re.search(r"/home/|/tmp/|/root/|\d{4}-\d\d-\d\d", text)

    def test_tables_have_all_cases(self) -> None:
        suites = RESULTS["suites"]
        assert list(suites["dispatch"]["cases"]) == list(cases.CASES)
        assert list(suites["memory"]["garbage"]) == list(cases.CASES)
        assert list(suites["instructions"]) == list(cases.CASES)
        for row in suites["servers"].values():
            assert set(row) == {*servers.ASKED, "memory"}
        assert list(suites["servers"]) == list(servers.SERVERS)
        assert list(suites["scale"]) == list(scale.FRAMEWORKS)

    def test_each_case_has_a_limit(self) -> None:
        limits = json.loads(instructions.LIMITS.read_text("utf-8"))
        assert list(limits) == list(cases.CASES)
        assert all(0 < limit < 1 for limit in limits.values())


class TestCases:
    def test_there_are_thirty(self) -> None:
        assert len(cases.CASES) == 30
        assert len({case.label for case in cases.CASES.values()}) == 30
        assert set(cases.MAIN) < set(cases.CASES)

    @pytest.mark.parametrize("name", applications.ABLE)
    def test_who_is_able_is_so_of_what_there_is(self, name: str) -> None:
        assert applications.ABLE[name] <= set(cases.CASES)

    @pytest.mark.needs("flask")
    def test_flask_and_flasklit_answer_alike(
        self, flask: asking.Target, flasklit: asking.Target
    ) -> None:
        assert asking.wrong_answers(flask, cases.CASES) == []
        assert asking.differences(flask, flasklit) == []

    def test_flasklit_answers_what_is_expected(self, flasklit: asking.Target) -> None:
        assert asking.wrong_answers(flasklit, cases.CASES) == []

    def test_werkzeug_answers_what_it_is_said_to(self) -> None:
        target = asking.Target("werkzeug", applications.werkzeug_app())
        assert asking.wrong_answers(target, applications.ABLE["werkzeug"]) == []
        assert asking.wrong_answers(target, ["json"])

    def test_a_difference_is_told(self, flasklit: asking.Target) -> None:
        def shouting(environ: Any, start_response: Any) -> Any:
            chunks = flasklit.app(environ, start_response)
            return [b"".join(chunks).replace(b"hooked", b"HOOKED")]

        other = asking.Target("other", shouting)
        other.log_in()
        (line,) = asking.differences(flasklit, other)
        assert line.startswith("hooks: flasklit")
        assert "HOOKED" in line

    def test_a_different_header_is_a_difference(self, flasklit: asking.Target) -> None:
        def more(environ: Any, start_response: Any) -> Any:
            def start(status: str, headers: list[Any], exc_info: Any = None) -> None:
                start_response(status, [*headers, ("X-More", "1")])

            return flasklit.app(environ, start)

        other = asking.Target("other", more)
        other.log_in()
        assert len(asking.differences(flasklit, other)) == len(cases.CASES)

    def test_varied_paths_never_come_again(self) -> None:
        seen: list[str] = []

        def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            seen.append(environ["PATH_INFO"])
            return []

        target = asking.Target("app", app)
        for _ in range(3):
            target.seconds("param_varied", 4)
        assert len(seen) == len(set(seen)) == 12

    def test_an_answer_is_closed(self) -> None:
        class Chunks(list[bytes]):
            closed = 0

            def close(self) -> None:
                self.closed += 1

        chunks = Chunks([b"one"])

        def app(environ: Any, start_response: Any) -> Chunks:
            start_response("200 OK", [])
            return chunks

        target = asking.Target("app", app)
        assert target.ask("hello").body == b"one"
        target.seconds("hello", 2)
        assert chunks.closed == 3


class TestRatios:
    def test_they_are_of_pairs(self) -> None:
        # The machine was ten times as slow in the second turn: no matter.
        assert turns.paired_ratio([2.0, 20.0, 2.0], [1.0, 10.0, 1.0]) == 2.0

    def test_the_median_leaves_out_a_disturbed_turn(self) -> None:
        assert turns.paired_ratio([4.0, 4.0, 400.0], [1.0, 1.0, 1.0]) == 4.0

    def test_rows_must_be_pairs(self) -> None:
        with pytest.raises(ValueError, match="shorter"):
            turns.paired_ratio([1.0, 2.0], [1.0])
        with pytest.raises(ValueError, match="no samples"):
            turns.paired_ratio([], [])

    def test_turns_go_back_and_forth(self) -> None:
        asked: list[str] = []

        def sample(name: str) -> float:
            asked.append(name)
            return float(len(asked))

        taken = turns.take_turns(["a", "b"], 3, sample)
        assert "".join(asked) == "abbaab"
        assert taken == {"a": [1.0, 4.0, 5.0], "b": [2.0, 3.0, 6.0]}

    def test_the_geometric_mean_is_fair(self) -> None:
        assert turns.geometric_mean([2.0, 0.5]) == pytest.approx(1.0)

    def test_scale_compares_point_by_point(self) -> None:
        def point(value: float) -> dict[str, float]:
            return dict.fromkeys(scale.COLUMNS, value)

        row = scale.summary([point(10.0), point(30.0)], [point(5.0), point(10.0)])
        assert row["register"] == 5.0
        assert row["ratio"]["register"] == 2.5
        assert "MB" not in row["ratio"]

    def test_server_percentiles_are_medians(self) -> None:
        turns = [{"50 %": 1.0}, {"50 %": 9.0}, {"50 %": 2.0}]
        assert servers.middle(turns) == {"50 %": 2.0}


class TestCommand:
    def test_an_unknown_suite_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            run.main(["dispatch", "warp"])
        assert ended.value.code == 2
        message = capsys.readouterr().err
        assert "no such suite: warp" in message
        assert all(name in message for name in run.SUITES)

    def test_help_tells_the_suites(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            run.main(["--help"])
        assert ended.value.code == 0
        text = capsys.readouterr().out
        assert all(f"  {name} " in text for name in run.SUITES)

    def test_charts_need_results(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "RESULT", tmp_path / "bench.json")
        monkeypatch.setattr(run, "RECORDED", tmp_path / "results.json")
        with pytest.raises(SystemExit, match="'nox -s bench' writes it"):
            run.main(["--charts"])

    def test_charts_are_drawn_from_results(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "RESULT", tmp_path / "bench.json")
        monkeypatch.setattr(run, "BUILD", tmp_path)
        monkeypatch.setattr(run, "RECORDED_CHARTS", tmp_path / "committed")
        run.write_json(
            run.RESULT, {"suites": {"dispatch": RESULTS["suites"]["dispatch"]}}
        )
        assert run.main(["--charts"]) == 0
        drawn = {file.name for file in (tmp_path / "charts").iterdir()}
        assert drawn == {"speed.svg", "ratios.svg"}
        redrawn = {file.name for file in (tmp_path / "committed").iterdir()}
        assert redrawn == {f"{name}.svg" for name in charts.CHARTS}

    @pytest.mark.parametrize(
        "change, told",
        [
            ({"quick": ["memory"]}, "quick: memory"),
            ({"suites": {**RESULTS["suites"], "servers": {}}}, "missing: servers"),
        ],
    )
    def test_only_a_complete_run_is_recorded(
        self, change: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "RECORDED", Path("/nonexistent/results.json"))
        with pytest.raises(SystemExit, match=told):
            run.record({**RESULTS, **change})

    def test_a_suite_keeps_the_results_of_others(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "BUILD", tmp_path)
        monkeypatch.setattr(run, "RESULT", tmp_path / "bench.json")
        monkeypatch.setattr(run, "surroundings", lambda: {"python": "3.14"})
        monkeypatch.setattr(run, "import_module", lambda name: Suite)
        monkeypatch.setattr(charts, "draw", lambda suites: {})
        run.main(["memory"])
        run.main(["--quick", "start"])
        monkeypatch.setattr(Suite, "run", lambda quick: {})  # is skipped
        run.main(["memory"])
        results = json.loads((tmp_path / "bench.json").read_text())
        assert results["suites"] == {"memory": "whole", "start": "quick"}
        assert results["quick"] == ["start"]

    def test_a_peer_that_is_missing_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Suite:
            @staticmethod
            def run(quick: bool) -> None:
                raise FileNotFoundError(2, "No such file", "entangled")

        monkeypatch.setattr(run, "RESULT", tmp_path / "bench.json")
        monkeypatch.setattr(run, "surroundings", lambda: {"python": "3.14"})
        monkeypatch.setattr(run, "import_module", lambda name: Suite)
        with pytest.raises(SystemExit, match="'entangled'\n'nox -s bench -- tangling'"):
            run.main(["tangling"])

    def test_results_of_another_python_are_dropped(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "RESULT", tmp_path / "bench.json")
        monkeypatch.setattr(run, "surroundings", lambda: {"python": "3.14"})
        run.write_json(run.RESULT, {"python": "3.13", "quick": [], "suites": {"a": 1}})
        assert run.earlier()["suites"] == {}

    def test_quick_says_what_it_leaves_out(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(run, "BUILD", tmp_path)
        monkeypatch.setattr(run, "RESULT", tmp_path / "bench.json")
        monkeypatch.setattr(run, "surroundings", dict)
        monkeypatch.setattr(run, "import_module", lambda name: Suite)
        monkeypatch.setattr(charts, "draw", lambda suites: {})
        run.main(["--quick"])
        said = capsys.readouterr().out
        assert f"left out because of --quick: {', '.join(run.SLOW)}" in said


class Suite:
    """A suite that takes no time."""

    @staticmethod
    def run(quick: bool) -> str:
        return "quick" if quick else "whole"


class TestCharts:
    @pytest.mark.parametrize("name", charts.CHARTS)
    def test_they_tell_what_they_show(self, name: str) -> None:
        root = ET.parse(run.RECORDED_CHARTS / f"{name}.svg").getroot()
        title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert description is not None
        assert title.text
        assert description.text
        labels = root.attrib["aria-labelledby"].split()
        assert labels == [title.attrib["id"], description.attrib["id"]]
        assert root.attrib["role"] == "img"

    @pytest.mark.parametrize("name", charts.CHARTS)
    def test_colours_come_from_the_page(self, name: str) -> None:
        root = ET.parse(run.RECORDED_CHARTS / f"{name}.svg").getroot()
        assert not any({"fill", "stroke", "style"} & set(e.attrib) for e in root.iter())

    @pytest.mark.parametrize("name", charts.CHARTS)
    def test_nothing_sticks_out(self, name: str) -> None:
        root = ET.parse(run.RECORDED_CHARTS / f"{name}.svg").getroot()
        width, height = map(float, root.attrib["viewBox"].split()[2:])
        for bar in root.iter(f"{SVG}rect"):
            assert float(bar.attrib["x"]) >= 0
            assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= width
            assert float(bar.attrib["y"]) + float(bar.attrib["height"]) <= height

    def test_ids_differ_so_that_a_page_can_have_all(self) -> None:
        ids = [
            element.attrib["id"]
            for name in charts.CHARTS
            for element in ET.parse(run.RECORDED_CHARTS / f"{name}.svg").iter()
            if "id" in element.attrib
        ]
        assert len(ids) == len(set(ids)) == 2 * len(charts.CHARTS)

    def test_bars_are_as_long_as_their_values(self) -> None:
        drawing = charts.Drawing("x", "title", "description")
        rows = {"a": {"flask": 10.0, "flasklit": 5.0}, "b": {"flask": 20.0}}
        charts.grouped_bars(drawing, rows, ["flask", "flasklit"])
        root = ET.fromstring(drawing.svg())
        widths = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")]
        whole = charts.WIDTH - charts.RIGHT - charts.LEFT
        assert widths == [whole / 2, whole / 4, whole]

    def test_ratios_are_sorted(self) -> None:
        root = ET.parse(run.RECORDED_CHARTS / "ratios.svg").getroot()
        widths = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")]
        assert len(widths) == len(cases.CASES)
        assert widths == sorted(widths, reverse=True)

    def test_text_is_escaped(self) -> None:
        drawing = charts.Drawing("x", "a < b & c", "<d>")
        drawing.text(0, 0, "<e>")
        root = ET.fromstring(drawing.svg())
        assert [e.text for e in root if e.tag in {f"{SVG}title", f"{SVG}desc"}] == [
            "a < b & c",
            "<d>",
        ]

    def test_a_logarithmic_axis(self) -> None:
        axis = charts.Axis(0, 300, 10, 10_000, logarithmic=True)
        assert [round(axis.at(n), 6) for n in (10, 100, 10_000)] == [0, 100, 300]

    def test_curves_stay_between_powers_of_ten(self) -> None:
        drawing = charts.Drawing("x", "title", "description")
        charts.panel(drawing, "panel", {"flask": {10: 250.0, 1000: 31.0}})
        root = ET.fromstring(drawing.svg())
        marks = [
            t.text
            for t in root.iter(f"{SVG}text")
            if "end" in t.attrib.get("class", "")
        ]
        assert marks == ["10", "100", "1,000"]
        grid = [float(line.attrib["y1"]) for line in root.iter(f"{SVG}line")]
        for point in root.iter(f"{SVG}circle"):
            assert min(grid) < float(point.attrib["cy"]) < max(grid)

    def test_labels_keep_apart(self) -> None:
        moved = charts.spread({"a": 100, "b": 98, "c": 40}, 11)
        assert moved == {"a": 100, "b": 89, "c": 40}

    def test_there_is_no_chart_without_results(self) -> None:
        assert charts.draw({"dispatch": {}, "servers": {}}) == {}


class TestInstructions:
    COUNTS = {
        "flask": {"hello": 1000, "json": 2000},
        "flasklit": {"hello": 250, "json": 400},
    }

    def test_within_the_limits(self) -> None:
        limits = {"hello": 0.25, "json": 0.2}
        assert instructions.excesses(self.COUNTS, limits) == []

    def test_more_than_allowed(self) -> None:
        limits = {"hello": 0.249, "json": 0.2}
        (line,) = instructions.excesses(self.COUNTS, limits)
        assert line == (
            "hello: 250 instructions are 25.0% of Flask's 1,000; at most 24.9% are allowed"
        )

    def test_a_case_without_a_limit(self) -> None:
        (line,) = instructions.excesses(self.COUNTS, {"hello": 0.25})
        assert line == "json: has no limit in instructions.json"

    def test_new_limits_hold_for_what_was_measured(self) -> None:
        limits = instructions.limits_for(self.COUNTS)
        assert instructions.excesses(self.COUNTS, limits) == []
        worse = {**self.COUNTS, "flasklit": {"hello": 275, "json": 440}}
        assert len(instructions.excesses(worse, limits)) == 2

    def test_the_guard_fails_and_says_how_to_record(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        limits = tmp_path / "instructions.json"
        monkeypatch.setattr(instructions, "LIMITS", limits)
        monkeypatch.setattr(instructions, "count_all", lambda: self.COUNTS)
        limits.write_text('{"hello": 0.2, "json": 0.3}')
        assert instructions.main([]) == 1
        said = capsys.readouterr().out
        assert "hello: 250 instructions" in said
        assert "nox -s instructions -- --record" in said
        assert instructions.main(["--record"]) == 0
        assert instructions.main([]) == 0

    def test_nothing_that_counts_is_no_failure(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert instructions.main([]) == 0
        assert capsys.readouterr().out.startswith("skipped: there is neither valgrind")
        assert instructions.run(quick=True) == {}

    def test_perf_without_a_counter_is_no_failure(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        perf = tmp_path / "perf"
        perf.write_text("#!/bin/sh\necho '<not supported>,,instructions:u,0,,,,' >&2\n")
        perf.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert instructions.main([]) == 0
        assert capsys.readouterr().out.startswith("skipped: perf cannot count")

    def test_perf_counts_the_difference_of_two_runs(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def report(command: list[str]) -> str:
            times = json.loads(command[-1])[-1]
            return f"started\n{10**9 + 70_000 * times},,instructions:u,5,100.00,,\n"

        monkeypatch.setattr(instructions, "run_counted", report)
        counts = instructions.count_with_perf("flasklit", 0)
        assert counts == dict.fromkeys(cases.CASES, 70_000)

    def test_valgrind_counts_between_marks(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        few, many = instructions.FEW, instructions.MANY

        def dump(command: list[str]) -> str:
            out = next(a for a in command if a.startswith("--callgrind-out-file="))
            totals = [10**9]  # start-up
            for number in range(len(cases.CASES)):
                totals += [500 + few * (number + 1), 500 + many * (number + 1)]
            for number, total in enumerate(totals, 1):
                path = Path(f"{out.partition('=')[2]}.{number}")
                path.write_text(f"events: Ir\ntotals: {total}\n")
            return ""

        monkeypatch.setattr(instructions, "run_counted", dump)
        monkeypatch.setattr(fresh, "call", lambda *arguments: None)
        counts = instructions.count_with_valgrind("flasklit", 0)
        assert list(counts.values()) == list(range(1, len(cases.CASES) + 1))

    def test_the_least_of_some_layouts(self) -> None:
        runs = [{"a": 3, "b": 1}, {"a": 2, "b": 5}]
        assert instructions.least(runs) == {"a": 2, "b": 1}


REPORT = """\
Running 2s test @ http://127.0.0.1:8000/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.10ms    1.80ms  22.50ms   80.00%
    Req/Sec     2.60k   210.00     3.10k    70.00%
  Latency Distribution
     50%  812.00us
     75%    3.90ms
     90%    7.45ms
     99%    1.02s
  5209 requests in 2.00s, 0.85MB read
Requests/sec:   2604.31
Transfer/sec:    435.10KB
"""


class TestServers:
    @pytest.mark.parametrize("seconds", ["1.02s", "1.02s "])
    def test_a_report_of_wrk(self, seconds: str) -> None:
        load = servers.read_report(REPORT.replace("1.02s", seconds))
        assert (load.requests, load.rate) == (5209, 2604.31)
        assert load.percentiles == {"50 %": 0.812, "90 %": 7.45, "99 %": 1020.0}

    @pytest.mark.parametrize(
        "line",
        [
            "  Non-2xx or 3xx responses: 17",
            "  Socket errors: connect 0, read 3, write 0, timeout 0",
        ],
    )
    def test_failed_requests_are_no_result(self, line: str) -> None:
        with pytest.raises(ValueError, match=line.strip()):
            servers.read_report(f"{REPORT}{line}\n")

    def test_no_report_is_no_result(self) -> None:
        with pytest.raises(ValueError, match="no figures"):
            servers.read_report("unable to connect to 127.0.0.1:1 Connection refused")

    def test_without_wrk_it_says_what_to_install(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert servers.run(quick=True) == {}
        assert capsys.readouterr().out == f"{servers.MISSING}\n"
        assert "apt-get install wrk" in servers.MISSING

    def test_different_answers_end_the_run(self) -> None:
        servers.refuse_differences("x", {"flask": (200, b"a"), "flasklit": (200, b"a")})
        for other in ((200, b"b"), (500, b"a")):
            with pytest.raises(SystemExit, match="x is not answered alike"):
                servers.refuse_differences(
                    "x", {"flask": (200, b"a"), "flasklit": other}
                )
        with pytest.raises(SystemExit):
            servers.refuse_differences(
                "x", {"flask": (404, b"a"), "flasklit": (404, b"a")}
            )

    @pytest.mark.parametrize("server", ["waitress", "gthread"])
    def test_a_server_is_stopped_whatever_happens(
        self, server: str, tmp_path: Path
    ) -> None:
        with pytest.raises(KeyboardInterrupt):
            self.interrupted(server, str(tmp_path))
        with pytest.raises(OSError):
            servers.ask(self.port, "/", "")

    def interrupted(self, server: str, folder: str) -> None:
        with servers.serving(server, "cases", "bare", folder) as running:
            self.port = running.port
            assert servers.ask(running.port, "/", "") == (200, b"hello")
            raise KeyboardInterrupt

    def test_a_server_that_ends_is_told_with_its_words(self, tmp_path: Path) -> None:
        with (
            pytest.raises(SystemExit, match="KeyError: 'nonsense'"),
            servers.serving("waitress", "cases", "nonsense", str(tmp_path)),
        ):
            pass

    @pytest.mark.needs("flask")
    def test_the_example_is_the_same_on_both(self, tmp_path: Path) -> None:
        cookie = fresh.call("served", "write_notes", "flask", str(tmp_path))
        with servers.all_serving("waitress", "notes", str(tmp_path)) as running:
            answers = {
                name: servers.ask(server.port, "/", cookie)
                for name, server in running.items()
            }
        assert list(answers) == ["flask", "flasklit"]
        assert b"Note 7" in answers["flask"][1]
        servers.refuse_differences("notes", answers)


class TestFresh:
    def test_a_function_in_an_interpreter_of_its_own(self) -> None:
        point = fresh.call("scale", "point", "flasklit", 10)
        assert set(point) == set(scale.COLUMNS)

    def test_a_failure_is_told(self) -> None:
        with pytest.raises(SystemExit, match="KeyError: 'nonsense'"):
            fresh.call("scale", "point", "nonsense", 10)

    def test_garbage_is_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            if environ["PATH_INFO"] == "/json":
                knot: list[Any] = []
                knot.append(knot)
            start_response("200 OK", [("Set-Cookie", "session=x; Path=/")])
            return [b""]

        monkeypatch.setattr(memory, "make", lambda api, folder: app)
        found = memory.unreachable("flasklit", 50)
        assert found["json"] == 1.0
        assert found["hello"] == 0.0
