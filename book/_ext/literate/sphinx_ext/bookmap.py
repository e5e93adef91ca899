"""The map of the book: its parts, its chapters, and what builds on what."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from literate.book import Book
from literate.model import Chapter
from literate.sphinx_ext.dependencies import built_on
from literate.sphinx_ext.dependencies import taken_up
from literate.sphinx_ext.readingtime import LINES_A_MINUTE
from literate.sphinx_ext.readingtime import reading_time
from literate.sphinx_ext.readingtime import WORDS_A_MINUTE
from literate.sphinx_ext.urls import anchor
from literate.sphinx_ext.urls import Urls

_STEP = 14
_EDGE = 12
_FLAT = 0.62


class Part(NamedTuple):
    """A part of the book: its title and its chapters."""

    title: str
    chapters: list[Chapter]


def parts_of(env: BuildEnvironment, book: Book) -> list[Part]:
    """The parts with numbered chapters, as the start page's toctrees give them."""
    by_page: dict[str, Chapter] = {}
    for chapter in book.chapters:
        page = env.path2doc(book.config.absolute(chapter.path))
        if page and chapter.number:
            by_page[page] = chapter
    parts = []
    for toctree in env.get_doctree(env.config.root_doc).findall(addnodes.toctree):
        chapters = [
            by_page[page] for page in toctree["includefiles"] if page in by_page
        ]
        if chapters:
            parts.append(Part(toctree.get("caption") or "Chapters", chapters))
    return parts


def map_html(parts: list[Part], book: Book, urls: Urls) -> str:
    """The map as HTML: a picture of the ties, then the parts as lists."""
    ties = built_on(book)
    later = taken_up(ties)
    total = sum(
        reading_time(chapter).minutes for part in parts for chapter in part.chapters
    )
    sections = "".join(
        _part(part, index, ties, later, urls) for index, part in enumerate(parts)
    )
    return (
        "<p>A chapter builds on an earlier one when it continues or replaces a chunk of "
        "it, uses one, or fills a place that the earlier one left open. The picture and "
        "the lists are made from the references between the chunks.</p>\n"
        f"{_picture(parts, ties)}"
        f'<p class="told">Minutes count {WORDS_A_MINUTE} words of prose, or '
        f"{LINES_A_MINUTE} lines of chunks and examples, a minute. The whole book is "
        f"about {round(total / 60)} hours.</p>\n"
        f"{sections}"
    )


def _part(
    part: Part,
    index: int,
    ties: dict[int, dict[int, int]],
    later: dict[int, list[int]],
    urls: Urls,
) -> str:
    rows = "".join(_chapter(chapter, ties, later, urls) for chapter in part.chapters)
    minutes = sum(reading_time(chapter).minutes for chapter in part.chapters)
    first, last = part.chapters[0].number, part.chapters[-1].number
    return (
        f'<section class="map-part" id="part-{index + 1}"><h2>{escape(part.title)}</h2>\n'
        f'<p class="told">Chapters {first} to {last}, about {_hours(minutes)}.</p>\n'
        f'<ol class="map-chapters" start="{first}">\n{rows}</ol></section>\n'
    )


def _hours(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} minutes"
    halves = round(minutes / 30)
    hours = f"{halves // 2}½" if halves % 2 else str(halves // 2)
    return f"{hours} hour{'' if hours == '1' else 's'}"


def _chapter(
    chapter: Chapter,
    ties: dict[int, dict[int, int]],
    later: dict[int, list[int]],
    urls: Urls,
) -> str:
    number = chapter.number or 0
    title = anchor(urls.to_page(urls.page_of(chapter.path)), escape(chapter.title))
    minutes = reading_time(chapter).minutes
    told = f'<span class="map-minutes">{minutes} min</span>'
    parts = [
        f'<span class="map-ties">{label} {" ".join(_jump(each) for each in numbers)}'
        "</span>"
        for label, numbers in (
            ("builds on", list(ties[number])),
            ("taken up in", later[number]),
        )
        if numbers
    ]
    return (
        f'<li id="chapter-{number}" data-chapter="{number}">'
        f'<span class="map-title">{title} {told}</span>{"".join(parts)}</li>\n'
    )


def _jump(number: int) -> str:
    return anchor(f"#chapter-{number}", str(number))


def _picture(parts: list[Part], ties: dict[int, dict[int, int]]) -> str:
    """Arcs between dots in a row, one for each chapter."""
    place = {number: _EDGE + index * _STEP for index, number in enumerate(sorted(ties))}
    width = 2 * _EDGE + _STEP * max(len(place) - 1, 0)
    longest = max(
        (place[later] - place[each] for later in ties for each in ties[later]),
        default=0,
    )
    height = longest / 2 * _FLAT + 34
    line = height - 26
    arcs = "".join(
        _arc(later, each, place, line, count)
        for later in ties
        for each, count in ties[later].items()
    )
    dots = "".join(
        f'<circle class="map-dot" data-chapter="{number}" cx="{x}" cy="{line:.1f}" '
        'r="4"/>'
        for number, x in place.items()
    )
    bars = "".join(_bar(part, place, line) for part in parts)
    pairs = sum(map(len, ties.values()))
    return (
        '<figure class="map-picture">'
        f'<svg viewBox="0 0 {width} {height:.0f}" role="img" '
        'aria-labelledby="map-title map-description">'
        '<title id="map-title">What builds on what</title>'
        f'<desc id="map-description">A dot for each of the {len(place)} chapters, in '
        f"order, and {pairs} arcs from each chapter to the earlier ones it builds on; "
        "the same as text stands below.</desc>"
        f'{bars}<g class="map-arcs">{arcs}</g>{dots}</svg></figure>\n'
    )


def _arc(
    later: int, earlier: int, place: dict[int, int], line: float, count: int
) -> str:
    start, end = place[earlier], place[later]
    across = (end - start) / 2
    strength = min(3, 1 + count // 4)
    return (
        f'<path class="map-arc strength-{strength}" data-from="{earlier}" '
        f'data-to="{later}" d="M{start} {line:.1f}A{across} {across * _FLAT:.2f} '
        f'0 0 1 {end} {line:.1f}"/>'
    )


def _bar(part: Part, place: dict[int, int], line: float) -> str:
    """A bar under the dots of a part, with its first number."""
    first = part.chapters[0].number or 0
    last = part.chapters[-1].number or 0
    start, end = place[first] - 5, place[last] + 5
    return (
        f'<path class="map-bar" d="M{start} {line + 9:.1f}H{end}"/>'
        f'<text class="map-number" x="{place[first]}" y="{line + 22:.1f}">{first}</text>'
    )
