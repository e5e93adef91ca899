"""The site: what its pages show, where their links lead, what a rebuild refreshes."""

import json
from itertools import pairwise
from posixpath import join
from posixpath import normpath
from urllib.parse import unquote
from urllib.parse import urlsplit

import pytest
from htmltree import Element
from htmltree import parse
from literate.sphinx_ext import code
from literate.sphinx_ext.anchors import Anchors
from literate.sphinx_ext.outline import outline
from literate.sphinx_ext.weave import Weave
from wovensite import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The book, built without a warning."""
    made = Site(tmp_path_factory.mktemp("woven"))
    assert made.build("-W") == (0, "")
    return made


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[str, Element]:
    """Its pages."""
    return {path: parse(text) for path, text in site.pages().items()}


def article(page: Element) -> Element:
    (found,) = page.find("article")
    return found


def chunk(pages: dict[str, Element], chapter: str, anchor: str) -> Element:
    return pages[f"chapters/{chapter}.html"].by_id(f"chunk-{anchor}")


def head(figure: Element) -> str:
    """A chunk's first line, without what is only for listeners."""
    (caption,) = figure.find("figcaption")
    return " ".join(caption.text_without("chunk-spoken").split())


def relations(figure: Element) -> list[str]:
    (line,) = figure.find("p", "chunk-relations")
    return [span.text for span in line.find("span")]


def context(figure: Element) -> list[str]:
    return [each.text.rstrip("\n") for each in figure.find(css="chunk-context")]


def shown(figure: Element) -> str:
    (block,) = figure.find("pre")
    return block.text


def own_lines(figure: Element) -> list[str]:
    """A chunk's own lines: no context, no references, no blank ones."""
    (block,) = figure.find("pre")
    text = block.text_without("chunk-context", "chunk-reference")
    return [line.strip() for line in text.splitlines() if line.strip()]


def target(path: str, href: str) -> tuple[str, str]:
    """The page and the anchor that a link on a page leads to."""
    parts = urlsplit(href)
    page = normpath(join(path, "..", unquote(parts.path))) if parts.path else path
    return page, unquote(parts.fragment)


def hrefs(element: Element) -> list[str]:
    return [link["href"] for link in element.find("a")]


# Links


def test_every_link_leads_somewhere(pages):
    ids = {path: {each["id"] for each in page.all()} for path, page in pages.items()}
    count = 0
    for path, page in pages.items():
        for href in hrefs(page):
            if urlsplit(href).scheme or href == "#":
                continue
            where, anchor = target(path, href)
            assert where in pages, f"{path}: {href}"
            assert not anchor or anchor in ids[where], f"{path}: {href}"
            count += 1
    assert count > 200


def test_ids_are_unique(pages):
    for path, page in pages.items():
        ids = [each["id"] for each in article(page).all() if each["id"]]
        assert len(ids) == len(set(ids)), path


def test_a_chunk_leads_to_its_own_lines_and_they_lead_back(pages):
    seen = set()
    for path, page in pages.items():
        for figure in page.find("figure", "chunk"):
            if "chunk-imports" in figure.classes or not own_lines(figure):
                continue
            for link in figure.find("a", "chunk-file"):
                where, anchor = target(path, link["href"])
                if not anchor:
                    continue
                lines = lines_at(pages[where], anchor)
                texts = [line.find("code")[0].text.strip() for line in lines]
                assert [text for text in texts if text] == own_lines(figure)
                (origin,) = lines[0].find(css="origin")
                assert target(where, hrefs(origin)[0]) == (path, figure["id"])
                seen.add((path, figure["id"]))
    assert len(seen) == 13


def lines_at(page: Element, anchor: str) -> list[Element]:
    """The lines that a style rule marks when a link leads to an anchor."""
    element = page.by_id(anchor)
    if "line" in element.classes:
        return [element]
    children = [each for each in element.children if isinstance(each, Element)]
    return [each for each in children if "line" in each.classes]


