"""Highlights code line by line, so that lines can be links or carry anchors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers import TextLexer
from pygments.util import ClassNotFound


def highlight_lines(lines: Sequence[str], language: str) -> list[str]:
    """The lines as HTML, each complete in itself.

    :param lines: code, without line ends.
    :param language: name of a lexer; plain text when there is none of that name.
    """
    text = "\n".join(lines) + "\n"
    html = highlight(text, _lexer(language), _formatter())
    return html.split("\n")[: len(lines)]


@cache
def _formatter() -> HtmlFormatter[str]:
    """The formatter, which is slow to make."""
    return HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer:
    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    return lexer
