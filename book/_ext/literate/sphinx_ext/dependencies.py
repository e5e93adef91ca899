"""Which chapters build on which, as their chunks tell."""

from __future__ import annotations

from literate.book import Book


def built_on(book: Book) -> dict[int, dict[int, int]]:
    """For each numbered chapter, the earlier ones it builds on, with a count of ties.

    A chapter is tied to an earlier one when it adds to or replaces a chunk that began
    there, when one of its chunks refers to a chunk of there, and when it holds the chunk
    that a reference of there has been waiting for.
    """
    found: dict[int, dict[int, int]] = {
        chapter.number: {} for chapter in book.chapters if chapter.number
    }

    def tie(one: int, other: int) -> None:
        later, earlier = max(one, other), min(one, other)
        if earlier and later in found and later != earlier:
            found[later][earlier] = found[later].get(earlier, 0) + 1

    begun = {name: pieces[0].chapter for name, pieces in book.graph.pieces.items()}
    for chunk in book.graph.chunks:
        if chunk.mode in ("append", "replace"):
            tie(chunk.chapter, begun[chunk.name])
        for reference in chunk.references:
            if reference.name in begun:
                tie(chunk.chapter, begun[reference.name])
    return {number: dict(sorted(ties.items())) for number, ties in found.items()}


def taken_up(ties: dict[int, dict[int, int]]) -> dict[int, list[int]]:
    """The other way: for each chapter, the later ones that build on it."""
    found: dict[int, list[int]] = {number: [] for number in ties}
    for later, earlier in ties.items():
        for each in earlier:
            found[each].append(later)
    return found