def test_a_reference_leads_to_the_code_that_counts_in_its_chapter(pages):
    first = chunk(pages, "01-answer", "the-application")
    assert [
        (link.text, link["href"]) for link in first.find("a", "chunk-reference")
    ] == [
        ("⟨settings⟩", "#chunk-settings"),
        ("⟨create an application⟩", "#chunk-create-an-application"),
        ("⟨answer a request⟩", "#chunk-answer-a-request"),
    ]
    second = chunk(pages, "02-routes", "answer-a-request")
    (link,) = second.find("a", "chunk-reference")
    assert link["href"] == "#chunk-give-up"
    third = chunk(pages, "03-pages", "helpers-2")
    (link,) = third.find("a", "chunk-reference")
    assert (link.text, link["href"]) == ("⟨do & <nothing>⟩", "#chunk-do-nothing")


def test_a_reference_to_a_later_chapter_says_so(pages):
    later = {
        (path, link.text): link["data-later"]
        for path, page in pages.items()
        for link in page.find("a", "chunk-later")
    }
    assert later == {
        ("chapters/01-answer.html", "⟨more state⟩"): "chapter 2",
    }


def test_every_line_of_a_file_says_where_it_comes_from(pages):
    for name in ("app", "page.html"):
        lines = pages[f"files/pkg/{name}.html"].find(css="line")
        assert lines[0].find(css="origin")
        for before, line in pairwise(lines):
            assert line["id"] == f"L{int(before['id'][1:]) + 1}"


# Chunks


@pytest.mark.parametrize(
    ("chapter", "anchor", "expected"),
    [
        ("01-answer", "the-application", "⟨the application⟩ ≡ pkg/app.py"),
        (
            "01-answer",
            "create-an-application",
            "⟨create an application⟩ ≡ pkg/app.py, in class App",
        ),
        (
            "01-answer",
            "answer-a-request",
            "⟨answer a request⟩ ≡ pkg/app.py, in App.__call__()",
        ),
        ("01-answer", "imports-of-pkg-app-py", "imports pkg/app.py"),
        (
            "02-routes",
            "answer-a-request",
            "⟨answer a request⟩ ↺≡ pkg/app.py, in App.__call__()",
        ),
        (
            "02-routes",
            "create-an-application",
            "⟨create an application⟩ +≡ pkg/app.py, in class App",
        ),
        (
            "02-routes",
            "refuse-a-second-hook",
            "⟨refuse a second hook⟩ ≡ pkg/app.py, in App.route.register()",
        ),
        ("03-pages", "the-application", "⟨the application⟩ +≡ pkg/app.py"),
        ("03-pages", "the-body", "⟨the body⟩ ≡ pkg/page.html"),
    ],
)
def test_a_chunk_says_its_name_kind_and_place(pages, chapter, anchor, expected):
    assert head(chunk(pages, chapter, anchor)) == expected


@pytest.mark.parametrize(
    ("chapter", "anchor", "expected"),
    [
        ("01-answer", "the-application", ["Continued in chapter 3"]),
        (
            "01-answer",
            "answer-a-request",
            ["Used in ⟨the application⟩ (above)", "Replaced in chapter 2"],
        ),
        (
            "02-routes",
            "answer-a-request",
            ["Used in ⟨the application⟩ (chapter 1)", "Replaces the code in chapter 1"],
        ),
        ("02-routes", "create-an-application", ["Begun in chapter 1"]),
        (
            "03-pages",
            "helpers",
            ["Used in ⟨the application⟩ (above)", "Continued below"],
        ),
        ("03-pages", "helpers-2", ["Begun above"]),
    ],
)
def test_a_chunk_names_its_relations(pages, chapter, anchor, expected):
    assert relations(chunk(pages, chapter, anchor)) == expected


