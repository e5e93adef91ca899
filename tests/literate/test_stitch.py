"""Edits of the program come back into the book, or nothing happens at all."""

import os
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from literate import journal as journal_module
from literate import sourcemap
from literate import state as state_module
from test_graph import chunk

STORE = "pkg/store.py"
REPORT = "pkg/report.py"
BOOK_STORE = "book/chapters/01-store.md"
BOOK_REPORT = "book/chapters/02-report.md"
BOOK_UNITS = "book/chapters/03-units.md"


def root(*lines, file="pkg/x.py"):
    return chunk(f"root of {file}", *lines, options=[f":file: {file}"])


def imports(*lines, kind=""):
    return chunk("", *lines, options=[f":imports: {kind}".rstrip(), ":file: pkg/x.py"])


def change(project, path, *pairs):
    """Replaces texts of a file, each of which must be there."""
    text = project.read(path)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    project.write(path, text)


def assert_carried(project):
    """Book and program agree, byte for byte, and the state knows it."""
    program = project.snapshot("pkg")
    result = project.run("stitch")
    assert result.status == 0, result.err
    assert project.snapshot("pkg") == program
    book = project.book()
    assert book.problems == []
    assert {path: each.bytes for path, each in book.tangle().items()} == program
    tangled = project.run("tangle")
    assert (tangled.status, tangled.err) == (0, "")
    assert ", 0 written," in tangled.out
    assert project.snapshot("pkg") == program


def assert_refused(project, *messages):
    """Nothing at all was written, and the reasons are these."""
    before = project.snapshot()
    result = project.run("stitch")
    assert result.status == 1
    assert result.lines == [*messages, "nothing was written"]
    after = project.snapshot()
    after.pop("build/literate/lock", None)
    before.pop("build/literate/lock", None)
    assert after == before


def test_changed_lines_of_many_chunks(tiny):
    change(tiny, STORE, ("value", "reading"), ("import os", "import os"))
    assert_carried(tiny)
    text = tiny.read(BOOK_STORE)
    assert "  def add(self, reading: float) -> None:\n" in text
    assert "      self.readings.append(reading)\n" in text
    assert "    raise ValueError(reading)\n" in text
    assert "return self.readings[index]" in tiny.read(BOOK_UNITS)


def test_inserted_lines(tiny):
    change(
        tiny,
        STORE,
        (
            "        self.path = os.devnull\n",
            "        self.path = os.devnull\n        x = 1\n",
        ),
        (
            '        """Keep a value."""\n',
            '        """Keep a value."""\n        print(value)\n',
        ),
    )
    assert_carried(tiny)
    assert "self.path = os.devnull\nx = 1\n" in tiny.read(BOOK_STORE).replace(
        "    ", ""
    )
    assert '"""Keep a value."""\n      print(value)\n      <<refuse' in tiny.read(
        BOOK_STORE
    )


def test_a_line_at_the_start_of_a_chunk(tiny):
    change(tiny, "pkg/notes.txt", ("Readings are", "Notes.\nReadings are"))
    assert_carried(tiny)


def test_a_new_method_between_pieces(tiny):
    new = "    def clear(self) -> None:\n        self.values = []\n\n"
    change(tiny, STORE, ("    def __len__", new + "    def __len__"))
    assert_carried(tiny)


def test_a_new_function_at_the_end(tiny):
    tiny.write(STORE, tiny.read(STORE) + "\n\ndef nothing() -> None:\n    pass\n")
    assert_carried(tiny)
    assert tiny.read(BOOK_UNITS).count("def nothing") == 1


def test_deleted_lines(tiny):
    change(tiny, STORE, ("        self.path = os.devnull\n", ""))
    change(tiny, REPORT, ("    unit = unit_of(store)\n", ""))
    assert_carried(tiny)
    assert "unit = " not in tiny.read(BOOK_UNITS)


def test_a_deleted_piece(tiny):
    text = tiny.read(STORE)
    start = text.index("    def replace(")
    tiny.write(STORE, text[:start] + text[text.index("    def __len__") :])
    assert_carried(tiny)
    assert "def replace" not in tiny.read(BOOK_REPORT)
    assert "def replace" not in tiny.tangled(STORE, 2)


