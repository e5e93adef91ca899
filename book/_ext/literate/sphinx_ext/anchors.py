"""Anchors within a page, made of words so that they outlive editing."""

from __future__ import annotations

import re
import unicodedata

from literate.model import Chapter

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60
_PROMPT = ">>> "


class Anchors:
    """The anchors of one page; each text gets one of its own.

    :param prefix: what every anchor begins with.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._taken: set[str] = set()

    def add(self, text: str) -> str:
        """A new anchor for a text; the second of a kind ends in ``-2``."""
        slug = slugify(text)
        base = f"{self.prefix}-{slug}" if slug else self.prefix
        anchor, count = base, 1
        while anchor in self._taken:
            count += 1
            anchor = f"{base}-{count}"
        self._taken.add(anchor)
        return anchor


def slugify(text: str) -> str:
    """A text in lower case, with hyphens between its words and nothing else."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", plain.lower()).strip("-")
    return slug[:_LONGEST].rstrip("-")


def example_title(text: str) -> str:
    """What the anchor of an example is made of: its first line of code."""
    for line in text.splitlines():
        if line.startswith(_PROMPT):
            return line.removeprefix(_PROMPT)
    return ""


def chunk_title(name: str, file: str | None) -> str:
    """What the anchor of a chunk is made of: its name, or its file's for imports."""
    return " ".join(name.split()) or f"imports of {file or ''}"


def chunk_anchors(chapter: Chapter) -> dict[int, str]:
    """The anchors of a chapter's chunks, by the line they begin in.

    The directive counts the same way while a page is read, so both sides agree
    without knowing of each other.
    """
    anchors = Anchors("chunk")
    return {
        fence.line: anchors.add(
            chunk_title(fence.argument, fence.options.get("file", ("", 0))[0])
        )
        for fence in chapter.fences
        if fence.kind == "chunk"
    }
