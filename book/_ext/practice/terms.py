"""Links from the text to the glossary: the first use of a term on a page.

The glossary is read as text before the pages are, for its terms and for the chapter
that each entry names first, which is where the term is explained: that page needs no
link. Only plain words of paragraphs are looked at, so code, headings, links and words
in italics stay as they are, and at most one term of a paragraph is linked.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform

from practice.glossary import Entry
from practice.glossary import read_glossary

_PLAIN = (
    nodes.document,
    nodes.section,
    nodes.bullet_list,
    nodes.enumerated_list,
    nodes.list_item,
    nodes.block_quote,
)


class LinkTerms(SphinxTransform):
    """Links the terms of a page."""

    default_priority = 620

    def apply(self, **kwargs: object) -> None:
        """Goes through the page's paragraphs."""
        docname = self.env.docname
        entries = tuple(Entry(*each) for each in self.config.practice_terms)
        if not entries or not docname.startswith(self.config.practice_term_pages):
            return
        self.entries = entries
        pattern, numbers = _pattern(entries)
        missing = {
            number for number, entry in enumerate(entries) if entry.page != docname
        }
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if _is_plain(paragraph):
                number = self._link_one(paragraph, pattern, numbers, missing)
                missing.discard(number)

    def _link_one(
        self,
        paragraph: nodes.paragraph,
        pattern: re.Pattern[str],
        numbers: dict[str, int],
        missing: set[int],
    ) -> int:
        """Links one term of a paragraph, if one is there; its number or -1."""
        for child in paragraph.children:
            if not isinstance(child, nodes.Text):
                continue
            text = str(child)
            for match in pattern.finditer(text):
                number = numbers[_folded(match[0])]
                if number in missing:
                    term = self.entries[number].spellings[0]
                    link = self._link(match[0], term)
                    parts = [nodes.Text(text[: match.start()]), link]
                    parts.append(nodes.Text(text[match.end() :]))
                    paragraph.replace(child, parts)
                    return number
        return -1

    def _link(self, text: str, term: str) -> nodes.Node:
        classes = ["xref", "std", "std-term", "term-in-text"]
        return addnodes.pending_xref(
            "",
            nodes.inline("", text, classes=classes),
            refdoc=self.env.docname,
            refdomain="std",
            reftype="term",
            reftarget=term,
            refexplicit=True,
            refwarn=True,
        )


def _is_plain(paragraph: nodes.paragraph) -> bool:
    """Whether a paragraph stands in the text, and in no box."""
    parent = paragraph.parent
    while parent is not None:
        if not isinstance(parent, _PLAIN):
            return False
        parent = parent.parent
    return True


def _folded(text: str) -> str:
    """A term as the glossary spells it: in lower case, unless it is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _forms(spelling: str) -> list[str]:
    """A term, and its plural unless it is an abbreviation."""
    if spelling.isupper():
        return [spelling]
    if spelling.endswith("y"):
        return [spelling, spelling[:-1] + "ies"]
    return [spelling, spelling + "s"]


@cache
def _pattern(entries: tuple[Entry, ...]) -> tuple[re.Pattern[str], dict[str, int]]:
    """What finds every term, and whose entry each spelling is."""
    numbers = {
        _folded(form): number
        for number, entry in enumerate(entries)
        for spelling in entry.spellings
        for form in _forms(spelling)
    }
    choices = [
        f"[{spelling[0].lower()}{spelling[0].upper()}]{re.escape(spelling[1:])}"
        for spelling in sorted(numbers, key=len, reverse=True)
    ]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(choices)})(?![\w-])"), numbers


def register(app: Sphinx) -> None:
    """Makes the links."""
    app.add_config_value("practice_glossary", "", "", str)
    app.add_config_value("practice_term_pages", "chapters/", "env", str)
    app.add_config_value("practice_terms", [], "env", list)
    app.connect("config-inited", _read)
    app.add_transform(LinkTerms)


def _read(app: Sphinx, config: Config) -> None:
    """Reads the terms; where they change, all pages are read again."""
    if config.practice_glossary:
        text = Path(app.srcdir, config.practice_glossary).read_text("utf-8")
        config.practice_terms = [[*each] for each in read_glossary(text)]
