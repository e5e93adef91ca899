"""What may stand in a book's chunks, and what is said about everything else."""

import pytest


def chunk(name, *body, options=()):
    """A chunk's text."""
    opening = f"```{{chunk}} {name}" if name else "```{chunk}"
    return "\n".join([opening, *options, *body, "```", ""])


FILE = ":file: pkg/x.py"
ROOT = chunk("root", "<<a>>", options=[FILE])
A = chunk("a", "x")

ERRORS = {
    "undefined reference": (
        ROOT,
        '3:1: error: no chunk is named "a"; define it or correct the name',
    ),
    "undefined reference with a name that looks like it": (
        chunk("root", "    <<match the url>>", "<<match the URL>>", options=[FILE])
        + chunk("match the URL", "x"),
        '3:5: error: no chunk is named "match the url"; define it or correct the name '
        '(there is "match the URL")',
    ),
    "unused chunk": (
        chunk("root", "x", options=[FILE]) + chunk("left over", "y"),
        '5:12: error: chunk "left over" is never used; refer to it with '
        "<<left over>>, give it a `:file:` or remove it",
    ),
    "cycle": (
        ROOT + chunk("a", "if x:", "    <<b>>") + chunk("b", "y", "  <<a>>"),
        "11:3: error: this reference closes a cycle: <<a>> → <<b>> → <<a>>; "
        "a chunk cannot contain itself",
    ),
    "chunk in itself": (
        ROOT + chunk("a", "<<a>>"),
        "6:1: error: this reference closes a cycle: <<a>> → <<a>>; "
        "a chunk cannot contain itself",
    ),
    "defined twice": (
        ROOT + A + A,
        '8:12: error: chunk "a" is already defined at book/chapters/01.md:5; '
        "add :append: or :replace:, or choose another name",
    ),
    "append to nothing": (
        ROOT + chunk("a", "x", options=[":append:"]),
        '6:1: error: nothing to append: no chunk before this one is named "a"; '
        "define it first or correct the name",
    ),
    "replace nothing": (
        ROOT + chunk("a", "x", options=[":replace:"]),
        '6:1: error: nothing to replace: no chunk before this one is named "a"; '
        "define it first or correct the name",
    ),
    "append and replace": (
        ROOT + A + chunk("a", "x", options=[":append:", ":replace:"]),
        "10:1: error: a chunk either appends or replaces; "
        "remove one of the two options",
    ),
    "second root": (
        ROOT + A + chunk("other", "x", options=[FILE]),
        '9:1: error: pkg/x.py already has a root, "root" at book/chapters/01.md:1; '
        "remove `:file:` or name another file",
    ),
    "file that is another one's folder": (
        chunk("root", "x", options=[":file: pkg/x"])
        + chunk("other", "x", options=[":file: pkg/x/y"]),
        "6:1: error: pkg/x/y and pkg/x (book/chapters/01.md:1) cannot both be files; "
        "name another file",
    ),
    "file outside the outputs": (
        chunk("root", "x", options=[":file: src/x.py"]),
        "2:1: error: src/x.py lies outside the outputs (pkg); move it there or add "
        "its folder to [tool.literate] outputs",
    ),
    "file with dots": (
        chunk("root", "x", options=[":file: pkg/../x.py"]),
        "2:1: error: `pkg/../x.py` is no plain path; "
        "write it relative to the project, with forward slashes",
    ),
    "file with backslashes": (
        chunk("root", "x", options=[":file: pkg\\x.py"]),
        "2:1: error: `pkg\\x.py` is no plain path; "
        "write it relative to the project, with forward slashes",
    ),
    "file without a path": (
        chunk("root", "x", options=[":file:"]),
        "2:1: error: `:file:` needs a path, as :file: package/x.py",
    ),
    "other file for an appended root": (
        ROOT + A + chunk("root", "y", options=[":append:", ":file: pkg/y.py"]),
        '10:1: error: chunk "root" is the root of pkg/x.py (book/chapters/01.md:1); '
        "remove `:file:` here",
    ),
    "file for an appended chunk that is no root": (
        ROOT + A + chunk("a", "y", options=[":append:", ":file: pkg/y.py"]),
        '10:1: error: chunk "a" is no root (book/chapters/01.md:5); '
        "remove `:file:` here",
    ),
    "unknown option": (
        chunk("root", "x", options=[FILE, ":apend:"]),
        "3:1: error: unknown option `:apend:`; "
        "a chunk knows :file:, :append:, :replace: and :imports:",
    ),
    "option twice": (
        chunk("root", "x", options=[FILE, FILE]),
        "3:1: error: option `:file:` is given twice; keep one",
    ),
    "flag with a value": (
        ROOT + A + chunk("a", "y", options=[":append: yes"]),
        "9:1: error: `:append:` takes no value; remove `yes`",
    ),
    "unknown kind of imports": (
        ROOT + A + chunk("", "import os", options=[":imports: typ", FILE]),
        "9:1: error: `:imports:` takes no value or `typing`, not `typ`",
    ),
    "options between dashes": (
        chunk("root", "---", "file: pkg/x.py", "---", "x"),
        "2:1: error: a chunk's options are written as lines `:name: value`, "
        "not between `---`",
    ),
    "no name": (
        chunk("", "x", options=[FILE]),
        "1:1: error: a chunk needs a name; write ```{chunk} NAME",
    ),
    "reference in a name": (
        chunk("a <<b>> c", "x", options=[FILE]),
        "1:12: error: a chunk name cannot hold `<<` or `>>`",
    ),
    "reference beside code": (
        ROOT + chunk("a", "x = <<b>> + 1") + chunk("b", "1"),
        "6:5: error: a reference takes a whole line; put <<b>> on its own",
    ),
    "reference before a comment": (
        ROOT + chunk("a", "  <<b>>  # x") + chunk("b", "1"),
        "6:3: error: a reference takes a whole line; put <<b>> on its own",
    ),
    "imports without a file": (
        ROOT + A + chunk("", "import os", options=[":imports:"]),
        "9:1: error: an :imports: chunk needs `:file:`, the file that gets the imports",
    ),
    "appended imports": (
        ROOT + A + chunk("", "import os", options=[":imports:", ":append:", FILE]),
        "10:1: error: imports are always added; remove `:append:`",
    ),
    "imports of a file without a root": (
        ROOT + A + chunk("", "import os", options=[":imports:", ":file: pkg/y.py"]),
        "10:1: error: no chunk is the root of pkg/y.py; "
        "add one with `:file: pkg/y.py` or correct the path",
    ),
    "imports of a text file": (
        chunk("root", "x", options=[":file: pkg/x.txt"])
        + chunk("", "import os", options=[":imports:", ":file: pkg/x.txt"]),
        "7:1: error: only .py files have imports, pkg/x.txt is none",
    ),
    "code among imports": (
        ROOT + A + chunk("", "import os", "X = 1", options=[":imports:", FILE]),
        "12:1: error: an :imports: chunk holds import statements only; "
        "move this line to another chunk",
    ),
    "syntax error among imports": (
        ROOT + A + chunk("", "import os", "from x imp y", options=[":imports:", FILE]),
        "12:8: error: not an import statement: invalid syntax",
    ),
    "comment among imports": (
        ROOT + A + chunk("", "# why", "import os", options=[":imports:", FILE]),
        "11:1: error: this comment would get lost when the imports are merged; put it "
        "behind a statement that imports one name, or into the prose",
    ),
    "replaced imports that are none": (
        ROOT + A + chunk("", "import os", options=[":imports:", ":replace:", FILE]),
        '10:1: error: nothing to replace: no :imports: chunk "imports of pkg/x.py" of '
        "pkg/x.py stands before this one",
    ),
    "column in a list": (
        "- a\n\n  ```{chunk} root\n  :file: pkg/x.py\n  x\n    <<nope>>\n  ```\n",
        '6:5: error: no chunk is named "nope"; define it or correct the name',
    ),
    "column of a name": (
        ROOT + A + "> ````{chunk}   left  over\n> x\n> ````\n",
        '8:17: error: chunk "left over" is never used; refer to it with '
        "<<left over>>, give it a `:file:` or remove it",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_error(project, text, message):
    assert project.problems(text) == [f"book/chapters/01.md:{message}"]


def test_all_errors_at_once_in_order(project):
    first = chunk("root", "<<z>>", "<<y>>", options=[FILE])
    second = chunk("b", "x") + "```{Chunk} c\n```\n"
    places = [each.partition(": ")[0] for each in project.problems(first, second)]
    assert places == [
        "book/chapters/01.md:3:1",
        "book/chapters/01.md:4:1",
        "book/chapters/02.md:1:12",
        "book/chapters/02.md:4:1",
    ]


def test_names_are_folded(project):
    project.chapters(
        chunk("root", "<<  the   rest >>", options=[FILE]) + chunk("the  rest", "x = 1")
    )
    assert project.tangled("pkg/x.py") == "x = 1\n"


def test_a_shift_is_no_reference(project):
    project.chapters(chunk("root", "x = a <<b>> c", "<< b", options=[FILE]))
    assert project.tangled("pkg/x.py") == "x = a <<b>> c\n<< b\n"


def test_a_chunk_of_a_replaced_version_is_used(project):
    replaced = chunk("a", "<<b>>") + chunk("b", "old")
    assert (
        project.problems(ROOT + replaced, chunk("a", "x", options=[":replace:"])) == []
    )


def test_versions_of_different_chapters_make_no_cycle(project):
    later = chunk("a", "x", options=[":replace:"]) + chunk(
        "b", "<<a>>", options=[":replace:"]
    )
    first = ROOT + chunk("a", "<<b>>") + chunk("b", "y")
    assert project.problems(first, later) == []


def test_a_cycle_of_an_early_program_is_found(project):
    later = chunk("a", "x", options=[":replace:"])
    (problem,) = project.problems(
        ROOT + chunk("a", "<<b>>") + chunk("b", "<<a>>"), later
    )
    assert problem.startswith("book/chapters/01.md:9:1: error: this reference closes")


def test_two_cycles_are_both_reported(project):
    text = (
        ROOT + chunk("a", "<<b>>", "<<c>>") + chunk("b", "<<b>>") + chunk("c", "<<c>>")
    )
    places = [each.partition(": ")[0] for each in project.problems(text)]
    assert places == ["book/chapters/01.md:10:1", "book/chapters/01.md:13:1"]


def test_pieces_uses_and_references(project):
    text = ROOT + chunk("a", "<<b>>", "<<b>>") + chunk("b", "x")
    project.chapters(text, chunk("b", "y", options=[":replace:"]))
    graph = project.book().graph
    assert [piece.mode for piece in graph.pieces["b"]] == ["define", "replace"]
    assert [user.name for user in graph.used_by("b")] == ["a"]
    assert graph.references("a") == ["b"]
    assert [piece.line for piece in project.book().chunks("b")] == [1]
    assert [piece.line for piece in project.book().chunks("b", upto=1)] == [9]
