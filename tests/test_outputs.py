"""What a build makes of a book besides its pages: tried on a small book."""

from __future__ import annotations

import io
import json
import re
import warnings
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from collections.abc import Iterator
from contextlib import redirect_stderr
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from outputs.head import LONGEST
from outputs.head import shortened
from outputs.markdown import to_markdown
from outputs.missing import whole_links
from outputs.pdf import entries_of
from outputs.pdf import for_paper
from outputs.pdf import NotOnePage
from outputs.pdf import printed
from outputs.pdf import SHORT
from outputs.pdf import with_images
from outputs.search import weight
from outputs.single import place_of
from outputs.single import renamed_within
from outputs.site import tidied
from outputs.validate import Finding
from outputs.validate import reported
from sitelinks import Links
from sphinx.cmd.build import main as sphinx_build

PROJECT = Path(__file__).parents[1]
ADDRESS = "https://books.example/mini/"

CONF = f"""\
import sys

sys.path.insert(0, {str(PROJECT / "book" / "_ext")!r})
project = "mini"
author = project_copyright = "nobody"
version = "1"
myst_heading_anchors = 2
extensions = ["myst_parser", "sphinx.ext.autodoc", "outputs.sphinx_ext"]
templates_path = [{str(PROJECT / "book" / "_templates")!r}]
html_theme = "furo"
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_sidebars = {{"**": ["sidebar/brand.html", "sidebar/search.html"]}}
singlehtml_sidebars = {{"**": ["sidebar/brand.html"]}}
outputs_description = "A small book."
outputs_picture = "_static/picture.png"
outputs_picture_alt = "A picture"
epub_uid = "mini"
epub_identifier = "mini"
epub_description = outputs_description
nitpicky = True
"""

TEXTS = {
    "index.md": """\
# Mini

A book & its <pages>.

```{toctree}
preface
```

```{toctree}
:caption: First part
:numbered: 1

parts/one
parts/two
```
""",
    "preface.md": "# Preface\n\nSee [the exercises](parts/one.md#exercises).\n",
    "parts/one.md": """\
# One

What follows is code:

```python
print("`one`")
```

## Exercises

Look at [the other](two.md#exercises), [ours](#exercises), [the preface](../preface.md).

| name | value |
| --- | --- |
| a | `1\\|2` |
""",
    "parts/two.md": """\
---
description: Told by the author.
---

# Two

- first
- second, with *stress* and **weight**

  and more

## Exercises

1. One [outside](https://elsewhere.example/).
""",
}


class Mini:
    """The small book and what is made of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("conf.py", CONF)
        for name, text in TEXTS.items():
            self.write(f"book/{name}", text)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def build(self, builder: str = "html", *options: str) -> Path:
        """Runs Sphinx with warnings as errors: the folder it wrote."""
        output = self.root / "build" / builder
        arguments = ["-q", "-W", "-c", str(self.root), "-b", builder]
        arguments += ["-d", str(self.root / f"build/{builder}.trees"), *options]
        out, err = io.StringIO(), io.StringIO()
        arguments += [str(self.root / "book"), str(output)]
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            warnings.catch_warnings(),
        ):
            # MyST still asks Sphinx in a way that a later Sphinx will not answer.
            warnings.filterwarnings("ignore", message="'myst_parser")
            status = sphinx_build(arguments)
        assert (status, err.getvalue()) == (0, ""), err.getvalue()
        return output


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    return Mini(tmp_path_factory.mktemp("mini"))


@pytest.fixture(scope="module")
def site(mini: Mini) -> Path:
    """The site, made with the address it will have."""
    return mini.build("html", "-D", f"html_baseurl={ADDRESS}")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, made without an address."""
    return Mini(tmp_path_factory.mktemp("elsewhere")).build()


def head(site: Path, page: str) -> dict[str, str]:
    """What a page says of itself, by name."""
    return Links(site / page).metas


# The head of a page


