"""Reads a drawing, and complains about what a reader or a page would miss in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"

#: What the variables of a style sheet mean where there is no theme: Furo by day.
DAYLIGHT = {
    "--color-background-primary": "#ffffff",
    "--color-background-secondary": "#f8f9fb",
    "--color-brand-content": "#2757dd",
    "--color-brand-visited": "#872ee0",
    "--color-foreground-border": "#878787",
    "--color-foreground-primary": "#000000",
    "--color-foreground-secondary": "#5a5c63",
    "--color-problematic": "#b30000",
    "--font-stack": "sans-serif",
    "--font-stack--monospace": "monospace",
}

_NO_MARKUP = re.compile(r"<\?.*?\?>|<!--.*?-->", re.S)
_BLANKS = re.compile(r">\s+<")
_VARIABLE = re.compile(r"var\((--[a-z-]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.S)
_VIEW = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_RULE = re.compile(r"^\.drawing[^{}]*\{[^{}]*\}\n+", re.M)


class DrawingError(Exception):
    """A drawing cannot be shown.

    :param message: what is wrong with it.
    :param line: where, in its file.
    """

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class Drawing(NamedTuple):
    """A drawing.

    :param name: the name of its file without the ending.
    :param title: what it shows, in a few words.
    :param description: the same at length, for those who cannot see it.
    :param markup: the element ``svg``, to stand in a page.
    """

    name: str
    title: str
    description: str
    markup: str

    def numbered(self, count: int) -> str:
        """The markup for the use of that number in a page, with ids of its own."""
        if count == 1:
            return self.markup
        return re.sub(
            rf'(?<=[" ]){self.name}-(title|desc)\b',
            rf"{self.name}-{count}-\1",
            self.markup,
        )

    def standalone(self, style: str) -> str:
        """The text of a file that needs no page around it.

        :param style: the style sheet of the drawings.
        """
        own = "".join(_RULE.findall(_COMMENT.sub("", style)))
        plain = _VARIABLE.sub(lambda each: DAYLIGHT[each[1]], own)
        start = self.markup.index(">")
        root = _VIEW.sub(r'\g<0> width="\1" height="\2"', self.markup[:start])
        inside = f"<style>{plain}</style>{self.markup[start + 1 :]}"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}>{inside}\n'


def read_drawing(path: Path) -> Drawing:
    """Reads and checks a file.

    :param path: the file; its stem is the drawing's name.
    :raises DrawingError: it is no SVG, or lacks what makes it accessible.
    """
    text = path.read_text("utf-8")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as problem:
        raise DrawingError(
            f"not well-formed: {problem.msg}", problem.position[0]
        ) from None
    line = text[: text.find("<svg")].count("\n") + 1
    if root.tag != f"{SVG}svg":
        raise DrawingError("the outermost element is no SVG", line)
    name = path.stem
    title = _text_of(root, "title", name, line)
    description = _text_of(root, "desc", name, line)
    wanted = {"role": "img", "aria-labelledby": f"{name}-title {name}-desc"}
    for attribute, value in wanted.items():
        if root.get(attribute) != value:
            raise DrawingError(f'the element svg needs {attribute}="{value}"', line)
    markup = _BLANKS.sub("><", _NO_MARKUP.sub("", text)).strip()
    return Drawing(name, title, description, markup)


def _text_of(root: ElementTree.Element, tag: str, name: str, line: int) -> str:
    """The words of a title or description that stands where a reader looks for it."""
    element = root.find(f"{SVG}{tag}")
    words = " ".join((element.text or "").split()) if element is not None else ""
    if element is None or not words:
        raise DrawingError(f"there is no <{tag}> with words in it; write one", line)
    if element.get("id") != f"{name}-{tag}":
        raise DrawingError(f'the element {tag} needs id="{name}-{tag}"', line)
    return words
