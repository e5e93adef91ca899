"""The chunks of a book: what they are, which refers to which, what is wrong."""

from __future__ import annotations

import re

from literate.cycles import find_cycle
from literate.model import Chunk
from literate.model import Problem
from literate.model import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from literate.config import Config
    from literate.model import Chapter
    from literate.model import Fence

_REFERENCE = re.compile(r"([ \t]*)<<(.+)>>[ \t]*$")
_INLINE = re.compile(r"<<(.+?)>>")
_OPTIONS = {"file", "append", "replace", "imports"}


class Graph:
    """All chunks of a book in reading order.

    :ivar chunks: every chunk that could be understood.
    :ivar pieces: for each name, its chunks in order, replaced ones included.
    :ivar roots: for each file, the chunk that defines it.
    :ivar imports: for each file, its ``:imports:`` chunks in order.
    :ivar problems: what is wrong with them.
    """

    def __init__(self, config: Config, chapters: Iterable[Chapter]) -> None:
        self.chunks: list[Chunk] = []
        self.pieces: dict[str, list[Chunk]] = {}
        self.roots: dict[str, Chunk] = {}
        self.imports: dict[str, list[Chunk]] = {}
        self.problems: list[Problem] = []
        self._config = config
        self._faulty: set[int] = set()
        self._mentioned: set[str] = set()
        for chapter in chapters:
            for fence in chapter.fences:
                if fence.kind == "chunk":
                    self._read(fence, chapter)
        self._check_references()
        self._check_imports()
        self._check_use()
        self._check_cycles()

    def live(self, upto: int | None = None) -> dict[str, list[Chunk]]:
        """The chunks that count after a chapter, by name.

        :param upto: number of the last chapter; ``None`` for the whole book.
        """
        live: dict[str, list[Chunk]] = {}
        for name, pieces in self.pieces.items():
            current: list[Chunk] = []
            for piece in pieces:
                if upto is not None and piece.chapter > upto:
                    break
                if piece.mode == "replace":
                    current = []
                current.append(piece)
            if current:
                live[name] = current
        return live

    def live_imports(self, file: str, upto: int | None = None) -> list[Chunk]:
        """The imports chunks of a file that count after a chapter."""
        current: list[Chunk] = []
        for chunk in self.imports.get(file, ()):
            if upto is not None and chunk.chapter > upto:
                break
            if chunk.replaces:
                current = [
                    other for other in current if not _same_imports(other, chunk)
                ]
            current.append(chunk)
        return current

    def used_by(self, name: str) -> list[Chunk]:
        """The chunks that refer to a name."""
        return [
            chunk
            for chunk in self.chunks
            if any(reference.name == name for reference in chunk.references)
        ]

    def references(self, name: str) -> list[str]:
        """The names a name's chunks refer to, each once, in order."""
        names = [
            reference.name
            for chunk in self.pieces.get(name, ())
            for reference in chunk.references
        ]
        return list(dict.fromkeys(names))

    # Reading one chunk

    def _problem(self, fence: Fence, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(fence.path, line, column, message))
        self._faulty.add(id(fence))

    def _read(self, fence: Fence, chapter: Chapter) -> None:
        before = len(self.problems)
        self._check_options(fence)
        name = " ".join(fence.argument.split())
        options = fence.options
        if "imports" in options:
            self._read_imports(fence, name, chapter)
            return
        file = options["file"][0] if "file" in options else None
        if not name:
            self._problem(
                fence,
                fence.line,
                fence.column,
                "a chunk needs a name; write ```{chunk} NAME",
            )
            return
        if "<<" in name or ">>" in name:
            self._problem(
                fence,
                fence.line,
                fence.argument_column,
                "a chunk name cannot hold `<<` or `>>`",
            )
            return
        mode = self._mode(fence, name)
        chunk = Chunk(name, fence, chapter.position, mode, file)
        self._read_references(chunk)
        if len(self.problems) == before:
            self._check_file(chunk)
        if mode == "define" and file is not None:
            self.roots.setdefault(file, chunk)
        self.pieces.setdefault(name, []).append(chunk)
        self._add(chunk, chapter)

    def _add(self, chunk: Chunk, chapter: Chapter) -> None:
        self.chunks.append(chunk)
        chapter.chunks.append(chunk)

    def _check_options(self, fence: Fence) -> None:
        options = fence.options
        for name, (value, line) in options.items():
            column = fence.indent + 1
            if name not in _OPTIONS:
                if name.endswith(" (again)"):
                    message = f"option `:{name[:-8]}:` is given twice; keep one"
                else:
                    message = (
                        f"unknown option `:{name}:`; "
                        "a chunk knows :file:, :append:, :replace: and :imports:"
                    )
                self._problem(fence, line, column, message)
            elif name == "file" and not value:
                self._problem(
                    fence, line, column, "`:file:` needs a path, as :file: package/x.py"
                )
            elif name in ("append", "replace") and value:
                self._problem(
                    fence, line, column, f"`:{name}:` takes no value; remove `{value}`"
                )
            elif name == "imports" and value not in ("", "typing"):
                self._problem(
                    fence,
                    line,
                    column,
                    f"`:imports:` takes no value or `typing`, not `{value}`",
                )
        if not options and fence.body and fence.body[0].rstrip() == "---":
            self._problem(
                fence,
                fence.body_line,
                fence.indent + 1,
                "a chunk's options are written as lines `:name: value`, "
                "not between `---`",
            )

    def _mode(self, fence: Fence, name: str) -> str:
        options = fence.options
        known = self.pieces.get(name)
        if "append" in options and "replace" in options:
            line = max(options["append"][1], options["replace"][1])
            self._problem(
                fence,
                line,
                fence.indent + 1,
                "a chunk either appends or replaces; remove one of the two options",
            )
            return "append"
        for mode in ("append", "replace"):
            if mode in options:
                if not known:
                    self._problem(
                        fence,
                        options[mode][1],
                        fence.indent + 1,
                        f"nothing to {mode}: no chunk before this one is named "
                        f'"{name}"; define it first or correct the name',
                    )
                return mode
        if known:
            first = known[0]
            self._problem(
                fence,
                fence.line,
                fence.argument_column,
                f'chunk "{name}" is already defined at {first.path}:{first.line}; '
                "add :append: or :replace:, or choose another name",
            )
            return "append"
        return "define"

    def _check_file(self, chunk: Chunk) -> None:
        file = chunk.file
        if file is None:
            return
        fence = chunk.fence
        line, column = fence.options["file"][1], fence.indent + 1
        if not self._check_path(fence, file):
            return
        if chunk.mode != "define":
            first = self.pieces[chunk.name][0]
            if first.file != file:
                self._problem(
                    fence,
                    line,
                    column,
                    f'chunk "{chunk.name}" is '
                    + (f"the root of {first.file}" if first.file else "no root")
                    + f" ({first.path}:{first.line}); remove `:file:` here",
                )
            return
        for other, first in self.roots.items():
            if file == other:
                message = f'{file} already has a root, "{first.name}" at '
                message += f"{first.path}:{first.line}; "
                message += "remove `:file:` or name another file"
            elif file.startswith(other + "/") or other.startswith(file + "/"):
                message = f"{file} and {other} ({first.path}:{first.line}) cannot both "
                message += "be files; name another file"
            else:
                continue
            self._problem(fence, line, column, message)

    def _check_path(self, fence: Fence, file: str) -> bool:
        line, column = fence.options["file"][1], fence.indent + 1
        parts = file.split("/")
        if "\\" in file or not all(parts) or "." in parts or ".." in parts:
            self._problem(
                fence,
                line,
                column,
                f"`{file}` is no plain path; "
                "write it relative to the project, with forward slashes",
            )
            return False
        if not self._config.owns(file):
            outputs = ", ".join(self._config.outputs)
            self._problem(
                fence,
                line,
                column,
                f"{file} lies outside the outputs ({outputs}); "
                "move it there or add its folder to [tool.literate] outputs",
            )
            return False
        return True

    def _read_imports(self, fence: Fence, name: str, chapter: Chapter) -> None:
        options = fence.options
        line = options["imports"][1]
        if "file" not in options:
            self._problem(
                fence,
                line,
                fence.indent + 1,
                "an :imports: chunk needs `:file:`, the file that gets the imports",
            )
            return
        if "append" in options:
            self._problem(
                fence,
                options["append"][1],
                fence.indent + 1,
                "imports are always added; remove `:append:`",
            )
        file = options["file"][0]
        if not file or not self._check_path(fence, file):
            return
        if not file.endswith(".py"):
            self._problem(
                fence,
                options["file"][1],
                fence.indent + 1,
                f"only .py files have imports, {file} is none",
            )
            return
        typing = options["imports"][0] == "typing"
        chunk = Chunk(
            name or f"imports of {file}",
            fence,
            chapter.position,
            "imports",
            file,
            typing,
            "replace" in options,
        )
        earlier = self.imports.setdefault(file, [])
        if chunk.replaces and not any(_same_imports(other, chunk) for other in earlier):
            self._problem(
                fence,
                options["replace"][1],
                fence.indent + 1,
                f'nothing to replace: no :imports: chunk "{chunk.name}" of {file} '
                "stands before this one",
            )
        earlier.append(chunk)
        self._add(chunk, chapter)

    def _read_references(self, chunk: Chunk) -> None:
        for index, text in enumerate(chunk.fence.body):
            if "<<" in text:
                match = _REFERENCE.match(text)
                if match and "<<" not in match[2] and ">>" not in match[2]:
                    name = " ".join(match[2].split())
                    chunk.references.append(Reference(name, index, match[1]))

    # Checks over all chunks

    def _check_references(self) -> None:
        for chunk in self.chunks:
            fence = chunk.fence
            for reference in chunk.references:
                if reference.name not in self.pieces:
                    self._problem(
                        fence,
                        fence.body_line + reference.index,
                        fence.indent + len(reference.indent) + 1,
                        f'no chunk is named "{reference.name}"; '
                        "define it or correct the name" + self._hint(reference.name),
                    )
            known = {reference.index for reference in chunk.references}
            for index, text in enumerate(fence.body):
                if "<<" in text and index not in known:
                    self._check_inline(fence, index, text)

    def _check_inline(self, fence: Fence, index: int, text: str) -> None:
        for match in _INLINE.finditer(text):
            name = " ".join(match[1].split())
            if name in self.pieces:
                self._mentioned.add(name)
                self._problem(
                    fence,
                    fence.body_line + index,
                    fence.indent + match.start() + 1,
                    f"a reference takes a whole line; put <<{name}>> on its own",
                )

    def _hint(self, name: str) -> str:
        """The defined name that looks most like one that is not."""
        from difflib import get_close_matches

        close = get_close_matches(name, self.pieces, 1)
        return f' (there is "{close[0]}")' if close else ""

    def _check_imports(self) -> None:
        from literate.imports import parse

        for file, chunks in self.imports.items():
            for chunk in chunks:
                if file not in self.roots:
                    self._problem(
                        chunk.fence,
                        chunk.fence.options["file"][1],
                        chunk.fence.indent + 1,
                        f"no chunk is the root of {file}; add one with "
                        f"`:file: {file}` or correct the path",
                    )
                self.problems.extend(parse(chunk)[1])

    def _check_use(self) -> None:
        reached = {root.name for root in self.roots.values()} | self._mentioned
        waiting = list(reached)
        while waiting:
            for piece in self.pieces.get(waiting.pop(), ()):
                for reference in piece.references:
                    if reference.name not in reached:
                        reached.add(reference.name)
                        waiting.append(reference.name)
        for name, pieces in self.pieces.items():
            fence = pieces[0].fence
            if name not in reached and id(fence) not in self._faulty:
                self._problem(
                    fence,
                    fence.line,
                    fence.argument_column,
                    f'chunk "{name}" is never used; refer to it with <<{name}>>, '
                    "give it a `:file:` or remove it",
                )

    def _check_cycles(self) -> None:
        if find_cycle(self.pieces) is None:
            return
        seen: set[frozenset[str]] = set()
        positions = sorted({chunk.chapter for chunk in self.chunks})
        for position in positions:
            live = self.live(position)
            while (cycle := find_cycle(live)) is not None:
                self._report_cycle(cycle, seen)
                for name in {chunk.name for chunk, _ in cycle}:
                    live.pop(name)

    def _report_cycle(
        self, cycle: list[tuple[Chunk, Reference]], seen: set[frozenset[str]]
    ) -> None:
        names = frozenset(chunk.name for chunk, _ in cycle)
        if names in seen:
            return
        seen.add(names)
        path = " → ".join([f"<<{chunk.name}>>" for chunk, _ in cycle])
        chunk, reference = cycle[-1]
        self._problem(
            chunk.fence,
            chunk.fence.body_line + reference.index,
            chunk.fence.indent + len(reference.indent) + 1,
            f"this reference closes a cycle: {path} → <<{reference.name}>>; "
            "a chunk cannot contain itself",
        )


def _same_imports(one: Chunk, other: Chunk) -> bool:
    return one.name == other.name and one.typing == other.typing
