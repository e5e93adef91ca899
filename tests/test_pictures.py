"""The pictures: what they promise to readers and pages, and what each builder gets."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from contextlib import redirect_stderr
from contextlib import redirect_stdout
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pictures.drawing import DAYLIGHT
from pictures.drawing import DrawingError
from pictures.drawing import read_drawing
from sphinx.cmd.build import main as sphinx_build

BOOK = Path(__file__).parents[1] / "book"
STYLE = BOOK / "_static" / "pictures.css"
FILES = sorted((BOOK / "pictures").glob("*.svg"))
NAMES = [file.stem for file in FILES]
USE = re.compile(r"^`{3,}\{picture\} +(\S+)$", re.M)
SVG = "{http://www.w3.org/2000/svg}"

#: What a drawing may consist of, and say: its look is the style sheet's business.
ELEMENTS = {"svg", "title", "desc", "g", "rect", "circle", "path", "text", "tspan"}
ATTRIBUTES = {
    *("class", "viewBox", "role", "aria-labelledby", "id"),
    *("x", "y", "width", "height", "rx", "cx", "cy", "r", "d"),
}

#: A telephone of 390 pixels, without the margins of the page.
ROOM = 390 - 2 * 16

each_picture = pytest.mark.parametrize("file", FILES, ids=NAMES)


def rules() -> dict[str, dict[str, str]]:
    """The declarations of the style sheet by selector."""
    text = re.sub(r"/\*.*?\*/", "", STYLE.read_text("utf-8"), flags=re.S)
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        pairs = (each.split(":", 1) for each in body.split(";") if each.strip())
        declared = {name.strip(): value.strip() for name, value in pairs}
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(declared)
    return found


def size(classes: list[str]) -> float:
    """The size of letters, in the units of the drawing."""
    sizes = [
        declared["font-size"]
        for selector, declared in rules().items()
        if "font-size" in declared
        and selector in (".drawing text", *(f".drawing .{name}" for name in classes))
    ]
    return float(sizes[-1].removesuffix("px"))


def view(root: ElementTree.Element) -> tuple[float, float]:
    x, y, width, height = map(float, root.attrib["viewBox"].split())
    assert (x, y) == (0, 0)
    return width, height


def test_each_picture_stands_in_the_book_once() -> None:
    used = Counter(
        name for page in BOOK.rglob("*.md") for name in USE.findall(page.read_text())
    )
    assert used == Counter(NAMES)
    assert len(NAMES) >= 8


@each_picture
def test_has_title_and_description(file: Path) -> None:
    drawing = read_drawing(file)
    assert len(drawing.title) < 80
    assert len(drawing.description) > 100


def test_no_id_is_used_twice() -> None:
    ids = Counter(
        element.attrib["id"]
        for file in FILES
        for element in ElementTree.parse(file).iter()
        if "id" in element.attrib
    )
    assert set(ids.values()) == {1}


@each_picture
def test_leaves_its_look_to_the_style_sheet(file: Path) -> None:
    known = {name for rule in rules() for name in re.findall(r"\.([a-z]+)", rule)}
    for element in ElementTree.parse(file).iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert element.attrib.keys() <= ATTRIBUTES
        assert set(element.get("class", "").split()) <= known


def test_colours_and_fonts_are_those_of_the_theme() -> None:
    seen = 0
    for selector, declared in rules().items():
        for name, value in declared.items():
            if name in {"fill", "stroke", "color", "background", "font-family"}:
                allowed = {
                    "none",
                    "currentColor",
                    *(f"var({each})" for each in DAYLIGHT),
                }
                assert value in allowed, f"{selector}: {name}: {value}"
                seen += 1
    assert seen > 20
    assert not re.search(r"#[0-9a-fA-F]{3}|rgb|hsl", STYLE.read_text("utf-8"))


@each_picture
def test_can_be_read_on_a_telephone(file: Path) -> None:
    root = ElementTree.parse(file).getroot()
    scale = ROOM / view(root)[0]
    for text in root.iter(f"{SVG}text"):
        assert size(text.get("class", "").split()) * scale >= 12, text.text


@each_picture
def test_keeps_within_its_bounds(file: Path) -> None:
    root = ElementTree.parse(file).getroot()
    width, height = view(root)
    for box in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
    for text in root.iter(f"{SVG}text"):
        classes = text.get("class", "").split()
        letter = size(classes) * (0.602 if "code" in classes else 0.5)
        length = letter * len("".join(text.itertext()))
        x = float(text.attrib["x"])
        x -= {"middle": length / 2, "end": length}.get(
            classes[-1] if classes else "", 0
        )
        assert 0 <= x < x + length <= width, text.text
        assert 0 < float(text.attrib["y"]) < height


GOOD = """\
<svg class="drawing" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 40" role="img"
  aria-labelledby="NAME-title NAME-desc">
  <title id="NAME-title">A box</title>
  <desc id="NAME-desc">There is one box, and nothing in it.</desc>
  <rect class="box one" x="10" y="10" width="100" height="20"/>
