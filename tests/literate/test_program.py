"""What the chunks of a book make, line by line."""

import pytest
from test_graph import chunk

FILE = ":file: pkg/x.py"


def test_indentation_of_a_reference_is_added(project):
    project.chapters(
        chunk("root", "def f():", "    <<body>>", options=[FILE])
        + chunk("body", "if x:", "", "  <<inner>>", "  ")
        + chunk("inner", "a", "  b")
    )
    assert project.tangled("pkg/x.py") == "def f():\n    if x:\n\n      a\n        b\n"


def test_no_blanks_at_line_ends_and_one_newline(project):
    project.chapters(
        chunk("root", "", "x = 1  ", "\t", "y = 2\t", "", "", options=[FILE])
    )
    assert project.tangled("pkg/x.py") == "x = 1\n\ny = 2\n"


def test_empty_file(project):
    project.chapters(chunk("root", options=[":file: pkg/__init__.py"]))
    assert project.book().tangle()["pkg/__init__.py"].bytes == b""


def test_append_and_replace(project):
    project.chapters(
        chunk("root", "<<a>>", options=[FILE]) + chunk("a", "1"),
        chunk("a", "2", options=[":append:"]),
        chunk("a", "3", options=[":replace:"]) + chunk("a", "4", options=[":append:"]),
        chunk("root", "5", options=[":append:"]),
    )
    texts = [project.tangled("pkg/x.py", upto) for upto in (1, 2, 3, 4, None)]
    assert texts == ["1\n", "1\n2\n", "3\n4\n", "3\n4\n5\n", "3\n4\n5\n"]


def test_an_appended_root_may_repeat_its_file(project):
    project.chapters(
        chunk("root", "1", options=[FILE])
        + chunk("root", "2", options=[":append:", FILE])
        + chunk("root", "3", options=[FILE, ":replace:"])
    )
    assert project.tangled("pkg/x.py") == "3\n"


def test_chunk_used_twice(project):
    project.chapters(
        chunk("root", "<<a>>", "  <<a>>", options=[FILE]) + chunk("a", "1")
    )
    assert project.tangled("pkg/x.py") == "1\n  1\n"


# Pieces of a chunk, and the blank lines between them at the margin and indented.
PIECES = {
    "definition after code": (["x = 1"], ["def f(): ..."], 2, 1),
    "definition after definition": (["def f():", "    pass"], ["class A: ..."], 2, 1),
    "code after definition": (["class A:", "    pass"], ["x = 1"], 2, 1),
    "decorator": (["x = 1"], ["@d", "def f(): ..."], 2, 1),
    "async definition": (["x = 1"], ["async def f(): ..."], 2, 1),
    "comment above a definition": (["x = 1"], ["# c", "def f(): ..."], 2, 1),
    "bracket at the margin": (["def f(", "    x,", "):", "    pass"], ["y = 2"], 2, 1),
    "comment after a definition": (["def f():", "    pass", "# end"], ["y = 2"], 2, 1),
    "definition with a string": (
        ["def f():", '    """', "x", '    """'],
        ["y = 2"],
        2,
        1,
    ),
    "code after code": (["x = 1"], ["y = 2"], 0, 0),
    "comment above code": (["x = 1"], ["# c", "y = 2"], 0, 0),
    "code after code after a definition": (["def f(): ...", "x = 1"], ["y = 2"], 0, 0),
    "string at the margin": (['x = """', "def f(): ...", '"""'], ["y = 2"], 0, 0),
    "names that look like definitions": (["defer = 1"], ["classes = 2"], 0, 0),
    "blank line that is there": (["x = 1", ""], ["def f(): ..."], 2, 1),
    "more blank lines than needed": (["x = 1", "", "", ""], ["def f(): ..."], 3, 3),
}


@pytest.mark.parametrize(
    ("first", "second", "margin", "indented"), PIECES.values(), ids=PIECES.keys()
)
def test_blank_lines_between_pieces(project, first, second, margin, indented):
    for indent, blank in (("", margin), ("    ", indented)):
        project.chapters(
            chunk("root", "top", indent + "<<a>>", "end", options=[FILE])
            + chunk("a", *first)
            + chunk("a", *second, options=[":append:"])
        )
        between = [*[line for line in first if line], *[""] * blank, *second]
        expected = ["top", *[indent + line if line else "" for line in between], "end"]
        assert project.tangled("pkg/x.py").split("\n")[:-1] == expected


