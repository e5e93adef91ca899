"""Carries edits of tangled files back into the chunks they came from.

Every edit is proved before anything is written: the edited book, tangled in memory,
must give exactly the files on disk.
"""

from __future__ import annotations

from literate import sourcemap
from literate.alignment import is_real
from literate.book import Book
from literate.edited import EditedFile
from literate.edited import fault_of
from literate.edited import part
from literate.edited import without_mark
from literate.edits import Edit
from literate.hunks import candidates
from literate.import_edits import import_edit
from literate.import_edits import Refusal
from literate.journal import write_together
from literate.model import LiterateError
from literate.model import TangledLine
from literate.state import digest
from literate.state import Lock
from literate.state import read_bytes
from literate.state import state_of
from literate.tangle import read_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from literate.hunks import Hunk
    from literate.state import State

    Progress = Callable[[int, int], None]


class Stitched:
    """What ``stitch`` found out.

    :ivar edits: for each book file to change: path, old and new text.
    :ivar files: the tangled files whose edits are carried over.
    :ivar refusals: why nothing can be written, if so.
    """

    __slots__ = ("edits", "files", "refusals")

    def __init__(self) -> None:
        self.edits: list[tuple[str, str, str]] = []
        self.files: list[str] = []
        self.refusals: list[str] = []


def _no_progress(done: int, total: int) -> None:
    """Tells nobody."""


def stitch(
    book: Book, write: bool = True, progress: Progress = _no_progress
) -> Stitched:
    """Carries the edits on disk into a book that has no problems.

    :param write: write the book; otherwise only tell what would be written.
    :param progress: is told how many edits of how many have found their place.
    """
    with Lock(book.config):
        state = state_of(book.config)
        result = Stitched()
        edited = _edited_files(book, state, result)
        if result.refusals or not edited:
            return result
        plan = _Plan(book, edited, progress)
        edit = plan.make(result.refusals)
        if edit is None:
            return result
        result.files = sorted(edited)
        for path in edit.paths():
            old = plan.texts[path]
            result.edits.append((path, old, edit.apply(path, old)))
        if write:
            write_together(book.config, result.edits)
            for path, data in edited.items():
                state.files[path] = {digest(data)}
            state.save()
            texts = {path: new for path, _, new in result.edits}
            sourcemap.save(book.config, book.with_texts(texts).tangle())
    return result


def _edited_files(book: Book, state: State, result: Stitched) -> dict[str, bytes]:
    """The tangled files that were edited on disk, with what stands there."""
    edited: dict[str, bytes] = {}
    for path, tangled in book.tangle().items():
        disk = read_output(book, path)
        if disk is None or disk == tangled.bytes or state.wrote(path, disk):
            continue
        if path in state.files and not state.wrote(path, tangled.bytes):
            result.refusals.append(
                f"{path}: both this file and its chunks changed since the last tangle; "
                "take one of the two changes back, stitch or tangle, and make it again"
            )
            continue
        fault = fault_of(path, disk)
        if fault:
            result.refusals.append(fault)
        else:
            edited[path] = disk
    return edited


