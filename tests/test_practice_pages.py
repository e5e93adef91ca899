"""Hints, predictions, pitfalls and terms, as a site and on paper."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXTENSIONS = str(Path(__file__).parents[1] / "book" / "_ext")
CONF = """\
import sys
sys.path[:0] = [{extensions!r}]
project = "mini"
version = release = "1"
project_copyright = "nobody"
extensions = ["myst_parser", "practice.sphinx_ext"]
myst_enable_extensions = ["colon_fence"]
literate_project = "."
practice_glossary = "appendices/glossary.md"
html_theme = "basic"
html_copy_source = False
"""
PYPROJECT = """\
[tool.literate]
source = "book"
toctree = "index.md"
numbered = "chapters/"
outputs = ["mini"]
build = "build/literate"
"""
INDEX = """\
# Mini

```{toctree}
chapters/01-one
chapters/02-two
appendices/glossary
appendices/pitfalls
```
"""
ONE = '''\
# A hook explained

A hook is a function. Hooks run. `middleware` is code, *middleware* too, and [middleware](02-two.md).

## Middleware

Now middleware and WSGI in one paragraph. WSGI.

WSGI has a paragraph of its own.

```{chunk} mini/__init__.py
:file: mini/__init__.py
"""Nothing."""
```

::::{exercise} First
:difficulty: 1

Middleware and WSGI are not linked here.

:::{hint}
Ask yourself.
:::

:::{hint}
Nearly told.
:::
::::

::::{solution}
```pycon
>>> answer = 1
```

:::{check}
```pycon
>>> answer
1
```
:::
::::

::::{predict} Which `one`?
A question.

```pycon
>>> x = 1
>>> x
1
```

:::{choice} 2
Two is *more*.
:::

:::{choice} 0
Zero is less.
:::

Because it is one.
::::

::::{predict}
```pycon
>>> print("a")
a
```

That is *a*.
::::

::::{pitfall} `KeyError: 'x'` everywhere
Seen.

**Cause.** This.

**Remedy.** That.
::::
'''
TWO = "# Two\n\nA hook again, then hooks.\n\nWSGI and middleware. Middleware.\n\n- WSGI middleware\n"
GLOSSARY = """\
# Glossary