def test_a_moved_method(tiny):
    text = tiny.read(STORE)
    start, end = text.index("    def __iter__"), text.index("    def replace(")
    method = text[start:end]
    text = text[:start] + text[end:]
    place = text.index("    def add(")
    tiny.write(STORE, text[:place] + method + text[place:])
    assert_carried(tiny)


def test_lines_wrapped_by_a_formatter(tiny):
    change(
        tiny,
        STORE,
        (
            "    def add(self, value: float) -> None:\n",
            "    def add(\n        self,\n        value: float,\n    ) -> None:\n",
        ),
        (
            "def unit_of(store: Sequence[float]) -> str:\n",
            "def unit_of(\n    store: Sequence[float],\n) -> str:\n",
        ),
    )
    assert_carried(tiny)
    assert "  def add(\n      self,\n      value: float,\n  ) -> None:\n" in tiny.read(
        BOOK_STORE
    )


def test_a_hunk_of_several_chunks_is_split_where_lines_are_alike(tiny):
    change(
        tiny,
        REPORT,
        (
            '    lines = ["readings", "--------"]\n',
            '    lines = ["values", "------"]\n',
        ),
        (
            "    unit = unit_of(store)\n",
            "    unit = unit_of(store) or '?'\n    print(unit)\n",
        ),
        ("    for value in store:\n", "    for value in iter(store):\n"),
    )
    assert_carried(tiny)
    assert "unit = unit_of(store) or '?'\nprint(unit)\n```" in tiny.read(BOOK_UNITS)


def test_a_hunk_of_several_chunks_that_are_unlike(tiny):
    change(
        tiny,
        REPORT,
        (
            '    lines = ["readings", "--------"]\n    unit = unit_of(store)\n'
            "    for value in store:\n",
            "    xxx()\n    try:\n        zzz()\n    finally:\n",
        ),
    )
    assert_refused(
        tiny,
        'pkg/report.py:12: this edit cannot be carried over: it spans the chunks "head '
        'of the report", "lines of the report" and it is not clear which line belongs '
        "to which; make it in the book",
    )


def test_an_edit_belongs_to_the_live_version(tiny):
    change(tiny, REPORT, ('f"{value} {unit}"', 'f"{value}{unit}"'))
    assert_carried(tiny)
    assert "lines.extend(str(value) for value in store)" in tiny.read(BOOK_REPORT)


# A chunk that is used twice


def test_all_uses_edited_the_same_way(tiny):
    change(tiny, STORE, ("raise ValueError(value)", "raise ValueError(f'no: {value}')"))
    assert_carried(tiny)
    assert tiny.read(BOOK_STORE).count("no: {value}") == 1


def test_all_uses_get_the_same_line(tiny):
    change(
        tiny,
        STORE,
        (
            "        if value != value:\n",
            "        if value != value:\n            print()\n",
        ),
    )
    assert_carried(tiny)
    assert tiny.read(BOOK_STORE).count("print()") == 1


def test_one_use_edited(tiny):
    text = tiny.read(STORE)
    place = text.index("raise ValueError(value)")
    tiny.write(STORE, text[:place] + text[place:].replace("ValueError", "KeyError", 1))
    assert_refused(
        tiny,
        'pkg/store.py:20: this edit cannot be carried over: chunk "refuse nonsense" is '
        "used 2 times (pkg/store.py:20, pkg/store.py:29) and not edited the same way "
        "everywhere; make it in the book",
    )


def test_uses_edited_differently(tiny):
    text = tiny.read(STORE)
    text = text.replace("ValueError", "KeyError", 1).replace(
        "ValueError", "TypeError", 1
    )
    tiny.write(STORE, text)
    result = tiny.run("stitch")
    assert result.status == 1
    assert 'chunk "refuse nonsense" is used 2 times' in result.err


# Edits that belong to a reference


@pytest.fixture
def nested(project):
    """A program in which a chunk is used twice, at different depths."""
    project.chapters(
        root(
            "def f():",
            "    <<shared>>",
            "",
            "",
            "def g():",
            "    if x:",
            "        <<shared>>",
        )
        + chunk("shared", "a = 1", "<<inner>>", "b = 2")
        + chunk("inner", "c = 3", "if c:", "    d = 4")
    )
    assert project.run("tangle").status == 0
    return project


