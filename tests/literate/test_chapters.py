"""Which files make the book, in which order, and what can be wrong with them."""

import pytest
from literate.model import LiterateError

from conftest import SETTINGS

ROOT = "```{chunk} root\n:file: pkg/x.py\nx = 1\n```\n"


def toctree(*lines):
    return "\n".join(["# Book", "", "```{toctree}", *lines, "```", ""])


def problems(project):
    return [str(problem) for problem in project.book().problems]


def test_order_is_that_of_the_toctrees(project):
    project.write(
        "book/index.md", toctree(":maxdepth: 2", "", "c", "A <sub/a.md>", "b.md")
    )
    project.write("book/sub/a.md", toctree("/deep", "e", "../f", "self", "https://x.y"))
    for name in ("c", "b", "deep", "sub/e", "f"):
        project.write(f"book/{name}.md", f"# {name}\n")
    book = project.book()
    assert book.problems == []
    assert [chapter.path for chapter in book.chapters] == [
        "book/c.md",
        "book/sub/a.md",
        "book/deep.md",
        "book/sub/e.md",
        "book/f.md",
        "book/b.md",
    ]


def test_a_toctree_may_be_a_colon_fence(project):
    text = "::::{div}\n:::{toctree}\n:hidden:\n\na\n:::\n::::\n"
    project.write("book/index.md", text)
    project.write("book/a.md", "# A\n")
    assert [chapter.path for chapter in project.book().chapters] == ["book/a.md"]


def test_numbers_and_positions(project):
    names = ["preface", "chapters/a", "middle", "chapters/b", "appendix"]
    project.write("book/index.md", toctree(*names))
    for name in names:
        project.write(f"book/{name}.md", f"# The {name} #\n")
    chapters = project.book().chapters
    assert [chapter.number for chapter in chapters] == [None, 1, None, 2, None]
    assert [chapter.position for chapter in chapters] == [0, 1, 1, 2, 2]
    assert chapters[0].title == "The preface"


def test_without_numbered_all_chapters_have_numbers(project):
    project.write("pyproject.toml", SETTINGS.replace('numbered = "chapters/"\n', ""))
    project.write("book/index.md", toctree("a", "b"))
    project.write("book/a.md", "")
    project.write("book/b.md", "")
    assert [chapter.number for chapter in project.book().chapters] == [1, 2]


def test_a_title_is_no_comment_in_code(project):
    project.chapters("```python\n# no\n```\n\n# Yes\n")
    assert project.book().chapters[0].title == "Yes"


def test_explicit_chapters(project):
    listed = SETTINGS.replace('toctree = "index.md"', 'chapters = ["b.md", "a.md"]')
    project.write("pyproject.toml", listed)
    project.write("book/a.md", "")
    project.write("book/b.md", "")
    assert [each.path for each in project.book().chapters] == ["book/b.md", "book/a.md"]


def test_explicit_chapters_that_are_wrong(project):
    listed = SETTINGS.replace(
        'toctree = "index.md"', 'chapters = [\n"a.md",\n"b.md",\n"a.md"]'
    )
    project.write("pyproject.toml", listed)
    project.write("book/a.md", "")
    assert problems(project) == [
        "pyproject.toml:4:1: error: [tool.literate] chapters lists a.md twice; keep one",
        "pyproject.toml:5:1: error: [tool.literate] chapters: there is no book/b.md; "
        "correct the path",
    ]


def test_missing_chapter(project):
    project.write("book/index.md", toctree(":caption: x", "", "a", "chapters/b"))
    project.write("book/a.md", "")
    assert problems(project) == [
        "book/index.md:7:1: error: the toctree names book/chapters/b.md, which is not "
        "there; write it or remove the entry"
    ]


def test_chapter_listed_twice(project):
    project.write("book/index.md", toctree("a", "a.md"))
    project.write("book/a.md", "")
    assert problems(project) == [
        "book/index.md:5:1: error: book/a.md is already in a toctree; keep one entry"
    ]


def test_glob(project):
    project.write("book/index.md", toctree(":glob:", "", "*"))
    assert problems(project) == [
        "book/index.md:4:1: error: `:glob:` would leave the order of the chapters open; "
        "list them"
    ]


def test_missing_toctree_file(project):
    assert problems(project) == [
        "pyproject.toml:3:1: error: [tool.literate] toctree: there is no book/index.md; "
        "correct the path"
    ]


def test_chunk_beside_the_toctree(project):
    project.write("book/index.md", toctree("a") + ROOT)
    project.write("book/a.md", "")
    assert problems(project) == [
        "book/index.md:6:1: error: this file lists the chapters and is none itself; "
        "move the chunk to a chapter"
    ]


def test_not_utf8(project):
    project.chapters(ROOT)
    (project.root / "book/chapters/01.md").write_bytes(
        b"# A\n\nxy\xff\n" + ROOT.encode()
    )
    assert problems(project) == [
        "book/chapters/01.md:3:3: error: this byte is not UTF-8; save the file in UTF-8"
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends(project, end):
    project.chapters(ROOT.replace("\n", end))
    assert project.tangled("pkg/x.py") == "x = 1\n"


def test_byte_order_mark(project):
    project.chapters("\ufeff" + ROOT)
    assert project.tangled("pkg/x.py") == "x = 1\n"


BOTH = "either `toctree` (the file whose toctrees list the chapters) or `chapters` (the list itself), not "
WRONG = {
    "neither": (SETTINGS.replace('toctree = "index.md"\n', ""), BOTH + "neither"),
    "both": (SETTINGS + "chapters = []\n", BOTH + "both"),
    "unknown setting": (
        SETTINGS + "x = 1\n",
        "[tool.literate] has no setting `x`; it knows build, chapters, line-length, "
        "numbered, outputs, source, toctree",
    ),
    "wrong type": (
        SETTINGS.replace('["pkg"]', '"pkg"'),
        "[tool.literate] outputs must be a list of strings",
    ),
    "no outputs": (
        SETTINGS.replace('["pkg"]', "[]"),
        "[tool.literate] needs `outputs`: the folders that hold tangled files",
    ),
    "output outside": (
        SETTINGS.replace('["pkg"]', '["../pkg"]'),
        "[tool.literate] outputs must lie inside the project: `../pkg`",
    ),
    "no table": ("[project]\n", "has no [tool.literate] table; add one"),
    "no TOML": ("[tool.literate\n", "(at line 1, column 15)"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_settings(project, text, message):
    project.write("pyproject.toml", text)
    with pytest.raises(LiterateError) as caught:
        project.book()
    assert message in str(caught.value)
    assert str(project.root / "pyproject.toml") in str(caught.value)
    result = project.run("check")
    assert result.status == 2
    assert message in result.err


def test_no_project(tmp_path, monkeypatch, project):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").unlink()
    result = project.run("check")
    assert result.status == 2
    assert "pyproject.toml" in result.err


def test_settings_are_found_from_below(project, monkeypatch):
    from literate.config import load_config

    (project.root / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(project.root / "a" / "b")
    assert load_config().project == str(project.root)


def test_line_length_is_that_of_ruff(project):
    from literate.config import load_config

    project.write("pyproject.toml", SETTINGS + "[tool.ruff]\nline-length = 70\n")
    assert load_config(str(project.root)).line_length == 70


def test_the_source_may_be_the_project(project):
    project.write("pyproject.toml", SETTINGS.replace('"book"', '"."'))
    project.write("index.md", toctree("chapters/a"))
    project.write("chapters/a.md", ROOT)
    book = project.book()
    assert [chapter.path for chapter in book.chapters] == ["chapters/a.md"]
    assert book.chapters[0].number == 1
