"""What the site says about a chunk, free of page addresses and markup."""

from __future__ import annotations

from typing import NamedTuple

SIGNS = {"define": "≡", "append": "+≡", "replace": "↺≡", "imports": "≡"}
"""The mark between a chunk's name and its code."""

SPOKEN = {
    "define": "defined here",
    "append": "continued here",
    "replace": "replaced here",
    "imports": "imports",
}
"""The same for those who listen to the page."""

Key = tuple[str, int]
"""A chunk's book file and the line it begins in."""


class Link(NamedTuple):
    """A link to a chunk.

    :param text: what is clicked.
    :param note: what follows it, as ``chapter 5``.
    :param path: the chunk's book file.
    :param anchor: its anchor there.
    """

    text: str
    note: str
    path: str
    anchor: str


class NameLink(NamedTuple):
    """A name in a chunk's code that links to its definition.

    :param row: which of the chunk's lines it stands in, from 0.
    :param column: its first column there, from 0.
    :param end: the column after its last one.
    :param name: the definition, with its module.
    :param link: the chunk that defines it.
    """

    row: int
    column: int
    end: int
    name: str
    link: Link


class Relation(NamedTuple):
    """Other chunks that a chunk has to do with: ``Used in`` and links to them."""

    label: str
    links: tuple[Link, ...]


class Place(NamedTuple):
    """Where a chunk's lines land.

    :param file: the tangled file.
    :param first: first line in the finished file, 0 when it is not part of it.
    :param last: last line there.
    :param within: the class or function around it, as ``Flask.run()``.
    """

    file: str
    first: int
    last: int
    within: str


class Context(NamedTuple):
    """The lines around a chunk in its file.

    :param before: the line above, or an empty string.
    :param after: the line below, or an empty string.
    :param shift: blanks that put the chunk's lines in line with them.
    """

    before: str = ""
    after: str = ""
    shift: str = ""


class View(NamedTuple):
    """Everything a page shows of a chunk.

    :param name: its name.
    :param mode: ``"define"``, ``"append"``, ``"replace"`` or ``"imports"``.
    :param root: whether it makes a file.
    :param language: name of the lexer for its code.
    :param body: its lines.
    :param references: for each line that refers to a chunk, a link to it.
    :param places: where it lands.
    :param context: what stands around it.
    :param relations: what it has to do with.
    :param names: the names in its code that link to their definitions.
    :param chapter: the chapter whose program its reader knows.
    :param file: the file it is a part of in that program, or an empty string.
    """

    name: str
    mode: str
    root: bool
    language: str
    body: tuple[str, ...]
    references: tuple[tuple[int, Link], ...]
    places: tuple[Place, ...]
    context: Context
    relations: tuple[Relation, ...]
    names: tuple[NameLink, ...] = ()
    chapter: int = 0
    file: str = ""


class Identifier(NamedTuple):
    """A public name of the program.

    :param name: dotted, without its module.
    :param kind: ``"class"``, ``"function"``, ``"method"``, ``"constant"`` or
        ``"attribute"``.
    :param module: the module that defines it.
    :param file: the module's file.
    :param line: the line there.
    :param link: the chunk that defines it.
    """

    name: str
    kind: str
    module: str
    file: str
    line: int
    link: Link
