"""Loads the plugin that runs the examples of the book."""

import sys
from pathlib import Path

_EXTENSIONS = str(Path(__file__).parent / "book" / "_ext")
if _EXTENSIONS not in sys.path:
    sys.path.insert(0, _EXTENSIONS)

pytest_plugins = ["literate.pytest_plugin"]
