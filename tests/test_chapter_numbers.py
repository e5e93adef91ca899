"""Chapters are numbered by their order. Where the text counts them, it counts right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from literate.book import Book

from flasklit import Flask

PROJECT = Path(__file__).parents[1]
LINK = re.compile(r"\[([^]]*)\]\(([\w./-]+\.md)\)")
COUNTED = re.compile(r".*\bchapters? \d.*", re.IGNORECASE)
NEIGHBOUR = re.compile(r"(?:the )?(next|last|previous) chapter", re.IGNORECASE)


@pytest.fixture(scope="module")
def numbers() -> dict[str, int]:
    """Path of a chapter to its number."""
    chapters = Book.load(PROJECT).chapters
    return {each.path: each.number for each in chapters if each.number is not None}


def prose(path: Path) -> str:
    """The text of a page without its code."""
    kept, fence = [], ""
    for line in path.read_text("utf-8").splitlines():
        if fence:
            fence = "" if line.strip() == fence else fence
        elif opening := re.match(r"\s*(`{3,})", line):
            fence = opening[1]
        else:
            kept.append(line)
    assert not fence, f"{path}: a fence is not closed"
    return "\n".join(kept)


def pages() -> Iterator[tuple[Path, str]]:
    for path in sorted((PROJECT / "book").rglob("*.md")):
        yield path, prose(path)


def links() -> Iterator[tuple[str, str, str]]:
    """Page, text and target of each link to a page, as paths in the project."""
    for path, text in pages():
        for said, target in LINK.findall(" ".join(text.split())):
            resolved = (path.parent / target).resolve().relative_to(PROJECT)
            yield path.relative_to(PROJECT).as_posix(), said, resolved.as_posix()


def test_a_link_that_is_a_number_is_that_of_its_chapter(
    numbers: dict[str, int],
) -> None:
    counted = [link for link in links() if link[1].isdecimal()]
    assert counted, "the preface's table of layers has such links"
    wrong = [link for link in counted if numbers[link[2]] != int(link[1])]
    assert wrong == []


def test_the_next_chapter_is_the_next_one(numbers: dict[str, int]) -> None:
    distance = {"next": 1, "last": -1, "previous": -1}
    seen = 0
    for page, said, target in links():
        if found := NEIGHBOUR.fullmatch(said):
            seen += 1
            step = distance[found[1].lower()]
            assert numbers[target] - numbers[page] == step, (page, said, target)
    assert seen


def test_the_prefaces_map_has_the_parts_of_the_book(numbers: dict[str, int]) -> None:
    index = (PROJECT / "book/index.md").read_text("utf-8")
    parts = []
    for options in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL):
        caption = re.search(r"^:caption: (.+)$", options, re.MULTILINE)
        listed = [numbers.get(f"book/{line}.md") for line in options.splitlines()]
        found = [number for number in listed if number is not None]
        if found and caption:
            name = caption[1][0].lower() + caption[1][1:]
            parts.append((found[0], found[-1], name))
    assert parts
    preface = prose(PROJECT / "book/preface.md")
    stated = COUNTED.findall(preface)
    *middle, last = parts
    expected = [f"Chapters {first} to {end}: {name}" for first, end, name in middle]
    expected.append(f"From chapter {last[0]} on: {last[2]}")
    assert stated == expected


def test_only_the_map_counts_chapters() -> None:
    """Elsewhere chapters are named, with links, and a name does not change."""
    for path, text in pages():
        if path.name != "preface.md":
            assert COUNTED.findall(text) == [], path


def test_the_layers_are_those_of_the_class_and_of_their_chapters() -> None:
    """The preface's table, from the lowest layer to the application."""
    preface = prose(PROJECT / "book/preface.md")
    rows = re.findall(r"\| \{ident\}`(\w+)` .*?\(([\w./-]+\.md)\)", preface)
    _object, *classes = reversed(Flask.__mro__)
    beside = "flasklit.dropped"
    layers = [each.__name__ for each in classes if each.__module__ != beside]
    assert [layer for layer, _ in rows] == layers
    for layer, page in rows:
        statement = re.compile(rf"^class {layer}\b", re.MULTILINE)
        first = next(
            path for path, _ in pages() if statement.search(path.read_text("utf-8"))
        )
        assert first == PROJECT / "book" / page


def test_the_prefaces_example_of_a_name_that_is_far_away() -> None:
    preface = " ".join(prose(PROJECT / "book/preface.md").split())
    found = re.search(r"⟨([^⟩]+)⟩ above stands in \[[^]]+\]\(([^)]+)\)", preface)
    assert found
    page = (PROJECT / "book" / found[2]).read_text("utf-8")
    assert f"```{{chunk}} {found[1]}\n" in page