class _Plan:
    """Searches the book edit that makes the tangled files what they are on disk."""

    def __init__(
        self, book: Book, edited: dict[str, bytes], progress: Progress
    ) -> None:
        self.book = book
        self.edited = edited
        self.progress = progress
        self.accepted = Edit()
        self.done: set[int] = set()
        self.files = [EditedFile(book, path, edited[path]) for path in sorted(edited)]
        self.texts = {
            chapter.path: _read_text(book, chapter.path) for chapter in book.chapters
        }
        self.refusals: list[str] = []

    def make(self, refusals: list[str]) -> Edit | None:
        """The edit, or ``None`` and why there is none."""
        self.refusals = refusals
        base = self._imports()
        if base is None:
            return None
        groups = self._groups()
        if refusals:
            return None
        guess = base.copy()
        first = [edit for group in groups for edit in group.combined()[:1]]
        if (
            len(first) == len(groups)
            and all(guess.add(edit) for edit in first)
            and self._proves(guess)
        ):
            return guess
        return self._search(base, groups)

    def _imports(self) -> Edit | None:
        base = Edit()
        for file in self.files:
            old = [line.text for line in file.old_block]
            if old == file.new_block:
                continue
            chunks = self.book.graph.live_imports(file.path)
            try:
                base.add(import_edit(chunks, old, file.new_block))
            except Refusal as error:
                line = file.block_line + error.line
                self.refusals.append(f"{file.path}:{line}: {error.reason}")
        return None if self.refusals else base

    def _groups(self) -> list[_Group]:
        """The hunks, those of one chunk that is used several times together."""
        uses = self._uses()
        groups: list[_Group] = []
        shared: dict[tuple[str, int], _Group] = {}
        for file in self.files:
            for hunk in file.hunks:
                edits, reason = candidates(hunk)
                if not edits:
                    self._refuse(file, hunk, reason)
                    continue
                keys = [
                    (path, line)
                    for path, line, _ in edits[0].slots
                    if uses.get((path, line), 0) > 1
                ]
                known = [shared[key] for key in keys if key in shared]
                group = known[0] if known else _Group()
                if not known:
                    groups.append(group)
                group.add(file, hunk, edits)
                for key in keys:
                    shared[key] = group
        return groups

    def _uses(self) -> dict[tuple[str, int], int]:
        uses: dict[tuple[str, int], int] = {}
        for tangled in self.book.tangle().values():
            for line in tangled.lines:
                if is_real(line):
                    key = (line.origins[0].path, line.origins[0].line)
                    uses[key] = uses.get(key, 0) + 1
        return uses

    def _refuse(self, file: EditedFile, hunk: Hunk, reason: str) -> None:
        self.refusals.append(
            f"{file.path}:{file.line_of(hunk)}: this edit cannot be carried over: "
            f"{reason}; make it in the book"
        )

    def _search(self, base: Edit, groups: list[_Group]) -> Edit | None:
        """Finds, for each group, the first edit that changes just what it should."""
        if not self._agrees(base, set()):
            self._refuse_imports(base)
            return None
        self.accepted, self.done = base, set()
        waiting = [groups]
        while waiting:
            some = waiting.pop()
            self.progress(len(self.done), sum(len(file.hunks) for file in self.files))
            if self._accept([group.combined()[:1] for group in some], some):
                continue
            if len(some) > 1:
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
            elif not any(self._accept([[each]], some) for each in some[0].combined()):
                self._refuse(*some[0].members[0], self._why(some[0]))
        if self.refusals:
            return None
        if self._proves(self.accepted):
            return self.accepted
        self._refuse_difference(self.accepted)
        return None

    def _accept(self, choices: list[list[Edit]], groups: list[_Group]) -> bool:
        """Adds an edit for each of some groups, if they change just what they should."""
        attempt = self.accepted.copy()
        for choice in choices:
            if not choice or not attempt.add(choice[0]):
                return False
        wanted = self.done.union(*[group.hunks for group in groups])
        if not self._agrees(attempt, wanted):
            return False
        self.accepted, self.done = attempt, wanted
        return True

    def _why(self, group: _Group) -> str:
        if not any(
            line
            for _, hunk in group.members
            for line in [*hunk.after, *[each.text for each in hunk.before]]
        ):
            return "the tool puts the blank lines here, as a formatter would"
        for _, hunk in group.members:
            for line in hunk.before or hunk.old[max(hunk.first - 1, 0) : hunk.last + 1]:
                places = self._places(line) if is_real(line) else []
                if len(places) > 1 and line.chunk is not None:
                    return (
                        f'chunk "{line.chunk.name}" is used {len(places)} times '
                        f"({', '.join(places)}) and not edited the same way everywhere"
                    )
        names = dict.fromkeys(
            f'"{line.chunk.name}"'
            for _, hunk in group.members
            for line in hunk.before
            if line.chunk is not None
        )
        where = f" (chunk {', '.join(names)})" if names else ""
        return f"no change of the book makes exactly these lines{where}"

    def _places(self, wanted: TangledLine) -> list[str]:
        return [
            f"{path}:{number}"
            for path, tangled in self.book.tangle().items()
            for number, line in enumerate(tangled.lines, 1)
            if line.origins == wanted.origins
        ]

    # Proof

    def _edited_book(self, edit: Edit) -> Book:
        texts = {path: edit.apply(path, self.texts[path]) for path in edit.paths()}
        return self.book.with_texts(texts)

    def _proves(self, edit: Edit) -> bool:
        """Whether the edited book makes every file as it should be, byte for byte."""
        book = self._edited_book(edit)
        if book.problems:
            return False
        files = book.tangle()
        original = self.book.tangle()
        if files.keys() != original.keys():
            return False
        return all(
            files[path].bytes == self.edited.get(path, original[path].bytes)
            for path in files
        )

    def _agrees(self, edit: Edit, hunks: set[int]) -> bool:
        """Whether the edited book makes the files with only some hunks changed."""
        book = self._edited_book(edit)
        if book.problems:
            return False
        files = book.tangle()
        for path, tangled in self.book.tangle().items():
            if path not in self.edited and files[path].text != tangled.text:
                return False
        for file in self.files:
            lines, block = part(files[file.path].lines)
            if [line.text for line in block] != file.new_block:
                return False
            if _texts(lines) != without_mark(file.expected(hunks)):
                return False
        return True

    def _refuse_imports(self, base: Edit) -> None:
        files = self._edited_book(base).tangle()
        for file in self.files:
            if not file.old_block:
                continue
            _, block = part(files[file.path].lines)
            wanted = [line.text for line in block]
            if wanted != file.new_block:
                index = _first_difference(wanted, file.new_block)
                self.refusals.append(
                    f"{file.path}:{file.block_line + index}: the tool writes the imports "
                    "below the docstring, sorted, one name a line; here it would write "
                    f"{_shown(wanted, index)}"
                )
        if not self.refusals:
            self._refuse_difference(base)

    def _refuse_difference(self, edit: Edit) -> None:
        files = self._edited_book(edit).tangle()
        for file in self.files:
            wanted = files[file.path].text.split("\n")[:-1]
            if wanted != file.texts:
                index = _first_difference(wanted, file.texts)
                self.refusals.append(
                    f"{file.path}:{index + 1}: the tool would write "
                    f"{_shown(wanted, index)} here; if it is about blank lines, "
                    "format the file, otherwise make this edit in the book"
                )
        if not self.refusals:
            self.refusals.append(
                "the edits contradict each other; make them one by one"
            )