def test_a_chunk_of_references_lands_where_it_is_used(project):
    early = "```{chunk} early\n:file: pkg/a.py\n<<give up>>\n```\n"
    late = "```{chunk} late\n:file: pkg/b.py\nlate = True\n<<leave>>\n```\n"
    leave = "```{chunk} leave\n<<give up>>\n```\n"
    give_up = "```{chunk} give up\nraise SystemExit\n```\n"
    replaced = "```{chunk} leave\n:replace:\nraise LookupError\n```\n"
    for last in ("", replaced):
        project.chapters(early + late + leave + give_up, last)
        views = Weave(project.book()).views.values()
        (view,) = (each for each in views if each.name == "leave" and each.references)
        assert [place.file for place in view.places] == ["pkg/b.py"]


def test_context_is_that_of_the_chapter(pages):
    first = chunk(pages, "01-answer", "answer-a-request")
    assert context(first) == ["def __call__(self, environ: object) -> str:"]
    assert shown(first).endswith(":\n    return self.name\n")
    assert context(chunk(pages, "02-routes", "give-up")) == [
        "if hook is None:",
        "return hook()",
    ]


def test_no_context_where_it_would_not_help(pages):
    for chapter, anchor in [
        ("01-answer", "the-application"),
        ("01-answer", "imports-of-pkg-app-py"),
        ("01-answer", "create-an-application"),
        ("02-routes", "create-an-application"),
    ]:
        assert context(chunk(pages, chapter, anchor)) == [], anchor


def test_code_is_escaped_and_highlighted(site, pages):
    text = shown(chunk(pages, "03-pages", "do-nothing"))
    assert 'pass  # <b> & "quotes"' in text
    html = site.pages()
    assert '<span class="k">class</span>' in html["chapters/01-answer.html"]
    assert '<span class="cp">{{</span>' in html["chapters/03-pages.html"]


# Other things on the pages


def test_set_up_is_hidden_and_examples_have_anchors(site, pages):
    page = pages["chapters/01-answer.html"]
    assert "hidden_name = 1" not in site.pages()["chapters/01-answer.html"]
    assert page.by_id("example-1-1").find("pre")
    (link,) = page.by_id("example-hidden-name").find("a", "headerlink")
    assert link["href"] == "#example-hidden-name"


def test_exercises_and_solutions(pages):
    page = pages["chapters/01-answer.html"]
    first = page.by_id("exercise-say-good-bye")
    title = page.by_id(first["aria-labelledby"])
    assert title.text == "Exercise 1: Say good bye (difficulty 2 of 3)"
    second = page.by_id("exercise-2")
    assert page.by_id(second["aria-labelledby"]).text == "Exercise 2"
    (solution,) = page.find("details")
    assert "open" not in solution.attributes
    assert solution.find("summary")[0].text == "Solution"
    assert ">>> hidden_name" in solution.text


def test_a_margin_note_leaves_the_contents_in_place(pages):
    page = pages["chapters/01-answer.html"]
    assert page.find("aside", "sd-aside")
    (drawer,) = page.find("aside", "toc-drawer")
    assert "no-toc" not in drawer.classes


def test_a_margin_note_needs_no_style_sheet_of_sphinx_design(pages):
    page = pages["chapters/01-answer.html"]
    styles = [each["href"] for each in page.find("link") if "href" in each.attributes]
    assert any("literate.css" in each or "furo.css" in each for each in styles)
    assert not any("sphinx-design" in each for each in styles)


def test_roles(pages):
    links = {
        link.text: link["href"] for link in article(pages["preface.html"]).find("a")
    }
    assert (
        links["⟨answer a request⟩"] == "chapters/02-routes.html#chunk-answer-a-request"
    )
    assert links["here"] == links["⟨answer a request⟩"]
    assert links["pkg/app.py"] == "files/pkg/app.html"
    assert links["App.route"] == "chapters/02-routes.html#chunk-create-an-application"
    assert links["pkg.app.App"] == "chapters/01-answer.html#chunk-the-application"
    assert links["Chunks"] == "chunks.html"
    assert links["the files"] == "files/index.html"


