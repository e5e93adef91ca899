"""Reads the fences of a Markdown file: what they are, their options and bodies."""

from __future__ import annotations

import re

from literate.blocks import Blocks
from literate.model import Fence
from literate.model import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.blocks import RawFence

_DIRECTIVE = re.compile(r"\{([^\s}]+)\}\s*(.*)$")
_OPTION = re.compile(r"\s*:([^\s:][^:]*):(?:\s+(.*))?$")
_LOOKS_LIKE_CHUNK = re.compile(
    r"(?P<lead>[\s>*+\-\d.)]*)(?:"
    r"(?P<marker>`{2,}|~{3,}|:{2,})\s*\{\s*chunk(?![\w-])(?!.*(?P=marker))"
    r"|(?P<bare>`{3,}|~{3,}|:{3,})\s*chunk(?:\s[^`]*)?$)",
    re.IGNORECASE,
)
_KINDS = {"{chunk}": "chunk", "{setup}": "setup", "{toctree}": "toctree"}
_VERBATIM = {
    "{code-block}",
    "{code}",
    "{sourcecode}",
    "{code-cell}",
    "{parsed-literal}",
    "{raw}",
    "{math}",
}
_OPAQUE = _VERBATIM | {"{toctree}"}


class Scan:
    """What a Markdown file holds.

    :param lines: its lines, without their ends.
    :param fences: its fences, in order.
    :param problems: what looks like a chunk and is none.
    """

    __slots__ = ("fences", "lines", "problems")

    def __init__(
        self, lines: list[str], fences: list[Fence], problems: list[Problem]
    ) -> None:
        self.lines = lines
        self.fences = fences
        self.problems = problems


def split_lines(text: str) -> list[str]:
    """Splits at LF, CRLF and CR; a last line without an end counts as a line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def scan(text: str, path: str) -> Scan:
    """Finds the fences of a Markdown text.

    :param text: the whole file.
    :param path: its name in fences and problems.
    """
    lines = split_lines(text)
    if lines and lines[0].startswith("\ufeff"):
        lines[0] = lines[0][1:]
    result = Scan(lines, [], [])
    _Reader(lines, 0, "", path, result).read(_front_matter(lines))
    return result


def _front_matter(lines: list[str]) -> int:
    """The number of lines the YAML block at the top takes."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for index in range(1, len(lines)):
        if lines[index].rstrip() == "---":
            return index + 1
    return 0


