"""What Flask's changelog says of the documented names: since when, changed, dropped."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from apireference.names import DATA
from apireference.names import documented_names

Note = tuple[str, str, list[str]]
"""A directive, an edition, and the lines below."""

_NOTE = re.compile(
    r"\.\. (versionadded|versionchanged|deprecated|versionremoved):: ([\d.]+)$"
)


@dataclass(frozen=True)
class History:
    """What became of a name.

    :ivar added: the edition that brought it, an empty string where nothing says so.
    :ivar changed: pairs of an edition and what it changed, a phrase.
    :ivar dropped: the edition that no longer has it, an empty string for what is there.
    :ivar instead: what to use instead, where no descriptor in the program says so.
    :ivar pages: the editions whose API pages document it.
    """

    added: str = ""
    changed: tuple[tuple[str, str], ...] = ()
    dropped: str = ""
    instead: str = ""
    pages: tuple[str, ...] = ()

    def complete(self, docstring: list[str], owner: str = "") -> list[str]:
        """A docstring with all version notes, its own and ours, oldest first.

        What the docstring says of an edition is left as it is. But a method that two
        classes share came to each in its own time, and to none before the class.

        :param docstring: its lines, in reStructuredText.
        :param owner: the edition that brought the class, if that is known.
        """
        text, notes = _taken_apart(docstring)
        if self.added:
            notes = [note for note in notes if not _is_birth(note)]
            notes.append(("versionadded", self.added, []))
        elif owner:
            since = _numbers(owner)
            notes = [
                note
                for note in notes
                if not _is_birth(note) or _numbers(note[1]) >= since
            ]
        stated = {edition for _, edition, _ in notes}
        for edition, change in self.changed:
            if edition not in stated:
                notes.append(("versionchanged", edition, [f"   {change}"]))
        notes.sort(key=lambda note: (_numbers(note[1]), note[0]))
        for kind, edition, body in notes:
            text += ["", f".. {kind}:: {edition}", *body]
        return [*text, ""]


@cache
def history() -> dict[str, History]:
    """What became of each documented name, and of others as far as it is known."""
    facts = json.loads((DATA / "history.json").read_text("utf-8"))
    pages = {entry.name: entry.editions for entry in documented_names()}
    return {
        name: _history(facts.get(name, {}), pages.get(name, ()))
        for name in {**pages, **facts}
    }


def _history(facts: dict[str, Any], pages: tuple[str, ...]) -> History:
    changed = tuple((edition, text) for edition, text in facts.get("changed", []))
    return History(
        facts.get("added", ""),
        changed,
        facts.get("dropped", ""),
        facts.get("instead", ""),
        pages,
    )


def _taken_apart(docstring: list[str]) -> tuple[list[str], list[Note]]:
    """The lines of a docstring without its version notes, and those."""
    text: list[str] = []
    notes: list[Note] = []
    within = False
    for line in docstring:
        match = _NOTE.match(line)
        if match:
            notes.append((match[1], match[2], []))
        elif not within or (line and not line.startswith(" ")):
            text.append(line)
        else:
            notes[-1][2].append(line)
        within = bool(match) or (within and (not line or line.startswith(" ")))
    return text, notes


def _is_birth(note: Note) -> bool:
    """Whether a note says since when there is the name itself, rather than a part."""
    kind, _, body = note
    return kind == "versionadded" and not "".join(body).strip()


def _numbers(edition: str) -> tuple[int, ...]:
    return tuple(int(part) for part in edition.split("."))
