"""Finds out where fences begin and end in Markdown, as CommonMark has it.

Only what decides that is looked at: the containers (block quotes and list items) and
the blocks that a fence cannot interrupt or stand in (fences, HTML blocks, indented
code). Everything else is a paragraph.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_fence = re.compile(r"(`{3,})([^`]*)$|([~]{3,}|:{3,})(.*)$").match
_BULLET = re.compile(r"[-+*](?=[ \t]|$)|(\d{1,9})[.)](?=[ \t]|$)")
_break = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$").match
_DEFINITION = re.compile(
    r"\[[^\[\]]+\]:[ \t]*(?:<[^<>]*>|[^\s<]\S*)"
    r"(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$"
)
_heading = re.compile(r"#{1,6}(?:[ \t]|$)").match
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")

_HTML_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|"
    "dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|"
    "frameset|h1|h2|h3|h4|h5|h6|head|header|hr|html|iframe|legend|li|link|main|menu|"
    "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|"
    "tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_ATTRIBUTE = (
    r"\s+[a-zA-Z_:][a-zA-Z0-9:._-]*"
    r"(?:\s*=\s*(?:[^\"'=<>`\x00-\x20]+|'[^']*'|\"[^\"]*\"))?"
)
# Opening pattern, closing pattern, whether the block may interrupt a paragraph. No
# closing pattern means a blank line. Compiled on first use: most books have none.
_HTML_SOURCES = (
    (r"<(?:script|pre|style|textarea)(?=\s|>|$)", r"</(?:script|pre|style|textarea)>"),
    (r"<!--", r"-->"),
    (r"<\?", r"\?>"),
    (r"<![A-Z]", r">"),
    (r"<!\[CDATA\[", r"\]\]>"),
    (rf"</?(?:{_HTML_NAMES})(?=\s|/?>|$)", ""),
    (
        rf"(?:<[A-Z][A-Z0-9-]*(?:{_ATTRIBUTE})*\s*/?>|</[A-Z][A-Z0-9-]*\s*>)\s*$",
        "",
    ),
)


class RawFence:
    """A fence as it stands in the text, with backticks, tildes or colons.

    :ivar index: which line it begins with, from 0.
    :ivar end: which line ends it; the line after the last one if none does.
    :ivar closed: whether ``end`` is a closing marker.
    :ivar marker: the opening marker.
    :ivar info: what follows it, stripped.
    :ivar indent: columns it is indented by in its container.
    :ivar prefix: what stands in front of its lines, list markers blanked.
    :ivar body: the lines between, without that.
    """

    __slots__ = (
        "body",
        "closed",
        "end",
        "indent",
        "index",
        "info",
        "marker",
        "prefix",
    )

    def __init__(
        self, index: int, indent: int, prefix: str, marker: str, info: str
    ) -> None:
        self.index = index
        self.end = index + 1
        self.closed = False
        self.indent = indent
        self.prefix = prefix
        self.marker = marker
        self.info = info
        self.body: list[str] = []

    def closed_by(self, rest: str) -> bool:
        """Whether a line, without its indentation, is the closing marker."""
        marker = self.marker
        if not rest.startswith(marker):
            return False
        return not rest.lstrip(marker[0]).strip(" \t")


class _Item:
    """An open container: a block quote (width 0) or a list item."""

    __slots__ = ("empty", "width")

    def __init__(self, width: int, empty: bool = False) -> None:
        self.width = width
        self.empty = empty


_NOTHING, _PARAGRAPH, _FENCED, _HTML = range(4)


class Blocks:
    """Reads the lines of one document.

    :ivar fences: the fences that have ended.
    :ivar others: which lines are neither in a fence nor begin with a letter.
    """

    __slots__ = (
        "containers",
        "fence",
        "fences",
        "html_end",
        "leaf",
        "lines",
        "others",
        "text",
    )

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.fences: list[RawFence] = []
        self.others: list[int] = []
        self.containers: list[_Item] = []
        self.leaf = _NOTHING
        self.fence: RawFence | None = None
        self.html_end: Callable[[str], object] | None = None
        self.text = ""

    def run(self, start: int = 0) -> None:
        """Reads the lines from ``start`` to the end."""
        lines = self.lines
        for index in range(start, len(lines)):
            line = lines[index]
            if self.containers or not self._quick(line):
                self._line(index, line)
        self._close_fence(len(lines), closed=False)

    def _quick(self, line: str) -> bool:
        """Takes in a line outside all containers that needs no second look."""
        if self.leaf == _FENCED:
            fence = self.fence
            if fence is None or fence.indent or fence.marker in line:
                return False
            fence.body.append(line)
            return True
        if self.leaf == _HTML:
            return False
        if not line:
            self.leaf = _NOTHING
            return True
        if line[0].isalpha():
            self.leaf = _PARAGRAPH
            return True
        return False

    def _line(self, index: int, line: str) -> None:
        self.text = line
        depth, position = self._match_containers()
        if depth == len(self.containers):
            if self.leaf == _FENCED:
                self._fence_line(index, position)
                return
            if self.leaf == _HTML:
                self._html_line(index, position)
                return
        elif self.leaf == _FENCED:
            self._close_fence(index, closed=False)
        elif self.leaf == _HTML:
            self.leaf = _NOTHING
        self._open_blocks(index, depth, position)

    # Containers

    def _indent(self, position: int) -> tuple[int, int]:
        """Columns of blank space at a position, and where the space ends."""
        text = self.text
        column = end = position
        while end < len(text):
            if text[end] == " ":
                column += 1
            elif text[end] == "\t":
                column += 4 - column % 4
            else:
                break
            end += 1
        return column - position, end

    def _skip(self, position: int, columns: int) -> int:
        """Passes over blank columns; tabs there become spaces.

        So the columns of a line equal its characters up to where it has been read.
        """
        end = position + columns
        tab = self.text.find("\t", position, end)
        while tab >= 0:
            text, width = self.text, 4 - tab % 4
            self.text = text[:tab] + " " * width + text[tab + 1 :]
            tab = self.text.find("\t", position, end)
        return end

    def _match_containers(self) -> tuple[int, int]:
        """How many containers go on in this line, and where their content starts."""
        position = 0
        for depth, item in enumerate(self.containers):
            indent, end = self._indent(position)
            if item.width == 0:
                # More than three columns are too many for a quote by the standard,
                # but markdown-it takes them where the quote goes on.
                if self.text[end : end + 1] != ">":
                    return depth, position
                position = self._after_quote(self._skip(position, indent))
            elif end == len(self.text):
                if item.empty:
                    return depth, position
                position = self._skip(position, min(indent, item.width))
            elif indent >= item.width:
                item.empty = False
                position = self._skip(position, item.width)
            else:
                return depth, position
        return len(self.containers), position

    def _after_quote(self, start: int) -> int:
        blank, _ = self._indent(start + 1)
        return self._skip(start + 1, min(blank, 1))

    def _open_blocks(self, index: int, depth: int, position: int) -> None:
        """Opens what begins in the rest of the line, or goes on with a paragraph."""
        opened = False
        while True:
            indent, _ = self._indent(position)
            start = self._skip(position, indent)
            rest = self.text[start:]
            lazy = self.leaf == _PARAGRAPH and not opened
            if not rest:
                self._blank(depth, opened)
                return
            if indent > 3:
                if not lazy or self._ends_item(depth, position, start, rest):
                    self._settle(depth, _NOTHING)
                self.others.append(index)
                return
            if rest[0] == ">":
                self._settle(depth, _NOTHING)
                self.containers.append(_Item(0))
                position = self._after_quote(start)
            else:
                direct = lazy and depth == len(self.containers)
                if self._leaf(index, depth, position, start, lazy):
                    return
                width = self._list_item(rest, start, direct)
                if not width:
                    if not lazy:
                        self._settle(depth, _paragraph_or_not(rest))
                    self.others.append(index)
                    return
                self._settle(depth, _NOTHING)
                empty = not self.text[start + width :].strip(" ")
                self.containers.append(_Item(indent + width, empty))
                position = start + width
            opened = True
            depth = len(self.containers)

    def _ends_item(self, depth: int, position: int, start: int, rest: str) -> bool:
        """Whether indented text ends the items it is not indented enough for.

        By the standard it goes on with their paragraph; markdown-it ends the items if
        it looks like the beginning of a block, and then takes it as indented code.
        """
        widths = [item.width for item in self.containers[depth:]]
        if 0 in widths:
            del widths[widths.index(0) :]
        if not widths:
            return False
        if rest[0] == ">" or any(begins(rest) for begins in (_fence, _heading, _break)):
            return True
        if rest[0] == "<":
            return any(opens(rest) for opens, _ in _html_patterns()[:6])
        outer = position + sum(widths[:-1])
        return start - outer < 4 and _BULLET.match(rest) is not None

    def _settle(self, depth: int, leaf: int) -> None:
        """Closes the containers that do not go on."""
        del self.containers[depth:]
        self.leaf = leaf

    def _blank(self, depth: int, opened: bool) -> None:
        if not opened:
            self._settle(depth, _NOTHING)

    def _list_item(self, rest: str, start: int, direct: bool) -> int:
        """Columns from the marker to the item's content, 0 when there is no item."""
        match = _BULLET.match(rest)
        if match is None:
            return 0
        after = start + match.end()
        blank, end = self._indent(after)
        empty = end == len(self.text)
        if direct and (empty or int(match[1] or 1) != 1):
            return 0
        self._skip(after, blank)
        return match.end() + (1 if empty or blank > 4 else blank)

    # Leaves

    def _leaf(
        self, index: int, depth: int, position: int, start: int, lazy: bool
    ) -> bool:
        """Opens the leaf block that begins at ``start``, if one does."""
        rest = self.text[start:]
        first = rest[0]
        if first in "`~:":
            match = _fence(rest)
            if match is None:
                return False
            self._settle(depth, _FENCED)
            marker, info = match[1] or match[3], match[2] or match[4] or ""
            prefix = _blank_markers(self.text[:start])
            self.fence = RawFence(index, start - position, prefix, marker, info.strip())
            return True
        if first == "<":
            return self._open_html(depth, rest, lazy)
        if first == "#" and _heading(rest):
            self._settle(depth, _NOTHING)
            return True
        direct = lazy and depth == len(self.containers)
        if direct and first in "=-" and _UNDERLINE.match(rest):
            self.leaf = _NOTHING
            return True
        if first in "*-_" and _break(rest):
            self._settle(depth, _NOTHING)
            return True
        return False

    def _open_html(self, depth: int, rest: str, lazy: bool) -> bool:
        for number, (opens, closes) in enumerate(_html_patterns()):
            if opens(rest) and not (number == 6 and lazy):
                ends = closes is not None and closes(rest)
                self._settle(depth, _NOTHING if ends else _HTML)
                self.html_end = closes
                return True
        return False

    def _html_line(self, index: int, position: int) -> None:
        rest = self.text[self._indent(position)[1] :]
        self.others.append(index)
        if self.html_end is None:
            ends = not rest
        else:
            ends = bool(self.html_end(rest))
        if ends:
            self.leaf = _NOTHING

    def _fence_line(self, index: int, position: int) -> None:
        fence = self.fence
        assert fence is not None
        indent, end = self._indent(position)
        if indent < 4 and fence.closed_by(self.text[end:]):
            self._close_fence(index, closed=True)
        else:
            start = self._skip(position, min(indent, fence.indent))
            fence.body.append(self.text[start:])

    def _close_fence(self, index: int, closed: bool) -> None:
        """Ends the open fence, if any, at a line."""
        fence, self.fence = self.fence, None
        if fence is not None:
            self.leaf = _NOTHING
            fence.end = index
            fence.closed = closed
            self.fences.append(fence)


def _paragraph_or_not(rest: str) -> int:
    """A link definition is no paragraph, so anything may follow it."""
    return _NOTHING if rest[0] == "[" and _DEFINITION.match(rest) else _PARAGRAPH


def _blank_markers(text: str) -> str:
    """A line's beginning with its list markers blanked, block quote markers kept."""
    return "".join([char if char == ">" else " " for char in text])


_compiled: list[tuple[Callable[[str], object], Callable[[str], object] | None]] = []


def _html_patterns() -> list[
    tuple[Callable[[str], object], Callable[[str], object] | None]
]:
    if not _compiled:
        for opening, closing in _HTML_SOURCES:
            search = re.compile(closing, re.IGNORECASE).search if closing else None
            _compiled.append((re.compile(opening, re.IGNORECASE).match, search))
    return _compiled