SHARED = "    a = 1\n    c = 3\n    if c:\n        d = 4\n    b = 2\n"


def shifted(text, by):
    lines = text.splitlines(keepends=True)
    return "".join(" " * by + line if by > 0 else line[-by:] for line in lines)


def test_a_deleted_use(nested):
    change(nested, "pkg/x.py", (shifted(SHARED, 4), "        pass\n"))
    assert nested.run("stitch").status == 1
    text = nested.read("pkg/x.py")
    nested.write("pkg/x.py", text.replace("    if x:\n        pass\n", "    x = 1\n"))
    assert nested.run("stitch").status == 1
    nested.write("pkg/x.py", "def f():\n" + SHARED + "\n\ndef g():\n    if x:\n")
    assert_carried(nested)
    book = nested.read("book/chapters/01.md")
    assert "    if x:\n```" in book
    assert "a = 1\n<<inner>>\nb = 2\n" in book


def test_a_use_that_is_wrapped(nested):
    wrapped = "    try:\n" + shifted(SHARED, 4) + "    except E:\n        pass\n"
    change(nested, "pkg/x.py", ("def f():\n" + SHARED, "def f():\n" + wrapped))
    assert_carried(nested)
    book = nested.read("book/chapters/01.md")
    assert "    try:\n        <<shared>>\n    except E:\n        pass\n" in book
    assert "a = 1\n<<inner>>\nb = 2\n" in book


def test_a_use_that_is_unwrapped(nested):
    change(nested, "pkg/x.py", ("    if x:\n" + shifted(SHARED, 4), SHARED))
    assert_carried(nested)
    book = nested.read("book/chapters/01.md")
    assert "def g():\n    <<shared>>\n" in book


def test_an_inner_use_that_is_wrapped_everywhere(nested):
    inner = "    c = 3\n    if c:\n        d = 4\n"
    for by in (4, 0):
        old, new = shifted(inner, by), shifted("    with y:\n" + shifted(inner, 4), by)
        text = nested.read("pkg/x.py")
        at = text.rindex(old) if by else text.index(old)
        nested.write("pkg/x.py", text[:at] + new + text[at + len(old) :])
    assert_carried(nested)
    book = nested.read("book/chapters/01.md")
    assert "a = 1\nwith y:\n    <<inner>>\nb = 2\n" in book


# Imports


@pytest.fixture
def importing(project):
    """A program whose imports come from two chapters."""
    project.chapters(
        root('"""Doc."""', "", "", "x = 1", "<<more>>")
        + imports(
            "import os",
            "from .a import b, c",
            "from .d import (",
            "    e,",
            "    f,",
            ")",
        )
        + imports("from .t import u", kind="typing")
        + chunk("more", "y = 2"),
        imports("import re", "from .a import b"),
    )
    assert project.run("tangle").status == 0
    return project


def book_imports(project, number):
    text = project.read(f"book/chapters/{number:02}.md")
    return [
        line for line in text.split("\n") if "import " in line or line in ("e,", ")")
    ]


def test_a_new_import_of_a_known_module(importing):
    change(
        importing,
        "pkg/x.py",
        ("from .a import b\n", "from .a import a\nfrom .a import b\n"),
    )
    assert_carried(importing)
    assert book_imports(importing, 1)[:3] == [
        "import os",
        "from .a import a",
        "from .a import b, c",
    ]


def test_a_new_import_of_a_new_module(importing):
    change(importing, "pkg/x.py", ("import os\n", "import math\nimport os\n"))
    assert_carried(importing)
    assert book_imports(importing, 1)[:2] == ["import math", "import os"]


def test_a_new_import_under_type_checking(importing):
    change(importing, "pkg/x.py", ("    from .t", "    from .s import r\n    from .t"))
    assert_carried(importing)
    assert "from .s import r\nfrom .t import u\n" in importing.read(
        "book/chapters/01.md"
    )


def test_a_removed_import(importing):
    change(importing, "pkg/x.py", ("import re\n", ""), ("import os\n", ""))
    assert_carried(importing)
    assert "import re" not in importing.read("book/chapters/02.md")


