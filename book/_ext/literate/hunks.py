"""Differences between a tangled file and its edited copy, and where they may go.

A hunk says that some tangled lines became other lines. It is turned into candidate
edits of the book, best guess first; whether one is right is decided by tangling the
edited book and comparing.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from literate.alignment import align
from literate.alignment import is_real
from literate.edits import AFTER
from literate.edits import AT
from literate.edits import BEFORE
from literate.edits import Edit
from literate.edits import Misfit
from literate.edits import put_in
from literate.lifting import lifted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from literate.model import TangledLine

_SLIDES = 12


class Hunk:
    """Tangled lines ``first`` to ``last`` (excluded) became some other lines.

    :param old: all tangled lines of the file.
    :param new: all lines of the edited copy.
    """

    __slots__ = ("first", "last", "new", "new_first", "new_last", "old")

    def __init__(
        self,
        old: list[TangledLine],
        new: list[str],
        first: int,
        last: int,
        new_first: int,
        new_last: int,
    ) -> None:
        self.old = old
        self.new = new
        self.first = first
        self.last = last
        self.new_first = new_first
        self.new_last = new_last

    @property
    def before(self) -> list[TangledLine]:
        """The tangled lines that changed."""
        return self.old[self.first : self.last]

    @property
    def after(self) -> list[str]:
        """What they became."""
        return self.new[self.new_first : self.new_last]

    def moved(self, first: int, last: int, shift: int = 0) -> Hunk:
        """The same difference with other limits."""
        return Hunk(
            self.old,
            self.new,
            first,
            last,
            self.new_first + first - self.first + shift,
            self.new_last + last - self.last + shift,
        )


def find_hunks(old: list[TangledLine], new: list[str]) -> list[Hunk]:
    """The differences between a tangled file and its edited copy, in order."""
    texts = [line.text for line in old]
    start = 0
    while start < min(len(texts), len(new)) and texts[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(texts), len(new)) - start and texts[-1 - end] == new[-1 - end]:
        end += 1
    matcher = SequenceMatcher(
        None, texts[start : len(texts) - end], new[start : len(new) - end], False
    )
    return [
        Hunk(old, new, start + a, start + b, start + c, start + d)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def candidates(hunk: Hunk) -> tuple[list[Edit], str]:
    """The book edits that may carry a hunk over, best guess first.

    :returns: the edits, and the reason when there is none.
    """
    edits: list[Edit] = []
    known = set()
    reason = ""
    for variant in _variants(hunk):
        for attempt in (lifted, _pairs, _block, _split, _insertions):
            try:
                found = list(attempt(variant))
            except Misfit as error:
                reason = reason or str(error)
                continue
            for edit in found:
                if edit.key() not in known:
                    known.add(edit.key())
                    edits.append(edit)
    return edits, reason or "it lies between chunks, where the tool puts the lines"


# Variants of a hunk


def _variants(hunk: Hunk) -> Iterator[Hunk]:
    """The hunk, the same with the tool's blank lines around, the same moved."""
    yield hunk
    yield from _widened(hunk)
    for step in (-1, 1):
        moved = _slide(hunk, step)
        for _ in range(_SLIDES):
            if moved is None:
                break
            yield moved
            yield from _widened(moved)
            moved = _slide(moved, step)


def _widened(hunk: Hunk) -> Iterator[Hunk]:
    first, last = hunk.first, hunk.last
    while first > 0 and not is_real(hunk.old[first - 1]) and _same(hunk, first - 1):
        first -= 1
    tail = hunk.new_last - hunk.last
    while (
        last < len(hunk.old)
        and not is_real(hunk.old[last])
        and last + tail < len(hunk.new)
        and hunk.old[last].text == hunk.new[last + tail]
    ):
        last += 1
    for limits in ((first, hunk.last), (hunk.first, last), (first, last)):
        if limits != (hunk.first, hunk.last):
            yield hunk.moved(*limits)


def _same(hunk: Hunk, index: int) -> bool:
    new = index + hunk.new_first - hunk.first
    return new >= 0 and hunk.old[index].text == hunk.new[new]