</svg>
"""


@pytest.mark.parametrize(
    "change, message, line",
    [
        (("</svg>", ""), "not well-formed", 7),
        (("A box", " "), "no <title>", 1),
        (("<desc", "<!--"), "not well-formed", None),
        (("There is one box, and nothing in it.", ""), "no <desc>", 1),
        (("NAME-title", "title"), 'needs id="box-title"', 1),
        (('role="img"', ""), 'needs role="img"', 1),
    ],
)
def test_says_what_a_drawing_lacks(
    tmp_path: Path, change: tuple[str, str], message: str, line: int | None
) -> None:
    text = GOOD.replace(*change).replace("NAME", "box")
    file = tmp_path / "box.svg"
    file.write_text(text)
    with pytest.raises(DrawingError, match=re.escape(message)) as caught:
        read_drawing(file)
    assert line is None or caught.value.line == line


class Book:
    """A book of two pages, one of which has a picture."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write(
            "conf.py",
            'extensions = ["myst_parser", "pictures.sphinx_ext"]\n'
            'project = "a book"\ncopyright = "nobody"\nhtml_static_path = ["_static"]\n'
            'epub_show_urls = "no"\nversion = "1"\n',
        )
        self.write("_static/pictures.css", STYLE.read_text("utf-8"))
        self.write("pictures/box.svg", GOOD.replace("NAME", "box"))
        self.write("index.md", "# A book\n\n```{toctree}\npage\n```\n")
        self.page("```{picture} box\nA *box*.\n```")

    def page(self, text: str) -> None:
        self.write("page.md", f"# A page\n\n{text}\n")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def build(self, builder: str = "html") -> tuple[int, str]:
        """Runs Sphinx: its exit status and what it complained of."""
        arguments = ["-q", "-W", "--keep-going", "--no-color", "-b", builder]
        build = self.root / "build"
        arguments += ["-d", str(build / f"{builder}.trees"), str(self.root)]
        arguments.append(str(build / builder))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = sphinx_build(arguments)
        return status, err.getvalue()

    def read(self, path: str) -> str:
        return (self.root / "build" / path).read_text("utf-8")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def test_a_page_contains_the_drawing(book: Book) -> None:
    book.page("```{picture} box\nA *box*.\n```\n\n```{picture} box\nAgain.\n```")
    assert book.build() == (0, "")
    page = book.read("html/page.html")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name in re.findall(r'<(?:figure|svg)[^>]* aria-labelledby="([^"]+)"', page):
        assert set(name.split()) <= set(ids)
    assert page.count('<figure class="picture"') == page.count("<svg") == 2
    assert "<em>box</em>" in page
    assert "<img" not in page
    assert "pictures.css" in page
    assert "pictures.css" not in book.read("html/index.html")


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "```{picture} bax\nA box.\n```",
            "page.md:3: ERROR: there is no picture 'bax'",
        ),
        ("```{picture} box\n```", "page.md:3: ERROR: the picture 'box' has no caption"),
    ],
)
def test_the_book_says_where_something_is_missing(
    book: Book, text: str, message: str
) -> None:
    book.page(text)
    status, complaints = book.build()
    assert status == 1
    assert message in complaints


def test_the_book_says_which_drawing_lacks_a_title(book: Book) -> None:
    book.write("pictures/box.svg", GOOD.replace("A box", "").replace("NAME", "box"))
    status, complaints = book.build()
    assert status == 1
    assert "box.svg:1: ERROR: there is no <title> with words in it" in complaints


def test_a_changed_drawing_is_a_changed_page(book: Book) -> None:
    assert book.build() == (0, "")
    book.write("pictures/box.svg", GOOD.replace("NAME", "box").replace("100", "101"))
    assert book.build() == (0, "")
    assert 'width="101"' in book.read("html/page.html")


def test_an_epub_gets_a_file_with_fixed_colours(book: Book) -> None:
    assert book.build("epub") == (0, "")
    (epub,) = (book.root / "build" / "epub").glob("*.epub")
    with zipfile.ZipFile(epub) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("box.svg"))
        drawing = archive.read(name).decode()
        (name,) = (name for name in archive.namelist() if name.endswith("page.xhtml"))
        page = archive.read(name).decode()
    assert "var(" not in drawing
    assert 'width="480" height="40"' in drawing
    assert DAYLIGHT["--color-brand-content"] in drawing
    ElementTree.fromstring(drawing)
    assert "<svg" not in page
    assert 'alt="A box. There is one box, and nothing in it."' in page


def test_other_builders_get_a_picture_or_its_description(book: Book) -> None:
    assert book.build("text") == (0, "")
    assert "There is one box, and nothing in it." in book.read("text/page.txt")
    assert book.build("latex") == (0, "")
    (tex,) = (book.root / "build" / "latex").glob("abook.tex")
    assert re.search(r"includegraphics|There is one box", tex.read_text("utf-8"))