def test_a_removed_name_of_a_statement(importing):
    change(
        importing, "pkg/x.py", ("from .a import c\n", ""), ("from .d import e\n", "")
    )
    assert_carried(importing)
    text = importing.read("book/chapters/01.md")
    assert "from .a import b\n" in text
    assert "from .d import f\n" in text


def test_a_name_imported_in_two_chapters(importing):
    change(importing, "pkg/x.py", ("from .a import b\n", "from .a import bb\n"))
    assert_carried(importing)
    assert "from .a import bb, c\n" in importing.read("book/chapters/01.md")
    assert "from .a import bb\n" in importing.read("book/chapters/02.md")


def test_a_name_of_a_statement_on_several_lines(importing):
    change(importing, "pkg/x.py", ("from .d import e\n", "from .d import ee as e\n"))
    assert_carried(importing)
    text = importing.read("book/chapters/01.md")
    assert "from .d import (\n    ee as e,\n    f,\n)\n" in text


def test_a_module_that_moved(importing):
    change(importing, "pkg/x.py", ("from .a import c\n", "from .b import c\n"))
    assert_carried(importing)
    text = importing.read("book/chapters/01.md")
    assert "from .a import b\nfrom .b import c\n" in text


def test_a_comment_on_an_import(importing):
    change(importing, "pkg/x.py", ("import re\n", "import re  # noqa: F401\n"))
    assert_carried(importing)
    assert "import re  # noqa: F401\n" in importing.read("book/chapters/02.md")


def test_all_imports_removed(project):
    project.chapters(root('"""Doc."""', "", "x = 1") + imports("import os"))
    project.run("tangle")
    project.write("pkg/x.py", '"""Doc."""\n\nx = 1\n')
    assert_carried(project)


def test_an_import_and_its_use(importing):
    change(importing, "pkg/x.py", ("import re\n", "import re\nimport sys\n"))
    change(importing, "pkg/x.py", ("y = 2\n", "y = 2\nz = sys.path\n"))
    assert_carried(importing)


def test_imports_that_are_not_sorted(importing):
    change(importing, "pkg/x.py", ("import os\n", "import sys\nimport os\n"))
    assert_refused(
        importing,
        "pkg/x.py:3: the tool writes the imports below the docstring, sorted, one name "
        "a line; here it would write `import os`",
    )


def test_no_chunk_for_imports_under_type_checking(project):
    project.chapters(
        root('"""Doc."""', "", "", "x = 1")
        + imports("from typing import TYPE_CHECKING", "import os")
        + imports(kind="typing")
    )
    project.run("tangle")
    typed = "import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import re\n"
    change(project, "pkg/x.py", ("import TYPE_CHECKING\n", typed))
    result = project.run("stitch")
    assert result.status in (0, 1)
    assert (result.status == 0) == (project.run("check").status == 0)


def test_type_checking_in_an_ordinary_chunk(project):
    project.chapters(
        root(
            '"""Doc."""',
            "",
            "if TYPE_CHECKING:",
            "    import re",
            "else:",
            "    re = 1",
        )
        + imports("from typing import TYPE_CHECKING")
    )
    project.run("tangle")
    change(
        project,
        "pkg/x.py",
        ("    import re\n", "    import re\n    import sys\n"),
        ("from typing", "import os\nfrom typing"),
    )
    assert_carried(project)


def test_a_statement_among_the_imports(importing):
    change(importing, "pkg/x.py", ("import re\n", "import re\nprint(1)\n"))
    assert importing.run("stitch").status == 1


# What cannot be, and what is none of its business


def test_an_option_line_or_a_fence_in_the_program(tiny):
    for line in ("```", "````", ":append:", "<<queries>>", "```{chunk} x"):
        text = tiny.read("pkg/notes.txt")
        tiny.write("pkg/notes.txt", f"{line}\n{text}")
        before = tiny.snapshot()
        assert tiny.run("stitch").status == 1
        assert tiny.snapshot() == before
        tiny.write("pkg/notes.txt", text)


def test_indented_less_than_its_chunk(tiny):
    change(
        tiny, STORE, ("        self.values.append(value)\n", "    self.add = None\n")
    )
    change(tiny, STORE, ("            raise", "  raise"))
    result = tiny.run("stitch")
    assert result.status == 1
    assert (
        "pkg/store.py:20: this edit cannot be carried over: `raise ValueError(value)` is "
        'indented less than its chunk "refuse nonsense"; make it in the book'
    ) in result.lines