def test_no_blank_lines_between_pieces_of_other_files(project):
    project.chapters(
        chunk("root", "x", options=[":file: pkg/x.txt"])
        + chunk("root", "class A", options=[":append:"])
    )
    assert project.tangled("pkg/x.txt") == "x\nclass A\n"


def test_blank_lines_of_the_tool_have_no_origin(project):
    project.chapters(
        chunk("root", "def f(): ...", options=[FILE])
        + chunk("root", "def g(): ...", options=[":append:"])
    )
    lines = project.book().tangle()["pkg/x.py"].lines
    places = [[origin.line for origin in line.origins] for line in lines]
    assert places == [[3], [], [], [7]]
    assert [line.chunk and line.chunk.line for line in lines] == [1, None, None, 5]


def test_a_reference_to_a_later_chapter_disappears(project):
    root = [
        "class A:",
        '    """A."""',
        "",
        "    <<a>>",
        "",
        "    <<b>>",
        "",
        "",
        "x = 1",
    ]
    project.chapters(
        chunk("root", *root, options=[FILE]),
        chunk("b", "b = 1"),
        chunk("a", "a = 1"),
    )
    head = 'class A:\n    """A."""\n'
    assert project.tangled("pkg/x.py", 1) == head + "\n\nx = 1\n"
    assert project.tangled("pkg/x.py", 2) == head + "\n    b = 1\n\n\nx = 1\n"
    full = head + "\n    a = 1\n\n    b = 1\n\n\nx = 1\n"
    assert project.tangled("pkg/x.py", 3) == project.tangled("pkg/x.py") == full


def test_a_chunk_replaced_by_nothing_disappears(project):
    project.chapters(
        chunk("root", "x = 1", "", "<<a>>", "y = 2", options=[FILE]) + chunk("a", "a"),
        chunk("a", "", options=[":replace:"]),
    )
    assert project.tangled("pkg/x.py") == "x = 1\ny = 2\n"


def test_a_file_begins_with_the_chapter_of_its_root(project):
    project.chapters(
        chunk("one", "1", options=[FILE]),
        chunk("two", "2", options=[":file: pkg/y.py"]),
    )
    assert list(project.book().tangle(1)) == ["pkg/x.py"]
    assert list(project.book().tangle(2)) == ["pkg/x.py", "pkg/y.py"]


def test_placements(tiny):
    book = tiny.book()
    text = book.tangle()["pkg/store.py"].text.split("\n")
    (root,) = book.graph.pieces["the store"]
    assert book.placements(root) == [("pkg/store.py", 1, 11)]
    (check,) = book.graph.pieces["refuse nonsense"]
    assert [text[first - 1 : last] for _, first, last in book.placements(check)] == [
        ["        if value != value:", "            raise ValueError(value)"]
    ] * 2
    old, new = book.graph.pieces["lines of the report"]
    assert book.placements(old) == []
    ((file, first, last),) = book.placements(new)
    assert (file, last - first) == ("pkg/report.py", 1)
    (method,) = book.graph.pieces["add a reading"]
    ((_, first, last),) = book.placements(method)
    assert text[first - 1].strip() == "def add(self, value: float) -> None:"
    assert text[last - 1].strip() == "self.values.append(value)"
    imports = book.graph.imports["pkg/store.py"][0]
    assert book.placements(imports) == [
        ("pkg/store.py", line, line) for line in (3, 4, 5)
    ]


def test_enclosing(tiny):
    book = tiny.book()
    lines = book.tangle()["pkg/store.py"].text.split("\n")
    inside = lines.index("        self.values.append(value)") + 1
    assert book.enclosing("pkg/store.py", inside) == "Store.add"
    assert book.enclosing("pkg/store.py", 1) == ""
    assert book.enclosing("pkg/nothing.py", 1) == ""
