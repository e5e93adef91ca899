"""Edits that are better made at a reference than in the chunk it stands for.

When all the lines that a reference makes are deleted, the reference goes; when all of
them are indented more or less, the reference is. The chunk stays as it is, which
matters where it is used elsewhere.
"""

from __future__ import annotations

from literate.alignment import align
from literate.alignment import is_real
from literate.edits import AFTER
from literate.edits import AT
from literate.edits import BEFORE
from literate.edits import Edit
from literate.edits import put_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from literate.alignment import Match
    from literate.hunks import Hunk
    from literate.model import Via


def lifted(hunk: Hunk) -> Iterator[Edit]:
    """The edit that changes references where that is possible, if it is anywhere."""
    real = [line for line in hunk.before if is_real(line)]
    if not any(line.via for line in real):
        return
    new = hunk.after if any(hunk.after) else []
    matches = align(real, new)
    if new and all(match.text is None for match in matches):
        return
    edit = Edit()
    found = False
    while matches:
        group, changed = _group(hunk, matches)
        if changed is None:
            _put_alone(edit, matches[0])
            del matches[0]
            continue
        found = True
        _change_reference(edit, group[0].line.via[:changed], group)
        del matches[: len(group)]
    if found:
        yield edit


def _put_alone(edit: Edit, match: Match) -> None:
    line = match.line
    if match.texts != [line.text] and line.chunk is not None:
        number = line.origins[0].line
        put_in(edit, line.chunk, number, AT, match.texts, line.indent)


def _group(hunk: Hunk, matches: list[Match]) -> tuple[list[Match], int | None]:
    """The matches, from the first one on, that one reference makes, if it can change.

    :returns: the matches, and the number of references that lead there.
    """
    via = matches[0].line.via
    for length in range(1, len(via) + 1):
        group = [match for match in matches if match.line.via[:length] == via[:length]]
        whole = sum(
            1
            for line in hunk.old
            if is_real(line) and line.via[:length] == via[:length]
        )
        if len(group) == whole and (_deleted(group) or _shift(via[:length], group)):
            return group, length
    return [], None


def _deleted(group: list[Match]) -> bool:
    return not any(match.texts for match in group)


def _shift(via: Via, group: list[Match]) -> int:
    """The columns all lines of a group moved by; 0 when anything else changed."""
    shift = 0
    for match in group:
        old, new = match.line.text, match.text
        if not old and not new and new is not None:
            continue
        if new is None or old.lstrip() != new.lstrip():
            return 0
        if shift not in (0, len(new) - len(old)):
            return 0
        shift = len(new) - len(old)
        if not shift:
            return 0
    if any(match.before for match in group[1:]) or any(
        match.after for match in group[:-1]
    ):
        return 0
    return shift if len(via[-1][1].indent) + shift >= 0 else 0


def _change_reference(edit: Edit, via: Via, group: list[Match]) -> None:
    chunk, reference = via[-1]
    around = "".join([each.indent for _, each in via[:-1]])
    line = chunk.fence.body_line + reference.index
    shift = 0 if _deleted(group) else _shift(via, group)
    if not shift:
        edit.put(chunk.fence, line, AT, [])
        return
    text = chunk.fence.body[reference.index].strip()
    indent = " " * (len(reference.indent) + shift)
    edit.put(chunk.fence, line, AT, [indent + text])
    for slot, texts in ((BEFORE, group[0].before), (AFTER, group[-1].after)):
        if texts:
            put_in(edit, chunk, line, slot, texts, around)