def test_a_page_is_described_by_its_first_paragraph(site: Path) -> None:
    said = head(site, "parts/one.html")
    assert said["description"] == said["og:description"] == "What follows is code."
    assert said["og:title"] == "1. One"
    assert said["og:type"] == "article"
    assert said["og:url"] == f"{ADDRESS}parts/one.html"
    assert said["og:image"] == f"{ADDRESS}_static/picture.png"
    assert said["twitter:card"] == "summary_large_image"


def test_the_start_page_speaks_for_the_book(site: Path) -> None:
    said = head(site, "index.html")
    assert said["description"] == "A book & its <pages>."
    assert (said["og:title"], said["og:type"]) == ("mini", "website")


def test_a_description_of_the_author_goes_before(site: Path) -> None:
    assert head(site, "parts/two.html")["description"] == "Told by the author."


def test_a_page_states_its_size_once(site: Path) -> None:
    html = (site / "parts/one.html").read_text("utf-8")
    assert html.count('name="viewport"') == 1


def test_a_page_says_where_it_belongs(site: Path) -> None:
    html = (site / "parts/one.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{ADDRESS}parts/one.html">' in html


def test_without_an_address_nothing_is_said_that_needs_one(elsewhere: Path) -> None:
    said = head(elsewhere, "parts/one.html")
    assert said["og:description"] == "What follows is code."
    assert not {"og:url", "og:image", "twitter:card"} & set(said)
    assert "canonical" not in (elsewhere / "parts/one.html").read_text("utf-8")
    assert not (elsewhere / "sitemap.xml").exists()
    assert "Sitemap" not in (elsewhere / "robots.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", "Short."),
        ("So it is:", "So it is."),
        (f"{'a' * 90}. {'b' * 150}", f"{'a' * 90}."),
        (f"Short. {'word ' * 60}", f"Short. {('word ' * 38).strip()}…"),
    ],
)
def test_descriptions_end_with_a_sentence_or_a_word(text: str, expected: str) -> None:
    assert shortened(text) == expected
    assert len(expected) <= LONGEST


# What a checker of HTML does not like


def test_tags_are_not_closed_like_those_of_xml() -> None:
    html = '<link href="a/"/><meta content="x > y" /><br/><path d="M1"/><a href="b/">'
    expected = '<link href="a/"><meta content="x > y"><br><path d="M1"/><a href="b/">'
    assert tidied(html) == expected


def test_the_article_of_a_page_has_its_heading(site: Path) -> None:
    html = (site / "parts/one.html").read_text("utf-8")
    _, _, article = html.partition('<article role="main"')
    article, _, _ = article.partition("</article>")
    assert article.index('<div class="page-section" id="one">') < article.index("<h1>")
    assert article.count("<section") == article.count("</section>") == 1
    assert article.rstrip().endswith("</div>")


def test_words_are_not_marked_where_nobody_sees_them() -> None:
    html = "<title>a</title><body><svg><title id='b'>a</title><text>a</text></svg>"
    marked = "<title class=\"nohighlight\" id='b'>"
    assert tidied(html) == html.replace("<title id='b'>", marked)


def test_what_stands_before_and_after_the_section_of_a_page_stays() -> None:
    html = """<article role="main">
        <section class="a" id="b"><span id="c"></span><h1>x</h1>
        <section></section></section><script type="module" src="d"></script>
        </article>"""
    before = html.replace('<section class="a"', '<div class="page-section a"')
    assert tidied(html) == before.replace("</section><script", "</div><script")


def test_an_article_without_a_section_stays_as_it_is() -> None:
    html = '<article role="main"><h1>x</h1><section></section></article>'
    assert tidied(html) == html


# The index of the search


def index_of(site: Path) -> dict[str, Any]:
    text = (site / "searchindex.js").read_text("utf-8")
    found: dict[str, Any] = json.loads(text[len("Search.setIndex(") : -1])
    return found