def _shown(texts: list[str], index: int) -> str:
    if index >= len(texts):
        return "nothing"
    return f"`{texts[index].strip()}`" if texts[index] else "a blank line"


def _texts(lines: list[TangledLine]) -> list[str]:
    return without_mark([line.text for line in lines])


def _first_difference(one: list[str], other: list[str]) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


class _Group:
    """Hunks that must be carried over together, each with its candidates."""

    def __init__(self) -> None:
        self.members: list[tuple[EditedFile, Hunk]] = []
        self.choices: list[list[Edit]] = []

    @property
    def hunks(self) -> set[int]:
        """The hunks, by ``id``."""
        return {id(hunk) for _, hunk in self.members}

    def add(self, file: EditedFile, hunk: Hunk, edits: list[Edit]) -> None:
        """Takes in a hunk."""
        self.members.append((file, hunk))
        self.choices.append(edits)

    def combined(self) -> list[Edit]:
        """The edits that carry all hunks over, best guess first.

        Hunks in uses of the same chunk have their candidates in the same order, so
        each edit takes those of one rank.
        """
        result: list[Edit] = []
        for rank in range(max(len(choice) for choice in self.choices)):
            edit = Edit()
            if all(edit.add(each[min(rank, len(each) - 1)]) for each in self.choices):
                result.append(edit)
        return result


def _read_text(book: Book, path: str) -> str:
    data = read_bytes(book.config.absolute(path))
    if data is None:
        raise LiterateError(f"{path}: has disappeared; run the command again")
    return data.decode()
