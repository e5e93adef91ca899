"""The program as of each chapter: files are shared, and none is out of date."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from literate.book import Book
from literate.config import Config
from literate.model import TangledFile
from literate.program import build
from test_graph import chunk

PLACES = st.sampled_from(["x", "y", "a", "b", "c"])
PIECES = st.tuples(
    PLACES,
    st.sampled_from(["", ":append:", ":replace:", ":imports:"]),
    st.lists(PLACES, max_size=2),
)
CHAPTERS = st.lists(st.lists(PIECES, max_size=4), min_size=1, max_size=5)


def content(files: dict[str, TangledFile]) -> list[tuple[object, ...]]:
    """All there is to know of a program's lines."""
    return [
        (path, line.text, line.origins, line.chunk, line.indent, line.via)
        for path, file in files.items()
        for line in file.lines
    ]


def check(book: Book) -> None:
    for number in range(1, book.last + 1):
        made = book.tangle(number)
        assert list(made) == sorted(made)
        assert content(made) == content(build(book.config, book.graph, number))


def written(number: int, pieces: list[tuple[str, str, list[str]]]) -> str:
    """A chapter; `x` and `y` are files, and much in it may be wrong."""
    texts = ["# A chapter\n\n"]
    for index, (name, option, references) in enumerate(pieces):
        options = [option] if option else []
        if option == ":imports:":
            options.append(f":file: pkg/{name}.py")
            texts.append(chunk("", f"import m{number}{index}", options=options))
            continue
        if name in "xy" and option == "":
            options.append(f":file: pkg/{name}.py")
        lines = [f"line{number}{index}", *(f"<<{each}>>" for each in references)]
        texts.append(chunk(name, *lines, options=options))
    return "".join(texts)


@settings(max_examples=200, deadline=None)
@given(CHAPTERS)
def test_every_version_is_what_its_chapters_make(chapters):
    names = [f"chapters/{number:02}.md" for number in range(1, len(chapters) + 1)]
    texts = {
        f"book/{name}": written(number, pieces)
        for number, (name, pieces) in enumerate(zip(names, chapters, strict=True), 1)
    }
    config = Config("/", chapters=names, outputs=["pkg"], numbered="chapters/")
    check(Book(config, texts))


@pytest.mark.parametrize("whole_first", [True, False])
def test_every_version_of_the_tiny_book(tiny, whole_first):
    book = tiny.book()
    if whole_first:
        book.tangle()
    check(book)


def test_a_chapter_makes_anew_only_the_files_it_adds_to(project):
    project.chapters(
        chunk("x", "1", "<<a>>", options=[":file: pkg/x.py"])
        + chunk("y", "2", options=[":file: pkg/y.py"])
        + chunk("a", "a"),
        chunk("a", "b", options=[":append:"]),
        "Nothing.\n",
        chunk("", "import os", options=[":imports:", ":file: pkg/y.py"]),
    )
    book = project.book()
    whole = book.tangle()
    first, second, third, fourth = (book.tangle(number) for number in (1, 2, 3, 4))
    assert first["pkg/x.py"] is not second["pkg/x.py"]
    assert first["pkg/y.py"] is second["pkg/y.py"]
    assert second == third
    assert third["pkg/x.py"] is fourth["pkg/x.py"]
    assert third["pkg/y.py"] is not fourth["pkg/y.py"]
    assert fourth == whole
