"""The data the tool works on: fences, chunks, origins, tangled lines, problems."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    # The references from a file's root to a line, each with the chunk it stands in.
    Via = tuple[tuple["Chunk", "Reference"], ...]


class LiterateError(Exception):
    """A problem that ends the command; its text is meant for the user."""


class Problem:
    """Something wrong at one place of the book.

    :param path: file, relative to the project, with forward slashes.
    :param line: line number, from 1.
    :param column: column number, from 1.
    :param message: what is wrong and what to do about it.
    :param severity: ``"error"`` or ``"warning"``.
    """

    __slots__ = ("column", "line", "message", "path", "severity")

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        message: str,
        severity: str = "error",
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.message = message
        self.severity = severity

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {self.message}"

    def __repr__(self) -> str:
        return f"Problem({str(self)!r})"

    def sort_key(self) -> tuple[str, int, int, str]:
        """The order problems are reported in."""
        return self.path, self.line, self.column, self.message


class Fence:
    """A fenced block of a chapter.

    :param kind: ``"chunk"``, ``"pycon"``, ``"setup"``, ``"toctree"`` or ``"other"``.
    :param info: the text after the fence's marker, stripped.
    :param argument: for a directive, the text after ``{name}``.
    :param argument_column: column of the argument, from 1; of the marker without one.
    :param options: ``{name: (value, line)}`` of a directive.
    :param body: the lines between the markers, without the options and with the
        fence's indentation removed.
    :param path: file, relative to the project, with forward slashes.
    :param line: line of the opening marker, from 1.
    :param body_line: line of the first body line.
    :param end_line: line of the closing marker, or the last line when it is missing.
    :param prefix: what stands before every body line in the file.
    :param column: column of the opening marker, from 1.
    :param closed: whether the closing marker is there.
    """

    __slots__ = (
        "argument",
        "argument_column",
        "body",
        "body_line",
        "closed",
        "column",
        "end_line",
        "info",
        "kind",
        "line",
        "options",
        "path",
        "prefix",
    )

    def __init__(
        self,
        kind: str,
        info: str,
        argument: str,
        options: dict[str, tuple[str, int]],
        body: list[str],
        path: str,
        line: int,
        body_line: int,
        end_line: int,
        prefix: str,
        column: int,
        argument_column: int,
        closed: bool,
    ) -> None:
        self.kind = kind
        self.info = info
        self.argument = argument
        self.options = options
        self.body = body
        self.path = path
        self.line = line
        self.body_line = body_line
        self.end_line = end_line
        self.prefix = prefix
        self.column = column
        self.argument_column = argument_column
        self.closed = closed

    @property
    def indent(self) -> int:
        """Number of columns that stand before every body line in the file."""
        return len(self.prefix)

    def __repr__(self) -> str:
        return f"Fence({self.kind!r}, {self.info!r}, {self.path}:{self.line})"


class Reference:
    """A line ``<<name>>`` of a chunk.

    :param name: the chunk it stands for.
    :param index: which body line it is, from 0.
    :param indent: the blanks in front of it.
    """

    __slots__ = ("indent", "index", "name")

    def __init__(self, name: str, index: int, indent: str) -> None:
        self.name = name
        self.index = index
        self.indent = indent

    def __repr__(self) -> str:
        return f"Reference({self.name!r}, {self.index})"


class Chunk:
    """A ``{chunk}`` fence with a meaning.

    :param name: its phrase, blanks folded.
    :param fence: where it stands.
    :param chapter: the numbered chapter it belongs to; 0 before the first one.
    :param mode: ``"define"``, ``"append"``, ``"replace"`` or ``"imports"``.
    :param file: the file it is the root of, or whose imports it holds.
    :param typing: the imports are for type checkers only.
    :param replaces: an imports chunk that takes the place of its namesakes.
    """

    __slots__ = (
        "chapter",
        "fence",
        "file",
        "mode",
        "name",
        "references",
        "replaces",
        "typing",
    )

    def __init__(
        self,
        name: str,
        fence: Fence,
        chapter: int,
        mode: str,
        file: str | None,
        typing: bool = False,
        replaces: bool = False,
    ) -> None:
        self.name = name
        self.fence = fence
        self.chapter = chapter
        self.mode = mode
        self.file = file
        self.typing = typing
        self.replaces = replaces
        self.references: list[Reference] = []

    @property
    def path(self) -> str:
        """The book file it stands in."""
        return self.fence.path

    @property
    def line(self) -> int:
        """The line of its opening marker."""
        return self.fence.line

    def __repr__(self) -> str:
        return f"Chunk({self.name!r}, {self.mode}, {self.path}:{self.line})"


class Origin:
    """A line of the book.

    :param path: book file, relative to the project, with forward slashes.
    :param line: line number, from 1.
    """

    __slots__ = ("line", "path")

    def __init__(self, path: str, line: int) -> None:
        self.path = path
        self.line = line

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Origin):
            return NotImplemented
        return self.path == other.path and self.line == other.line

    def __hash__(self) -> int:
        return hash((self.path, self.line))

    def __repr__(self) -> str:
        return f"{self.path}:{self.line}"


class TangledLine:
    """One line of a tangled file.

    :param text: the line, without its end.
    :param origins: the book lines it comes from; empty for a line the tool put in.
    :param chunk: the chunk it stands in, or ``None``.
    :param indent: what the references on the way added in front of it.
    :param via: the references that lead there from the file's root.
    """

    __slots__ = ("chunk", "indent", "origins", "text", "via")

    def __init__(
        self,
        text: str,
        origins: tuple[Origin, ...] = (),
        chunk: Chunk | None = None,
        indent: str = "",
        via: Via = (),
    ) -> None:
        self.text = text
        self.origins = origins
        self.chunk = chunk
        self.indent = indent
        self.via = via

    def __repr__(self) -> str:
        return f"TangledLine({self.text!r}, {self.origins!r})"


class TangledFile:
    """A file made of the book's chunks.

    :param path: file, relative to the project, with forward slashes.
    :param lines: its lines.
    """

    __slots__ = ("_text", "lines", "path")

    def __init__(self, path: str, lines: list[TangledLine]) -> None:
        self.path = path
        self.lines = lines
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The whole file: LF between the lines and one at the end."""
        if self._text is None:
            self._text = "".join([line.text + "\n" for line in self.lines])
        return self._text

    @property
    def bytes(self) -> bytes:
        """The file as it stands on disk, in UTF-8."""
        return self.text.encode()

    def __repr__(self) -> str:
        return f"TangledFile({self.path!r}, {len(self.lines)} lines)"