def test_blank_lines_of_the_tool(project):
    project.chapters(
        root("def f(): ...")
        + chunk("root of pkg/x.py", "def g(): ...", options=[":append:"])
    )
    project.run("tangle")
    project.write("pkg/x.py", "def f(): ...\n\ndef g(): ...\n")
    assert_refused(
        project,
        "pkg/x.py:3: this edit cannot be carried over: the tool puts the blank lines "
        "here, as a formatter would; make it in the book",
    )


UNTANGLED = {
    "CR LF": (
        "x = 1\r\n",
        "pkg/x.py:1: ends in CR LF; tangled files have LF line ends",
    ),
    "blanks": ("x = 1\ny \n", "pkg/x.py:2: blanks at the end of the line; remove them"),
    "no newline": (
        "x = 2",
        "pkg/x.py:1: the file must end with one newline and without blank lines",
    ),
    "blank line": (
        "x = 1\n\n",
        "pkg/x.py:3: the file must end with one newline and without blank lines",
    ),
    "nothing": (
        "",
        "pkg/x.py:1: the file must end with one newline and without blank lines",
    ),
}


@pytest.mark.parametrize(("text", "message"), UNTANGLED.values(), ids=UNTANGLED.keys())
def test_what_no_tangled_file_contains(project, text, message):
    project.chapters(root("x = 1"))
    project.run("tangle")
    project.write("pkg/x.py", text)
    assert_refused(project, message)


def test_not_utf8(project):
    project.chapters(root("x = 1"))
    project.run("tangle")
    (project.root / "pkg/x.py").write_bytes(b"x = 1\n\xff\n")
    assert_refused(project, "pkg/x.py:2: not UTF-8; save the file in UTF-8")


def test_book_and_program_changed(project):
    project.chapters(root("x = 1", "y = 1") + root("z = 1", file="pkg/z.py"))
    project.run("tangle")
    project.chapters(root("x = 2", "y = 1") + root("z = 1", file="pkg/z.py"))
    project.write("pkg/x.py", "x = 1\ny = 2\n")
    project.write("pkg/z.py", "z = 2\n")
    assert_refused(
        project,
        "pkg/x.py: both this file and its chunks changed since the last tangle; "
        "take one of the two changes back, stitch or tangle, and make it again",
    )


def test_a_change_of_the_book_is_no_edit_of_the_program(project):
    project.chapters(root("x = 1") + root("z = 1", file="pkg/z.py"))
    project.run("tangle")
    project.chapters(root("x = 2") + root("z = 1", file="pkg/z.py"))
    result = project.run("stitch")
    assert (result.status, result.out) == (0, "no edits to carry over\n")
    project.write("pkg/z.py", "z = 2\n")
    assert project.run("stitch").status == 0
    assert project.read("book/chapters/01.md") == root("x = 2") + root(
        "z = 2", file="pkg/z.py"
    )
    assert "1 written" in project.run("tangle").out


def test_a_deleted_file_is_no_edit(project):
    project.chapters(root("x = 1") + root("z = 1", file="pkg/z.py"))
    project.run("tangle")
    (project.root / "pkg/x.py").unlink()
    project.write("pkg/z.py", "z = 2\n")
    assert project.run("stitch").status == 0
    assert "1 written" in project.run("tangle").out


def test_without_state(tiny):
    (tiny.root / "build/literate/state").unlink()
    change(tiny, STORE, ("os.devnull", "os.sep"))
    assert_carried(tiny)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_the_book_are_kept(project, end):
    project.chapters(("\ufeff# Ä\n\n" + root("x = 1", "y = 1")).replace("\n", end))
    project.run("tangle")
    project.write("pkg/x.py", "x = 2\nz = 1\ny = 1\n")
    assert_carried(project)
    expected = "\ufeff# Ä\n\n" + root("x = 2", "z = 1", "y = 1")
    assert project.read("book/chapters/01.md") == expected.replace("\n", end)


def test_prose_is_never_touched(tiny):
    before = tiny.read(BOOK_STORE).split("\n")
    change(tiny, STORE, ("os.devnull", "os.sep"))
    tiny.run("stitch")
    after = tiny.read(BOOK_STORE).split("\n")
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert changed == [("    self.path = os.devnull", "    self.path = os.sep")]