def _slide(hunk: Hunk, step: int) -> Hunk | None:
    """The hunk moved by a line, when that describes the same difference."""
    first, last = hunk.first, hunk.last
    start, end = hunk.new_first, hunk.new_last
    old, new = hunk.old, hunk.new
    if (first == last) == (start == end):
        return None
    if step < 0:
        if first == 0 or start == 0 or old[first - 1].text != new[start - 1]:
            return None
        enters, leaves = first - 1, last - 1
        new_enters, new_leaves = start - 1, end - 1
    else:
        if last >= len(old) or end >= len(new) or old[last].text != new[end]:
            return None
        enters, leaves = last, first
        new_enters, new_leaves = end, start
    if first == last:
        fits = new[new_leaves] == old[enters].text
    else:
        fits = old[leaves].text == new[new_enters]
    return hunk.moved(first + step, last + step) if fits else None


# Ways to place a hunk


def _pairs(hunk: Hunk) -> Iterator[Edit]:
    """Line by line, each in its own chunk."""
    before, after = hunk.before, hunk.after
    if not before or len(before) != len(after):
        return
    edit = Edit()
    for line, text in zip(before, after, strict=True):
        if is_real(line):
            if line.text != text:
                _put(edit, line, AT, [text])
        elif line.text != text:
            return
    yield edit


def _block(hunk: Hunk) -> Iterator[Edit]:
    """All new lines in the place of all old ones, which are of one chunk."""
    real = [line for line in hunk.before if is_real(line)]
    if not real:
        return
    fences = {(id(line.chunk), line.indent) for line in real}
    for texts in _stripped(hunk.after):
        if len(fences) > 1 and texts:
            continue
        edit = Edit()
        for line in real[1:]:
            _put(edit, line, AT, [])
        _put(edit, real[0], AT, texts)
        yield edit


def _split(hunk: Hunk) -> Iterator[Edit]:
    """Old and new lines of several chunks, matched where they look alike."""
    real = [line for line in hunk.before if is_real(line)]
    if not real or not hunk.after:
        return
    matches = align(real, hunk.after)
    if not any(match.text is not None for match in matches):
        if len({id(line.chunk) for line in real}) > 1:
            names = list(dict.fromkeys([_name(line) for line in real]))
            raise Misfit(
                f"it spans the chunks {', '.join(names)} and it is not clear which "
                "line belongs to which"
            )
        return
    edit = Edit()
    for match in matches:
        if match.texts != [match.line.text]:
            _put(edit, match.line, AT, match.texts)
    yield edit


def _insertions(hunk: Hunk) -> Iterator[Edit]:
    """New lines after the chunk line before them, or before the one after them."""
    if any(is_real(line) for line in hunk.before):
        return
    misfit: Misfit | None = None
    found = False
    for texts in _stripped(hunk.after):
        for line, slot in (
            (_neighbour(hunk.old, hunk.first - 1, -1), AFTER),
            (_neighbour(hunk.old, hunk.last, 1), BEFORE),
        ):
            if line is None or not texts:
                continue
            edit = Edit()
            try:
                _put(edit, line, slot, texts)
            except Misfit as error:
                misfit = error
            else:
                found = True
                yield edit
    if misfit is not None and not found:
        raise misfit


def _neighbour(old: list[TangledLine], index: int, step: int) -> TangledLine | None:
    while 0 <= index < len(old):
        if is_real(old[index]):
            return old[index]
        index += step
    return None


def _stripped(texts: list[str]) -> Iterator[list[str]]:
    """The lines, and the lines with fewer blank ones at the ends."""
    start, end = 0, len(texts)
    while start < end and not texts[start]:
        start += 1
    while end > start and not texts[end - 1]:
        end -= 1
    yield texts
    for first in range(start + 1):
        for last in range(len(texts), end - 1, -1):
            if (first, last) != (0, len(texts)):
                yield texts[first:last]


def _put(edit: Edit, line: TangledLine, slot: int, texts: list[str]) -> None:
    """Fills a slot of a tangled line's chunk, without the chunk's indentation."""
    assert line.chunk is not None
    put_in(edit, line.chunk, line.origins[0].line, slot, texts, line.indent)


def _name(line: TangledLine) -> str:
    return f'"{line.chunk.name}"' if line.chunk else ""
