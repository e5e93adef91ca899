"""What a page needs to run its examples: their text, and the program of the chapter."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from literate.book import Book
from literate.examples import read_examples
from literate.model import Chapter
from literate.model import Fence
from literate.model import TangledFile
from literate.sphinx_ext.anchors import Anchors
from literate.sphinx_ext.anchors import example_title

_EPOCH = (1980, 1, 1, 0, 0, 0)


def examples_of(chapter: Chapter) -> dict[str, Any]:
    """The examples of a chapter, as the driver in the browser reads them.

    :param chapter: the chapter.
    :returns: the chapter's file and, for each example, its anchor on the page, its title,
        its fence, the set-ups before it, and what it needs.
    """
    anchors = Anchors("example")
    found = []
    for example in read_examples(chapter.fences):
        if example.fence.kind != "pycon":
            continue
        title = example_title("\n".join(example.fence.body))
        found.append(
            {
                "anchor": anchors.add(title),
                "title": title,
                "fence": _fence(example.fence),
                "setups": [_fence(setup) for setup in example.setups],
                "code": [prompt.source for prompt in example.prompts],
                "needs": example.needs,
            }
        )
    return {"file": chapter.path, "number": chapter.number, "examples": found}


def program_of(book: Book, number: int) -> bytes:
    """The program as of a chapter, with the book line of each of its lines, as a zip.

    The same program gives the same bytes.

    :param book: the book.
    :param number: the number of the last chapter that counts.
    """
    files = book.tangle(number)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            _put(archive, path, files[path].bytes)
        _put(archive, "booklines.json", _book_lines(files))
    return packed.getvalue()


def _book_lines(files: dict[str, TangledFile]) -> bytes:
    """For each file the book's files it comes from, and for each line file and line."""
    table = {}
    for path in sorted(files):
        places = [
            line.origins[0] if line.origins else None for line in files[path].lines
        ]
        told = sorted({place.path for place in places if place is not None})
        numbers = {name: at for at, name in enumerate(told)}
        rows = [[numbers[p.path], p.line] if p is not None else 0 for p in places]
        table[path] = {"files": told, "lines": rows}
    return json.dumps(table, separators=(",", ":")).encode()


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _fence(fence: Fence) -> dict[str, Any]:
    return {
        "kind": fence.kind,
        "info": fence.info,
        "body": fence.body,
        "line": fence.line,
        "bodyLine": fence.body_line,
        "endLine": fence.end_line,
    }
