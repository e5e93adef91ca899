"""Expands a book's chunks into files, in memory."""

from __future__ import annotations

import re
from _ast import AsyncFunctionDef
from _ast import ClassDef
from _ast import FunctionDef

from literate.imports import merge
from literate.imports import parse_python
from literate.model import Origin
from literate.model import TangledFile
from literate.model import TangledLine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.config import Config
    from literate.graph import Graph
    from literate.model import Chunk
    from literate.model import Via

_DEFINITION = re.compile(r"(?:async\s+def|def|class)\b|@")
_DEFINITIONS = (FunctionDef, AsyncFunctionDef, ClassDef)
_STRING = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')")
_IMPORT = re.compile(r"(?: {4})?(?:import|from)\s|if TYPE_CHECKING:")
_CODING = re.compile(r"#!|#.*coding[:=]")


def build(
    config: Config, graph: Graph, upto: int | None = None
) -> dict[str, TangledFile]:
    """Makes the program as of a chapter.

    :param upto: number of the last chapter that counts; ``None`` for all.
    :returns: the files by path, sorted.
    """
    live = graph.live(upto)
    files: dict[str, TangledFile] = {}
    for path in sorted(graph.roots):
        file = build_file(config, graph, live, path, upto)
        if file is not None:
            files[path] = file
    return files


def build_file(
    config: Config,
    graph: Graph,
    live: dict[str, list[Chunk]],
    path: str,
    upto: int | None,
) -> TangledFile | None:
    """Makes one file of the program as of a chapter.

    :param live: the chunks that count, by name.
    :param upto: number of the last chapter that counts; ``None`` for all.
    :returns: the file; ``None`` if there is none yet.
    """
    root = graph.roots[path]
    if root.name not in live:
        return None
    lines = expand_root(root, live)
    chunks = graph.live_imports(path, upto)
    if chunks:
        block = merge(chunks, config.packages, config.line_length)
        lines = _insert_imports(lines, block)
    return TangledFile(path, lines)


def expand_root(root: Chunk, live: dict[str, list[Chunk]]) -> list[TangledLine]:
    """The lines of a file without its import block."""
    python = bool(root.file) and str(root.file).endswith(".py")
    return _trim(_Expansion(live, python).expand(root.name, "", ()))


class _Expansion:
    """Expands names of one set of live chunks for one kind of file."""

    __slots__ = ("live", "python")

    def __init__(self, live: dict[str, list[Chunk]], python: bool) -> None:
        self.live = live
        self.python = python

    def expand(self, name: str, indent: str, via: Via) -> list[TangledLine]:
        """The lines of all live chunks of a name."""
        lines: list[TangledLine] = []
        if any(chunk.name == name for chunk, _ in via):
            return lines
        for chunk in self.live.get(name, ()):
            piece = self._piece(chunk, indent, via)
            if lines and self.python:
                _separate(lines, piece, len(indent))
            lines.extend(piece)
        return lines

    def _piece(self, chunk: Chunk, indent: str, via: Via) -> list[TangledLine]:
        references = {reference.index: reference for reference in chunk.references}
        book_path, number = chunk.fence.path, chunk.fence.body_line
        lines: list[TangledLine] = []
        for index, text in enumerate(chunk.fence.body):
            reference = references.get(index) if references else None
            if reference is None:
                lines.append(
                    TangledLine(
                        (indent + text).rstrip(" \t"),
                        (Origin(book_path, number + index),),
                        chunk,
                        indent,
                        via,
                    )
                )
                continue
            inner = self.expand(
                reference.name, indent + reference.indent, (*via, (chunk, reference))
            )
            if any(line.text for line in inner):
                lines.extend(inner)
            else:
                while lines and not lines[-1].text:
                    lines.pop()
        return lines


def _separate(before: list[TangledLine], after: list[TangledLine], width: int) -> None:
    """Puts blank lines in front of or behind a definition where pieces meet."""
    if not _starts_with_definition(after, width):
        if not any(line.text for line in after):
            return
        if not _ends_with_definition(before, width):
            return
    blank = _leading_blanks(after) + _leading_blanks(before[::-1])
    for _ in range((1 if width else 2) - blank):
        before.append(TangledLine(""))


def _leading_blanks(lines: list[TangledLine]) -> int:
    for count, line in enumerate(lines):
        if line.text:
            return count
    return len(lines)