```{glossary}
hook
  A function, `f()`. See [One](../chapters/01-one.md).

middleware
  Around. See *how*.

WSGI
  An agreement.
```
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("practice")
    texts = {
        "conf.py": CONF.format(extensions=EXTENSIONS),
        "pyproject.toml": PYPROJECT,
        "book/index.md": INDEX,
        "book/chapters/01-one.md": ONE,
        "book/chapters/02-two.md": TWO,
        "book/appendices/glossary.md": GLOSSARY,
        "book/appendices/pitfalls.md": "# Pitfalls\n\n```{pitfalls}\n```\n",
        "mini/__init__.py": '"""Nothing."""\n',
    }
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def build(project: Path, builder: str) -> Path:
    output = project / "build" / builder
    command = [sys.executable, "-m", "sphinx", "-W", "-b", builder, "-q"]
    command += ["-d", str(project / "build" / "doctrees" / builder)]
    command += ["-c", str(project), str(project / "book"), str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    return build(project, "html")


def links_to_terms(page: Path) -> list[str]:
    pattern = r'<a [^>]*#term-[^>]*><span class="[^"]*term-in-text[^"]*">([^<]+)</span>'
    return re.findall(pattern, page.read_text("utf-8"))


def test_the_first_use_of_a_term_is_linked(site: Path) -> None:
    # One a paragraph; not in headings, code, links, italics, exercises.
    assert links_to_terms(site / "chapters/01-one.html") == ["middleware", "WSGI"]


def test_a_term_is_linked_once_a_page_and_not_where_it_is_explained(
    site: Path,
) -> None:
    assert links_to_terms(site / "chapters/02-two.html") == [
        "hook",
        "WSGI",
        "middleware",
    ]
    assert links_to_terms(site / "appendices/glossary.html") == []


def test_what_is_told_of_a_term_is_its_entry(site: Path) -> None:
    terms = json.loads((site / "_static/terms.json").read_text("utf-8"))
    assert terms == {
        "term-hook": ["hook", "A function, ``f()``.", "One"],
        "term-middleware": ["middleware", "Around. See how.", ""],
        "term-WSGI": ["WSGI", "An agreement.", ""],
    }
    for page in (site / "chapters").glob("*.html"):
        for anchor in re.findall(r'#(term-[^"]*)"', page.read_text("utf-8")):
            assert anchor in terms


def test_a_paragraph_with_two_terms_has_one_link(site: Path) -> None:
    text = (site / "chapters/01-one.html").read_text("utf-8")
    (paragraph,) = re.findall(r"<p>(Now .*?)</p>", text, re.S)
    assert paragraph.count("<a ") == 1


def test_hints_are_numbered_and_closed(site: Path) -> None:
    text = (site / "chapters/01-one.html").read_text("utf-8")
    exercise = text[text.index('data-exercise="exercise-first"') :]
    hints = re.findall(r'<details class="hint[^>]*>\s*<summary[^>]*>([^<]+)', exercise)
    assert hints == ["Hint 1 of 2", "Hint 2 of 2"]
    assert not re.search(r"<details[^>]* open", text)


def test_a_check_is_hidden_and_names_its_exercise(site: Path) -> None:
    text = (site / "chapters/01-one.html").read_text("utf-8")
    (check,) = re.findall(r'<div class="check[^>]*>', text)
    assert 'data-check="exercise-first"' in check
    assert "hidden" in check
    assert 'data-solution="exercise-first"' in text


def test_a_prediction_shows_the_program_and_hides_its_output(site: Path) -> None:
    text = (site / "chapters/01-one.html").read_text("utf-8")
    start = text.index('id="predict-which-one"')
    shown, hidden = text[start:].split("<details", 1)
    hidden = hidden[: hidden.index("</details>")]
    program = re.sub(r"<[^>]+>", "", shown)
    assert "x = 1" in program
    assert program.count("1") == 2, "the program and a choice, not the output"
    choices = re.findall(r"<li><p><code[^>]*><span class=\"pre\">(.)<", shown)
    assert choices == ["0", "1", "2"]
    assert re.search(r'data-right="1"', text[start - 200 : start + 200])
    assert "Because it is one." in hidden
    assert "Zero is less." in hidden
    assert hidden.index("predict-reason-2") < hidden.index("predict-reason-0")
    # The whole example, with its output, is there once, to be run.
    assert hidden.count('class="example') == 1
    assert "example" not in re.findall(r'<div class="([^"]*)"', shown)


def test_a_prediction_without_choices_names_its_answer(site: Path) -> None:
    text = (site / "chapters/01-one.html").read_text("utf-8")
    assert 'data-answer="a"' in text


def test_pitfalls_are_listed_under_the_titles_of_their_pages(site: Path) -> None:
    text = (site / "appendices/pitfalls.html").read_text("utf-8")
    assert "A hook explained" in text
    link = "../chapters/01-one.html#pitfall-keyerror-x-everywhere"
    assert f'href="{link}"' in text
    page = (site / "chapters/01-one.html").read_text("utf-8")
    assert 'id="pitfall-keyerror-x-everywhere"' in page


def test_on_paper_everything_is_open_and_nothing_is_hidden(project: Path) -> None:
    text = (build(project, "epub") / "chapters" / "01-one.xhtml").read_text("utf-8")
    hint = text[text.index("Hint 1 of 2") :]
    assert hint.index("Ask yourself.") < hint.index("Hint 2 of 2")
    assert '<div class="hint' in text
    assert "<details" not in text[text.index("predict-which-one") :]
    assert "data-check" not in text
    assert "Show the answer" not in text
    answer = text[text.index('class="predict-answer') :]
    answer = re.sub(r"<[^>]+>", "", answer[: answer.index("Because it is one.")])
    assert answer.split()[-1] == "1"
    assert "&gt;&gt;&gt;" not in answer


WRONG = {
    "::::{predict}\nNo example.\n::::": "needs an example",
    "::::{predict}\n```pycon\n>>> x = 1\n```\nWhy.\n::::": "prints nothing",
    "::::{predict}\n```pycon\n>>> 1\n1\n```\n:::{choice} 1\nNo.\n:::\n::::": (
        "stands there twice"
    ),
    ":::{hint}\nAlone.\n:::": "inside of an exercise",
    ":::{check}\n```pycon\n>>> 1\n1\n```\n:::": "inside of a solution",
}


def test_a_box_that_makes_no_sense_is_a_warning(tmp_path: Path) -> None:
    texts = {
        "conf.py": CONF.format(extensions=EXTENSIONS).replace(
            'practice_glossary = "appendices/glossary.md"', ""
        ),
        "pyproject.toml": PYPROJECT,
        "book/index.md": "# Mini\n\n"
        '```{chunk} mini/__init__.py\n:file: mini/__init__.py\n"""Nothing."""\n```\n',
    }
    for number, box in enumerate(WRONG):
        texts[f"book/page{number}.md"] = f"# Page\n\n{box}\n"
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "sphinx", "-b", "dummy", "-q", "-c"]
    command += [str(tmp_path), str(tmp_path / "book"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for number, complaint in enumerate(WRONG.values()):
        lines = [
            line for line in done.stderr.splitlines() if f"page{number}.md" in line
        ]
        assert any(complaint in line for line in lines), (complaint, done.stderr)
