"""From a tangled line to the book and back."""

import json

import pytest
from literate import sourcemap


def line_of(project, path, text):
    lines = project.read(path).split("\n")
    assert lines.count(text) == 1
    return lines.index(text) + 1


def test_from_the_program(tiny):
    line = line_of(tiny, "pkg/store.py", "        self.values.append(value)")
    book = line_of(tiny, "book/chapters/01-store.md", "      self.values.append(value)")
    result = tiny.run("where", f"pkg/store.py:{line}")
    assert result.status == 0
    assert result.out == (
        f"pkg/store.py:{line} → book/chapters/01-store.md:{book} "
        '(chunk "add a reading")\n'
    )


def test_from_the_book(tiny):
    book = line_of(tiny, "book/chapters/01-store.md", "    raise ValueError(value)")
    result = tiny.run("where", f"book/chapters/01-store.md:{book}")
    lines = tiny.read("pkg/store.py").split("\n")
    wanted = [n for n, text in enumerate(lines, 1) if "raise ValueError" in text]
    assert len(wanted) == 2
    assert result.out.splitlines() == [
        f'book/chapters/01-store.md:{book} (chunk "refuse nonsense") → pkg/store.py:{line}'
        for line in wanted
    ]


def test_round_trip(tiny):
    """Every line that comes from the book is found again from there."""
    book = tiny.book()
    found = sourcemap.source_map(book.tangle())
    count = 0
    for path, tangled in book.tangle().items():
        for number, line in enumerate(tangled.lines, 1):
            places = found.to_book(path, number)
            assert places == [(each.path, each.line) for each in line.origins]
            for place in places:
                assert (path, number) in found.to_files(*place)
                count += 1
                text = book.chapter(place[0]).lines[place[1] - 1]
                word = line.text.strip().split(" ")[-1]
                assert word in text or line.text.endswith("import TYPE_CHECKING")
    assert count > 40


def test_paths_relative_to_the_folder(tiny, monkeypatch):
    monkeypatch.chdir(tiny.root / "pkg")
    assert tiny.run("where", "store.py:1").out.startswith("pkg/store.py:1 → book/")
    assert tiny.run("where", "pkg/store.py:1").out.startswith("pkg/store.py:1 → book/")
    absolute = tiny.root / "book/chapters/01-store.md"
    assert "→ pkg/store.py:1" in tiny.run("where", f"{absolute}:5").out


def test_lines_without_a_counterpart(tiny):
    typing = line_of(tiny, "pkg/report.py", "if TYPE_CHECKING:")
    out = tiny.run("where", f"pkg/report.py:{typing}").out
    assert out == f"pkg/report.py:{typing}: put in by the tool\n"
    out = tiny.run("where", "book/chapters/01-store.md:1").out
    assert out == "book/chapters/01-store.md:1: prose, no chunk\n"
    old = line_of(
        tiny,
        "book/chapters/02-report.md",
        "lines.extend(str(value) for value in store)",
    )
    out = tiny.run("where", f"book/chapters/02-report.md:{old}").out
    assert out == (
        f'book/chapters/02-report.md:{old} (chunk "lines of the report"): '
        "makes no line of the finished program\n"
    )


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("pkg/store.py", "`pkg/store.py` is no place; write FILE:LINE"),
        ("pkg/store.py:x", "`pkg/store.py:x` is no place; write FILE:LINE"),
        (
            "pkg/no.py:1",
            "pkg/no.py is neither a chapter of the book nor a file it makes",
        ),
        ("pkg/store.py:0", "pkg/store.py has lines 1 to 41"),
        ("pkg/store.py:999", "pkg/store.py has lines 1 to 41"),
        ("book/preface.md:99", "book/preface.md has lines 1 to 3"),
    ],
)
def test_no_such_place(tiny, place, message):
    result = tiny.run("where", place)
    assert result.status == 2
    assert result.err.startswith(f"error: {message}")


def test_stored_map(tiny):
    stored = sourcemap.load(str(tiny.root))
    current = sourcemap.source_map(tiny.book().tangle())
    assert stored.files == current.files
    store = str(tiny.root / "pkg" / "store.py")
    assert stored.to_book(store, 1) == [("book/chapters/01-store.md", 5)]
    assert stored.to_book("pkg/store.py", 10_000) == []
    assert stored.to_book("elsewhere.py", 1) == []
    chapter = str(tiny.root / "book" / "chapters" / "01-store.md")
    assert stored.to_files(chapter, 5) == [("pkg/store.py", 1)]


def test_format_of_the_map(tiny):
    data = json.loads(tiny.read("build/literate/sourcemap.json"))
    assert data["version"] == 1
    assert list(data["files"]) == ["pkg/notes.txt", "pkg/report.py", "pkg/store.py"]
    lines = data["files"]["pkg/report.py"]
    assert len(lines) == len(tiny.read("pkg/report.py").split("\n")) - 1
    assert lines[0] == [["book/chapters/02-report.md", 5]]
    assert None in lines


def test_names_that_need_quoting(project):
    project.write("book/index.md", '# B\n\n```{toctree}\nchapters/a "b" é\n```\n')
    project.write(
        'book/chapters/a "b" é.md',
        "```{chunk} a\n:file: pkg/\\x.py\nx\n```\n".replace("\\", ""),
    )
    assert project.run("tangle").status == 0
    stored = sourcemap.load(str(project.root))
    assert stored.to_book("pkg/x.py", 1) == [('book/chapters/a "b" é.md', 3)]


def test_no_map_yet(project):
    assert sourcemap.load(str(project.root)).files == {}