class Chapter:
    """A file of the book, in reading order.

    :param path: file, relative to the project, with forward slashes.
    :param number: its number, from 1, or ``None`` for a file that has none.
    :param position: the number of the last numbered chapter up to here, 0 before it.
    :param fences: all its fences, in order.
    :param lines: its text, line by line.
    """

    __slots__ = ("chunks", "fences", "lines", "number", "path", "position")

    def __init__(
        self,
        path: str,
        number: int | None,
        position: int,
        fences: list[Fence],
        lines: list[str],
    ) -> None:
        self.path = path
        self.number = number
        self.position = position
        self.fences = fences
        self.lines = lines
        self.chunks: list[Chunk] = []

    @property
    def title(self) -> str:
        """Its first heading (written with ``#``), or an empty string."""
        inside: set[int] = set()
        for fence in self.fences:
            inside.update(range(fence.line, fence.end_line + 1))
        for number, line in enumerate(self.lines, 1):
            text = line.lstrip("#")
            if text != line and number not in inside and text[:1] in (" ", ""):
                return text.strip(" #")
        return ""

    @property
    def examples(self) -> list[Fence]:
        """Its ``pycon`` and ``{setup}`` fences, in order."""
        return [fence for fence in self.fences if fence.kind in ("pycon", "setup")]

    def __repr__(self) -> str:
        return f"Chapter({self.path!r}, {self.number})"
