"""Reads the glossary as text."""

from __future__ import annotations

import re
from typing import NamedTuple

_BEGIN = re.compile(r"(`{3,})\{glossary\}\s*$")
_CHAPTER = re.compile(r"\]\(\.\./(chapters/[\w-]+)\.md[)#]")


class Entry(NamedTuple):
    """A term of the glossary.

    :param spellings: the term, and other forms of it.
    :param page: the chapter that explains it, or an empty text.
    """

    spellings: tuple[str, ...]
    page: str


def read_glossary(text: str) -> list[Entry]:
    """The entries of a glossary.

    :param text: the Markdown of its page.
    """
    found: list[Entry] = []
    spellings: list[str] = []
    definition: list[str] = []
    fence = ""
    for line in [*text.splitlines(), ""]:
        begin = _BEGIN.match(line)
        if begin and not fence:
            fence = begin[1]
        elif fence and line.rstrip() == fence:
            fence = ""
        elif fence and line and not line[0].isspace():
            if definition:
                found.append(_entry(spellings, definition))
                spellings, definition = [], []
            spellings.append(line.strip())
        elif fence and line.strip():
            definition.append(line)
    if spellings:
        found.append(_entry(spellings, definition))
    return found


def _entry(spellings: list[str], definition: list[str]) -> Entry:
    page = _CHAPTER.search("\n".join(definition))
    return Entry(tuple(spellings), page[1] if page else "")
