"""Takes an example apart: the program, and what its last statement prints."""

from __future__ import annotations

from typing import NamedTuple

_BLANK = "<BLANKLINE>"


class Split(NamedTuple):
    """An example taken apart before its last output.

    :param program: everything up to the last statement.
    :param output: what that statement prints, as it stands in the example.
    """

    program: str
    output: str

    @property
    def answer(self) -> str:
        """What a reader shall say: the output, or the last line of a traceback."""
        lines = [
            "" if line == _BLANK else line for line in self.output.strip().split("\n")
        ]
        if lines[0].startswith("Traceback "):
            after = [line for line in lines[1:] if line[:1] not in ("", " ", ".")]
            lines = after[:1]
        return "\n".join(lines).strip()


def split(text: str) -> Split:
    """Takes an example apart before its last output.

    :param text: prompts and outputs; the last statement prints something.
    """
    lines = text.rstrip("\n").split("\n")
    last, typed = 0, False
    for index, line in enumerate(lines):
        prompt = line[:4].rstrip()
        # Three dots continue what was typed; in an output they stand for anything.
        typed = prompt == ">>>" or (typed and prompt == "...")
        if typed:
            last = index
    return Split("\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :]))