def test_a_chunk_that_is_replaced_later_is_the_one_that_the_reader_knows(pages):
    found = article(pages["chapters/01-answer.html"]).find("p")
    (sentence,) = [each for each in found if each.text.startswith("First ")]
    links = [link["href"] for link in sentence.find("a")]
    assert links == ["#chunk-answer-a-request", "02-routes.html#chunk-give-up"]


def test_indexes(pages):
    chunks = [entry.text for entry in article(pages["chunks.html"]).find("dt")]
    assert chunks == [
        "⟨answer a request⟩",
        "⟨create an application⟩",
        "⟨do & <nothing>⟩",
        "⟨give up⟩",
        "⟨helpers⟩",
        "⟨more state⟩",
        "⟨refuse a second hook⟩",
        "⟨settings⟩",
        "⟨the application⟩",
        "⟨the body⟩",
        "⟨the page⟩",
    ]
    entries = article(pages["identifiers.html"]).find("dl")
    names = [entry.text for part in entries for entry in part.find("dt")]
    assert names == ["App", "CHARSET", "Hook", "outer()", "App.route()", "SIZE"]


def test_the_index_of_files(pages):
    rows = article(pages["files/index.html"]).find("tr")[1:]
    cells = [[cell.text for cell in row.find("th") + row.find("td")] for row in rows]
    assert cells == [
        ["pkg/app.pyThe application, with code in its summary.", "46", "1, 2, 3"],
        ["pkg/page.html", "3", "3"],
    ]


# Builds


LATER_HOOKS = """\
```{chunk} create an application
:append:
def hooks(self) -> int:
    return len(self.routes)
```

"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rebuild_refreshes_what_an_edit_changes_elsewhere(tmp_path, jobs):
    edited = Site(tmp_path / "edited")
    assert edited.build("-W", "-j", jobs) == (0, "")
    before = edited.pages()
    chapter = "book/chapters/02-routes.md"
    edited.edit(chapter, "```{chunk} create", f"{LATER_HOOKS}```{{chunk}} create")
    assert edited.build("-W", "-j", jobs) == (0, "")
    after = edited.pages()
    fresh = Site(tmp_path / "fresh")
    fresh.write(chapter, edited.project.read(chapter))
    assert fresh.build("-W") == (0, "")
    assert after == fresh.pages()
    assert {path for path in after if after[path] != before.get(path)} == {
        "preface.html",  # names App.route, whose chunk is now the second of its name
        "chapters/01-answer.html",  # its last lines have moved in the file
        "chapters/02-routes.html",
        "chapters/03-pages.html",
        "chunks.html",
        "files/index.html",
        "files/pkg/app.html",
        "identifiers.html",
        "map.html",
        "program.html",
    }


MENTIONS = """

