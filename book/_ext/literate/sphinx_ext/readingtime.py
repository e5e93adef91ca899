"""How long a chapter takes to read."""

from __future__ import annotations

from typing import NamedTuple

from literate.model import Chapter
from literate.stats import count_words
from literate.stats import prose

WORDS_A_MINUTE = 220
"""How fast prose is read."""

LINES_A_MINUTE = 30
"""How fast code is read: chunks and examples, output included."""


class ReadingTime(NamedTuple):
    """What there is to read in a chapter.

    :param words: words of prose.
    :param lines: lines of chunks and examples that are not blank.
    """

    words: int
    lines: int

    @property
    def minutes(self) -> int:
        """About how many minutes that takes; at least one."""
        return max(1, round(self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE))

    @property
    def text(self) -> str:
        """The same, as it stands under a title."""
        unit = "minute" if self.minutes == 1 else "minutes"
        return (
            f"About {self.minutes} {unit}: {self.words:,} words and "
            f"{self.lines:,} lines of code."
        )


def reading_time(chapter: Chapter) -> ReadingTime:
    """Counts what there is to read."""
    words = sum(map(count_words, prose(chapter)))
    lines = sum(
        bool(line.strip())
        for fence in chapter.fences
        if fence.kind in ("chunk", "pycon", "other")
        for line in fence.body
    )
    return ReadingTime(words, lines)
