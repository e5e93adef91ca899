"""What stands for the distribution Flask where it is not installed (chapter 49)"""

from __future__ import annotations

import os
from importlib.metadata import Distribution
from pathlib import Path


class FlaskDistribution(Distribution):
    """The metadata of a distribution called Flask, without files.

    :param version: its version.
    """

    def __init__(self, version: str) -> None:
        self._version = version

    def read_text(self, filename: str) -> str | None:
        """Return the text of one of the distribution's files.

        :param filename: its name.
        """
        if filename != "METADATA":
            return None
        return f"Metadata-Version: 2.1\nName: Flask\nVersion: {self._version}\n"

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        """Say where a file of the distribution would be.

        :param path: its path in the distribution.
        """
        return Path(__file__).parent / path
