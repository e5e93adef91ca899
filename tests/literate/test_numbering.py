"""A book in parts: a toctree for each, and one count of chapters."""

import pytest
from htmltree import Element
from htmltree import parse
from wovensite import Site

LAST = """\
# Last

It ends here.

## A section

It has no number.
"""


def index(*parts: tuple[str, ...]) -> str:
    """An index with a numbered toctree for each part."""
    toctrees = [
        "\n".join(["```{toctree}", ":numbered: 1", "", *chapters, "```", ""])
        for chapters in (tuple(f"chapters/{name}" for name in part) for part in parts)
    ]
    return "\n".join(["# Mini", "", "```{toctree}", "preface", "```", "", *toctrees])


THREE_PARTS = index(("01-answer",), ("02-routes", "03-pages"), ("04-last",))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("parts"))
    made.write("book/index.md", THREE_PARTS)
    made.write("book/chapters/04-last.md", LAST)
    assert made.build("-W") == (0, "")
    return made


def pages(site: Site) -> dict[str, Element]:
    return {path: parse(text) for path, text in site.pages().items()}


def headings(site: Site) -> dict[str, str]:
    """The numbers before the chapters' headings, by page."""
    return {
        path: "".join(each.text for each in heading(page).find(css="section-number"))
        for path, page in pages(site).items()
        if path.startswith("chapters/")
    }


def heading(page: Element) -> Element:
    (found,) = page.find("h1")
    return found


def sidebar(page: Element) -> list[str]:
    (tree,) = page.find("div", "sidebar-tree")
    return [item.find("a")[0].text for item in tree.find("li", "toctree-l1")]


def test_each_part_goes_on_where_the_last_one_ended(site):
    assert headings(site) == {
        "chapters/01-answer.html": "1. ",
        "chapters/02-routes.html": "2. ",
        "chapters/03-pages.html": "3. ",
        "chapters/04-last.html": "4. ",
    }


def test_the_numbers_are_those_of_the_tool(site):
    for chapter in site.project.book().chapters:
        if chapter.number is not None:
            page = chapter.path.removeprefix("book/").replace(".md", ".html")
            assert headings(site)[page] == f"{chapter.number}. "


def test_sidebar_and_links_show_them(site):
    expected = ["Preface", "1. Answer", "2. Routes", "3. Pages", "4. Last"]
    for path, page in pages(site).items():
        assert sidebar(page)[:5] == expected, path
    text = site.project.read("build/html/index.html")
    assert "4. Last" in "".join(
        each.text for each in parse(text).find("div", "toctree-wrapper")
    )


def test_a_rebuild_without_a_change_leaves_the_chapters_alone(site):
    files = sorted((site.project.root / "build/html/chapters").iterdir())
    before = [file.stat().st_mtime_ns for file in files]
    assert site.build("-W") == (0, "")
    assert [file.stat().st_mtime_ns for file in files] == before


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_chapter_that_moves_takes_its_number_along(site, jobs):
    moved = index(("02-routes", "01-answer"), ("03-pages",), ("04-last",))
    try:
        site.write("book/index.md", moved)
        assert site.build("-j", jobs)[0] == 0
        assert headings(site) == {
            "chapters/01-answer.html": "2. ",
            "chapters/02-routes.html": "1. ",
            "chapters/03-pages.html": "3. ",
            "chapters/04-last.html": "4. ",
        }
    finally:
        site.write("book/index.md", THREE_PARTS)
        assert site.build("-W") == (0, "")
    assert headings(site)["chapters/01-answer.html"] == "1. "


def test_a_part_that_is_a_page_is_counted_like_one_in_the_index(tmp_path):
    site = Site(tmp_path)
    site.write(
        "book/index.md",
        "# Mini\n\n```{toctree}\npreface\nfirst\nsecond\n```\n",
    )
    for name, chapters in (("first", "1-answer"), ("second", "2-routes 0 3-pages")):
        entries = "\n".join(f"chapters/0{each}" for each in chapters.split(" 0 "))
        text = f"# {name}\n\n```{{toctree}}\n:numbered: 1\n\n{entries}\n```\n"
        site.write(f"book/{name}.md", text)
    assert site.build("-W") == (0, "")
    assert list(headings(site).values()) == ["1. ", "2. ", "3. "]


def test_other_builders_show_them(site):
    site.build("-W", builder="text")
    assert "4. Last" in site.project.read("build/text/chapters/04-last.txt")
