"""A tangled file as somebody edited it, with its imports set apart."""

from __future__ import annotations

from literate.hunks import find_hunks
from literate.model import TangledLine
from literate.program import expand_root
from literate.program import split_imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.book import Book
    from literate.hunks import Hunk

_BOUNDARY = "\0imports"
_TYPING = "if TYPE_CHECKING:"


def fault_of(path: str, data: bytes) -> str:
    """What no tangled file can contain, if there is something."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        return f"{path}:{number}: not UTF-8; save the file in UTF-8"
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.endswith("\r"):
            return f"{path}:{number}: ends in CR LF; tangled files have LF line ends"
        if line != line.rstrip(" \t"):
            return f"{path}:{number}: blanks at the end of the line; remove them"
    if lines[-1] or lines == [""] or not lines[-2]:
        return (
            f"{path}:{len(lines)}: the file must end with one newline and "
            "without blank lines"
        )
    return ""


class EditedFile:
    """An edited file in two parts: its import block and everything else.

    :ivar old: the tangled lines without the imports.
    :ivar new: the lines on disk without the imports.
    :ivar numbers: the line on disk of each new line.
    """

    def __init__(self, book: Book, path: str, disk: bytes) -> None:
        self.path = path
        self.texts = disk.decode().split("\n")[:-1]
        self.old, self.old_block = part(book.tangle()[path].lines)
        self.new = self.texts
        self.new_block: list[str] = []
        self.numbers = list(range(1, len(self.texts) + 1))
        self.block_line = 1
        if self.old_block:
            self._split()
            if not self.new_block:
                self.old = expand_root(book.graph.roots[path], book.graph.live())
        self.hunks = find_hunks(self.old, self.new)

    def _split(self) -> None:
        head, start, end, rest = split_imports(self.texts)
        cut = self._first_other_line(start, end)
        if cut < end:
            end = rest = cut
            while end > start and not self.texts[end - 1]:
                end -= 1
        if start == end:
            return
        self.block_line = start + 1
        self.new_block = self.texts[start:end]
        self.new = [*self.texts[:head], _BOUNDARY, *self.texts[rest:]]
        self.numbers = [
            *range(1, head + 1),
            start + 1,
            *range(rest + 1, len(self.texts) + 1),
        ]

    def _first_other_line(self, start: int, end: int) -> int:
        """Where, among lines that look like imports, those of ordinary chunks begin."""
        block = [line.text for line in self.old_block]
        if _TYPING not in block and _TYPING in self.texts[start:end]:
            return self.texts.index(_TYPING, start)
        mark = [line.text for line in self.old].index(_BOUNDARY)
        if mark + 1 == len(self.old):
            return end
        following = self.old[mark + 1].text
        for index in range(end - 1, start - 1, -1):
            if self.texts[index] == following:
                return index
        return end

    def line_of(self, hunk: Hunk) -> int:
        """The line on disk where a hunk begins."""
        if hunk.new_first < len(self.numbers):
            return self.numbers[hunk.new_first]
        return len(self.texts)

    def expected(self, hunks: set[int]) -> list[str]:
        """The file without imports when only some hunks are carried over."""
        result: list[str] = []
        position = 0
        for hunk in self.hunks:
            if id(hunk) in hunks:
                result.extend([line.text for line in self.old[position : hunk.first]])
                result.extend(hunk.after)
                position = hunk.last
        result.extend([line.text for line in self.old[position:]])
        return result


def part(
    lines: list[TangledLine],
) -> tuple[list[TangledLine], list[TangledLine]]:
    """The lines with a mark in the import block's place, and the block."""
    places = [
        index
        for index, line in enumerate(lines)
        if line.chunk is not None and line.chunk.mode == "imports"
    ]
    if not places:
        return lines, []
    head, rest = places[0], places[-1] + 1
    block = lines[head:rest]
    while head > 0 and not lines[head - 1].text:
        head -= 1
    while rest < len(lines) and not lines[rest].text:
        rest += 1
    return [*lines[:head], TangledLine(_BOUNDARY), *lines[rest:]], block


def without_mark(texts: list[str]) -> list[str]:
    """The lines without the mark of the import block and blank lines around it."""
    if _BOUNDARY not in texts:
        return texts
    index = texts.index(_BOUNDARY)
    before, after = texts[:index], texts[index + 1 :]
    while before and not before[-1]:
        before.pop()
    while after and not after[0]:
        after.pop(0)
    return [*before, *after]
