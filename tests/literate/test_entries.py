"""A reference beside the book: its entries lead to the code, and the code to them."""

import pytest
from htmltree import Element
from htmltree import parse
from literate.sphinx_ext.outline import instance_attributes
from wovensite import Site

ENTRIES = {
    "pkg.App": "pkg.app.App",
    "pkg.App.route": "pkg.app.App.route",
    "pkg.App.name": "pkg.app.App.name",
    "pkg.App.unknown": "pkg.app.App.unknown",
}

SETUP = f"""
def setup(app):
    app.connect("doctree-read", note)


def note(app, doctree):
    if app.env.docname == "reference":
        for name, home in {ENTRIES!r}.items():
            app.env.domains["literate"].note_entry("reference", name, home)
"""

PAGE = "# Reference\n\n" + "\n\n".join(
    f"({name})=\nSee {{explained}}`{name}`." for name in ENTRIES
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("entries"))
    made.write("conf.py", made.project.read("conf.py") + SETUP)
    made.edit("book/index.md", "chapters/03-pages\n", "chapters/03-pages\nreference\n")
    made.write("book/reference.md", PAGE)
    assert made.build("-W") == (0, "")
    return made


def page(site: Site, name: str) -> Element:
    return parse(site.project.read(f"build/html/{name}.html"))


def told(site: Site, chapter: str, chunk: str) -> list[tuple[str, str]]:
    """Names and addresses of the entries that a chunk leads to."""
    figure = page(site, f"chapters/{chapter}").by_id(f"chunk-{chunk}")
    return [
        (link.text, link["href"])
        for link in figure.find("a")
        if "reference.html" in link["href"]
    ]


def test_an_entry_leads_to_the_chunk_that_defines_its_name(site):
    links = {
        (link.text, link["href"])
        for link in page(site, "reference").find("a", "internal")
        if "#chunk-" in link["href"]
    }
    assert links == {
        ("chapter 1, Answer", "chapters/01-answer.html#chunk-the-application"),
        ("chapter 1, Answer", "chapters/01-answer.html#chunk-create-an-application"),
        ("chapter 2, Routes", "chapters/02-routes.html#chunk-create-an-application"),
    }


def test_the_chunk_leads_back(site):
    assert told(site, "01-answer", "the-application") == [
        ("App", "../reference.html#pkg.App")
    ]
    assert told(site, "01-answer", "create-an-application") == [
        ("App.name", "../reference.html#pkg.App.name")
    ]
    assert told(site, "02-routes", "create-an-application") == [
        ("App.route", "../reference.html#pkg.App.route")
    ]


def test_the_index_of_names_leads_to_the_entries(site):
    links = {
        link["href"]
        for link in page(site, "identifiers").find("a")
        if link.text == "reference"
    }
    assert links == {"reference.html#pkg.App", "reference.html#pkg.App.route"}


def test_a_rebuild_notices_what_an_entry_tells_about(site):
    site.edit("conf.py", "'pkg.app.App.name'", "'pkg.app.App.route'")
    site.edit("book/reference.md", "# Reference", "# The reference")
    assert site.build("-W") == (0, "")
    assert told(site, "01-answer", "create-an-application") == []
    assert [name for name, _ in told(site, "02-routes", "create-an-application")] == [
        "App.route",
        "App.name",
    ]


def test_an_unknown_name_is_reported(tmp_path):
    site = Site(tmp_path)
    site.edit(
        "book/preface.md", "# Preface", "# Preface\n\n{explained}`nothing.at.all`"
    )
    status, warnings = site.build()
    assert status == 0
    assert "no chunk defines 'nothing.at.all'" in warnings


def test_attributes_of_objects_are_found_in_init():
    text = """\
class A:
    x = 1
    def __init__(self, y):
        self.y: int = y
        if y:
            self.z, other = 1, 2
        y.no = 3
    def later(self):
        self.w = 1
    class B:
        def __init__(this):
            this.v = 1
"""
    assert [(each.name, each.line) for each in instance_attributes(text)] == [
        ("A.B.v", 12),
        ("A.y", 4),
        ("A.z", 6),
    ]
    assert instance_attributes("class") == ()
