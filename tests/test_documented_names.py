"""The names that older API pages document: the data, the check, the record for Flask."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version

import pytest
from apireference import table
from apireference.check import answers
from apireference.check import main
from apireference.check import recorded
from apireference.names import documented_names


def test_there_are_316_in_19_sections() -> None:
    names = documented_names()
    assert len({entry.name for entry in names}) == len(names) == 316
    assert len({entry.section for entry in names}) == 19
    assert Counter(entry.editions for entry in names) == {
        ("0.8", "0.11"): 219,
        ("0.11",): 91,
        ("0.8",): 6,
    }


@pytest.mark.parametrize(
    ("name", "edition", "parameters"),
    [
        ("flask.Flask.add_url_rule", "0.8", []),
        ("flask.Flask.add_url_rule", "0.11", ["rule", "endpoint", "view_func"]),
        ("flask.Flask.do_teardown_request", "0.11", ["exc"]),
        ("flask.Flask.after_request_funcs", "0.8", []),
        ("flask.json.JSONEncoder.default", "0.11", ["o"]),
    ],
)
def test_parameters_are_read_from_the_signature(
    name: str, edition: str, parameters: list[str]
) -> None:
    (entry,) = [entry for entry in documented_names() if entry.name == name]
    assert entry.parameters(edition) == parameters


@pytest.mark.needs("flask", "blinker")
def test_the_record_says_what_flask_has() -> None:
    """The site shows the record where Flask is not installed."""
    assert version("flask") == "3.1.3"
    assert recorded("flask") == answers("flask"), (
        "run `python -m apireference.check flask --record`"
    )


@pytest.mark.needs("flask", "blinker")
def test_the_check_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flask"]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert last == "flask: 274 of 316 names, 270 as documented"
    assert sum(line.endswith(": missing") for line in lines) == 42
    assert "flask.Markup: missing" in lines
    assert "flask.Flask: does not take static_path (edition 0.11)" in lines


def test_flasklit_has_every_documented_name_with_its_parameters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["flasklit"]) == 0, capsys.readouterr().out


def test_without_flask_the_record_speaks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(package: str) -> str:
        raise PackageNotFoundError(package)

    def asked(package: str) -> object:
        raise ModuleNotFoundError(package)

    monkeypatch.setattr(table, "version", absent)
    monkeypatch.setattr(table, "answers", asked)
    assert table.flask_answers() == recorded("flask")