def test_dry_run(tiny):
    change(tiny, STORE, ("os.devnull", "os.sep"))
    before = tiny.snapshot()
    result = tiny.run("stitch", "--dry-run")
    assert result.status == 0
    assert "+    self.path = os.sep" in result.out.splitlines()
    assert result.out.endswith(f"would change {BOOK_STORE}\n")
    assert tiny.snapshot() == before


def test_a_book_with_errors(tiny):
    tiny.write(BOOK_UNITS, tiny.read(BOOK_UNITS) + "```{chunk} unused\nx\n```\n")
    assert tiny.run("stitch").status == 2


def test_the_source_map_follows(tiny):
    change(tiny, STORE, ("        self.path = os.devnull\n", ""))
    assert tiny.run("stitch").status == 0
    lines = tiny.book().tangle()[STORE].lines
    stored = sourcemap.load(str(tiny.root))
    for number, line in enumerate(lines, 1):
        places = [(origin.path, origin.line) for origin in line.origins]
        assert stored.to_book(STORE, number) == places


def test_a_chapter_saved_while_the_tool_thinks(tiny, monkeypatch):
    change(tiny, STORE, ("value", "reading"))
    mine = tiny.read(BOOK_STORE) + "\nMore prose.\n"
    real = journal_module.write_together

    def write_together(config, changes):
        tiny.write(BOOK_STORE, mine)
        real(config, changes)

    monkeypatch.setattr("literate.stitch.write_together", write_together)
    result = tiny.run("stitch")
    assert result.status == 2
    assert result.err == (
        f"error: {BOOK_STORE} was saved at this very moment; run the command again\n"
    )
    assert tiny.read(BOOK_STORE) == mine
    monkeypatch.undo()
    assert_carried(tiny)
    assert "More prose." in tiny.read(BOOK_STORE)


def test_a_file_that_is_quite_another(project):
    """A hunk too long to compare its lines letter by letter."""
    project.chapters(
        root("<<a>>", "<<b>>")
        + chunk("a", *[f"first_{number} = {number}" for number in range(300)])
        + chunk("b", *[f"second_{number} = {number}" for number in range(300)])
    )
    project.run("tangle")
    project.write("pkg/x.py", "".join(f"other_{n} = {n * 7}\n" for n in range(500)))
    result = project.run("stitch")
    assert result.status == 1
    assert 'it spans the chunks "a", "b"' in result.err


# Killing the run


class Killed(BaseException):
    """Stands for the end of the process."""


