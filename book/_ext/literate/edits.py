"""Edits of book files: which lines are replaced, what is put before or after them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.model import Chunk
    from literate.model import Fence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
BEFORE, AT, AFTER = range(3)


class Misfit(Exception):
    """A line that cannot stand in a chunk, and why."""


class Edit:
    """A set of changes to the bodies of fences.

    Each change belongs to a slot: before a book line, in its place, or after it. Two
    edits go together unless they put different lines in the same slot.
    """

    __slots__ = ("slots",)

    def __init__(self) -> None:
        self.slots: dict[tuple[str, int, int], tuple[str, ...]] = {}

    def put(self, fence: Fence, line: int, slot: int, texts: list[str]) -> None:
        """Fills a slot with body lines, which get the fence's prefix."""
        prefix = fence.prefix
        self.slots[fence.path, line, slot] = tuple(
            [prefix + text if text else prefix.rstrip() for text in texts]
        )

    def add(self, other: Edit) -> bool:
        """Takes over another edit; ``False``, and no change, on a conflict."""
        for key, texts in other.slots.items():
            if self.slots.get(key, texts) != texts:
                return False
        self.slots.update(other.slots)
        return True

    def copy(self) -> Edit:
        """An edit of its own with the same changes."""
        edit = Edit()
        edit.slots.update(self.slots)
        return edit

    def key(self) -> frozenset[tuple[tuple[str, int, int], tuple[str, ...]]]:
        """Equal for edits with the same changes."""
        return frozenset(self.slots.items())

    def paths(self) -> list[str]:
        """The book files it changes, sorted."""
        return sorted({path for path, _, _ in self.slots})

    def apply(self, path: str, text: str) -> str:
        """The text of a book file with the changes made; its line ends are kept."""
        raw = _LINE.findall(text)
        result: list[str] = []
        for number, line in enumerate(raw, 1):
            content = line.rstrip("\r\n")
            end = line[len(content) :] or "\n"
            for slot in (BEFORE, AT, AFTER):
                texts = self.slots.get((path, number, slot))
                if texts is not None:
                    result.extend([each + end for each in texts])
                elif slot == AT:
                    result.append(line)
        return "".join(result)


def put_in(
    edit: Edit, chunk: Chunk, line: int, slot: int, texts: list[str], indent: str
) -> None:
    """Fills a slot of a chunk with tangled lines.

    :param indent: what the references to the chunk add in front of its lines.
    :raises Misfit: a line is indented less.
    """
    for text in texts:
        if text and not text.startswith(indent):
            raise Misfit(
                f'`{text.strip()}` is indented less than its chunk "{chunk.name}"'
            )
    edit.put(chunk.fence, line, slot, [text[len(indent) :] for text in texts])
