"""The steps of a request: recorded the same each time, and true to the framework."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from stepper.functions import function_at
from stepper.functions import line_of
from stepper.functions import short
from stepper.functions import source_of
from stepper.trace import APPLICATION
from stepper.trace import COURSES
from stepper.trace import record_in_new_process
from stepper.trace import Step

PROJECT = str(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def courses() -> dict[str, list[Step]]:
    return record_in_new_process(PROJECT)


def test_the_same_is_recorded_again(courses: dict[str, list[Step]]) -> None:
    assert record_in_new_process(PROJECT) == courses
    assert courses.keys() == COURSES.keys()


def called(steps: list[Step], file: str = "") -> list[str]:
    return [
        short(step.function)
        for step in steps
        if step.event == "call" and (not file or step.file == file)
    ]


def in_order(names: list[str], wanted: list[str]) -> bool:
    rest = iter(names)
    return all(name in rest for name in wanted)


def test_the_long_way_calls_the_methods_of_the_course(
    courses: dict[str, list[Step]],
) -> None:
    wanted = [
        "Flask.wsgi_app",
        "RequestContext.push",
        "RequestContext.match_request",
        "Flask.full_dispatch_request",
        "Flask.preprocess_request",
        "count_visit",
        "SecureCookieSessionInterface.open_session",
        "Flask.dispatch_request",
        "show",
        "Responses.finalize_request",
        "Responses.make_response",
        "Responses.process_response",
        "refuse_frames",
        "SecureCookieSessionInterface.save_session",
        "Response.__call__",
        "RequestContext.pop",
        "Flask.do_teardown_request",
        "Flask.do_teardown_appcontext",
    ]
    assert in_order(called(courses["long"]), wanted)


def test_the_short_way_is_shorter_and_does_the_same(
    courses: dict[str, list[Step]],
) -> None:
    long, short_way = courses["long"], courses["short"]
    assert len(called(short_way)) < len(called(long))
    assert "serve" in called(short_way)
    left_out = {
        "RequestContext.push",
        "Flask.full_dispatch_request",
        "Flask.dispatch_request",
    }
    assert left_out <= set(called(long))
    assert left_out.isdisjoint(called(short_way))
    own = called(short_way, APPLICATION)
    assert own == ["count_visit", "show", "refuse_frames"]
    assert [each for each in called(long, APPLICATION) if "." not in each] == own


def test_a_wrong_path_reaches_no_view(courses: dict[str, list[Step]]) -> None:
    names = called(courses["missing"])
    wanted = ["count_visit", "Flask.dispatch_request", "Errors.handle_http_exception"]
    assert in_order(names, [*wanted, "refuse_frames"])
    assert "show" not in names
    assert ("rule", "none: 404 Not Found") in facts(courses["missing"])


def facts(steps: list[Step]) -> list[tuple[str, str]]:
    return [fact for step in steps for _, known in step.state for fact in known]


@pytest.mark.parametrize("course", COURSES)
def test_the_contexts_come_and_go(courses: dict[str, list[Step]], course: str) -> None:
    states = [step.state for step in courses[course]]
    kinds = [[kind for kind, _ in state] for state in states]
    both = ["application context", "request context"]
    assert kinds[0] == kinds[-1] == []
    assert both in kinds
    first, last = kinds.index(both), len(kinds) - kinds[::-1].index(both)
    assert all(each == both for each in kinds[first:last])
    known = facts(courses[course])
    assert ("session", "not opened yet") in known
    assert ("session", "visits = 1") in known


def test_the_view_changes_the_session(courses: dict[str, list[Step]]) -> None:
    known = facts(courses["long"])
    for wanted in ("visits = 1", "visits = 2, changed"):
        assert ("session", wanted) in known
    assert ("g", "visits = 2") in known
    assert ("view_args", "number = 1") in known


@pytest.mark.parametrize("course", COURSES)
def test_each_step_stands_in_the_source(
    courses: dict[str, list[Step]], course: str
) -> None:
    for step in courses[course]:
        name = step.function.rpartition(".")[2]
        function = function_at(PROJECT, step.file, step.line)
        assert f"def {name}(" in line_of(PROJECT, step.file, function.line)
        assert source_of(PROJECT, step.file).is_file()
    for before, step in zip(courses[course], courses[course][1:], strict=False):
        assert step.caller
        assert line_of(PROJECT, step.caller_file, step.caller_line)
        if step.event == "call":
            assert step.depth <= before.depth + 1


@pytest.mark.needs("sphinx", "myst_parser")
def test_a_book_without_pages_for_files_has_the_steps_without_links(
    tmp_path: Path, courses: dict[str, list[Step]]
) -> None:
    source = tmp_path / "book"
    source.mkdir()
    (source / "conf.py").write_text(
        'extensions = ["myst_parser", "stepper.sphinx_ext"]\n'
        f'project, literate_project = "steps", {PROJECT!r}\n'
    )
    (source / "index.md").write_text("# Steps\n\n```{request-steps}\n```\n")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "latex", source, "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(PROJECT, "book", "_ext"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out" / "steps.tex").read_text("utf-8")
    assert "A wrong path" in text
    assert text.count("chapter ") > sum(map(len, courses.values())) / 2


def test_a_request_that_cannot_be_recorded_is_an_error(tmp_path: Path) -> None:
    package = tmp_path / "flasklit"
    package.mkdir()
    (package / "__init__.py").write_text("raise OSError('broken')")
    with pytest.raises(RuntimeError, match="OSError: broken"):
        record_in_new_process(str(tmp_path))