def test_the_index_names_chapters_by_their_numbers(site: Path) -> None:
    index = index_of(site)
    titles = dict(zip(index["docnames"], index["titles"], strict=True))
    assert titles == {
        "index": "Mini",
        "parts/one": "1. One",
        "parts/two": "2. Two",
        "preface": "Preface",
    }
    assert "1. One" in index["alltitles"]
    assert "One" not in index["alltitles"]
    assert len(index["alltitles"]["Exercises"]) == 2


def test_titles_that_two_pages_have_name_their_parts(tmp_path: Path) -> None:
    book = Mini(tmp_path)
    book.write("book/index.md", TEXTS["index.md"].replace(":numbered: 1\n", ""))
    book.write("book/preface.md", "# One\n\n[Exercises](parts/one.md#exercises).\n")
    titles = index_of(book.build())["titles"]
    assert titles == ["Mini", "First part: One", "Two", "One"]


def test_the_index_tells_how_much_a_page_says_of_a_word(tmp_path: Path) -> None:
    book = Mini(tmp_path)
    book.write("book/parts/two.md", f"# Two\n\n{'kettle ' * 17}\n\n## Exercises\n")
    book.write("book/preface.md", "# Preface\n\nA kettle. See [](parts/one.md).\n")
    index = index_of(book.build())
    two, preface = (
        index["docnames"].index("parts/two"),
        index["docnames"].index("preface"),
    )
    assert index["terms"]["kettl"] == [two, preface]
    assert index["weights"]["kettl"] == f"{weight(17)}0"
    assert [weight(times) for times in (1, 2, 8, 10_000)] == [0, 2, 4, 9]


def test_the_index_after_a_change_is_that_of_a_new_build(tmp_path: Path) -> None:
    changed, new = Mini(tmp_path / "changed"), Mini(tmp_path / "new")
    for book in (changed, new):
        terms = "```{glossary}\nkettle\n  Boils.\n```\n"
        book.write("book/parts/two.md", f"# Two\n\n{terms}\n## Exercises\n")
    assert "kettle" in index_of(changed.build())["indexentries"]
    for book in (changed, new):
        book.write("book/preface.md", "# Preface\n\nOne of one and two.\n")
    assert index_of(changed.build()) == index_of(new.build())


# For programs that walk the site


def test_the_map_of_the_site_has_every_page_that_one_should_find(site: Path) -> None:
    found = ElementTree.parse(site / "sitemap.xml").getroot()
    pages = {each.text for each in found.iter(f"{found.tag.partition('}')[0]}}}loc")}
    names = ["", "parts/one.html", "parts/two.html", "preface.html"]
    assert pages == {ADDRESS + name for name in names}
    rules = (site / "robots.txt").read_text("utf-8")
    assert f"Sitemap: {ADDRESS}sitemap.xml" in rules


def test_the_map_is_whole_after_a_change_of_one_page(tmp_path: Path) -> None:
    book = Mini(tmp_path)
    options = ("-D", f"html_baseurl={ADDRESS}")
    before = (book.build("html", *options) / "sitemap.xml").read_text("utf-8")
    book.write("book/preface.md", "# Preface\n\nAnother one.\n")
    after = book.build("html", *options)
    assert (after / "sitemap.xml").read_text("utf-8") == before
    assert "Another one." in (after / "llms-full.txt").read_text("utf-8")
    assert 'print("`one`")' in (after / "llms-full.txt").read_text("utf-8")


# The page for addresses that lead nowhere


def test_the_links_of_the_missing_page_begin_at_the_top(
    site: Path, elsewhere: Path
) -> None:
    for folder, top in ((site, "/mini/"), (elsewhere, "/")):
        links = Links(folder / "404.html")
        relative = [
            link
            for link in links.targets
            if not link.startswith((top, "#", "http:", "https:"))
        ]
        assert relative == []
        assert f"{top}parts/two.html" in links.targets
        assert f"{top}search.html" in links.targets
        assert f'data-content_root="{top}"' in (folder / "404.html").read_text("utf-8")
        assert links.metas["robots"] == "noindex"


