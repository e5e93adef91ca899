"""The pytest plugin, run on tiny books."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from literate.book import Book
from literate.config import load_config
from literate.tangle import tangle

pytest_plugins = ["pytester"]

EXTENSIONS = str(Path(__file__).parents[2] / "book" / "_ext")

SETTINGS = """
[tool.literate]
source = "book"
toctree = "index.md"
numbered = "chapters/"
outputs = ["tiny"]

[tool.pytest.ini_options]
testpaths = ["tests", "book"]
filterwarnings = ["error"]
"""

CONFTEST = f"""
import sys

sys.path.insert(0, {EXTENSIONS!r})
pytest_plugins = ["literate.pytest_plugin"]
"""

SUMS = '''
# Sums

```{chunk} the package
:file: tiny/__init__.py
"""Sums and quotients."""

<<quotients>>
<<sums>>
```

```{chunk} sums
def add(a, b):
    return a + b
```

```pycon
>>> from tiny import add
>>> total = add(1, 2)
>>> total
3
```

Some text.

```pycon
>>> total + 1
4
```
'''

QUOTIENTS = """
# Quotients

```{chunk} quotients
def divide(a, b):
    return a / b
```

```pycon
>>> from tiny import divide
>>> divide(1, 2)
0.5
```
"""


class TinyBook:
    """A project with a book in pytester's folder."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.names: list[str] = []
        self.write("pyproject.toml", SETTINGS)
        self.write("conftest.py", CONFTEST)

    def write(self, path: str, text: str) -> Path:
        file = self.pytester.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return file

    def chapter(self, name: str, text: str) -> Path:
        self.names.append(f"chapters/{name}")
        entries = "\n".join(self.names)
        self.write("book/index.md", f"# Tiny\n\n```{{toctree}}\n{entries}\n```\n")
        return self.write(f"book/chapters/{name}.md", text)

    def tangle(self) -> None:
        outcome = tangle(Book(load_config(str(self.pytester.path))))
        assert not outcome.edits

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)

    def run_apart(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


@pytest.fixture
def book(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> TinyBook:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return TinyBook(pytester)


@pytest.fixture
def sums(book: TinyBook) -> TinyBook:
    book.chapter("01-sums", SUMS)
    book.chapter("02-quotients", QUOTIENTS)
    book.tangle()
    return book


def line_of(file: Path, part: str) -> int:
    """The number of the only line that holds a text."""
    lines = file.read_text("utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if part in line]
    return number


def report(result: pytest.RunResult) -> str:
    return "\n".join(result.outlines)


def fails_with(result: pytest.RunResult, *lines: str) -> str:
    """The report, which has one failed item and these lines in this order."""
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines([line.replace("[", "[[]") for line in lines])
    return report(result)


def only(text: str) -> str:
    """A chapter with one example."""
    return f"# One\n\n```pycon\n{dedent(text).strip()}\n```\n"


# Collection


def test_each_fence_is_an_item_named_after_its_line(sums: TinyBook) -> None:
    result = sums.run("--collect-only", "-q")
    assert result.outlines[:3] == [
        "book/chapters/01-sums.md::line 16",
        "book/chapters/01-sums.md::line 25",
        "book/chapters/02-quotients.md::line 8",
    ]


def test_a_right_book_passes(sums: TinyBook) -> None:
    sums.run().assert_outcomes(passed=3)


def test_an_item_alone_replays_what_it_builds_on(sums: TinyBook) -> None:
    result = sums.run("book/chapters/01-sums.md::line 25")
    result.assert_outcomes(passed=1)


def test_items_can_be_selected_by_keyword(sums: TinyBook) -> None:
    result = sums.run("-k", "01-sums and 25")
    result.assert_outcomes(passed=1, deselected=2)


def test_an_id_that_is_no_item_is_an_error(sums: TinyBook) -> None:
    result = sums.run("book/chapters/01-sums.md::line 24")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_items_run_in_any_order(sums: TinyBook) -> None:
    hook = "\ndef pytest_collection_modifyitems(items): items.reverse()\n"
    sums.write("conftest.py", CONFTEST + hook)
    first = ">>> 'later' in globals()\nFalse"
    second = ">>> later = 1"
    sums.chapter("03-order", only(first) + only(second)[5:])
    sums.run().assert_outcomes(passed=5)


def test_what_is_replayed_prints_nothing(book: TinyBook) -> None:
    first = ">>> import sys\n>>> print('early')\nearly\n"
    first += ">>> print('early', file=sys.stderr)"
    file = book.chapter("01-a", only(first) + only(">>> 'late'\n1")[5:])
    line = line_of(file, "late") - 1
    text = fails_with(book.run(f"book/chapters/01-a.md::line {line}"), "+'late'")
    assert "early" not in text


def test_a_file_outside_the_toctree_is_run_too(sums: TinyBook) -> None:
    sums.write("book/loose.md", only(">>> 1\n2"))
    result = sums.run("book/loose.md")
    fails_with(result, "book/loose.md:4: wrong output")


def test_markdown_outside_the_book_is_left_alone(sums: TinyBook) -> None:
    sums.write("README.md", only(">>> 1\n2"))
    sums.run("README.md", "book").assert_outcomes()
    sums.run(".").assert_outcomes(passed=3)


def test_a_project_without_settings_is_an_error(book: TinyBook) -> None:
    book.write("pyproject.toml", "[tool.pytest.ini_options]\n")
    result = book.run_apart()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no [[]tool.literate] table*"])


# What is wrong with an output


def test_an_example_without_what_it_needs_is_skipped(book: TinyBook) -> None:
    book.chapter(
        "01-needs",
        """
        # Needs

        ```pycon needs json, no_such_package
        >>> import no_such_package
        ```

        ```pycon needs json
        >>> import json
        >>> json.dumps(1)
        '1'
        ```

        ```pycon
        >>> json.dumps(2)
        '2'
        ```
        """,
    )
    result = book.run("-rs")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*no_such_package is not installed"])


@pytest.mark.parametrize("after", ["need json", "needs", "needs json blinker", "+SKIP"])
def test_only_needs_may_follow_the_language(book: TinyBook, after: str) -> None:
    book.chapter("01-one", f"# One\n\n```pycon {after}\n>>> 1\n1\n```\n")
    fails_with(book.run(), "*after `pycon` comes nothing*")


def test_wrong_output_shows_its_line_and_a_diff(book: TinyBook) -> None:
    file = book.chapter("01-a", only(">>> x = 2\n>>> print('a'); print(x)\na\n3"))
    line = line_of(file, "print")
    text = fails_with(
        book.run(),
        f"book/chapters/01-a.md:{line}: wrong output",
        f">    {line}  >>> print('a'); print(x)",
        f"--- expected (book/chapters/01-a.md:{line + 1})",
        "+++ actual",
        " a",
        "-3",
        "+2",
    )
    assert "FAILED book/chapters/01-a.md::line 3 - wrong output" in text


def test_a_failure_hides_nothing_that_comes_after_it(book: TinyBook) -> None:
    first = only(">>> 1\n2\n>>> x = 5\n>>> x\n6")
    second = only(">>> x\n5").removeprefix("# One\n")
    book.chapter("01-a", first + second)
    result = book.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "book/chapters/01-a.md:4: wrong output",
            "more that fails in this example:",
            "  book/chapters/01-a.md:7: wrong output",
        ]
    )


def test_a_failure_names_the_failures_it_may_come_from(book: TinyBook) -> None:
    first = only(">>> x = 1 / 0")
    second = only(">>> x\n5").removeprefix("# One\n")
    book.chapter("01-a", first + second)
    result = book.run("book/chapters/01-a.md::line 7")
    fails_with(
        result,
        "*:8: unexpected exception: NameError: name 'x' is not defined",
        "earlier in this chapter, what this may build on fails:",
        "  book/chapters/01-a.md:4: unexpected exception: ZeroDivisionError: *",
    )


def test_output_where_none_is_expected(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> 'x'\n>>> 1\n1"))
    fails_with(book.run(), "*:4: wrong output", "--- expected (nothing)", "+'x'")


def test_no_output_where_some_is_expected(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> None\n1"))
    fails_with(book.run(), "*:4: wrong output", "-1")


def test_differences_in_blanks_are_made_visible(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> print('a  b\\t')\na b"))
    fails_with(book.run(), "-a·b", "+a··b\\t", "the two differ only in blanks*")


@pytest.mark.parametrize(
    "example",
    [
        ">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb",
        ">>> print(list(range(30)))\n[0, 1, ..., 29]",
        ">>> print('a', end='')\na",
        ">>> print('a   b')  # doctest: +NORMALIZE_WHITESPACE\na b",
        ">>> 1 == 1.0\nTrue",
        ">>> # only a remark\n>>> 1\n1",
        ">>> for x in 'ab':\n...     print(x)\n...\na\nb",
        "  >>> 1\n  1",
        ">>>\n>>> 1\n1",
    ],
)
def test_output_is_compared_as_doctest_does(book: TinyBook, example: str) -> None:
    book.chapter("01-a", f"# One\n\n```pycon\n{example}\n```\n")
    book.run().assert_outcomes(passed=1)


def test_an_ellipsis_can_be_switched_off(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> print('abc')  # doctest: -ELLIPSIS\na...c"))
    fails_with(book.run(), "-a...c", "+abc")


def test_output_on_stderr_is_not_compared(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> import sys\n>>> print('x', file=sys.stderr)"))
    book.run().assert_outcomes(passed=1)


# Exceptions


def test_expected_exceptions_pass(book: TinyBook) -> None:
    example = """
        >>> {}["a"]
        Traceback (most recent call last):
          File "nonsense", line 77
        KeyError: 'a'
        >>> class Bad(Exception):
        ...     pass
        >>> raise Bad("one\\ntwo")
        Traceback (most recent call last):
          ...
        Bad: one
        two
        >>> 1 +
        Traceback (most recent call last):
          ...
        SyntaxError: invalid syntax
        >>> exit()
        Traceback (most recent call last):
          ...
        SystemExit: None
    """
    book.chapter("01-a", only(example))
    book.run().assert_outcomes(passed=1)


def test_another_exception_than_the_expected_one(book: TinyBook) -> None:
    example = ">>> {}['b']\nTraceback (most recent call last):\n  ...\nKeyError: 'a'"
    book.chapter("01-a", only(example))
    fails_with(
        book.run(),
        "*:4: wrong exception",
        "-KeyError: 'a'",
        "+KeyError: 'b'",
        '  File "book/chapters/01-a.md", line 4, in <module>',
    )


def test_no_exception_where_one_is_expected(book: TinyBook) -> None:
    example = ">>> 7\nTraceback (most recent call last):\n  ...\nKeyError: 'a'"
    book.chapter("01-a", only(example))
    fails_with(book.run(), "*:4: no exception, though the book shows one", "+7")


def test_a_note_on_an_exception_belongs_to_it(book: TinyBook) -> None:
    example = """
        >>> error = ValueError("x")
        >>> error.add_note("look here")
        >>> raise error
        Traceback (most recent call last):
          ...
        ValueError: x
        look here
    """
    book.chapter("01-a", only(example))
    book.run().assert_outcomes(passed=1)


def test_pythons_own_hints_may_be_left_out(book: TinyBook) -> None:
    example = """
        >>> token
        Traceback (most recent call last):
          ...
        NameError: name 'token' is not defined
        >>> from collections import dequeue
        Traceback (most recent call last):
          ...
        ImportError: cannot import name 'dequeue' from 'collections' (...)
        >>> error = NameError("a")
        >>> error.add_note("look here")
        >>> raise error
        Traceback (most recent call last):
          ...
        NameError: a
        look here
        >>> raise ValueError("a. Did you mean: b?")
        Traceback (most recent call last):
          ...
        ValueError: a
    """
    file = book.chapter("01-a", only(example))
    line = line_of(file, "raise ValueError")
    text = fails_with(book.run(), f"*:{line}: wrong exception")
    assert "more that fails" not in text


def test_an_exception_may_have_no_message(book: TinyBook) -> None:
    example = """
        >>> raise NameError
        Traceback (most recent call last):
          ...
        AttributeError
    """
    file = book.chapter("01-a", only(example))
    line = line_of(file, "raise NameError")
    fails_with(book.run(), f"*:{line}: wrong exception")


def test_tracebacks_show_book_lines_and_nothing_of_the_tool(sums: TinyBook) -> None:
    example = """
        >>> from tiny import divide
        >>> def half(n):
        ...     return divide(n, 0)
        ...
        >>> print("a"); half(
        ...     3
        ... )
        1.5
    """
    file = sums.chapter("03-a", only(example))
    sums.tangle()
    call = line_of(file, "; half(")
    result = sums.run("book/chapters/03-a.md")
    text = fails_with(
        result,
        f"*03-a.md:{call}: unexpected exception: ZeroDivisionError: division by zero",
        "output before it:",
        "a",
        "Traceback (most recent call last):",
        f'  File "book/chapters/03-a.md", line {call}, in <module>',
        '    print("a"); half(',
        '  File "book/chapters/03-a.md", line 6, in half',
        "    return divide(n, 0)",
        '  File "tiny/__init__.py", line *, in divide (book/chapters/02-quotients.md:5)',
        "ZeroDivisionError: division by zero",
    )
    assert "replay.py" not in text
    assert "contextvars" not in text


def test_a_syntax_error_shows_its_book_line(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> (1,\n...  2 3)\n1"))
    fails_with(
        book.run(),
        "*01-a.md:4: unexpected exception: SyntaxError: *",
        '  File "book/chapters/01-a.md", line 5',
    )


def test_chained_exceptions_show_book_lines(sums: TinyBook) -> None:
    example = """
        >>> from tiny import divide
        >>> try:
        ...     divide(1, 0)
        ... except ZeroDivisionError as error:
        ...     raise ValueError("no") from error
    """
    sums.chapter("03-a", only(example))
    fails_with(
        sums.run("book/chapters/03-a.md"),
        '  File "book/chapters/03-a.md", line 6, in <module>',
        '  File "tiny/__init__.py", line *, in divide (book/chapters/02-*.md:5)',
        "The above exception was the direct cause of the following exception:",
        '  File "book/chapters/03-a.md", line 8, in <module>',
    )


def test_skipping_is_a_failure(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> import pytest\n>>> pytest.skip('later')"))
    fails_with(book.run(), "*:5: unexpected exception: *Skipped: later")


# Fences that are not written as examples should be


@pytest.mark.parametrize(
    "example, line, message",
    [
        ("print(1)", 4, "this line is neither at a prompt nor checked"),
        ("", 3, "this example has no statement at a prompt"),
        (">>> # nothing", 3, "this example has no statement at a prompt"),
        (">>> 1\n1\n>>>print(2)", 6, "this line lacks blank after >>>"),
        (">>> 1\n1\n\n2", 7, "this line is neither at a prompt nor checked"),
        ("remark\n>>> 1\n1", 4, "this line is neither at a prompt nor checked"),
        (">>> # a remark\n1\n>>> 1\n1", 5, "this line is neither at a prompt"),
        ("  >>> 1\n 1", 5, "this line has inconsistent leading whitespace"),
        (">>> 1  # doctest: +SKIP\n2", 4, "this doctest directive is not available"),
        (">>> 1  # doctest: +WHAT\n1", 4, "this line has an invalid option"),
    ],
)
def test_a_malformed_example_fails(
    book: TinyBook, example: str, line: int, message: str
) -> None:
    text = f"# One\n\n```pycon\n{example}\n```\n\n```pycon\n>>> 1\n1\n```\n"
    book.chapter("01-a", text)
    result = book.run()
    result.assert_outcomes(failed=1, passed=1)
    found = [each for each in result.outlines if message in each]
    assert found[0].startswith(f"book/chapters/01-a.md:{line}: {message}")


def test_unchecked_lines_do_not_keep_the_others_from_running(book: TinyBook) -> None:
    first = only(">>> x = 1\n\n2")
    second = only(">>> x\n1").removeprefix("# One\n")
    book.chapter("01-a", first + second)
    book.run().assert_outcomes(failed=1, passed=1)


def test_errors_of_the_book_fail(book: TinyBook) -> None:
    example = "# One\n\n:::pycon\n>>> 1\n1\n:::\n"
    book.chapter("01-a", example)
    text = fails_with(book.run(), "*01-a.md:3: malformed fence*")
    assert "book/chapters/01-a.md::line 3: error" in text


@pytest.mark.parametrize(
    "opening, closing",
    [
        ("```python", "```"),
        ("```", "```"),
        ("```{code-block} python", "```"),
        ("````{admonition} Solution\n```pycon", "```\n````"),
    ],
)
def test_an_example_that_would_not_be_run_fails(
    book: TinyBook, opening: str, closing: str
) -> None:
    file = book.chapter("01-a", f"# One\n\n{opening}\n>>> 1\n1\n{closing}\n")
    line = line_of(file, ">>>")
    fails_with(book.run(), f"*01-a.md:{line}: this example is not run*")


@pytest.mark.parametrize("opening", ["````markdown", "````{code-block} markdown"])
def test_quoted_prompts_are_no_examples(book: TinyBook, opening: str) -> None:
    book.chapter("01-a", f"# One\n\n{opening}\n```pycon\n>>> 1\n2\n```\n````\n")
    book.run().assert_outcomes()


def test_an_unclosed_example_fails(book: TinyBook) -> None:
    book.chapter("01-a", "# One\n\n```pycon\n>>> 1\n1\n")
    result = book.run()
    result.stdout.fnmatch_lines(["*01-a.md:3: this fence is never closed*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_chapter_that_is_not_utf8_fails(book: TinyBook) -> None:
    file = book.chapter("01-a", "# One\n")
    file.write_bytes(b"# One\n\xff\n")
    fails_with(book.run(), "*01-a.md:2: this byte is not UTF-8*")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_right_in_lists_quotes_and_colon_fences(
    book: TinyBook, end: str
) -> None:
    text = """
        # One

        - an item

          ```pycon
          >>> 1
          2
          ```

        > ```pycon
        > >>> 3
        > 4
        > ```

        :::{dropdown} Solution
        ```pycon
        >>> 5
        6
        ```
        :::
    """
    file = book.chapter("01-a", text)
    file.write_bytes(file.read_bytes().replace(b"\n", end.encode()))
    result = book.run()
    result.assert_outcomes(failed=3)
    lines = [line_of(file, f">>> {number}") for number in (1, 3, 5)]
    for line in lines:
        assert f"book/chapters/01-a.md:{line}: wrong output" in report(result)


# Set-up


def setup(source: str, example: str) -> str:
    source = dedent(source).strip()
    return f"# One\n\n```{{setup}}\n{source}\n```\n" + only(example)[5:]


def test_setup_runs_before_the_example_that_follows(book: TinyBook) -> None:
    text = setup("x = 1\ndef f():\n    return x", ">>> f()\n1")
    file = book.chapter("01-a", text + setup("x = 2", ">>> f(  )\n2")[5:])
    book.run().assert_outcomes(passed=2)
    line = line_of(file, ">>> f(  )") - 1
    book.run(f"book/chapters/01-a.md::line {line}").assert_outcomes(passed=1)


def test_an_error_in_a_setup_shows_its_line(book: TinyBook) -> None:
    text = setup("x = 1\ndef f():\n    return 1 / 0\nf()", ">>> x\n1")
    book.chapter("01-a", text)
    fails_with(
        book.run(),
        "book/chapters/01-a.md:7: this set-up fails: ZeroDivisionError: *",
        ">    7  f()",
        '  File "book/chapters/01-a.md", line 7, in <module>',
        '  File "book/chapters/01-a.md", line 6, in f',
        "    return 1 / 0",
    )


def test_a_syntax_error_in_a_setup_shows_its_line(book: TinyBook) -> None:
    book.chapter("01-a", setup("x = 1\ny = = 2", ">>> 1\n1"))
    fails_with(book.run(), "*01-a.md:5: this set-up fails: SyntaxError: *")


def test_a_setup_without_an_example_fails(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> 1\n1") + "\n```{setup}\nx = 1\n```\n")
    result = book.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*01-a.md:8: no example follows this set-up*"])


def test_setup_knows_the_folder(book: TinyBook) -> None:
    source = """
        (folder / "templates").mkdir()
        (folder / "templates" / "a.txt").write_text("hello")
        (folder / "shop.py").write_text("price = 3")
    """
    example = """
        >>> from pathlib import Path
        >>> Path("templates/a.txt").read_text()
        'hello'
        >>> import shop
        >>> shop.price
        3
        >>> list(Path().iterdir()) != []
        True
    """
    book.chapter("01-a", setup(source, example))
    second = ">>> import os\n>>> os.listdir()\n[]\n>>> import sys\n>>> 'shop' in sys.modules\nFalse"
    book.chapter("02-b", only(second))
    book.run().assert_outcomes(passed=2)


def test_the_examples_own_folder_is_left_to_them(book: TinyBook) -> None:
    first = only(">>> folder = 'mine'")
    book.chapter("01-a", first + setup("kept = folder", ">>> folder\n'mine'")[5:])
    check = setup("", ">>> kept == folder\nFalse\n>>> kept.is_dir()\nTrue")
    with (book.pytester.path / "book/chapters/01-a.md").open("a") as file:
        file.write(check[5:])
    book.run().assert_outcomes(passed=3)


def test_a_module_written_in_the_same_instant_is_found(book: TinyBook) -> None:
    first = ">>> import late\nTraceback (most recent call last):\n  ...\n"
    first += "ModuleNotFoundError: No module named 'late'"
    source = """
        import os
        before = os.stat(folder)
        (folder / "late.py").write_text("")
        os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    """
    book.chapter("01-a", only(first) + setup(source, ">>> import late")[5:])
    book.run().assert_outcomes(passed=2)


# The interpreter


PROMPT = """
    >>> __name__
    '__main__'
    >>> import sys, os, builtins
    >>> sys.modules["__main__"].__dict__ is globals()
    True
    >>> hasattr(sys.modules["__main__"], "__file__")
    False
    >>> 1 + 1
    2
    >>> _
    2
    >>> def price(amount: int) -> float: ...
    >>> price.__annotations__
    {'amount': <class 'int'>, 'return': <class 'float'>}
    >>> class Shop:
    ...     pass
    >>> Shop
    <class '__main__.Shop'>
    >>> import pickle
    >>> type(pickle.loads(pickle.dumps(Shop()))) is Shop
    True
    >>> import inspect
    >>> print(inspect.getsource(lambda: 1).strip())
    print(inspect.getsource(lambda: 1).strip())
    >>> def f(a):
    ...     return (
    ...         a
    ...     )
    >>> print(inspect.getsource(f))
    def f(a):
        return (
            a
        )
    <BLANKLINE>
"""


def test_statements_run_as_at_a_prompt(book: TinyBook) -> None:
    book.chapter("01-a", only(PROMPT))
    book.run().assert_outcomes(passed=1)


def test_the_prompt_goes_on_through_the_chapter(book: TinyBook) -> None:
    first = """
        >>> from __future__ import annotations
        >>> from contextvars import ContextVar
        >>> color = ContextVar("color")
        >>> token = color.set("red")
        >>> import os
        >>> os.environ["TINY_COLOR"] = "red"
        >>> "last"
        'last'
    """
    second = """
        >>> _
        'last'
        >>> def f(a: Unknown):
        ...     pass
        >>> color.get()
        'red'
        >>> os.environ["TINY_COLOR"]
        'red'
    """
    file = book.chapter("01-a", only(first) + only(second)[5:])
    book.run().assert_outcomes(passed=2)
    line = line_of(file, ">>> _") - 1
    book.run(f"book/chapters/01-a.md::line {line}").assert_outcomes(passed=1)


FOOTPRINTS = """
    >>> import colors
    >>> token = colors.color.set("red")
    >>> import logging, os, sys
    >>> os.environ["TINY_COLOR"] = "red"
    >>> sys.path.append("/nowhere")
    >>> logging.getLogger("tiny.color").setLevel("DEBUG")
    >>> logging.getLogger("tiny.color").addHandler(logging.StreamHandler())
    >>> "last"
    'last'
"""
CLEAN = """
    >>> import colors
    >>> colors.color.get("none")
    'none'
    >>> import logging, os, sys
    >>> "TINY_COLOR" in os.environ
    False
    >>> "/nowhere" in sys.path
    False
    >>> logging.getLogger("tiny.color")
    <Logger tiny.color (WARNING)>
    >>> logging.getLogger("tiny.color").handlers
    []
    >>> token
    Traceback (most recent call last):
      ...
    NameError: name 'token' is not defined
"""


def test_the_next_chapter_begins_afresh(book: TinyBook) -> None:
    source = 'from contextvars import ContextVar\ncolor = ContextVar("color")\n'
    book.write("colors.py", source)
    book.chapter("01-a", only(FOOTPRINTS))
    book.chapter("02-b", only(CLEAN))
    book.chapter("03-c", only(">>> _\n"))
    result = book.run()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*NameError: name '_' is not defined"])


def test_nothing_stays_behind(
    book: TinyBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = """
        import builtins, os, sys

        def test_the_process():
            assert not hasattr(builtins, "_")
            assert os.path.exists("pyproject.toml")
            assert not any("chapter-" in each for each in sys.path)
            assert sys.displayhook is print
            assert sys.modules["__main__"].__name__ == "__main__"
            assert "Shop" not in vars(sys.modules["__main__"])
    """
    book.chapter("01-a", only(PROMPT))
    book.write("conftest.py", CONFTEST + "sys.displayhook = print\n")
    book.write("tests/test_process.py", test)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    result = book.run_apart("book", "tests")
    result.assert_outcomes(passed=2)
    assert not list(tmp_path.glob("chapter-*"))


def test_warnings_are_errors_in_examples_too(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> import warnings\n>>> warnings.warn('old')"))
    fails_with(book.run(), "*:5: unexpected exception: UserWarning: old")


def test_what_comes_up_after_an_example_has_its_line(book: TinyBook) -> None:
    text = setup("(folder / 'a').write_text('b')", ">>> open('a').read()\n'b'")
    book.chapter("01-a", text)
    result = book.run_apart()
    result.stdout.fnmatch_lines(
        [
            "*01-a.md:9: after the example: ResourceWarning: unclosed file *",
            '  File "book/chapters/01-a.md", line 9, in <module>',
            "    open('a').read()",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "_execution.py" not in report(result)


def test_crash_lines_are_book_lines(book: TinyBook) -> None:
    book.chapter("01-a", only(">>> 1\n2"))
    result = book.run("--tb=line", "--color=no")
    assert "book/chapters/01-a.md:4: wrong output" in report(result)


# Ordinary tests


def test_failures_of_ordinary_tests_show_book_lines(sums: TinyBook) -> None:
    test = "import tiny\n\ndef test_half():\n    assert tiny.divide(1, 0)\n"
    sums.write("tests/test_half.py", test)
    result = sums.run("tests")
    number = line_of(sums.pytester.path / "tiny/__init__.py", "a / b")
    fails_with(
        result,
        "* book lines *",
        f"tiny/__init__.py:{number} → book/chapters/02-quotients.md:5",
    )


def test_the_causes_of_a_failure_show_book_lines(sums: TinyBook) -> None:
    test = """
        import tiny

        def halve(error):
            try:
                tiny.divide(1, 0)
            except ZeroDivisionError as found:
                raise error from found

        def test_cause():
            halve(ValueError())

        def test_group():
            try:
                halve(ValueError())
            except ValueError as error:
                raise ExceptionGroup("several", [error]) from None
    """
    sums.write("tests/test_half.py", test)
    result = sums.run("tests")
    result.assert_outcomes(failed=2)
    assert report(result).count("→ book/chapters/02-quotients.md:5") == 2


def test_failing_imports_show_book_lines(book: TinyBook) -> None:
    file = book.chapter(
        "01-a", "# A\n\n```{chunk} a\n:file: tiny/__init__.py\nx = 1 / 0\n```\n"
    )
    book.tangle()
    book.write("tests/test_a.py", "import tiny\n")
    result = book.run("tests")
    result.assert_outcomes(errors=1)
    line = line_of(file, "1 / 0")
    result.stdout.fnmatch_lines([f"tiny/__init__.py:1 → book/chapters/01-a.md:{line}"])


def test_failures_elsewhere_have_no_book_lines(sums: TinyBook) -> None:
    sums.write("tests/test_a.py", "def test_a():\n    assert 1 == 2\n")
    assert "book lines" not in fails_with(sums.run("tests"))


def test_a_file_edited_by_hand_has_no_book_lines(sums: TinyBook) -> None:
    file = sums.pytester.path / "tiny/__init__.py"
    file.write_text("\n\n" + file.read_text())
    sums.write("tests/test_a.py", "import tiny\ndef test_a():\n    tiny.divide(1, 0)\n")
    assert "book lines" not in fails_with(sums.run("tests"))


def test_a_file_not_tangled_since_has_its_old_book_lines(sums: TinyBook) -> None:
    file = sums.pytester.path / "book/chapters/02-quotients.md"
    file.write_text(file.read_text().replace("# Quot", "\n\n# Quot"))
    program = sums.pytester.path / "book/chapters/01-sums.md"
    program.write_text(program.read_text().replace("a + b", "b + a"))
    sums.write("tests/test_a.py", "import tiny\ndef test_a():\n    tiny.divide(1, 0)\n")
    fails_with(sums.run("tests"), "*→ book/chapters/02-quotients.md:5")


# The program under test


def test_the_header_names_the_program(sums: TinyBook) -> None:
    result = sums.run()
    assert "literate: tiny from tiny/__init__.py, 2 chapters" in result.outlines


def test_a_program_that_is_not_the_books_is_pointed_out(sums: TinyBook) -> None:
    file = sums.pytester.path / "book/chapters/01-sums.md"
    file.write_text(file.read_text().replace("a + b", "b - a"))
    file.write_text(file.read_text().replace("total + 1", "total + 2"))
    warning = (
        "not what the book makes: tiny/__init__.py; run `python -m literate tangle`"
    )
    fails_with(sums.run(), f"literate: {warning}", "*: wrong output", warning)


def test_errors_of_the_book_are_in_the_header(book: TinyBook) -> None:
    book.chapter("01-a", "# A\n\n```{chunk} a\nx = 1\n```\n")
    result = book.run()
    result.stdout.fnmatch_lines(
        ["literate: the book has 1 errors, the first book/*:3:*"]
    )


def test_a_prefix_has_the_chapters_up_to_it(sums: TinyBook) -> None:
    file = sums.pytester.path / "book/chapters/01-sums.md"
    example = ">>> import tiny\n>>> hasattr(tiny, 'divide')\nFalse"
    file.write_text(file.read_text() + only(example).removeprefix("# One"))
    sums.write("book/loose.md", only(">>> 1\n2"))
    result = sums.run_apart("book", "--literate-prefix", "1", "-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        [
            "literate: tiny as of chapter 1 (Sums), 1 files in *literate-prefix-*",
            "book/chapters/01-sums.md::line 16 PASSED*",
            "book/chapters/01-sums.md::modules PASSED*",
        ]
    )
    assert "loose" not in report(result)
    result = sums.run_apart("book", "--literate-prefix", "2", "-q")
    result.assert_outcomes(passed=4, failed=1)


def test_a_prefix_shows_book_lines(sums: TinyBook) -> None:
    file = sums.pytester.path / "book/chapters/01-sums.md"
    example = ">>> add(1, None)\n1"
    file.write_text(file.read_text() + only(example).removeprefix("# One"))
    result = sums.run_apart("book", "--literate-prefix", "1")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        ['  File "tiny/__init__.py", line *, in add (book/chapters/01-sums.md:13)']
    )


def test_a_prefix_is_first_on_the_path(sums: TinyBook) -> None:
    example = f"""
        >>> import os, sys, tiny
        >>> place = os.path.dirname(os.path.dirname(tiny.__file__))
        >>> sys.path.index(place) < sys.path.index({str(sums.pytester.path)!r})
        True
    """
    file = sums.pytester.path / "book/chapters/01-sums.md"
    file.write_text(file.read_text() + only(example).removeprefix("# One"))
    sums.run_apart("book", "--literate-prefix", "1").assert_outcomes(passed=4)


EDITABLE = """
import sys
from importlib.util import spec_from_file_location


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "tiny":
            return spec_from_file_location(name, {file!r})


sys.meta_path.insert(0, Finder)
"""


def test_a_prefix_comes_before_an_editable_installation(sums: TinyBook) -> None:
    installed = sums.write("elsewhere/tiny/__init__.py", "add = divide = None\n")
    sums.write("site/sitecustomize.py", EDITABLE.format(file=str(installed)))
    environment = {**os.environ, "PYTHONPATH": str(sums.pytester.path / "site")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "book"]

    def run(*more: str) -> str:
        return subprocess.run(
            [*command, *more],
            env=environment,
            cwd=sums.pytester.path,
            capture_output=True,
            text=True,
            check=False,
        ).stdout

    assert "tiny from elsewhere/tiny/__init__.py" in run()
    assert "3 failed" in run()
    assert "3 passed" in run("--literate-prefix", "1")


def test_a_chapter_before_the_package_has_no_package(book: TinyBook) -> None:
    example = """
        >>> import tiny
        Traceback (most recent call last):
          ...
        ModuleNotFoundError: No module named 'tiny' in the program as of chapter 1
    """
    book.chapter("01-a", only(example))
    book.chapter("02-b", "# B\n\n```{chunk} b\n:file: tiny/__init__.py\nx = 1\n```\n")
    book.tangle()
    result = book.run_apart("book", "--literate-prefix", "1")
    result.assert_outcomes(passed=2)


def test_other_processes_see_the_prefix(sums: TinyBook) -> None:
    code = "import tiny; print(hasattr(tiny, 'divide'))"
    example = f"""
        >>> import subprocess, sys
        >>> command = [sys.executable, "-c", "{code}"]
        >>> print(subprocess.run(command, capture_output=True, text=True).stdout)
        False
        <BLANKLINE>
    """
    file = sums.pytester.path / "book/chapters/01-sums.md"
    file.write_text(file.read_text() + only(example).removeprefix("# One"))
    sums.run_apart("book", "--literate-prefix", "1").assert_outcomes(passed=4)


def test_a_program_imported_too_early_is_an_error(sums: TinyBook) -> None:
    sums.write("conftest.py", CONFTEST + "import tiny\n")
    result = sums.run_apart("book", "--literate-prefix", "1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*tiny was imported from *tiny/__init__.py before*"])


def test_another_program_in_a_prefixs_place_is_a_failure(sums: TinyBook) -> None:
    hook = """
def pytest_collection_finish():
    import types
    sys.modules["tiny"] = module = types.ModuleType("tiny")
    module.__file__ = "/elsewhere/tiny.py"
    module.add = lambda a, b: a + b
"""
    sums.write("conftest.py", CONFTEST + hook)
    result = sums.run_apart("book", "--literate-prefix", "1")
    result.assert_outcomes(failed=3)
    message = "*tiny was imported from /elsewhere/tiny.py, not from the program as of*"
    result.stdout.fnmatch_lines([message])


def test_every_module_of_a_prefix_is_imported(book: TinyBook) -> None:
    text = """
        # A

        ```{chunk} the package
        :file: tiny/__init__.py
        x = 1
        ```

        ```{chunk} a module
        :file: tiny/shop.py
        price = 3
        total = price * nubmer
        ```
    """
    file = book.chapter("01-a", text)
    result = book.run_apart("book", "--literate-prefix", "1")
    line = line_of(file, "nubmer")
    fails_with(
        result,
        f"book/chapters/01-a.md:{line}: tiny.shop cannot be imported: NameError: *",
        f'  File "tiny/shop.py", line 2, in <module> (book/chapters/01-a.md:{line})',
    )


@pytest.mark.parametrize("number", ["0", "3", "-1"])
def test_a_prefix_that_does_not_exist_is_an_error(sums: TinyBook, number: str) -> None:
    result = sums.run_apart("book", "--literate-prefix", number)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*the book has chapters 1 to 2"])


def test_a_book_with_errors_has_no_prefix(book: TinyBook) -> None:
    book.chapter("01-a", "# A\n\n```{chunk} a\n:file: tiny/a.py\n<<b>>\n```\n")
    result = book.run_apart("book", "--literate-prefix", "1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*the book has 1 errors*", "book/chapters/01-a.md:5:*"]
    )


def test_a_prefix_is_taken_away_afterwards(
    sums: TinyBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    sums.run_apart("book", "--literate-prefix", "1").assert_outcomes(passed=3)
    assert not list(tmp_path.glob("literate-prefix-*"))
