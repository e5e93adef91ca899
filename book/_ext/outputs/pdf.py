"""Prints the page that holds the whole book: ``python -m outputs.pdf PAGE PDF``.

WeasyPrint lays it out, by the style sheets ``print.css`` and ``pdf.css``. It gets the text
of the page without what surrounds it on a screen, with a title page and a table of
contents before it.
"""

from __future__ import annotations

import argparse
import re
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any
from typing import NamedTuple

from pictures.drawing import Drawing

_FONTS = {"sans-serif": "Liberation Sans", "monospace": "Liberation Mono"}
_HERE = Path(__file__).parent
_START = re.compile(r'<article role="main"[^>]*>')
_END = "</article>"
_HEADING = re.compile(
    r'<p class="[^"]*\bpart\b[^"]*"[^>]* id="([^"]+)">(.*?)</p>'
    r'|<section id="([^"]+)">\s*(?:<span id="[^"]*"></span>)*<h2>(.*?)</h2>',
    re.S,
)
_SIGN = re.compile(r'<a class="headerlink".*?</a>', re.S)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.S)
_SIZE = re.compile(r"(?<=[\s{])(?:display|height|margin|max-width|width):[^;{}]*;")
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_SET = re.compile(r"(--[a-z-]+):\s*([^;{}]+);")
_USED = re.compile(r"var\((--[a-z-]+)(?:,\s*([^()]*))?\)")
_TAG = re.compile(r"<[^>]+>")
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.S)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')


class Entry(NamedTuple):
    """An entry of the table of contents.

    :param anchor: the place it leads to.
    :param text: what it says, as HTML.
    :param is_part: whether it is a part of the book, and not a chapter.
    """

    anchor: str
    text: str
    is_part: bool


class NotOnePage(ValueError):
    """The page is not what ``singlehtml`` makes of the book."""


def printed(page: str) -> str:
    """What is to be printed of the page, as a page of its own.

    :param page: the page that holds the whole book.
    :raises NotOnePage: it has no text, or no chapters.
    """
    start = _START.search(page)
    end = page.rfind(_END)
    if start is None or end < start.end():
        raise NotOnePage(
            "The page has no article. Make it with `sphinx-build -b singlehtml`"
        )
    text = _SIGN.sub("", page[start.end() : end])
    entries = list(entries_of(text))
    title = _TITLE.search(text)
    if title is None or not entries:
        raise NotOnePage(
            "The page has no chapters. Make it with `sphinx-build -b singlehtml`"
        )
    name = " ".join(_TAG.sub("", title[1]).split())
    about = _DESCRIPTION.search(page)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{name}</title>\n</head>\n<body>\n"
        f'<header class="title-page"><p class="book-title">{name}</p>\n'
        f"<p>{about[1] if about else ''}</p></header>\n"
        f"{_contents(entries)}<main>\n{text}\n</main>\n</body>\n</html>\n"
    )


def entries_of(text: str) -> Iterator[Entry]:
    """The parts and chapters of the book."""
    for part, caption, chapter, heading in _HEADING.findall(text):
        if part:
            yield Entry(part, caption.strip(), True)
        else:
            words = " ".join(unescape(_TAG.sub("", heading)).split())
            yield Entry(chapter, escape(words), False)


def with_images(html: str, style: str) -> str:
    """A page with its drawings as images, which bring their style along.

    WeasyPrint draws what stands in a page without the page's style sheets.

    :param html: the page.
    :param style: the style sheet of the drawings.
    """

    def image(match: re.Match[str]) -> str:
        drawing = match[0]
        if drawing.startswith('<svg class="drawing"'):
            drawing = Drawing("", "", "", drawing).standalone(style)
        drawing = _without_variables(_SIZE.sub("", _MEDIA.sub("", drawing)))
        for family, first in _FONTS.items():
            drawing = drawing.replace(f": {family}", f": {first}, {family}")
        data = b64encode(drawing.encode()).decode()
        return f'<img class="drawing" src="data:image/svg+xml;base64,{data}" alt="">'

    return _DRAWING.sub(image, html)


def _without_variables(svg: str) -> str:
    """A drawing with the values of the variables of its style in their place."""
    values = dict(_SET.findall(svg))

    def value(match: re.Match[str]) -> str:
        return values.get(match[1]) or match[2] or "inherit"

    while _USED.search(svg):
        values = {name: _USED.sub(value, text) for name, text in values.items()}
        svg = _USED.sub(value, svg)
    return svg


def _contents(entries: list[Entry]) -> str:
    items = "".join(
        f'<p class="{"contents-part" if each.is_part else "contents-chapter"}">'
        f'<a href="#{each.anchor}">{each.text}</a></p>\n'
        for each in entries
    )
    return (
        f'<nav class="contents"><p class="contents-title">Contents</p>\n{items}</nav>\n'
    )


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m outputs.pdf", description=__doc__)
    parser.add_argument("page", type=Path, help="the page that holds the whole book")
    parser.add_argument("pdf", type=Path, help="the file to write")
    options = parser.parse_args(arguments)
    weasyprint: Any = import_module("weasyprint")
    static = options.page.parent / "_static"
    styles = [static / "pygments.css", static / "print.css", _HERE / "pdf.css"]
    options.pdf.parent.mkdir(parents=True, exist_ok=True)
    text = printed(options.page.read_text("utf-8"))
    drawn = with_images(text, (static / "pictures.css").read_text("utf-8"))
    html = weasyprint.HTML(
        string=drawn,
        base_url=str(options.page.parent.resolve() / "index.html"),
    )
    html.write_pdf(
        options.pdf,
        stylesheets=[weasyprint.CSS(filename=str(style)) for style in styles],
    )
    print(f"{options.pdf}: {options.pdf.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