def test_links_that_are_whole_stay_as_they_are() -> None:
    html = (
        '<a href="#x"> <a href="/y"> <a href="mailto:z"> <a href="a/b"> <a href="./c">'
    )
    top = '<a href="#x"> <a href="/y"> <a href="mailto:z"> <a href="/t/a/b"> <a href="/t/c">'
    assert whole_links(html, "/t/") == top


# As text


def test_every_page_is_there_as_markdown(site: Path) -> None:
    assert (
        (site / "parts/one.md").read_text("utf-8")
        == f"""\
# One

What follows is code:

```python
print("`one`")
```

## Exercises

Look at [the other]({ADDRESS}parts/two.html#exercises), ours, \
[the preface]({ADDRESS}preface.html).

| name | value |
| --- | --- |
| a | `1\\|2` |
"""
    )
    assert (
        (site / "parts/two.md").read_text("utf-8")
        == """\
# Two

- first

- second, with *stress* and **weight**

  and more

## Exercises

1. One [outside](https://elsewhere.example/).
"""
    )
    assert 'href="one.md"' in (site / "parts/one.html").read_text("utf-8")


def test_the_list_of_pages_has_the_parts_of_the_book(site: Path) -> None:
    assert (
        (site / "llms.txt").read_text("utf-8")
        == f"""\
# mini

> A small book.

The whole book as one text is in [llms-full.txt]({ADDRESS}llms-full.txt).

## To begin with

- [Preface]({ADDRESS}preface.md): See the exercises.

## First part

- [1. One]({ADDRESS}parts/one.md): What follows is code. Sections: Exercises
- [2. Two]({ADDRESS}parts/two.md): Told by the author. Sections: Exercises
"""
    )


def test_sections_that_many_pages_have_are_not_listed(tmp_path: Path) -> None:
    book = Mini(tmp_path)
    names = [f"parts/{number}" for number in range(10)]
    for name in names:
        text = f"# {name}\n\n## Only {name}\n\n### Deeper\n\n## What it costs\n"
        book.write(f"book/{name}.md", text)
    book.write(
        "book/index.md",
        TEXTS["index.md"].replace("parts/two", "parts/two\n" + "\n".join(names)),
    )
    book.write("conf.py", f'{CONF}outputs_note = "How to read it."\n')
    lines = (book.build() / "llms.txt").read_text("utf-8").splitlines()
    assert "How to read it." in lines
    assert lines[-1].endswith("): Sections: Only parts/9")


def test_the_whole_text_is_in_the_order_of_the_book(site: Path) -> None:
    lines = (site / "llms-full.txt").read_text("utf-8").splitlines()
    titles = [line for line in lines if line.startswith("# ")]
    assert titles == ["# Mini", "# Preface", "# One", "# Two"]


def test_code_with_fences_gets_a_longer_fence() -> None:
    page = nodes.document(None, None)  # type: ignore[arg-type]
    page += nodes.literal_block("", "```\nx\n```", language="md")
    assert to_markdown(page) == "````md\n```\nx\n```\n````\n"


def test_a_drawing_is_told_by_its_words() -> None:
    page = nodes.document(None, None)  # type: ignore[arg-type]
    svg = "<svg><title>A path</title><desc>From here\n to there</desc></svg>"
    page += nodes.raw("", svg, format="html")
    assert to_markdown(page) == "[Picture: A path. From here to there]\n"


# One page, and what is printed of it


@pytest.fixture(scope="module")
def page(mini: Mini) -> Path:
    return mini.build("singlehtml") / "index.html"


def test_places_on_the_one_page_are_unique_and_links_lead_there(page: Path) -> None:
    links = Links(page)
    assert len(links.ids) == len(set(links.ids))
    for name in ("parts/one", "parts/two"):
        assert place_of(name, "exercises") in links.ids
        assert f"#{place_of(name, 'exercises')}" in links.targets
    within = [link[1:] for link in links.targets if link.startswith("#")]
    assert set(within) - {""} <= set(links.ids)


