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

SHORT = 12
"""How many lines of code, at most, stay on one page."""

_START = re.compile(r'<article role="main"[^>]*>')
_END = "</article>"
_HEADING = re.compile(
    r'<p class="[^"]*\bpart\b[^"]*"[^>]* id="([^"]+)">(.*?)</p>'
    r'|<section id="([^"]+)">\s*(?:<span id="[^"]*"></span>)*'
    r'<(h2|h3 class="page-title")>(.*?)</h[23]>',
    re.S,
)
_PAGE = re.compile(
    r'(<span id="document-[^"]+"></span><section id="[^"]+">\s*'
    r'(?:<span id="[^"]*"></span>)*<h3)>'
)
_SIGN = re.compile(r'<a class="headerlink".*?</a>', re.S)
_CODE = re.compile(r'<div class="highlight"><pre>(.*?)</pre>', re.S)
_FIGURE = re.compile(r'<figure class="chunk\b(?:(?!</figure>).)*</figure>', re.S)
_LEADS = re.compile(r"<p>((?:(?!</?p>).)*:)</p>(?=\s*<(?:div|figure)\b)", re.S)
_EXERCISES = re.compile(
    r'(<section id="[^"]*--exercises">\s*<h3>)((?:(?!<section\b|</section>).)*)(</section>)',
    re.S,
)
_EXERCISE = re.compile(
    r'<p class="exercise-title[^>]*>(.*?)<span class="difficulty', re.S
)
_SOLUTION = re.compile(
    r'<details class="solution" data-solution="[^"]*">\s*'
    r'<summary class="solution-title">Solution</summary>(.*?)</details>\s*',
    re.S,
)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.S)
_SIZE = re.compile(r"(?<=[\s{])(?:display|height|margin|max-width|width):[^;{}]*;")
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_SET = re.compile(r"(--[a-z-]+):\s*([^;{}]+);")
_USED = re.compile(r"var\((--[a-z-]+)(?:,\s*([^()]*))?\)")
_TAG = re.compile(r"<[^>]+>")
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.S)
_VERSION = re.compile(r"\bVERSION: '([^']+)'")
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')


class Entry(NamedTuple):
    """An entry of the table of contents.

    :param anchor: the place it leads to.
    :param text: what it says, as HTML.
    :param kind: a ``part`` of the book, a ``chapter``, or a ``page`` within one.
    """

    anchor: str
    text: str
    kind: str


class NotOnePage(ValueError):
    """The page is not what ``singlehtml`` makes of the book."""


def printed(page: str, version: str = "") -> str:
    """What is to be printed of the page, as a page of its own.

    :param page: the page that holds the whole book.
    :param version: the version of the book, if it is to be stated.
    :raises NotOnePage: it has no text, or no chapters.
    """
    start = _START.search(page)
    end = page.rfind(_END)
    if start is None or end < start.end():
        raise NotOnePage(
            "The page has no article. Make it with `sphinx-build -b singlehtml`"
        )
    text = for_paper(page[start.end() : end])
    entries = list(entries_of(text))
    title = _TITLE.search(text)
    if title is None or not entries:
        raise NotOnePage(
            "The page has no chapters. Make it with `sphinx-build -b singlehtml`"
        )
    name = " ".join(_TAG.sub("", title[1]).split())
    about = _DESCRIPTION.search(page)
    stated = f'<p class="edition">Version {escape(version)}</p>' if version else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{name}</title>\n</head>\n<body>\n"
        f'<header class="title-page"><p class="book-title">{name}</p>\n'
        f"<p>{about[1] if about else ''}</p>{stated}</header>\n"
        f"{_contents(entries)}<main>\n{text}\n</main>\n</body>\n</html>\n"
    )


def entries_of(text: str) -> Iterator[Entry]:
    """The parts and chapters of the book, and the pages within chapters."""
    for part, caption, anchor, tag, heading in _HEADING.findall(text):
        if part:
            yield Entry(part, caption.strip(), "part")
        else:
            words = " ".join(unescape(_TAG.sub("", heading)).split())
            kind = "chapter" if tag == "h2" else "page"
            yield Entry(anchor, escape(words), kind)


def for_paper(text: str) -> str:
    """What is written for a screen, made for paper.

    Signs to click at go. Short code stays on one page, and so does a paragraph with the code
    that it announces. Answers to exercises stand behind all exercises of their chapter.

    :param text: the text of the page.
    """
    text = _SIGN.sub("", text).replace(
        ">Show the answer</summary>", ">Answer</summary>"
    )
    text = _PAGE.sub(r'\1 class="page-title">', text)
    text = _FIGURE.sub(_chunk, text)
    text = _CODE.sub(_code, text)
    text = _LEADS.sub(r'<p class="leads">\1</p>', text)
    return _EXERCISES.sub(_with_solutions_last, text)


def _is_short(code: str) -> bool:
    return code.count("\n") <= SHORT


def _chunk(match: re.Match[str]) -> str:
    code = _CODE.search(match[0])
    if code is None or not _is_short(code[1]):
        return match[0]
    return match[0].replace('class="chunk', 'class="short chunk', 1)


def _code(match: re.Match[str]) -> str:
    kind = "highlight short" if _is_short(match[1]) else "highlight"
    return f'<div class="{kind}"><pre>{match[1]}</pre>'


def _with_solutions_last(match: re.Match[str]) -> str:
    start, body, end = match.groups()
    titles = _EXERCISE.findall(body)
    solutions = _SOLUTION.findall(body)
    if len(titles) != len(solutions):
        return match[0]
    told = "".join(
        f'<div class="solution"><p class="solution-title">{title}</p>{solution}</div>\n'
        for title, solution in zip(titles, solutions, strict=True)
    )
    heading = '<h4 class="solutions">Solutions</h4>\n'
    return f"{start}{_SOLUTION.sub('', body)}{heading}{told}{end}"


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
        f'<p class="contents-{each.kind}">'
        f'<a href="#{each.anchor}">{each.text}</a></p>\n'
        for each in entries
    )
    return (
        f'<nav class="contents"><p class="contents-title">Contents</p>\n{items}'
        f'<p class="contents-note">A small number behind the name of a chunk or of a '
        f"chapter is that of a page.</p></nav>\n"
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
    version = _VERSION.search((static / "documentation_options.js").read_text("utf-8"))
    text = printed(options.page.read_text("utf-8"), version[1] if version else "")
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
