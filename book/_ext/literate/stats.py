"""The book in numbers: how much each chapter says, how much code, in which portions."""

from __future__ import annotations

import re
from statistics import median

from literate.book import Book
from literate.model import Chapter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = ("Words", "Chunks", "Median", "Lines", "Examples", "Exercises")
"""What is counted, in the order of the columns."""

_LINK = re.compile(r"\]\([^)\s]*\)|\]\[[^\]]*\]")
_ROLE = re.compile(r"\{[\w:.+-]+\}(?=`)")
_TARGET = re.compile(r" <[^<>`]+>(?=`)")
_MARKER = re.compile(r"\s*:{3,}(?:\{[\w-]+\}\s*(.*))?$")
_EXERCISE = re.compile(r"\s*:{3,}\{exercise\}")
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s|$)")
_MARK = re.compile(r"\s*(?:\([\w-]+\)=|\{[^`]*\}|<!--.*-->|\|?[\s|:-]+\|?)\s*$")


class Figures:
    """What was counted in a chapter, or in all of them.

    :ivar title: of the chapter, with its number.
    :ivar words: words of prose; headings, captions and tables count, code does not.
    :ivar chunks: chunks, without those of imports.
    :ivar median: the median of their lengths, in lines.
    :ivar lines: the lines of all chunks, imports included.
    :ivar examples: examples that are run and shown.
    :ivar exercises: exercises.
    """

    __slots__ = ("examples", "exercises", "lengths", "lines", "path", "title", "words")

    def __init__(self, title: str, path: str = "") -> None:
        self.title = title
        self.path = path
        self.words = 0
        self.lengths: list[int] = []
        self.lines = 0
        self.examples = 0
        self.exercises = 0

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return len(self.lengths)

    @property
    def median(self) -> float:
        """The median of their lengths; 0 without any."""
        return median(self.lengths) if self.lengths else 0

    def cells(self) -> list[str]:
        """The numbers as they are shown, column by column."""
        return [
            f"{self.words:,}",
            f"{self.chunks:,}",
            f"{self.median:g}",
            f"{self.lines:,}",
            f"{self.examples:,}",
            f"{self.exercises:,}",
        ]

    def add(self, other: Figures) -> None:
        """Counts what was counted elsewhere, too."""
        self.words += other.words
        self.lengths += other.lengths
        self.lines += other.lines
        self.examples += other.examples
        self.exercises += other.exercises


def figures(book: Book) -> list[Figures]:
    """The figures of each numbered chapter, and last of all together."""
    counted = [_count(chapter) for chapter in book.chapters if chapter.number]
    total = Figures("All chapters")
    for each in counted:
        total.add(each)
    return [*counted, total]


def text_table(rows: list[Figures]) -> str:
    """The figures as a table for a terminal."""
    cells = [["", *COLUMNS], *([each.title, *each.cells()] for each in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for title, *numbers in cells:
        aligned = [
            number.rjust(width)
            for number, width in zip(numbers, widths[1:], strict=True)
        ]
        lines.append("  ".join([title.ljust(widths[0]), *aligned]))
    return "\n".join(lines)


def prose(chapter: Chapter) -> Iterator[str]:
    """The lines of a chapter that are read, without code and markup around them."""
    hidden = {
        number
        for fence in chapter.fences
        for number in range(fence.line, fence.end_line + 1)
    }
    opened = False
    for number, line in enumerate(chapter.lines, 1):
        marker = None if number in hidden else _MARKER.match(line)
        if marker:
            opened = bool(marker[1] is not None)
            yield marker[1] or ""
        elif opened and _OPTION.match(line):
            continue
        elif number not in hidden:
            opened = False
            yield line


def count_words(line: str) -> int:
    """The words of a line of prose; where a link leads is none."""
    if _MARK.match(line):
        return 0
    text = _TARGET.sub("", _ROLE.sub("", _LINK.sub("]", line)))
    return sum(any(map(str.isalnum, word)) for word in text.split())


def _count(chapter: Chapter) -> Figures:
    found = Figures(f"{chapter.number}. {chapter.title}", chapter.path)
    found.words = sum(map(count_words, prose(chapter)))
    for chunk in chapter.chunks:
        found.lines += len(chunk.fence.body)
        if chunk.mode != "imports":
            found.lengths.append(len(chunk.fence.body))
    found.examples = sum(fence.kind == "pycon" for fence in chapter.fences)
    found.exercises = sum(bool(_EXERCISE.match(line)) for line in chapter.lines)
    return found
