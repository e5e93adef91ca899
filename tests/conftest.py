"""Leaves out what needs a package that is not installed; restores the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

#: What a file cannot do without. Flask, to compare with, needs blinker.
NEEDS = {
    "browser": "playwright",
    "test_blueprints.py": "blinker",
    "test_differential.py": "blinker",
    "test_documented_names.py": "sphinx",
    "test_flask_api.py": "blinker",
    "test_guides.py": "sphinx",
    "test_live.py": "sphinx",
    "test_outputs.py": "sphinx",
    "test_package.py": "ruff",
    "test_patches.py": "blinker",
    "test_pictures.py": "sphinx",
    "test_practice_pages.py": "sphinx",
    "test_reading.py": "sphinx",
    "test_readthedocs.py": "yaml",
    "test_reference.py": "sphinx",
    "test_sessions.py": "blinker",
    "test_site.py": "sphinx",
    "test_templates.py": "blinker",
}

collect_ignore = [file for file, tool in NEEDS.items() if find_spec(tool) is None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the comparison with Flask by drawn requests."""
    group = parser.getgroup("differential")
    group.addoption(
        "--differential-seed",
        default="flasklit",
        help="what the applications and requests compared with Flask are drawn from",
    )
    group.addoption(
        "--differential-requests",
        type=int,
        default=24_000,
        help="how many requests are compared with Flask",
    )


def pytest_report_header() -> str | None:
    """Names the files that are left out, and what they miss."""
    left_out = [f"{file} (needs {NEEDS[file]})" for file in collect_ignore]
    return f"left out: {', '.join(left_out)}" if left_out else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test that is marked as needing what is not installed."""
    for mark in item.iter_markers("needs"):
        for package in mark.args:
            if find_spec(package) is None:
                pytest.skip(f"{package} is not installed")


@pytest.fixture(autouse=True)
def environment_variables() -> Iterator[None]:
    """Takes back what a test sets, as the command line does for its commands."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