def _starts_with_definition(lines: list[TangledLine], width: int) -> bool:
    for line in lines:
        text = line.text[width:]
        if text and not text.startswith("#"):
            return _DEFINITION.match(text) is not None
    return False


def _ends_with_definition(lines: list[TangledLine], width: int) -> bool:
    """Whether the last statement at the lines' own margin is a definition."""
    if any('"""' in line.text or "'''" in line.text for line in lines):
        verdict = _last_statement([line.text[width:] for line in lines])
        if verdict is not None:
            return verdict
    for line in reversed(lines):
        text = line.text[width:]
        if text and not text[0].isspace() and text[0] not in ")]}#":
            return _DEFINITION.match(text) is not None
    return False


def _last_statement(texts: list[str]) -> bool | None:
    """The same by the parser, or ``None`` for lines that do not stand alone."""
    try:
        body = parse_python("\n".join(texts)).body
    except (SyntaxError, ValueError):
        return None
    return bool(body) and isinstance(body[-1], _DEFINITIONS)


def _trim(lines: list[TangledLine]) -> list[TangledLine]:
    """The lines without blank ones at either end."""
    start, end = 0, len(lines)
    while start < end and not lines[start].text:
        start += 1
    while end > start and not lines[end - 1].text:
        end -= 1
    return lines[start:end]


def split_imports(texts: list[str]) -> tuple[int, int, int, int]:
    """Finds the import block of a Python file.

    :returns: the number of lines above it, its first line, the line after its last
        one, and the first line that follows; blank lines lie in between. First and
        last are equal when there is no block.
    """
    head = start = _head_length(texts)
    while head and not texts[head - 1]:
        head -= 1
    while start < len(texts) and not texts[start]:
        start += 1
    end = position = start
    while position < len(texts):
        length = _import_length(texts, position)
        if texts[position] and not length:
            break
        position += length or 1
        if length:
            end = position
    return head, start, end, position


def _import_length(texts: list[str], start: int) -> int:
    """The number of lines of an import statement or ``if TYPE_CHECKING:`` line."""
    if not _IMPORT.match(texts[start]):
        return 0
    if "(" not in texts[start].partition("#")[0]:
        return 1
    for index in range(start, len(texts)):
        if ")" in texts[index].partition("#")[0]:
            return index - start + 1
    return 0


def _insert_imports(
    lines: list[TangledLine], block: list[TangledLine]
) -> list[TangledLine]:
    """Puts the import block below the module docstring."""
    if not block:
        return lines
    head = _head_length([line.text for line in lines])
    rest = _trim(lines[head:])
    result = _trim(lines[:head])
    if result:
        result.append(TangledLine(""))
    result.extend(block)
    if rest:
        blank = 2 if _starts_with_definition(rest, 0) else 1
        result.extend([TangledLine("") for _ in range(blank)])
        result.extend(rest)
    return result


def _head_length(texts: list[str]) -> int:
    """The number of lines up to the end of the docstring, or of the first comment."""
    start = 0
    while start < len(texts) and (not texts[start] or texts[start].startswith("#")):
        start += 1
    end = _docstring_end(texts, start) if start < len(texts) else 0
    return end or _comment_length(texts)


def _docstring_end(texts: list[str], start: int) -> int:
    """The number of lines up to the end of a string statement, 0 for another one."""
    match = _STRING.match(texts[start])
    if match is None:
        return 0
    quote = match[1]
    position = match.end()
    for index in range(start, len(texts)):
        position = _string_end(texts[index], position, quote)
        if position >= 0:
            tail = texts[index][position:].strip()
            return index + 1 if not tail or tail.startswith("#") else 0
        if len(quote) == 1:
            return 0
        position = 0
    return 0


def _string_end(text: str, position: int, quote: str) -> int:
    """Where a string that is open at a position ends in this line, or -1."""
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(quote, position):
            return position + len(quote)
        else:
            position += 1
    return -1


def _comment_length(texts: list[str]) -> int:
    """The number of comment lines at the top that are about the whole file."""
    length = 0
    while length < len(texts) and texts[length].startswith("#"):
        length += 1
    if length == len(texts) or not texts[length]:
        return length
    count = 0
    while count < length and _CODING.match(texts[count]):
        count += 1
    return count