def test_drawings_on_the_one_page_keep_what_belongs_together() -> None:
    drawing = """<svg aria-labelledby="a b"><title id="a">A</title><desc id="b">B</desc>
        <marker id="c"/><path marker-end="url(#c)"/><use href="#c"/><a href="#d"/></svg>"""
    assert renamed_within(drawing, "parts/one") == drawing.replace(
        '"a b"', '"parts-one--a parts-one--b"'
    ).replace('id="', 'id="parts-one--').replace("#c", "#parts-one--c")


def test_the_one_page_keeps_numbers_and_parts(page: Path) -> None:
    html = page.read_text("utf-8")
    assert '<h2><span class="section-number">2. </span>Two' in html
    assert '<p class="part rubric" id="part-first-part">First part</p>' in html


def test_the_printed_book_begins_with_a_table_of_contents(page: Path) -> None:
    text = printed(page.read_text("utf-8"))
    assert [(each.text, each.kind) for each in entries_of(text)] == [
        ("Preface", "chapter"),
        ("First part", "part"),
        ("1. One", "chapter"),
        ("2. Two", "chapter"),
    ]
    assert "headerlink" not in text
    assert text.index("contents-chapter") < text.index("What follows is code")


def test_drawings_are_printed_as_images_with_their_style() -> None:
    svg = '<svg class="drawing" viewBox="0 0 10 20"><text>A</text></svg>'
    style = ".drawing text {\n  width: 1px;\n  font-family: var(--font-stack);\n}\n"
    before, data, after = re.split(
        r"base64,|\" alt", with_images(f"<p>{svg}</p>", style)
    )
    drawing = b64decode(data).decode()
    assert before.startswith("<p><img ")
    assert after.endswith("</p>")
    assert 'width="10" height="20"' in drawing
    assert "font-family: Liberation Sans, sans-serif" in drawing
    assert "1px" not in drawing


def test_variables_of_a_chart_are_printed_by_their_values() -> None:
    style = "<style>a { --x: var(--theme, red); } a { fill: var(--x); }</style>"
    text = with_images(f"<svg>{style}</svg>", "")
    data = re.split(r"base64,|\" alt", text)[1]
    assert "fill: red;" in b64decode(data).decode()


def test_pages_within_a_chapter_are_in_the_table_of_contents(tmp_path: Path) -> None:
    book = Mini(tmp_path)
    book.write(
        "book/parts/two.md", "# Two\n\n```{toctree}\nthree\n```\n\n## Exercises\n"
    )
    book.write("book/parts/three.md", "# Three\n\nThe last.\n")
    page = book.build("singlehtml") / "index.html"
    entries = entries_of(printed(page.read_text("utf-8")))
    assert [each.text for each in entries if each.kind == "page"] == ["Three"]


def test_the_version_is_stated(page: Path) -> None:
    html = page.read_text("utf-8")
    assert "Version 1 &amp; 2" in printed(html, "1 & 2")
    assert "Version" not in printed(html)


def test_short_code_stays_on_one_page_with_what_announces_it() -> None:
    def block(lines: int) -> str:
        code = "x\n" * lines
        return f'<div class="highlight"><pre>{code}</pre></div>'

    def chunk(lines: int) -> str:
        return f'<figure class="chunk chunk-define">{block(lines)}</figure>'

    text = for_paper(f"<p>So it is:</p>\n{block(SHORT)}<p>It is:</p>\n<p>No.</p>\n")
    assert text.startswith(
        '<p class="leads">So it is:</p>\n<div class="highlight short">'
    )
    assert "<p>It is:</p>" in text
    assert "short" not in for_paper(block(SHORT + 1))
    assert '<figure class="short chunk chunk-define">' in for_paper(chunk(SHORT))
    assert "short" not in for_paper(chunk(SHORT + 1))


