"""Leaves out test files whose tools are not installed, and says so."""

from __future__ import annotations

from importlib.util import find_spec

#: What a file cannot do without. Flask, to compare with, needs blinker.
NEEDS = {
    "test_blueprints.py": "blinker",
    "test_flask_api.py": "blinker",
    "test_package.py": "ruff",
    "test_sessions.py": "blinker",
    "test_site.py": "sphinx",
    "test_templates.py": "blinker",
}

collect_ignore = [file for file, tool in NEEDS.items() if find_spec(tool) is None]


def pytest_report_header() -> str | None:
    """Names the files that are left out, and what they miss."""
    left_out = [f"{file} (needs {NEEDS[file]})" for file in collect_ignore]
    return f"left out: {', '.join(left_out)}" if left_out else None
