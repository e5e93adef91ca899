"""Which lexer highlights a file."""

from __future__ import annotations

from functools import cache

from pygments.lexers import find_lexer_class_for_filename

_PREFERRED = {"py": "python", "html": "html+jinja", "xml": "xml+jinja"}


@cache
def language_of(file: str | None) -> str:
    """The name of the lexer for a file; Python when there is no file."""
    if not file:
        return "python"
    ending = file.rpartition(".")[2]
    if ending in _PREFERRED:
        return _PREFERRED[ending]
    lexer = find_lexer_class_for_filename(file)
    aliases: list[str] = list(lexer.aliases) if lexer else []
    return aliases[0] if aliases else "text"