See `App`, `App.route()`, `outer()` and {theirs}`App`.
"""

OTHER_APP = """
```{chunk} the class
:replace:
class App:
    \"\"\"Another application.\"\"\"
```
"""


def links_of(pages: dict[str, Element], page: str) -> list[tuple[str, str, str]]:
    """Text, name and address of the links to names in a page's prose."""
    return [
        (link.text, link["data-name"], link["href"])
        for paragraph in article(pages[page]).find("p")
        for link in paragraph.find("a", "name-link")
    ]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_names_lead_to_what_their_page_knows(tmp_path, jobs):
    edited = Site(tmp_path / "edited")
    answer, routes, pages_path = (
        f"book/chapters/{name}.md" for name in ("01-answer", "02-routes", "03-pages")
    )
    edited.edit(answer, "class App:\n", "<<the class>>\n")
    edited.edit(answer, '    """An application."""\n', "")
    edited.edit(
        answer,
        "```{chunk} answer",
        "```{chunk} the class\nclass App:\n"
        '    """An application."""\n```\n\n```{chunk} answer',
    )
    for path in (answer, routes, pages_path, "book/preface.md"):
        title, rest = edited.project.read(path).split("\n", 1)
        edited.write(path, f"{title}{MENTIONS}{rest}")
    assert edited.build("-W", "-j", jobs) == (0, "")
    anchor = "#chunk-the-class"
    route = "chunk-create-an-application"
    outer = "#chunk-helpers"
    own, other = "pkg.app.App", "pkg.app.App@1"
    method, function = "pkg.app.App.route", "pkg.app.outer"
    pages = {path: parse(text) for path, text in edited.pages().items()}
    before = {
        "chapters/01-answer.html": [
            ("App", own, anchor),
            ("App.route()", method, f"02-routes.html#{route}"),
            ("outer()", function, f"03-pages.html{outer}"),
        ],
        "chapters/03-pages.html": [
            ("App", own, f"01-answer.html{anchor}"),
            ("App.route()", method, f"02-routes.html#{route}"),
            ("outer()", function, outer),
        ],
    }
    for page, links in before.items():
        assert links_of(pages, page) == links
    # The second chapter replaces the class: who reads the first stays there.
    edited.edit(
        routes, "```{chunk} more state", f"{OTHER_APP}\n```{{chunk}} more state"
    )
    assert edited.build("-W", "-j", jobs) == (0, "")
    after = edited.pages()
    pages = {path: parse(text) for path, text in after.items()}
    for page, name, start in (
        ("chapters/01-answer.html", other, anchor),
        ("chapters/02-routes.html", own, anchor),
        ("chapters/03-pages.html", own, f"02-routes.html{anchor}"),
        ("preface.html", other, f"chapters/01-answer.html{anchor}"),
    ):
        assert ("App", name, start) in links_of(pages, page), page
        assert sum(text == "App" for text, _, _ in links_of(pages, page)) == 1
    names = json.loads(
        (tmp_path / "edited/build/html/_static/names.json").read_text("utf-8")
    )
    told = {
        key: (names["chapters"][where][1], summary)
        for key, (where, _, summary) in names["names"].items()
        if key in (own, other)
    }
    assert told == {
        own: ("chapter 2", "Another application."),
        other: ("chapter 1", "An application."),
    }
    fresh = Site(tmp_path / "fresh")
    for path in (answer, routes, pages_path, "book/preface.md"):
        fresh.write(path, edited.project.read(path))
    assert fresh.build("-W") == (0, "")
    assert after == fresh.pages()


def test_a_rebuild_without_a_change_leaves_the_chapters_alone(site):
    file = site.project.root / "build/html/chapters/01-answer.html"
    before = file.stat().st_mtime_ns
    assert site.build("-W") == (0, "")
    assert file.stat().st_mtime_ns == before


def test_a_rebuild_highlights_only_the_files_that_have_changed(tmp_path, monkeypatch):
    highlighted = []
    real = code.highlight_lines

    def count(lines, language):
        highlighted.append(language)
        return real(lines, language)

    monkeypatch.setattr(code, "highlight_lines", count)
    site = Site(tmp_path)
    assert site.build("-W") == (0, "")
    before = site.pages()
    # A page and a module, and the two chunks that are replaced later.
    assert sorted(highlighted) == ["html+jinja", "python", "python", "python"]
    assert site.build("-W") == (0, "")
    assert len(highlighted) == 4
    assert site.pages() == before
    chapter = "book/chapters/02-routes.md"
    site.edit(chapter, "```{chunk} create", f"{LATER_HOOKS}```{{chunk}} create")
    assert site.build("-W") == (0, "")
    assert highlighted[4:] == ["python"]


def test_a_rebuild_writes_only_the_data_that_has_changed(tmp_path):
    site = Site(tmp_path)
    assert site.build("-W") == (0, "")
    static = site.project.root / "build/html/_static"
    files = [static / "names.json", *sorted((static / "program").rglob("*.json"))]
    names, module, page = files
    assert (module.name, page.name) == ("app.py.json", "page.html.json")
    before = [file.stat().st_mtime_ns for file in files]
    site.edit("book/chapters/03-pages.md", "# Pages", "# Pages\n\nWords.")
    assert site.build("-W") == (0, "")
    assert [file.stat().st_mtime_ns for file in files] == before
    site.edit(
        "book/chapters/03-pages.md", ":file: pkg/page.html", ":file: pkg/start.html"
    )
    assert site.build("-W") == (0, "")
    assert [file.stat().st_mtime_ns for file in (names, module)] == before[:2]
    assert not page.exists()
    assert page.with_name("start.html.json").is_file()


