"""The table of this folder: each name that Flask's old API pages document has a test."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from apireference.names import documented_names

FOLDER = Path(__file__).parent


def claims() -> Iterator[tuple[str, Callable[..., Any], set[str]]]:
    """The tests of this folder with the names they say they exercise."""
    for path in sorted(FOLDER.glob("test_api_*.py")):
        for name, function in vars(import_module(path.stem)).items():
            if name.startswith("test_"):
                yield f"{path.name}::{name}", function, marked(function)


def marked(function: Callable[..., Any]) -> set[str]:
    marks = getattr(function, "pytestmark", [])
    return {name for mark in marks if mark.name == "documents" for name in mark.args}


@pytest.fixture(scope="module")
def table() -> dict[str, list[str]]:
    """Names, without ``flask.``, and their tests."""
    found: dict[str, list[str]] = {}
    for test, _, names in claims():
        for name in names:
            found.setdefault(name, []).append(test)
    return found


def test_each_documented_name_has_a_test(table: dict[str, list[str]]) -> None:
    names = {entry.name.removeprefix("flask.") for entry in documented_names()}
    assert len(names) == 316
    assert sorted(names - table.keys()) == []
    assert sorted(table.keys() - names) == []


def test_each_test_says_what_it_exercises() -> None:
    assert [test for test, _, names in claims() if not names] == []


def test_each_test_uses_the_names_it_claims() -> None:
    """The last part of a name stands in the test's own lines, not only in its mark."""
    unused = []
    for test, function, names in claims():
        decorated = inspect.getsource(function)
        body = decorated[decorated.index("\ndef ") :]
        unused += [
            f"{test}: {name}" for name in names if name.split(".")[-1] not in body
        ]
    assert sorted(unused) == []
