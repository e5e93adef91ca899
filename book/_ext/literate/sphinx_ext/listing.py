"""The page of a tangled file: numbered lines, each with its way back to the book."""

from __future__ import annotations

from html import escape

from literate.model import Chunk
from literate.model import TangledFile
from literate.model import TangledLine
from literate.sphinx_ext.code import Highlighted
from literate.sphinx_ext.code import lighter
from literate.sphinx_ext.filedata import import_chunks
from literate.sphinx_ext.languages import language_of
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.relations import chapter_label
from literate.sphinx_ext.relations import Relations
from literate.sphinx_ext.urls import anchor
from literate.sphinx_ext.urls import lines_anchor
from literate.sphinx_ext.urls import Urls
from literate.sphinx_ext.weave import Weave


class Listing:
    """Writes one tangled file.

    The lines of a chunk stand in a block, the blocks of the chunks it refers to within
    it. So a style rule can mark the chunk's own lines when a link leads to its block.

    :param weave: the book.
    :param file: the file's path.
    :param urls: addresses as seen from its page.
    """

    def __init__(self, weave: Weave, file: str, urls: Urls) -> None:
        self.weave = weave
        self.urls = urls
        self.tangled: TangledFile = weave.finished.files[file]
        self._makers = import_chunks(weave, file)
        self._regions = _regions(weave, file)

    def html(self, highlighted: Highlighted) -> str:
        """The whole listing."""
        file = escape(self.tangled.path)
        lines = highlighted.lines(
            [line.text for line in self.tangled.lines], language_of(self.tangled.path)
        )
        width = len(str(len(lines)))
        parts = [
            f'<div class="listing highlight" role="region" aria-label="{file}" '
            f'tabindex="0" style="--digits: {width}">\n'
        ]
        open_until: list[int] = []
        previous: tuple[Link, ...] = ()
        for number, code in enumerate(lines, 1):
            for last in self._regions.get(number, ()):
                parts.append(_region(number, last))
                open_until.append(last)
            line = self.tangled.lines[number - 1]
            links = self._origins(line) if line.text else previous
            parts.append(
                self._line(number, lighter(code), links if links != previous else ())
            )
            previous = links
            while open_until and open_until[-1] <= number:
                open_until.pop()
                parts.append("</div>\n")
        parts.append("</div>\n")
        return "".join(parts)

    def _line(self, number: int, code: str, links: tuple[Link, ...]) -> str:
        label = f"Line {number}"
        link = anchor(
            f"#L{number}", str(number), class_="number", tabindex="-1", aria_label=label
        )
        origins = ", ".join(
            anchor(self.urls.chunk(each), _origin_text(each)) for each in links
        )
        origin = f'<span class="origin">{origins}</span>' if origins else ""
        return (
            f'<div class="line" id="L{number}">{link}<code>{code}\n</code>'
            f"{origin}</div>\n"
        )

    def _origins(self, line: TangledLine) -> tuple[Link, ...]:
        """Links to the chunks a line comes from; only imports have several.

        Of those of one chapter, whose links all read the same, the first stands.
        """
        if line.chunk is None:
            return ()
        chunks = [line.chunk]
        if line.chunk.mode == "imports":
            places = [(origin.path, origin.line) for origin in line.origins]
            makers = [self._makers[place] for place in places if place in self._makers]
            chunks = list({chunk.path: chunk for chunk in reversed(makers)}.values())
            chunks.reverse()
        relations = self.weave.relations
        return tuple(dict.fromkeys(_origin(relations, chunk) for chunk in chunks))


def chapters_of(weave: Weave, file: str) -> list[Link]:
    """The chapters a file comes from: a link to its first chunk in each."""
    first: dict[str, Chunk] = {}
    for line in weave.finished.files[file].lines:
        chunk = line.chunk
        if chunk is not None:
            known = first.setdefault(chunk.path, chunk)
            if chunk.line < known.line:
                first[chunk.path] = chunk
    return [
        weave.relations.link(
            first[chapter.path], chapter.title or chapter.path, chapter_label(chapter)
        )
        for chapter in weave.book.chapters
        if chapter.path in first
    ]


def _origin(relations: Relations, chunk: Chunk) -> Link:
    name = "" if chunk.mode == "imports" else f"⟨{chunk.name}⟩"
    return relations.link(chunk, name, relations.chapter_label(chunk.path))


def _origin_text(link: Link) -> str:
    return f"<small>{escape(link.note)}</small> {escape(link.text)}".rstrip()


def _regions(weave: Weave, file: str) -> dict[int, list[int]]:
    """For each first line, the last lines of the blocks that begin there, outer first.

    A line that the tool put in is a block, so that it counts as no chunk's own.
    """
    found: dict[int, list[int]] = {}
    for first, last in weave.finished.stretches(file):
        found.setdefault(first, []).append(last)
    for number, line in enumerate(weave.finished.files[file].lines, 1):
        if line.text and line.chunk is None:
            found.setdefault(number, []).append(number)
    return {first: sorted(lasts, reverse=True) for first, lasts in found.items()}


def _region(first: int, last: int) -> str:
    """The start of a block; one of a single line needs no anchor, the line has one."""
    anchor = f' id="{lines_anchor(first, last)}"' if first < last else ""
    return f'<div class="region"{anchor}>'
