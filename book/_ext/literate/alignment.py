"""Finds out what became of each line, from how alike old and new lines are."""

from __future__ import annotations

from difflib import SequenceMatcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.model import TangledLine

_SIMILAR = 0.5
# Comparing more lines letter by letter would take seconds; then only equal ones match.
_PAIRS = 10_000


def is_real(line: TangledLine) -> bool:
    """Whether a tangled line is a line of an ordinary chunk."""
    return line.chunk is not None and line.chunk.mode != "imports"


class Match:
    """What became of a tangled line.

    :ivar before: new lines in front of it.
    :ivar text: its new text, ``None`` if it was deleted.
    :ivar after: new lines behind it.
    """

    __slots__ = ("after", "before", "line", "text")

    def __init__(self, line: TangledLine) -> None:
        self.line = line
        self.before: list[str] = []
        self.text: str | None = None
        self.after: list[str] = []

    @property
    def texts(self) -> list[str]:
        """All that stands in the line's place."""
        return [*self.before, *([] if self.text is None else [self.text]), *self.after]


def align(old: list[TangledLine], new: list[str]) -> list[Match]:
    """Matches old and new lines, in order, so that they are alike most.

    New lines without a counterpart go behind the matched line before them.
    """
    matches = [Match(line) for line in old]
    pairs = _alike([line.text for line in old], new)
    partner = {index: matches[place] for place, index in pairs}
    current: Match | None = None
    for index, text in enumerate(new):
        if index in partner:
            current = partner[index]
            current.text = text
        elif current is not None:
            current.after.append(text)
        elif pairs:
            matches[pairs[0][0]].before.append(text)
    return matches


def _alike(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Pairs of similar lines, in order, with the greatest sum of likeness."""
    best: list[list[float]] = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    likeness = _ratio if len(old) * len(new) <= _PAIRS else _equality
    ratios: dict[tuple[int, int], float] = {}
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            ratio = likeness(old[i], new[j])
            ratios[i, j] = ratio
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if ratio > _SIMILAR:
                best[i][j] = max(best[i][j], ratio + best[i + 1][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        ratio = ratios[i, j]
        if ratio > _SIMILAR and best[i][j] == ratio + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _equality(old: str, new: str) -> float:
    return 1.0 if old.strip() == new.strip() else 0.0


def _ratio(old: str, new: str) -> float:
    old, new = old.strip(), new.strip()
    if not old or not new or old == new:
        return _equality(old, new)
    matcher = SequenceMatcher(None, old, new, False)
    return matcher.ratio() if matcher.quick_ratio() > _SIMILAR else 0.0
