"""What the build makes for reading: files as of a chapter, previews, times, the map."""

from __future__ import annotations

import html
import importlib
import inspect
import json
import re
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from literate.book import Book
from literate.model import Chapter
from literate.model import TangledFile
from literate.model import TangledLine
from literate.scan import scan
from literate.sphinx_ext.code import Highlighted
from literate.sphinx_ext.dependencies import built_on
from literate.sphinx_ext.dependencies import taken_up
from literate.sphinx_ext.filedata import FileData
from literate.sphinx_ext.names import Names
from literate.sphinx_ext.programpage import changes
from literate.sphinx_ext.reading import strongest
from literate.sphinx_ext.readingtime import reading_time
from literate.sphinx_ext.summaries import summaries
from literate.sphinx_ext.usages import Meanings
from literate.sphinx_ext.weave import Weave

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def weave() -> Weave:
    return Weave(Book.load(str(PROJECT)))


@pytest.fixture(scope="module")
def data(
    weave: Weave, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """The data of every file, as a page's script reads it."""
    highlighted = Highlighted(
        str(tmp_path_factory.mktemp("cache") / "highlighted.json")
    )
    return {
        file: json.loads(FileData(weave, file, str, highlighted).json())
        for file in weave.book.graph.roots
    }


def lines_of(file: dict[str, Any], version: int) -> list[tuple[str, int]]:
    """The text of the lines of a version, and their nodes."""
    found = []
    for start, length in file["versions"][version][1]:
        for text, node in file["lines"][start : start + length]:
            code = re.sub("<[^>]+>", "", file["texts"][text])
            found.append((html.unescape(code), node))
    return found


def version_at(file: dict[str, Any], chapter: int) -> int:
    """The last version that a chapter or one before it has made, or -1."""
    return sum(number <= chapter for number, _, _ in file["versions"]) - 1


def expanded(file: dict[str, Any], version: int) -> list[str]:
    """The lines of a version, as opening all references of the root chunk shows them.

    Only what is under the node of a reference is taken when the reference is opened.
    """
    nodes = file["nodes"]
    lines = lines_of(file, version)

    def path(node: int) -> list[int]:
        return [] if node < 0 else [*path(nodes[node][0]), node]

    paths = [path(node) for _, node in lines]

    def inside(first: int, last: int, depth: int) -> list[str]:
        shown: list[str] = []
        index = first
        while index < last:
            here = paths[index]
            if len(here) <= depth + 1:
                shown.append(lines[index][0])
                index += 1
                continue
            key = (here[depth], nodes[here[depth + 1]][2])
            end = after = index
            while after < last:
                there = paths[after]
                if len(there) > depth + 1:
                    if (there[depth], nodes[there[depth + 1]][2]) != key:
                        break
                    end = after
                elif there:
                    break
                after += 1
            shown += inside(index, end + 1, depth + 1)
            index = end + 1
        return shown

    return inside(0, len(lines), 0)


def test_the_data_has_every_file_as_of_every_chapter(
    weave: Weave, data: dict[str, dict[str, Any]]
) -> None:
    for number in range(1, weave.book.last + 1):
        program = weave.book.tangle(number)
        for path, file in data.items():
            version = version_at(file, number)
            text = "".join(f"{line}\n" for line, _ in lines_of(file, max(version, 0)))
            assert (version < 0) == (path not in program), (path, number)
            assert version < 0 or text == program[path].text, (path, number)


def test_opening_all_references_of_the_root_gives_the_file(
    weave: Weave, data: dict[str, dict[str, Any]]
) -> None:
    for path, tangled in weave.finished.files.items():
        lines = expanded(data[path], len(data[path]["versions"]) - 1)
        assert lines == [line.text for line in tangled.lines], path


def test_each_node_stands_where_a_chunk_refers_to_it(
    weave: Weave, data: dict[str, dict[str, Any]]
) -> None:
    anchors = weave.relations.anchors
    views = {
        (path, anchors[path, line]): view for (path, line), view in weave.views.items()
    }
    for path, file in data.items():
        for parent, chunk, line, width in file["nodes"]:
            if parent < 0:
                assert (line, width) == (-1, 0)
                continue
            _, user, _, outer = file["nodes"][parent]
            page, anchor, _ = file["chunks"][user]
            text = views[file["pages"][page][0], anchor].body[line]
            assert text.strip() == f"<<{file['chunks'][chunk][2]}>>", path
            assert width == outer + len(text) - len(text.lstrip())


def test_each_line_names_the_chunk_it_comes_from(
    weave: Weave, data: dict[str, dict[str, Any]]
) -> None:
    for path, tangled in weave.finished.files.items():
        file = data[path]
        lines = lines_of(file, len(file["versions"]) - 1)
        for line, (_, node) in zip(tangled.lines, lines, strict=True):
            if line.chunk is not None and line.chunk.mode != "imports":
                page, anchor, name = file["chunks"][file["nodes"][node][1]]
                assert name == line.chunk.name
                assert file["pages"][page][0] == line.chunk.path
                assert anchor == weave.relations.link(line.chunk, "").anchor


def test_the_differences_of_all_chapters_make_the_program(
    weave: Weave, data: dict[str, dict[str, Any]]
) -> None:
    counted: dict[str, int] = {}
    for each in changes(weave).values():
        for change in each:
            total = counted.get(change.file, 0) + change.added - change.removed
            counted[change.file] = total
            assert change.lines == total
    finished = {path: len(file.lines) for path, file in weave.finished.files.items()}
    assert counted == finished
    for path, file in data.items():
        text: list[str] = []
        for version, (_, _, differences) in enumerate(file["versions"]):
            after = [line for line, _ in lines_of(file, version)]
            made: list[str] = []
            position = 0
            for first, last, start, end in differences:
                made += [*text[position:first], *after[start:end]]
                position = last
            text = made + text[position:]
            assert text == after, (path, version)


def test_the_data_of_a_site_is_small(data: dict[str, dict[str, Any]]) -> None:
    sizes = {path: len(json.dumps(file)) for path, file in data.items()}
    assert sum(sizes.values()) < 4_000_000
    assert max(sizes.values()) < 300_000


def test_summaries_are_the_first_lines_of_the_docstrings(weave: Weave) -> None:
    compared = 0
    for full, name in weave.names.known.items():
        if name.kind not in ("class", "function", "method") or "legacy" in full:
            continue
        module = importlib.import_module(full.removesuffix(f".{name.link.text}"))
        found: Any = module
        for part in name.link.text.split("."):
            found = inspect.getattr_static(found, part, None)
        if isinstance(found, property):
            found = found.fget
        found = inspect.unwrap(getattr(found, "__func__", found))
        if not isinstance(found, type | FunctionType):
            continue  # it is there for type checkers only
        told = inspect.cleandoc(found.__doc__ or "").split("\n")[0]
        compared += bool(told)
        assert name.summary == told, full
    assert compared > 300


def test_previews_name_the_chapter_of_a_definition(weave: Weave) -> None:
    data = json.loads(weave.names.json())
    flask, kind, told = data["names"]["flasklit.app.Flask"]
    assert data["chapters"][flask][0] in {each.title for each in weave.book.chapters}
    assert (kind, told) == ("class", weave.names.known["flasklit.app.Flask"].summary)
    chapters = {each.path: each for each in weave.book.chapters}
    for number in range(1, weave.book.last + 1):
        for name in weave.names.as_of(number).values():
            where, kind, told = data["names"][weave.names.key(name)]
            assert (kind, told) == (name.kind, name.summary)
            title, label = data["chapters"][where]
            assert title == chapters[name.link.path].title
            assert label == weave.relations.chapter_label(name.link.path)
    assert len(weave.names.json()) < 300_000


def test_code_links_names_to_what_defines_them(weave: Weave) -> None:
    linked = [link for view in weave.views.values() for link in view.names]
    assert len(linked) > 1000
    places = {
        weave.names.key(name): name.link
        for number in range(1, weave.book.last + 1)
        for name in weave.names.as_of(number).values()
    }
    numbers = {each.path: each.number for each in weave.book.chapters}
    for view in weave.views.values():
        for link in view.names:
            text = view.body[link.row][link.column : link.end]
            full = link.name.partition("@")[0]
            assert full.split(".")[-1] == text or text.isidentifier()
            assert places[link.name] == link.link
            known = weave.names.as_of(view.chapter)
            if full in known:
                assert link.link == known[full].link, (view.name, full)
            else:
                assert (numbers[link.link.path] or 0) > view.chapter, (view.name, full)


# How names are understood


def tangled(path: str, text: str) -> TangledFile:
    return TangledFile(path, [TangledLine(line) for line in text.splitlines()])


FIRST = """\
from __future__ import annotations

LIMIT = 3


class Base:
    def greet(self) -> str:
        return "hello"

    @classmethod
    def make(cls) -> Base:
        return cls()


def helper(LIMIT: int) -> int:
    return LIMIT
"""

SECOND = """\
from . import first
from .first import Base as Root, helper


class Child(Root):
    def greet(self, other: Root) -> str:
        other.greet()
        helper = str
        return super().greet() + helper(first.LIMIT)

    def call(self) -> str:
        self.unknown()
        return self.greet() + Root.make().greet()
"""


def test_names_mean_what_python_would_find() -> None:
    files = {
        "pkg/first.py": tangled("pkg/first.py", FIRST),
        "pkg/second.py": tangled("pkg/second.py", SECOND),
    }
    names = ["pkg.first", "pkg.second", "pkg.first.LIMIT", "pkg.first.Base"]
    names += ["pkg.first.Base.greet", "pkg.first.Base.make", "pkg.first.helper"]
    names += ["pkg.second.Child", "pkg.second.Child.greet", "pkg.second.Child.call"]
    meanings = Meanings(files, names)
    lines = SECOND.splitlines()
    found = [
        (usage.line, lines[usage.line - 1][usage.column : usage.end], usage.name)
        for usage in meanings.usages(files["pkg/second.py"])
    ]
    assert found == [
        (5, "Root", "pkg.first.Base"),
        (6, "Root", "pkg.first.Base"),
        (9, "greet", "pkg.first.Base.greet"),
        (9, "LIMIT", "pkg.first.LIMIT"),
        (13, "greet", "pkg.second.Child.greet"),
        (13, "Root", "pkg.first.Base"),
        (13, "make", "pkg.first.Base.make"),
    ]
    first = meanings.usages(files["pkg/first.py"])
    assert {(usage.line, usage.name) for usage in first} == {(11, "pkg.first.Base")}


def test_a_summary_may_be_a_comment() -> None:
    text = '''\
"""The module.

More.
"""

#: The limit,
#: in lines.
LIMIT = 3
SECRET = 1


class Box:
    """Holds things."""

    #: How many.
    count: int = 0

    def __init__(self) -> None:
        #: What it is called.
        self.name = "box"

    def open(self) -> None:
        """Opens it."""
'''
    assert summaries(text) == {
        "": "The module.",
        "LIMIT": "The limit,",
        "Box": "Holds things.",
        "Box.count": "How many.",
        "Box.name": "What it is called.",
        "Box.open": "Opens it.",
    }


def test_prose_means_a_name_only_if_one_can_be_meant(weave: Weave) -> None:
    names: Names = weave.names
    for text in ("Flask", "flasklit.app.Flask"):
        meant = names.mentioned(text)
        assert meant is not None
        assert meant.full == "flasklit.app.Flask"
    assert names.mentioned("no_such_name") is None
    assert names.mentioned("two words") is None
    assert names.mentioned("name") is None


def test_a_name_leads_to_the_definition_that_its_page_knows(weave: Weave) -> None:
    def where(text: str, chapter: int | None) -> tuple[str, str] | None:
        name = weave.names.mentioned(text, chapter)
        return (name.full, name.link.note) if name else None

    book = weave.book
    for number in range(1, book.last + 1):
        program = book.tangle(number)["flasklit/app.py"]
        lines = [line for line in program.lines if line.text.startswith("class Flask(")]
        assert lines[0].chunk is not None
        chapter = f"chapter {lines[0].chunk.chapter}"
        assert where("Flask", number) == ("flasklit.app.Flask", chapter)
    # Who has not come to chapter 1 is led there, as is who reads the hour.
    assert where("Flask", None) == ("flasklit.app.Flask", "chapter 1")
    # What only later chapters define leads to the first of them.
    begun = next(
        number
        for number in range(1, book.last + 1)
        if "flasklit.wrappers.Request" in weave.names.as_of(number)
    )
    assert begun > 1
    for earlier in (None, 1, begun - 1, begun):
        assert where("Request", earlier) == (
            "flasklit.wrappers.Request",
            f"chapter {begun}",
        )
    assert where("Request", book.last) != where("Request", begun)


def test_a_name_that_moves_to_another_module_stays_the_same(weave: Weave) -> None:
    names, last = weave.names, weave.book.last
    moved = names.version("flasklit.rules.RouteRule", last)
    first = names.version("flasklit.rules.RouteRule", None)
    assert (moved.full, first.full) == (
        "flasklit.rules.RouteRule",
        "flasklit.routing.RouteRule",
    )
    for number in range(1, last + 1):
        known = names.as_of(number)
        there = [each for each in (first.full, moved.full) if each in known]
        meant = names.mentioned("RouteRule", number)
        assert meant is not None
        assert [meant.full] == (there or [first.full])
    data = json.loads(names.json())["names"]
    assert data[names.key(first)][1:] == ["class", first.summary]


LIBRARIES = r"(?:Werkzeug|Jinja2?|[Cc]lick|ItsDangerous|MarkupSafe|blinker|asgiref)"
NAME = r"`([A-Za-z_][\w.]*(?:\(\))?)`"
#: ``Werkzeug's `Request` ``, ``the `Rule` of Werkzeug``
THEIRS = re.compile(
    rf"\b{LIBRARIES}'s(?: own| class| function| method)? {NAME}"
    rf"|\b{LIBRARIES}, whose {NAME}"
    rf"|(?<!\}}){NAME}(?: class)? (?:of|from) {LIBRARIES}\b"
)


def test_no_name_of_a_library_leads_to_our_own(weave: Weave) -> None:
    wrong = []
    numbers = {each.path: each.number for each in weave.book.chapters}
    for file in sorted((PROJECT / "book").rglob("*.md")):
        path = file.relative_to(PROJECT).as_posix()
        text = file.read_text(encoding="utf-8")
        for match in THEIRS.finditer(text.replace("\n", " ")):
            name = next(filter(None, match.groups()))
            if weave.names.mentioned(name, numbers.get(path)):
                wrong.append(f"{path}: {match[0]}; write {{theirs}}`{name}`")
    assert not wrong, "\n".join(wrong)


def test_a_chunk_that_prose_names_is_linked(weave: Weave) -> None:
    wrong = []
    for chapter in weave.book.chapters:
        text = (PROJECT / chapter.path).read_text(encoding="utf-8")
        prose = re.sub(r"^ *(`{3,})[^`].*?^ *\1`*$", "", text, flags=re.M | re.S)
        prose = " ".join(prose.split())
        for before, name in re.findall(r"(\S*\s?)(?<!\})`([^`]+)`", prose):
            named = before.strip() in {"chunk", "chunks"}
            if named or (" " in name and name in weave.book.graph.pieces):
                wrong.append(f"{chapter.path}: write {{chunk}}`{name}`")
    assert not wrong, "\n".join(wrong)


# Times and the map


def chapter_of(text: str) -> Chapter:
    scanned = scan(text, "book/one.md")
    return Chapter("book/one.md", 1, 1, scanned.fences, scanned.lines)


def test_time_counts_words_and_lines() -> None:
    words = " ".join(["word"] * 218)
    code = "\n".join(["x = 1", ""] * 60)
    text = f"# One\n\n{words}\n\n```{{chunk}} a name\n{code}\n```\n"
    time = reading_time(chapter_of(text))
    assert (time.words, time.lines) == (219, 60)
    assert time.minutes == 3
    assert time.text == "About 3 minutes: 219 words and 60 lines of code."
    assert reading_time(chapter_of("# One\n")).text.startswith("About 1 minute: ")


def test_the_bases_are_the_chapters_with_the_most_ties() -> None:
    assert strongest({1: 9, 2: 2, 3: 2, 9: 4, 10: 7, 12: 2}) == [1, 9, 10]
    assert strongest({1: 1, 3: 1, 8: 1, 10: 1}) == [3, 8, 10]
    assert strongest({4: 1}) == [4]
    assert strongest({}) == []


def test_the_map_knows_what_builds_on_what(weave: Weave) -> None:
    ties = built_on(weave.book)
    assert list(ties) == list(range(1, weave.book.last + 1))
    assert ties[1] == {}
    for number, earlier in ties.items():
        assert all(0 < each < number for each in earlier)
    # Routing adds its layer to the application of the first chapter, and matching is
    # a part of routing.
    assert 1 in ties[5]
    assert 5 in ties[7]
    later = taken_up(ties)
    assert {(a, b) for b in ties for a in ties[b]} == {
        (a, b) for a in later for b in later[a]
    }
