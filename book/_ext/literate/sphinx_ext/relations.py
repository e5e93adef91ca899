"""Which chunks use, continue and replace which, put into words."""

from __future__ import annotations

from literate.book import Book
from literate.model import Chapter
from literate.model import Chunk
from literate.sphinx_ext.anchors import chunk_anchors
from literate.sphinx_ext.model import Key
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.model import Relation


class Relations:
    """Finds what each chunk of a book has to do with.

    :param book: the book.
    :ivar anchors: the anchor of every chunk.
    """

    def __init__(self, book: Book) -> None:
        self.graph = book.graph
        self.chapters = {chapter.path: chapter for chapter in book.chapters}
        self.anchors: dict[Key, str] = {
            (chapter.path, line): anchor
            for chapter in book.chapters
            for line, anchor in chunk_anchors(chapter).items()
        }
        self._live: dict[int, dict[str, list[Chunk]]] = {}
        self._last = book.last
        self._users = self._find_users()

    def _find_users(self) -> dict[str, list[Chunk]]:
        users: dict[str, list[Chunk]] = {}
        for chunk in self.graph.chunks:
            for name in {reference.name for reference in chunk.references}:
                users.setdefault(name, []).append(chunk)
        return users

    def chapter_label(self, path: str) -> str:
        """How a chapter is called in a link: ``chapter 5``, or its title."""
        return chapter_label(self.chapters[path])

    def users(self, name: str, chapter: int | None = None) -> list[Chunk]:
        """The chunks that refer to a name.

        Of those that replace each other, the one that counts in a chapter.

        :param chapter: number of the chapter; ``None`` for the end of the book.
        """
        users = self._users.get(name, [])
        late = [user for user in users if self._counts(user, self._last)]
        if chapter is not None:
            early = [user for user in users if self._counts(user, chapter)]
            names = {user.name for user in early}
            late = early + [user for user in late if user.name not in names]
        return late or users

    def _counts(self, chunk: Chunk, chapter: int) -> bool:
        if chapter not in self._live:
            self._live[chapter] = self.graph.live(chapter)
        return chunk in self._live[chapter].get(chunk.name, ())

    def definition(self, name: str, chapter: int) -> Chunk | None:
        """The piece that a reference in a chapter means: where its code begins."""
        pieces = self.graph.pieces.get(name)
        if not pieces:
            return None
        begins = [piece for piece in pieces if piece.mode != "append"] or pieces
        known = [piece for piece in begins if piece.chapter <= chapter]
        return known[-1] if known else begins[0]

    def link(self, chunk: Chunk, text: str, note: str = "") -> Link:
        """A link to a chunk."""
        anchor = self.anchors.get((chunk.path, chunk.line), "")
        return Link(text, note, chunk.path, anchor)

    def reference(self, chunk: Chunk, name: str) -> Link | None:
        """The link that a reference in a chunk turns into.

        Its note is the chapter's label if the reader has not come there yet.
        """
        target = self.definition(name, chunk.chapter)
        if target is None:
            return None
        later = target.chapter > chunk.chapter
        return self.link(target, name, self.chapter_label(target.path) if later else "")

    def of(self, chunk: Chunk) -> tuple[Relation, ...]:
        """All that a chunk has to do with, in the order to be shown."""
        if chunk.mode == "imports" or chunk.name not in self.graph.pieces:
            return ()
        pieces = self.graph.pieces[chunk.name]
        index = pieces.index(chunk)
        start = _begin(pieces, index)
        end = _end(pieces, index)
        found: list[Relation] = []
        if chunk.mode != "append":
            found.append(self._used(chunk))
        else:
            found.append(self._other("Begun", chunk, pieces[start:index][:1]))
        if chunk.mode == "replace" and index:
            replaced = pieces[_begin(pieces, index - 1)]
            found.append(self._other("Replaces the code", chunk, [replaced]))
        found.append(self._other("Continued", chunk, pieces[index + 1 : end]))
        found.append(self._other("Replaced", chunk, pieces[end : end + 1]))
        return tuple(relation for relation in found if relation.links)

    def _used(self, chunk: Chunk) -> Relation:
        links = [
            self.link(user, f"⟨{user.name}⟩", self._direction(chunk, user))
            for user in self.users(chunk.name, chunk.chapter)
        ]
        return Relation("Used in", tuple(dict.fromkeys(links)))

    def _other(self, label: str, chunk: Chunk, others: list[Chunk]) -> Relation:
        """Links to pieces of the same name, only the first of another chapter."""
        seen = set()
        links = []
        for other in others:
            if other.path != chunk.path and other.path in seen:
                continue
            seen.add(other.path)
            where = self._direction(chunk, other)
            near = other.path == chunk.path
            links.append(self.link(other, where if near else f"in {where}"))
        return Relation(label, tuple(links))

    def _direction(self, chunk: Chunk, other: Chunk) -> str:
        if other.path != chunk.path:
            return self.chapter_label(other.path)
        return "above" if other.line < chunk.line else "below"


def chapter_label(chapter: Chapter) -> str:
    """How a chapter is called in a link."""
    if chapter.number is None:
        return chapter.title or chapter.path
    return f"chapter {chapter.number}"


def _begin(pieces: list[Chunk], index: int) -> int:
    """The piece that a piece adds to, or itself."""
    while index and pieces[index].mode == "append":
        index -= 1
    return index


def _end(pieces: list[Chunk], index: int) -> int:
    """The next piece that replaces a piece, or the number of pieces."""
    index += 1
    while index < len(pieces) and pieces[index].mode != "replace":
        index += 1
    return index
