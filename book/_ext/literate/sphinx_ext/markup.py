"""The HTML of a chunk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set
from html import escape
from html import unescape

from literate.sphinx_ext.code import highlight_lines
from literate.sphinx_ext.code import lighter
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.model import NameLink
from literate.sphinx_ext.model import Place
from literate.sphinx_ext.model import Relation
from literate.sphinx_ext.model import SIGNS
from literate.sphinx_ext.model import SPOKEN
from literate.sphinx_ext.model import View
from literate.sphinx_ext.urls import anchor
from literate.sphinx_ext.urls import Urls

_SHOWN_PLACES = 3
_TOKEN = re.compile(r"<span[^>]*>([^<]*)</span>|[^<]+")
_LITERAL = re.compile(r"``(.+?)``")


def chunk_html(
    view: View,
    ids: list[str],
    urls: Urls,
    files: Set[str],
    entries: Sequence[tuple[str, str]],
) -> str:
    """A chunk as a figure: its name and place, its code, its relations.

    :param view: what is to be shown.
    :param ids: its anchors, its own one first.
    :param urls: addresses as seen from its page.
    :param files: the tangled files that have a page.
    :param entries: pages and names of the entries of a reference that tell about it.
    """
    first, *others = ids
    targets = "".join(f'<span id="{escape(each)}"></span>' for each in others)
    return (
        f'<figure class="chunk chunk-{view.mode}" id="{escape(first)}"{_so_far(view)}>\n'
        f'{targets}<figcaption class="chunk-head">'
        f"{_heading(view, first)} {_places(view, urls, files)}</figcaption>\n"
        f'<div class="highlight-{escape(view.language)} notranslate">'
        f'<div class="highlight"><pre><span></span>{_code(view, urls)}</pre></div></div>'
        f"\n{_relations(view.relations, entries, urls)}</figure>\n"
    )


def _so_far(view: View) -> str:
    """What a script needs in order to show the file that a chunk is a part of."""
    if not view.file:
        return ""
    return f' data-file="{escape(view.file)}" data-chapter="{view.chapter}"'


def prose(text: str) -> str:
    """A docstring's line with its double backticks turned into code."""
    return _LITERAL.sub(r"<code>\1</code>", escape(text))


def _heading(view: View, own: str) -> str:
    if view.mode == "imports":
        name = anchor(f"#{own}", escape(view.name), class_="chunk-name")
        return f'<span class="chunk-label">{name}</span>'
    name = anchor(f"#{own}", f"⟨{escape(view.name)}⟩", class_="chunk-name")
    return (
        f'<span class="chunk-label">{name}'
        f'<span class="chunk-sign" aria-hidden="true" title="{SPOKEN[view.mode]}">'
        f" {SIGNS[view.mode]}</span>"
        f'<span class="chunk-spoken">, {SPOKEN[view.mode]}</span></span>'
    )


def _places(view: View, urls: Urls, files: Set[str]) -> str:
    shown = [_place(place, urls, files) for place in view.places[:_SHOWN_PLACES]]
    hidden = len(view.places) - len(shown)
    if hidden > 0:
        shown.append(f"{hidden} more")
    return f'<span class="chunk-place">{", ".join(shown)}</span>'


def _place(place: Place, urls: Urls, files: Set[str]) -> str:
    text = escape(place.file)
    if place.file in files:
        text = anchor(urls.place(place), text, class_="chunk-file")
    if place.within:
        text += f', in <span class="chunk-within">{escape(place.within)}</span>'
    return text


def _code(view: View, urls: Urls) -> str:
    links = dict(view.references)
    shift = view.context.shift
    plain = [
        "" if index in links or not text else shift + text
        for index, text in enumerate(view.body)
    ]
    lines = highlight_lines(plain, view.language)
    for name in sorted(view.names, reverse=True):
        lines[name.row] = _with_name(lines[name.row], name, len(shift), urls)
    lines = [lighter(line) for line in lines]
    for index, link in links.items():
        lines[index] = _reference(shift, view.body[index], link, index, urls)
    narrow = _between_references(view.body, links.keys())
    before, after = _neighbour(view.context.before), _neighbour(view.context.after)
    own = "".join(
        '<span class="chunk-gap">\n</span>' if index in narrow else f"{line}\n"
        for index, line in enumerate(lines)
    )
    if before or after:
        own = f'<span class="chunk-own">{own}</span>'
    return before + own + after


def _reference(shift: str, text: str, link: Link, index: int, urls: Urls) -> str:
    indent = shift + text[: len(text) - len(text.lstrip())]
    name = f"⟨{escape(link.text)}⟩"
    facts = {"class_": "chunk-reference", "data_line": str(index)}
    if link.note:
        facts |= {"class_": "chunk-reference chunk-later", "data_later": link.note}
    if indent:  # so that a style sheet can wrap the name where a window is narrow
        facts["style"] = f"--indent:{len(indent)}"
    return indent + anchor(urls.chunk(link), name, **facts)


def _between_references(body: Sequence[str], references: Set[int]) -> set[int]:
    """The blank lines of a list of references, which may be narrower than others."""
    found: set[int] = set()
    blank: list[int] = []
    after_reference = False
    for index, text in enumerate(body):
        if not text:
            blank.append(index)
            continue
        if index in references and after_reference:
            found.update(blank)
        after_reference = index in references
        blank = []
    return found


def _with_name(html: str, name: NameLink, shift: int, urls: Urls) -> str:
    """A highlighted line with a link around the token that is a name."""
    column = -shift
    for token in _TOKEN.finditer(html):
        text = unescape(token[1] if token[1] is not None else token[0])
        if column == name.column and len(text) == name.end - name.column:
            link = name_link(urls.chunk(name.link), token[0], name.name)
            return html[: token.start()] + link + html[token.end() :]
        column += len(text)
    return html


def name_link(url: str, text: str, name: str) -> str:
    """A link to a definition, which a script finds the preview for."""
    return anchor(url, text, class_="name-link", data_name=name)


def _neighbour(text: str) -> str:
    """A line of context; its line end is part of it, so that copying skips both."""
    return f'<span class="chunk-context">{escape(text)}\n</span>' if text else ""


def _relations(
    relations: tuple[Relation, ...], entries: Sequence[tuple[str, str]], urls: Urls
) -> str:
    if not relations and not entries:
        return ""
    parts = []
    for relation in relations:
        links = ", ".join(_link(link, urls) for link in relation.links)
        parts.append(f"<span>{escape(relation.label)} {links}</span>")
    if entries:
        links = ", ".join(_entry(page, name, urls) for page, name in entries)
        parts.append(f"<span>Reference {links}</span>")
    return f'<p class="chunk-relations">{" ".join(parts)}</p>\n'


def _entry(page: str, name: str, urls: Urls) -> str:
    """A link to an entry, called as one calls it after importing the package."""
    url = f"{urls.to_page(page)}#{name}"
    return anchor(url, f"<code>{escape(name.partition('.')[2])}</code>")


def _link(link: Link, urls: Urls) -> str:
    note = f" ({escape(link.note)})" if link.note else ""
    return anchor(urls.chunk(link), escape(link.text)) + note
