"""Writes a page as Markdown, from what Sphinx makes of its source.

Not from the source itself: directives have become what they stand for there, names have
become links, and the reference has the text of its docstrings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes

_NOTHING = (
    nodes.comment,
    nodes.Invisible,
    nodes.substitution_definition,
    nodes.system_message,
    nodes.target,
    addnodes.index,
    addnodes.toctree,
)
_QUOTES = (nodes.block_quote, nodes.Admonition)
_DRAWN = re.compile(r"<(title|desc)\b[^>]*>(.*?)</\1>", re.S)
_TICKS = re.compile(r"`+")


def to_markdown(
    document: nodes.document, address: Callable[[str], str] = lambda uri: uri
) -> str:
    """A page as Markdown.

    :param document: the page, with its references resolved.
    :param address: gives the address to write for one on the page; none for plain text.
    """
    text = "\n\n".join(_Writer(address).children(document, 1))
    return f"{text}\n"


class _Writer:
    def __init__(self, address: Callable[[str], str]) -> None:
        self.address = address

    def children(self, node: nodes.Element, level: int) -> list[str]:
        """The blocks within a node; neighbouring inline nodes make one block."""
        found: list[str] = []
        inline: list[nodes.Node] = []
        for child in node.children:
            if _is_inline(child):
                inline.append(child)
                continue
            found += self.run(inline)
            inline = []
            found += self.block(child, level)
        return found + self.run(inline)

    def run(self, inline: list[nodes.Node]) -> list[str]:
        """Inline nodes as a block, if there is any text in them."""
        text = self.inline(inline).strip()
        return [text] if text else []

    def block(self, node: nodes.Node, level: int) -> Iterator[str]:
        """The blocks that a node makes."""
        match node:
            case nodes.section():
                yield from self.children(node, level + 1)
            case nodes.title():
                yield f"{'#' * min(level - 1 or 1, 6)} {self.text(node)}"
            case nodes.literal_block() | nodes.doctest_block():
                yield _fence(node.astext(), _language(node))
            case nodes.bullet_list() | nodes.enumerated_list():
                yield self.list(node, level)
            case nodes.definition_list_item() | nodes.field():
                yield from self.definition(node, level)
            case nodes.Element() if isinstance(node, _QUOTES):
                yield _prefixed("> ", "\n\n".join(self.children(node, level)))
            case nodes.rubric() | nodes.caption():
                yield f"**{self.text(node)}**"
            case addnodes.desc_signature():
                yield f"`{' '.join(node.astext().split())}`"
            case nodes.table():
                yield self.table(node)
            case nodes.image():
                yield f"[Picture: {node.get('alt') or node['uri']}]"
            case nodes.raw():
                yield from _drawn(node.astext())
            case nodes.transition():
                yield "---"
            case nodes.TextElement():
                yield from self.run([*node.children])
            case nodes.Element() if not isinstance(node, _NOTHING):
                yield from self.children(node, level)

    def list(self, node: nodes.Element, level: int) -> str:
        """A list; its items stand close where each is one paragraph."""
        numbered = isinstance(node, nodes.enumerated_list)
        items = []
        loose = False
        for number, item in enumerate(node.children, node.get("start", 1)):
            assert isinstance(item, nodes.Element)
            mark = f"{number}. " if numbered else "- "
            blocks = self.children(item, level)
            loose = loose or len(blocks) > 1
            items.append(mark + _indented("\n\n".join(blocks), len(mark)))
        return ("\n\n" if loose else "\n").join(items)

    def definition(self, node: nodes.Element, level: int) -> Iterator[str]:
        """A term and what it means, or the name of a field and its content."""
        *terms, meaning = node.children
        words = ", ".join(
            self.text(term) for term in terms if isinstance(term, nodes.Element)
        )
        assert isinstance(meaning, nodes.Element)
        text = "\n\n".join(self.children(meaning, level))
        yield f"- **{words}**: {_indented(text, 2)}".rstrip()

    def table(self, node: nodes.Element) -> str:
        """A table; what would break its lines becomes spaces."""
        rows = [
            [
                " ".join(" ".join(self.children(entry, 1)).split()).replace("|", "\\|")
                for entry in row.findall(nodes.entry)
            ]
            for row in node.findall(nodes.row)
        ]
        if not rows:
            return ""
        rows.insert(1, ["---"] * len(rows[0]))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def text(self, node: nodes.Element) -> str:
        """The inline text of a node, on one line."""
        return " ".join(self.inline(node.children).split())

    def inline(self, found: Iterable[nodes.Node]) -> str:
        """Inline nodes as text."""
        return "".join(self.word(node) for node in found)

    def word(self, node: nodes.Node) -> str:
        """An inline node as text."""
        match node:
            case nodes.Text():
                return node.astext()
            case nodes.literal():
                return _code(node.astext())
            case nodes.strong():
                return f"**{self.inline(node.children)}**"
            case nodes.emphasis():
                return f"*{self.inline(node.children)}*"
            case nodes.reference():
                text = self.inline(node.children)
                uri = node.get("refuri")
                address = self.address(uri) if uri else ""
                return f"[{text}]({address})" if address and text else text
            case nodes.image():
                return f"[Picture: {node.get('alt') or node['uri']}]"
            case nodes.raw():
                return " ".join(_drawn(node.astext()))
            case nodes.Element() if not isinstance(node, _NOTHING):
                return self.inline(node.children)
        return ""


def _is_inline(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Text | nodes.Inline) and not isinstance(
        node, nodes.image | nodes.raw | nodes.target
    )


def _language(node: nodes.Element) -> str:
    if isinstance(node, nodes.doctest_block):
        return "pycon"
    language: str = node.get("language", "")
    return "" if language in ("default", "none") else language


def _fence(code: str, language: str) -> str:
    longest = max((len(ticks) for ticks in _TICKS.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def _code(text: str) -> str:
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _drawn(html: str) -> Iterator[str]:
    """What an inline drawing says of itself."""
    words = [" ".join(text.split()) for _, text in _DRAWN.findall(html)]
    if words:
        yield f"[Picture: {'. '.join(words)}]"


def _indented(text: str, width: int) -> str:
    first, *others = text.split("\n")
    shift = " " * width
    return "\n".join([first, *(shift + line if line else "" for line in others)])


def _prefixed(mark: str, text: str) -> str:
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))