class _Reader:
    """Reads one document, or the inside of one colon fence.

    :param offset: number of lines in the file above the first one.
    :param prefix: what stands in front of each line in the file.
    """

    __slots__ = ("lines", "offset", "path", "prefix", "result")

    def __init__(
        self, lines: list[str], offset: int, prefix: str, path: str, result: Scan
    ) -> None:
        self.lines = lines
        self.offset = offset
        self.prefix = prefix
        self.path = path
        self.result = result

    def read(self, start: int = 0) -> None:
        """Adds the fences from a line on to the result."""
        blocks = Blocks(self.lines)
        blocks.run(start)
        for fence in blocks.fences:
            self._fence(fence)
        for index in blocks.others:
            self._suspect(index)

    def _fence(self, raw: RawFence) -> None:
        match = _DIRECTIVE.match(raw.info)
        name = "{" + match[1] + "}" if match else ""
        malformed = self._malformed(raw, name)
        if raw.marker[0] == ":" and name not in _OPAQUE:
            inside = _Reader(
                raw.body,
                self.offset + raw.index + 1,
                self.prefix + raw.prefix,
                self.path,
                self.result,
            )
            inside.read()
            return
        kind = "other" if malformed else _kind(raw.info, name)
        self._suspect_body(raw, name, kind)
        if not raw.closed and kind != "other":
            self._problem(
                raw.index,
                len(raw.prefix),
                f"this fence is never closed; end it with a line `{raw.marker}`",
            )
        argument = match[2].strip() if match else ""
        self.result.fences.append(self._made(raw, kind, argument))

    def _made(self, raw: RawFence, kind: str, argument: str) -> Fence:
        line = self.offset + raw.index + 1
        options: dict[str, tuple[str, int]] = {}
        skipped = 0
        if kind in ("chunk", "setup", "toctree"):
            options, skipped = _options(raw.body, line + 1)
        column = argument_column = len(self.prefix) + len(raw.prefix) + 1
        if argument:
            width = len(self.lines[raw.index].rstrip()) - len(argument)
            argument_column = len(self.prefix) + width + 1
        return Fence(
            kind,
            raw.info,
            argument,
            options,
            raw.body[skipped:],
            self.path,
            line,
            line + 1 + skipped,
            self.offset + raw.end + (1 if raw.closed else 0),
            self.prefix + raw.prefix,
            column,
            argument_column,
            raw.closed,
        )

    # Chunks that would be missed

    def _problem(self, index: int, column: int, message: str) -> None:
        self.result.problems.append(
            Problem(
                self.path,
                self.offset + index + 1,
                len(self.prefix) + column + 1,
                message,
            )
        )

    def _suspect(self, index: int) -> None:
        """Reports a line of prose, HTML or indented code that looks like a chunk."""
        line = self.lines[index]
        if "chunk" in line.lower():
            match = _LOOKS_LIKE_CHUNK.match(line)
            if match:
                self._problem(
                    index,
                    match.end("lead"),
                    "this looks like a chunk but is not a fence here; "
                    "a chunk begins with a line ```{chunk} NAME, indented by less than "
                    "four columns, with no backtick in its name and not inside HTML",
                )

    def _malformed(self, raw: RawFence, name: str) -> bool:
        backticks = raw.marker[0] == "`"
        if name == "{chunk}" and backticks:
            return False
        if name in ("{setup}", "{pycon}") or raw.info.split()[:1] == ["pycon"]:
            wrong = raw.marker[0] == ":"
        else:
            wrong = bool(_LOOKS_LIKE_CHUNK.match(raw.marker + raw.info))
        if wrong:
            right = name if name == "{setup}" else "{chunk} NAME"
            right = "pycon" if "pycon" in raw.info else right
            self._problem(
                raw.index,
                len(raw.prefix),
                f"malformed fence `{raw.marker}{raw.info}`; write it ```{right}",
            )
        return wrong

    def _suspect_body(self, raw: RawFence, name: str, kind: str) -> None:
        """Reports what looks like a chunk inside a fence that hides it."""
        for number, line in enumerate(raw.body, raw.index + 1):
            if "chunk" not in line.lower():
                continue
            match = _LOOKS_LIKE_CHUNK.match(line)
            if match is None:
                continue
            marker = match["marker"] or match["bare"]
            if marker.startswith(raw.marker):
                message = (
                    "this chunk stands inside the fence that begins at line "
                    f"{self.offset + raw.index + 1}; close that one first, or give "
                    "it a longer marker if the chunk is only shown"
                )
            elif kind == "other" and name and name not in _VERBATIM:
                message = (
                    f"a chunk inside {name} is not seen; write {name} as a colon "
                    f"fence (:::{name}) or move the chunk out"
                )
            else:
                continue
            self._problem(number, len(raw.prefix) + match.end("lead"), message)


def _kind(info: str, name: str) -> str:
    if name:
        return _KINDS.get(name, "other")
    return "pycon" if info.split()[:1] == ["pycon"] else "other"


def _options(body: list[str], line: int) -> tuple[dict[str, tuple[str, int]], int]:
    """The options at the top of a directive, and how many lines they take."""
    options: dict[str, tuple[str, int]] = {}
    count = 0
    for text in body:
        match = _OPTION.match(text)
        if match is None:
            break
        name = match[1].strip()
        if name in options:
            name += " (again)"
        options[name] = ((match[2] or "").strip(), line + count)
        count += 1
    if count < len(body) and not body[count].strip():
        count += 1
    return options, count