def test_solutions_are_printed_behind_all_exercises() -> None:
    def exercise(name: str) -> str:
        return (
            f'<div class="exercise"><p class="exercise-title rubric">{name}'
            f'<span class="difficulty"> (hard)</span></p><p>Try {name}.</p></div>\n'
            f'<details class="solution" data-solution="x">\n<summary '
            f'class="solution-title">Solution</summary>\n<p>Of {name}.</p></details>\n'
        )

    text = for_paper(
        '<section id="a--exercises">\n<h3>Exercises</h3>\n'
        f"{exercise('One')}{exercise('Two')}</section>\n<section id='b'></section>"
    )
    words = re.findall(
        r"Try \w+|Solutions|solution-title\">\w+|Of \w+|section id", text
    )
    assert words == [
        "section id",
        "Try One",
        "Try Two",
        "Solutions",
        'solution-title">One',
        "Of One",
        'solution-title">Two',
        "Of Two",
        "section id",
    ]


def test_what_is_true_only_of_the_site_is_not_on_paper(tmp_path: Path) -> None:
    book = Mini(tmp_path)
    conf = f'{CONF}myst_enable_extensions = ["attrs_block"]\n'
    book.write("conf.py", conf)
    text = "# Preface\n\n{.on-screen}\nPress the button.\n\nTurn the page.\n"
    book.write("book/preface.md", text)
    names = {
        "html": "preface.html",
        "singlehtml": "index.html",
        "epub": "preface.xhtml",
    }
    found = {
        builder: (book.build(builder) / name).read_text("utf-8")
        for builder, name in names.items()
    }
    assert all("Turn the page." in each for each in found.values())
    pressed = {name for name, each in found.items() if "Press the button." in each}
    assert pressed == {"html"}


@pytest.mark.parametrize("html", ["", '<article role="main"><h1>x</h1></article>'])
def test_other_pages_are_not_printed(html: str) -> None:
    with pytest.raises(NotOnePage, match="singlehtml"):
        printed(html)


# What the checkers say


def test_a_report_names_pages_and_lines() -> None:
    folder = Path("/site").resolve()
    url = (folder / "a page.html").as_uri()
    report = {
        "messages": [
            {"url": url, "lastLine": 7, "message": "Bad tag.", "extract": "<x>"},
            {"url": url, "message": "No title."},
        ]
    }
    found = list(reported(report, folder))
    assert found == [
        Finding("a page.html:7", "Bad tag.", "<x>"),
        Finding("a page.html:", "No title.", ""),
    ]


# EPUB


def test_the_epub_has_the_pages_and_nothing_else_of_the_site(mini: Mini) -> None:
    folder = mini.build("epub")
    files = {path.relative_to(folder).as_posix() for path in paths(folder)}
    assert {"parts/one.xhtml", "mini.epub"} <= files
    assert not files & {"llms.txt", "robots.txt", "404.xhtml", "parts/one.md"}


def test_the_epub_has_parts_and_numbers_in_its_table_of_contents(mini: Mini) -> None:
    tree = ElementTree.parse(mini.build("epub") / "nav.xhtml")
    space = "{http://www.w3.org/1999/xhtml}"

    def told(within: ElementTree.Element, depth: int = 0) -> Iterator[tuple[int, str]]:
        for item in within.findall(f"{space}ol/{space}li"):
            yield depth, item.findtext(f"{space}a") or ""
            yield from told(item, depth + 1)

    (nav,) = tree.iter(f"{space}nav")
    assert list(told(nav)) == [
        (0, "Mini"),
        (0, "Preface"),
        (0, "First part"),
        (1, "1. One"),
        (2, "Exercises"),
        (1, "2. Two"),
        (2, "Exercises"),
    ]


def test_the_epub_says_which_pages_hold_drawings(tmp_path: Path) -> None:
    book = Mini(tmp_path)
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'><title>A line</title></svg>"
    book.write("book/parts/one.md", f"# One\n\n{drawing}\n\n## Exercises\n")
    items = (book.build("epub") / "content.opf").read_text("utf-8").splitlines()
    (one,) = [item for item in items if 'href="parts/one.xhtml"' in item]
    (two,) = [item for item in items if 'href="parts/two.xhtml"' in item]
    assert 'properties="svg"' in one
    assert "properties" not in two


def paths(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