def test_damaged_highlights_are_made_again(site, tmp_path):
    other = Site(tmp_path)
    assert other.build("-W") == (0, "")
    for damaged in ("{", "[]", '"'):
        other.write("build/html.trees/highlighted.json", damaged)
        assert other.build("-W") == (0, "")
        assert other.pages() == site.pages()


def test_a_parallel_build_is_no_different(site, tmp_path):
    other = Site(tmp_path)
    assert other.build("-W", "-j", "2") == (0, "")
    assert other.pages() == site.pages()


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "singlehtml", "dirhtml"])
def test_other_builders(site, builder):
    assert site.build("-W", builder=builder) == (0, "")


def test_listings_for_other_builders(site):
    site.build(builder="text")
    text = site.project.read("build/text/chapters/02-routes.txt")
    assert "answer a request (replaced here)" in text
    assert "       <<give up>>" in text


def test_a_broken_book_gives_warnings_with_their_places(tmp_path):
    broken = Site(tmp_path)
    broken.edit("book/chapters/02-routes.md", "<<give up>>", "<<gibe up>>")
    broken.edit("book/preface.md", "`App.route`", "`App.rout`")
    broken.write(
        "book/stray.md", "---\norphan: true\n---\n# Stray\n\n```{chunk} x\ny\n```\n"
    )
    status, warnings = broken.build()
    root = tmp_path / "book"
    line = 1 + broken.project.read("book/chapters/02-routes.md").splitlines().index(
        "    <<gibe up>>"
    )
    assert status == 0
    assert (
        f'{root}/chapters/02-routes.md:{line}:5: WARNING: no chunk is named "gibe up"'
        in warnings
    )
    assert (
        f"{root}/preface.md:3: WARNING: the program defines no public 'App.rout'"
        in warnings
    )
    assert (
        f"{root}/stray.md:6: WARNING: this chunk is not part of the program" in warnings
    )
    assert broken.build("-W", "-E")[0] == 1


def test_settings_that_make_no_sense_end_the_build(tmp_path):
    wrong = Site(tmp_path)
    wrong.write("pyproject.toml", "[project]\n")
    status, errors = wrong.build()
    assert status == 2
    assert "has no [tool.literate] table" in errors


# Parts


def test_anchors_are_words_and_differ():
    anchors = Anchors("chunk")
    texts = ["Match the URL!", "match the url", "match the URL 2", "Ärger & <b>", "≡"]
    assert [anchors.add(text) for text in texts] == [
        "chunk-match-the-url",
        "chunk-match-the-url-2",
        "chunk-match-the-url-2-2",
        "chunk-arger-b",
        "chunk",
    ]


def test_outline_finds_definitions_in_any_block():
    text = """\
if a:
    X: int = 1
else:
    class C:
        y = z = 2

        @deco
        async def f(self):
            def g(): ...
try:
    (P, [Q]) = 1, [2]
except E:
    def h(): ...
"""
    assert [
        (each.name, each.kind, each.first, each.line) for each in outline(text)
    ] == [
        ("X", "constant", 2, 2),
        ("C", "class", 4, 4),
        ("C.y", "attribute", 5, 5),
        ("C.z", "attribute", 5, 5),
        ("C.f", "method", 7, 8),
        ("C.f.g", "local", 9, 9),
        ("P", "constant", 11, 11),
        ("Q", "constant", 11, 11),
        ("h", "function", 13, 13),
    ]


def test_outline_of_a_broken_file_is_empty():
    assert outline("def") == ()
