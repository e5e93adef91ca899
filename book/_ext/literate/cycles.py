"""Finds chunks that contain themselves."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.model import Chunk
    from literate.model import Reference


def find_cycle(
    pieces: dict[str, list[Chunk]],
) -> list[tuple[Chunk, Reference]] | None:
    """A way from a chunk back to itself: each chunk with the reference it follows."""
    done: set[str] = set()
    for start in pieces:
        if start not in done:
            cycle = _search_cycle(start, pieces, done)
            if cycle is not None:
                return cycle
    return None


def _search_cycle(
    start: str, pieces: dict[str, list[Chunk]], done: set[str]
) -> list[tuple[Chunk, Reference]] | None:
    path: list[tuple[Chunk, Reference]] = []
    on_path = [start]
    edges = [_edges(start, pieces)]
    while edges:
        if not edges[-1]:
            edges.pop()
            done.add(on_path.pop())
            if path:
                path.pop()
            continue
        chunk, reference = edges[-1].pop()
        name = reference.name
        if name in on_path:
            return [*path, (chunk, reference)][on_path.index(name) :]
        if name not in done and name in pieces:
            path.append((chunk, reference))
            on_path.append(name)
            edges.append(_edges(name, pieces))
    return None


def _edges(name: str, pieces: dict[str, list[Chunk]]) -> list[tuple[Chunk, Reference]]:
    edges = [
        (piece, reference)
        for piece in pieces.get(name, ())
        for reference in piece.references
    ]
    edges.reverse()
    return edges
