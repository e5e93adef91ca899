"""Reads which boxes a chapter has: the colon fences of its Markdown, nested or not."""

from __future__ import annotations

import re
from typing import NamedTuple
from typing import TYPE_CHECKING

from literate.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from literate.blocks import RawFence

_NAME = re.compile(r"\{([\w-]+)\}\s*(.*)$")


class Box(NamedTuple):
    """A colon fence that is a directive.

    :param name: the directive, ``exercise`` or another.
    :param title: what follows it on the line.
    :param first: the line it begins with, from 1.
    :param last: the line it ends with.
    :param body: the lines between.
    """

    name: str
    title: str
    first: int
    last: int
    body: list[str]

    def holds(self, line: int) -> bool:
        """Whether a line of the file stands inside."""
        return self.first < line < self.last


def read_boxes(lines: list[str], above: int = 0) -> Iterator[Box]:
    """The boxes of a text in order, each before those inside of it.

    :param lines: the text, without line ends.
    :param above: how many lines of the file stand above it.
    """
    blocks = Blocks(lines)
    blocks.run(0)
    fences: Iterable[RawFence] = blocks.fences
    for raw in fences:
        match = _NAME.match(raw.info)
        if raw.marker[0] != ":" or match is None:
            continue
        first = above + raw.index + 1
        yield Box(match[1], match[2].strip(), first, above + raw.end + 1, raw.body)
        yield from read_boxes(raw.body, first)
