"""What Read the Docs is told to run is there to be run."""

from __future__ import annotations

import re
import shlex
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[1]
FORMATS = {"html", "htmlzip", "epub", "pdf"}
PROGRAMS = {"cd", "mkdir", "mv", "python", "zip"}
OUTPUT = "$READTHEDOCS_OUTPUT"


def settings() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (PROJECT / ".readthedocs.yaml").read_text("utf-8")
    )
    return found


def commands(format_: str) -> list[list[str]]:
    """Each command of a format, as words without what is set for it."""
    lines = settings()["build"]["jobs"]["build"][format_]
    words = [shlex.split(part) for line in lines for part in line.split("&&")]
    return [
        [word for word in command if not re.match(r"[A-Z]+=", word)]
        for command in words
    ]


def test_every_format_is_asked_for_and_built() -> None:
    assert set(settings()["build"]["jobs"]["build"]) == FORMATS
    assert set(settings()["formats"]) == FORMATS - {"html"}


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_every_command_exists(format_: str) -> None:
    for command in commands(format_):
        assert command[0] in PROGRAMS, command
        if command[0] == "python":
            assert command[1] == "-m"
            assert find_spec(command[2]) is not None, command


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_warnings_are_errors_and_the_builder_is_one_of_sphinx(format_: str) -> None:
    builds = [
        each for each in commands(format_) if each[:3] == ["python", "-m", "sphinx"]
    ]
    (build,) = builds
    assert "-W" in build
    builder = {"htmlzip": "singlehtml", "pdf": "singlehtml"}.get(format_, format_)
    assert build[build.index("-b") + 1] == builder


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_every_format_ends_up_where_it_is_looked_for(format_: str) -> None:
    last = commands(format_)[-1]
    assert any(word.startswith(f"{OUTPUT}/{format_}") for word in last), last


def test_all_that_is_installed_is_declared() -> None:
    (install,) = settings()["python"]["install"]
    with (PROJECT / "pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)["project"]["optional-dependencies"]
    assert set(install["extra_requirements"]) <= set(declared)


def test_live_examples_are_built_before_the_site() -> None:
    """Where the extension that makes them is part of the book."""
    there = (PROJECT / "book" / "_ext" / "live").is_dir()
    first = commands("html")[0]
    assert (first == ["python", "-m", "live", "build"]) == there
