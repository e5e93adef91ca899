"""The indexes: of files, of chunks, of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from html import escape
from itertools import groupby

from literate.model import Chunk
from literate.sphinx_ext.listing import chapters_of
from literate.sphinx_ext.markup import prose
from literate.sphinx_ext.model import Identifier
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.model import SIGNS
from literate.sphinx_ext.outline import summary
from literate.sphinx_ext.urls import anchor
from literate.sphinx_ext.urls import file_page
from literate.sphinx_ext.urls import Urls
from literate.sphinx_ext.weave import Weave


def files_html(weave: Weave, urls: Urls) -> str:
    """All tangled files, with their chapters."""
    rows = [_file_row(weave, file, urls) for file in weave.finished.files]
    return (
        '<div class="table-wrapper"><table class="docutils files-index">\n'
        '<thead><tr><th scope="col">File</th><th scope="col">Lines</th>'
        '<th scope="col">Chapters</th></tr></thead>\n'
        f"<tbody>\n{''.join(rows)}</tbody></table></div>\n"
    )


def _file_row(weave: Weave, file: str, urls: Urls) -> str:
    tangled = weave.finished.files[file]
    name = escape(file).replace("/", "/<wbr>")
    link = anchor(urls.to_page(file_page(file)), f"<code>{name}</code>")
    about = summary(tangled.text) if file.endswith(".py") else ""
    note = f'<br><span class="about">{prose(about)}</span>' if about else ""
    chapters = ", ".join(_chapter(each, urls) for each in chapters_of(weave, file))
    return (
        f'<tr><th scope="row">{link}{note}</th><td>{len(tangled.lines)}</td>'
        f"<td>{chapters}</td></tr>\n"
    )


def _chapter(link: Link, urls: Urls) -> str:
    """A link to a chapter: its number if it has one."""
    number = link.note.removeprefix("chapter ")
    return anchor(urls.chunk(link), escape(number), title=link.text)


def chunks_html(weave: Weave, urls: Urls) -> str:
    """All chunks by name: where they are defined, continued and used."""
    return _by_letter(
        [(name, _chunk_entry(weave, name, urls)) for name in weave.book.graph.pieces]
    )


def _chunk_entry(weave: Weave, name: str, urls: Urls) -> str:
    relations = weave.relations
    pieces = [_piece(weave, chunk, urls) for chunk in weave.book.graph.pieces[name]]
    users = [
        anchor(
            urls.chunk(relations.link(user, "")),
            escape(relations.chapter_label(user.path)),
        )
        for user in relations.users(name)
    ]
    used = f'<span class="users">used in {", ".join(users)}</span>' if users else ""
    return (
        f'<div><dt>⟨{escape(name)}⟩</dt>\n<dd><span class="pieces">{" ".join(pieces)}'
        f"</span> {used}</dd></div>\n"
    )


def _piece(weave: Weave, chunk: Chunk, urls: Urls) -> str:
    relations = weave.relations
    text = escape(relations.chapter_label(chunk.path))
    link = anchor(urls.chunk(relations.link(chunk, "")), text)
    return f"<span>{SIGNS[chunk.mode]} {link}</span>"


Entries = Callable[[str], tuple[str, str] | None]
"""Finds page and name of the entry of a reference, for the full name of a definition."""


def identifiers_html(
    identifiers: Iterable[Identifier], entry_of: Entries, urls: Urls
) -> str:
    """All public names, by their last part, with the chunks that define them."""
    found = list(identifiers)
    times = Counter(each.name for each in found)
    return _by_letter(
        [
            (
                each.name.rpartition(".")[2],
                _identifier_entry(each, times[each.name] > 1, entry_of, urls),
            )
            for each in found
        ]
    )


def _identifier_entry(
    identifier: Identifier, is_repeated: bool, entry_of: Entries, urls: Urls
) -> str:
    """A name; one that several modules have goes by the module, too."""
    full = identifier.name
    if is_repeated:
        full = f"{identifier.module}.{full}"
    around, dot, last = full.rpartition(".")
    call = "()" if identifier.kind in ("function", "method") else ""
    link = identifier.link
    line = f"{urls.to_page(file_page(identifier.file))}#L{identifier.line}"
    name = (
        f'<code><span class="owner">{escape(around + dot)}</span>'
        f"{escape(last)}{call}</code>"
    )
    entry = entry_of(f"{identifier.module}.{identifier.name}")
    told = ""
    if entry is not None:
        told = ", " + anchor(f"{urls.to_page(entry[0])}#{entry[1]}", "reference")
    return (
        f"<div><dt>{anchor(urls.chunk(link), name)}</dt>\n"
        f"<dd>{identifier.kind} in "
        f"{anchor(line, f'<code>{escape(identifier.module)}</code>')}, "
        f"{escape(link.note)}{told}</dd></div>\n"
    )


def _by_letter(entries: list[tuple[str, str]]) -> str:
    """Entries under their first letters, with links to the letters."""
    entries = sorted(entries, key=lambda entry: (entry[0].casefold(), entry[1]))
    groups = [
        (letter, [html for _, html in group])
        for letter, group in groupby(entries, lambda entry: _letter(entry[0]))
    ]
    jumps = " ".join(
        anchor(f"#letter-{letter.lower()}", escape(letter)) for letter, _ in groups
    )
    sections = "".join(
        f'<section id="letter-{letter.lower()}"><h2>{escape(letter)}</h2>\n'
        f'<dl class="entries">\n{"".join(htmls)}</dl></section>\n'
        for letter, htmls in groups
    )
    return f'<nav class="letters" aria-label="Letters">{jumps}</nav>\n{sections}'


def _letter(name: str) -> str:
    """The heading of a name; one for all that begin with no ASCII letter."""
    first = name[:1].upper()
    return first if first.isascii() and first.isalpha() else "0-9"
