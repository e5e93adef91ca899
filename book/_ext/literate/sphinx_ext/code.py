"""Highlights code line by line, so that lines can be links or carry anchors."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from pygments import __version__
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers import TextLexer
from pygments.util import ClassNotFound

from literate.state import read_bytes
from literate.state import write_atomically

_PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')


def highlight_lines(lines: Sequence[str], language: str) -> list[str]:
    """The lines as HTML, each complete in itself.

    :param lines: code, without line ends.
    :param language: name of a lexer; plain text when there is none of that name.
    """
    text = "\n".join(lines) + "\n"
    html = highlight(text, _lexer(language), _formatter())
    return html.split("\n")[: len(lines)]


def lighter(html: str) -> str:
    """Highlighted code without the marks that no style makes look different.

    Those of names, punctuation and blanks are half of a page.
    """
    return _PLAIN.sub(r"\1", html)


class Highlighted:
    """Highlighted texts, kept from one build to the next.

    Only what a build asks for is kept for the next one.

    :param path: the file they are kept in; one that is missing or damaged counts as
        empty.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._known = _read(path)
        self._used: dict[str, list[str]] = {}

    def lines(self, lines: Sequence[str], language: str) -> list[str]:
        """What :func:`highlight_lines` makes of them."""
        content = json.dumps([__version__, language, *lines])
        key = sha256(content.encode()).hexdigest()
        if key not in self._used:
            found = self._known.get(key)
            self._used[key] = found or highlight_lines(lines, language)
        return self._used[key]

    def save(self) -> None:
        """Writes the file, if something has changed."""
        if self._used != self._known:
            data = json.dumps(self._used).encode()
            write_atomically(self._path, data, lasting=False)


def _read(path: str) -> dict[str, list[str]]:
    try:
        found: Any = json.loads(read_bytes(path) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


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
