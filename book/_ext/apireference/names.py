"""The names that the API pages of Flask 0.8 and 0.11 document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[2] / "reference"
"""The folder with the facts: documented names, history, the record of the check."""

_OPENING, _CLOSING = "([{<", ")]}>"


@dataclass(frozen=True)
class DocumentedName:
    """A name on an API page of an older edition.

    :ivar name: the dotted name, beginning with ``flask``.
    :ivar section: the section of the page.
    :ivar signatures: for each edition that documents it, its parameters in brackets;
        an empty string for what is not called.
    """

    name: str
    section: str
    signatures: dict[str, str]

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions that document it."""
        return tuple(self.signatures)

    def within(self, package: str) -> str:
        """The same name in another package than ``flask``."""
        return package + self.name.removeprefix("flask")

    def parameters(self, edition: str) -> list[str]:
        """The names of the parameters it is documented with.

        ``*args``, ``**kwargs`` and what stands for the object itself do not count.
        """
        inside = self.signatures[edition][1:-1]
        names = (part.partition("=")[0].strip() for part in _split(inside))
        return [name for name in names if name.isidentifier()]


@cache
def documented_names() -> tuple[DocumentedName, ...]:
    """All of them, section by section, in the order of the pages."""
    entries = json.loads((DATA / "documented-names.json").read_text("utf-8"))
    return tuple(DocumentedName(**entry) for entry in entries)


def _split(text: str) -> list[str]:
    """The parts between the commas that stand in no bracket."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
