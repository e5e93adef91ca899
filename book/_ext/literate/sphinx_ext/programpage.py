"""The program at each chapter: its files, their sizes, what the chapter changed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from literate.model import Chapter
from literate.model import TangledFile
from literate.sphinx_ext.filedata import differences
from literate.sphinx_ext.filedata import file_versions
from literate.sphinx_ext.urls import anchor
from literate.sphinx_ext.urls import Urls
from literate.sphinx_ext.weave import Weave


class Change(NamedTuple):
    """What a chapter does to a file.

    :param file: its path.
    :param lines: how many lines it has then.
    :param added: how many of them are new.
    :param removed: how many are gone.
    :param new: whether the chapter begins the file.
    """

    file: str
    lines: int
    added: int
    removed: int
    new: bool


def changes(weave: Weave) -> dict[int, list[Change]]:
    """For each chapter, the files it changes."""
    found: dict[int, list[Change]] = {
        number: [] for number in range(1, weave.book.last + 1)
    }
    for file in sorted(weave.book.graph.roots):
        before: TangledFile | None = None
        for number, tangled in file_versions(weave, file):
            change = _change(file, before, tangled)
            if change.added or change.removed or change.new:
                found[number].append(change)
            before = tangled
    return found


def _change(file: str, before: TangledFile | None, after: TangledFile) -> Change:
    old = [line.text for line in before.lines] if before else []
    new = [line.text for line in after.lines]
    added = removed = 0
    for first, last, start, end in differences(old, new):
        removed += last - first
        added += end - start
    return Change(file, len(new), added, removed, before is None)


def program_html(weave: Weave, urls: Urls) -> str:
    """The page: a section for each chapter, which a script shows one at a time."""
    changed = changes(weave)
    chapters = [chapter for chapter in weave.book.chapters if chapter.number]
    return (
        "<p>Each chapter leaves a program that runs. Here it is as of each of them: the "
        "files the chapter changes, with the lines it adds and removes, and all files "
        "with their sizes.</p>\n"
        f'<div class="program-chapters">\n'
        f"{''.join(_sections(weave, chapters, changed, urls))}</div>\n"
    )


def _sections(
    weave: Weave, chapters: list[Chapter], changed: dict[int, list[Change]], urls: Urls
) -> Iterator[str]:
    for chapter in chapters:
        number = chapter.number or 0
        files = weave.book.tangle(number)
        lines = sum(len(tangled.lines) for tangled in files.values())
        title = anchor(urls.to_page(urls.page_of(chapter.path)), escape(chapter.title))
        added = sum(each.added for each in changed[number])
        removed = sum(each.removed for each in changed[number])
        rows = "".join(_changed(each, number) for each in changed[number])
        yield (
            f'<section class="program-chapter" id="chapter-{number}" '
            f'data-title="{escape(chapter.title)}">'
            f"<h2>{number}. {title}</h2>\n"
            f'<p class="told">{_files(len(files))}, {lines:,} lines; '
            f"{_signs(added, removed)} in this chapter.</p>\n"
            f"{rows or '<p>This chapter changes no file.</p>'}"
            f"{_all_files(files)}</section>\n"
        )


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _signs(added: int, removed: int) -> str:
    return (
        f'<span class="added-lines">+{added:,}</span> '
        f'<span class="removed-lines">&minus;{removed:,}</span>'
    )


def _changed(change: Change, number: int) -> str:
    note = "new, " if change.new else ""
    return (
        f'<details class="program-change" data-file="{escape(change.file)}" '
        f'data-chapter="{number}"><summary><code>{escape(change.file)}</code> '
        f'<span class="told">{note}{change.lines} lines, '
        f"{_signs(change.added, change.removed)}</span></summary>"
        '<p class="program-wait">The lines stand in the chapter\'s chunks.</p>'
        "</details>\n"
    )


def _all_files(files: dict[str, TangledFile]) -> str:
    items = "".join(
        f"<li><code>{escape(path)}</code> {len(tangled.lines)}</li>"
        for path, tangled in files.items()
    )
    return (
        '<details class="program-files"><summary>All files and their lines</summary>'
        f'<ul class="program-sizes">{items}</ul></details>\n'
    )