def test_killed_at_any_step(tiny, monkeypatch):
    """The next command finishes what a killed run began; no edit is ever lost."""
    start = tiny.snapshot()
    change(tiny, STORE, ("value", "reading"))
    program = tiny.snapshot("pkg")
    steps = 0
    for moment in range(1, 30):
        for path, data in start.items():
            (tiny.root / path).write_bytes(data)
        for path, data in program.items():
            (tiny.root / path).write_bytes(data)
        calls = []

        def replace(source, target, real=os.replace, calls=calls, moment=moment):
            calls.append(1)
            if len(calls) == moment:
                raise Killed
            real(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(state_module.os, "replace", replace)
            try:
                tiny.run("stitch")
            except Killed:
                steps += 1
            else:
                break
        assert tiny.snapshot("pkg") == program
        # Whatever was written already, the tool neither overwrites the edit …
        first = tiny.run("tangle")
        assert tiny.snapshot("pkg") == program
        # … nor forgets the rest of it.
        assert first.status == 0 or tiny.run("stitch").status == 0
        assert tiny.run("check").status == 0
        assert not [path for path in tiny.snapshot("book") if "tmp" in path]
    assert steps > 3


def test_a_killed_run_leaves_files_alone_that_were_edited_since(tiny, monkeypatch):
    change(tiny, STORE, ("value", "reading"))

    def replace(source, target, real=os.replace):
        if target.endswith(".md"):
            raise Killed
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(state_module.os, "replace", replace)
        with pytest.raises(Killed):
            tiny.run("stitch")
    mine = tiny.read(BOOK_STORE) + "\nMore prose.\n"
    tiny.write(BOOK_STORE, mine)
    program = tiny.snapshot("pkg")
    tiny.run("tangle")
    assert tiny.read(BOOK_STORE) == mine
    assert tiny.snapshot("pkg") == program


# Random edits

WORDS = ["x = 1", "pass", "return None", "# note", "if value:", "y = [", "]", "value()"]


def _indent_of(line):
    return line[: len(line) - len(line.lstrip())]


def _replace(lines, at, size, word):
    lines[at] = _indent_of(lines[at]) + word


def _rename(lines, at, size, word):
    old = ["value", "store", "lines", "self", "float"][size - 1]
    lines[:] = [line.replace(old, "renamed") for line in lines]


def _comment(lines, at, size, word):
    lines[at] += "  # " + word


def _insert(lines, at, size, word):
    lines.insert(at, _indent_of(lines[at]) + word)


def _insert_several(lines, at, size, word):
    indent = _indent_of(lines[at])
    lines[at:at] = [
        f"{indent}{word}",
        *[f"{indent}    {word} {n}" for n in range(size)],
    ]


def _insert_function(lines, at, size, word):
    indent = _indent_of(lines[at])
    lines[at:at] = ["", f"{indent}def new():", f"{indent}    {word}"]


def _append_function(lines, at, size, word):
    lines += ["", "", "def new():", f"    {word}"]


def _delete(lines, at, size, word):
    del lines[at : at + size]


def _repeat(lines, at, size, word):
    lines[at:at] = lines[at : at + size]


def _move(lines, at, size, word):
    taken = lines[at : at + size]
    del lines[at : at + size]
    lines[len(lines) // 2 : len(lines) // 2] = taken


def _swap(lines, at, size, word):
    lines[at : at + size] = reversed(lines[at : at + size])


def _shift(lines, at, size, word):
    lines[at : at + size] = [
        "    " + line if line else "" for line in lines[at : at + size]
    ]


def _unshift(lines, at, size, word):
    lines[at : at + size] = [
        line.removeprefix("    ") for line in lines[at : at + size]
    ]


def _blank_line(lines, at, size, word):
    lines.insert(at, "")


def _trailing_blank(lines, at, size, word):
    lines[at] += " "


OPERATIONS = [_replace, _rename, _comment, _insert, _insert_several, _insert_function]
OPERATIONS += [_append_function, _delete, _repeat, _move, _swap, _shift, _unshift]
OPERATIONS += [_blank_line, _trailing_blank]
EDITS = st.lists(
    st.tuples(
        st.sampled_from([STORE, STORE, REPORT, "pkg/notes.txt"]),
        st.sampled_from(OPERATIONS),
        st.integers(0, 60),
        st.integers(1, 5),
        st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=3,
)


def apply_edits(project, edits):
    for path, operation, at, size, word in edits:
        lines = project.read(path).split("\n")[:-1]
        if lines:
            operation(lines, at % len(lines), size, word)
        project.write(path, "".join(line + "\n" for line in lines))


def test_random_edits(tiny):
    """Either book and program agree afterwards, or nothing changed: nothing between."""
    start = tiny.snapshot()
    outcomes = Counter()

    @settings(
        max_examples=600,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(EDITS)
    def check(edits):
        for path, data in start.items():
            (tiny.root / path).write_bytes(data)
        apply_edits(tiny, edits)
        before = tiny.snapshot()
        result = tiny.run("stitch")
        if result.status == 0:
            after = tiny.snapshot("pkg")
            assert after == {
                path: data for path, data in before.items() if path in after
            }
            book = tiny.book()
            assert book.problems == []
            assert {path: each.bytes for path, each in book.tangle().items()} == after
            assert ", 0 written," in tiny.run("tangle").out
            outcomes[
                "carried" if result.out != "no edits to carry over\n" else "none"
            ] += 1
        else:
            assert result.status == 1
            assert len(result.lines) >= 2
            assert result.lines[-1] == "nothing was written"
            assert all(line.startswith("pkg/") for line in result.lines[:-1])
            assert tiny.snapshot() == before
            outcomes["refused"] += 1

    check()
    assert outcomes.total() >= 500
    assert outcomes["carried"] > outcomes.total() * 0.35, outcomes
    assert outcomes["refused"] > 0
