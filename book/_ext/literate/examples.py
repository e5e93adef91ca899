"""Reads the examples of a chapter: their prompts and what is expected after each."""

from __future__ import annotations

import doctest
import re
import sys
from importlib.util import find_spec
from typing import NamedTuple
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from literate.model import Fence

_FLAGS = doctest.ELLIPSIS
_KNOWN_FLAGS = (
    doctest.ELLIPSIS
    | doctest.NORMALIZE_WHITESPACE
    | doctest.DONT_ACCEPT_BLANKLINE
    | doctest.DONT_ACCEPT_TRUE_FOR_1
)
_CONTINUATION = re.compile(r"\s*\.\.\.")
_PROMPT = re.compile(r"\s*>>> ")
_CODE_DIRECTIVE = re.compile(r"\{(?:code-block|code|sourcecode)\}")
_QUOTED = {"markdown", "md", "myst", "rst", "text", "none", "console"}
_COMMENT = re.compile(r"\s*>>>\s*(?:#.*)?$")
_NEEDS = re.compile(r"pycon\s+needs\s+(?P<packages>\w+(?:\s*,\s*\w+)*)\s*")
#: What an example may need besides packages: Python has it everywhere but in a browser.
ABILITIES = frozenset({"clock", "processes", "sockets", "stack", "threads"})
_PARSE_ERROR = re.compile(
    r"line (\d+) of the doc(?:string|test) for \S+ (.*)", re.DOTALL
)


class Prompt(NamedTuple):
    """A statement typed at the prompt.

    :param source: its code, without prompts.
    :param want: the expected output.
    :param error: the expected exception as its traceback's last lines, or ``None``.
    :param flags: doctest's option flags.
    :param line: book line of its first line.
    :param want_line: book line of the expected output's first line.
    """

    source: str
    want: str
    error: str | None
    flags: int
    line: int
    want_line: int

    @property
    def last_line(self) -> int:
        """The book line of its code's last line."""
        return self.want_line - 1


class Example:
    """A ``pycon`` fence, with the set-up fences between it and the one before.

    :param fence: the fence, or the first set-up that no example follows.
    :param setups: the set-up fences to run first.
    """

    __slots__ = ("fence", "needs", "problems", "prompts", "setups")

    def __init__(self, fence: Fence, setups: Iterable[Fence] = ()) -> None:
        self.fence = fence
        self.setups = list(setups)
        self.prompts: list[Prompt] = []
        self.problems: list[tuple[int, str]] = []
        #: The packages it imports that an installation may lack, and the abilities
        #: that a browser lacks.
        self.needs: list[str] = []
        if fence.kind == "pycon":
            self._read()
        else:
            message = "no example follows this set-up; move it above one or delete it"
            self.problems.append((fence.line, message))

    def _read(self) -> None:
        fence = self.fence
        self._read_needs()
        text = "".join([line + "\n" for line in fence.body])
        try:
            found = doctest.DocTestParser().get_examples(text, "example")
        except ValueError as error:
            self.problems.append(_parse_problem(fence, str(error)))
            return
        checked: set[int] = set()
        for each in found:
            first_want = each.lineno + _source_length(fence.body, each.lineno)
            checked.update(range(each.lineno, first_want + each.want.count("\n")))
            self.prompts.append(self._prompt(each, fence.body_line + first_want))
        self.problems += _unchecked(fence, checked)
        if not (self.prompts or self.problems):
            message = (
                "this example has no statement at a prompt; begin one with `>>> `, or "
                "give the fence another language"
            )
            self.problems.append((fence.line, message))

    def _read_needs(self) -> None:
        if self.fence.info == "pycon":
            return
        match = _NEEDS.fullmatch(self.fence.info)
        if match is None:
            message = (
                "after `pycon` comes nothing, or the optional packages the example "
                "imports and what a browser lacks: ```pycon needs blinker, threads"
            )
            self.problems.append((self.fence.line, message))
        else:
            self.needs = re.findall(r"\w+", match["packages"])

    @property
    def missing(self) -> list[str]:
        """The packages it needs that are not installed, and the abilities lacking."""
        return [name for name in self.needs if not _has(name)]

    def _prompt(self, found: doctest.Example, want_line: int) -> Prompt:
        line = self.fence.body_line + found.lineno
        flags = _FLAGS
        for flag, on in found.options.items():
            flags = flags | flag if on else flags & ~flag
            if not flag & _KNOWN_FLAGS:
                message = (
                    "this doctest directive is not available: every example is run, "
                    "and checked to the last line"
                )
                self.problems.append((line, message))
        return Prompt(found.source, found.want, found.exc_msg, flags, line, want_line)


def _has(name: str) -> bool:
    if name in ABILITIES:
        return sys.platform != "emscripten"
    return find_spec(name) is not None


def read_examples(fences: Iterable[Fence]) -> Iterator[Example]:
    """The examples of a chapter, in order.

    :param fences: its fences; those that are neither ``pycon`` nor ``{setup}`` are
        passed over.
    """
    setups: list[Fence] = []
    for fence in fences:
        if fence.kind == "setup":
            setups.append(fence)
        elif fence.kind == "pycon":
            yield Example(fence, setups)
            setups = []
    if setups:
        yield Example(setups[0], setups)


def unrun(fences: Iterable[Fence]) -> Iterator[tuple[int, str]]:
    """Prompts in fences that are not run: their lines and what to do about them.

    Fences that quote Markdown, a terminal or plain text may show prompts.
    """
    for fence in fences:
        if fence.kind != "other" or _language(fence) in _QUOTED:
            continue
        for index, text in enumerate(fence.body):
            if _PROMPT.match(text):
                message = (
                    "this example is not run; give it a fence ```pycon of its own, "
                    "inside a colon fence if it needs one around it"
                )
                yield fence.body_line + index, message
                break


def _language(fence: Fence) -> str:
    """The language of a fence's body, empty for one that holds Markdown."""
    if _CODE_DIRECTIVE.match(fence.info):
        return fence.argument.lower()
    name = fence.info.partition(" ")[0].lower()
    return "" if name.startswith("{") else name


def _source_length(body: list[str], start: int) -> int:
    end = start + 1
    while end < len(body) and _CONTINUATION.match(body[end]):
        end += 1
    return end - start


def _unchecked(fence: Fence, checked: set[int]) -> Iterator[tuple[int, str]]:
    """Lines that doctest's parser takes for prose between examples."""
    for index, text in enumerate(fence.body):
        if index in checked or not text.strip() or _COMMENT.match(text):
            continue
        message = (
            "this line is neither at a prompt nor checked as output; in expected "
            "output write <BLANKLINE> for a blank line"
        )
        yield fence.body_line + index, message


def _parse_problem(fence: Fence, error: str) -> tuple[int, str]:
    match = _PARSE_ERROR.match(error)
    if match is None:
        return fence.line, error
    index = min(max(int(match[1]), 1), max(len(fence.body), 1)) - 1
    return fence.body_line + index, f"this line {match[2]}"
