"""The book in numbers: what counts as a word, a chunk, an example, an exercise."""

import pytest
from htmltree import parse
from literate.stats import count_words
from literate.stats import figures
from wovensite import Site

CHAPTER = '''\
---
myst: {}
---
# Two words

(a-target)=
Three [linked words](https://example.com/a/b) and {ref}`one more <a-target>` - done.

```{chunk} the file
:file: pkg/x.py

"""Not counted."""
<<its body>>
```

```{chunk} its body
x = 1
```

```{chunk}
:imports:
:file: pkg/x.py
import os
import sys
```

:::{exercise} Say it again
:difficulty: 1

| a | table |
| --- | --- |
| with | cells |
:::

::::{solution}
Inside.

```pycon
>>> x
1
```
::::

```{setup}
hidden = 1
```

```python
plain = "code"
```
'''


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", 0),
        ("Plain words, with-hyphens and 3 numbers.", 6),
        ("A [link](somewhere.md#else) and a [reference][ref].", 5),
        ("{ident}`Flask.route` and {chunk}`some words <match the URL>`", 4),
        ("## A heading", 2),
        ("(target)=", 0),
        ("<!-- a comment -->", 0),
        ("| --- | :-: |", 0),
        ("{.class}", 0),
        ("***", 0),
    ],
)
def test_words(line, words):
    assert count_words(line) == words


def test_a_chapter_is_counted(project):
    project.chapters(CHAPTER)
    chapter, total = figures(project.book())
    assert chapter.title == "1. Two words"
    assert chapter.words == 2 + 8 + 3 + 4 + 1
    assert (chapter.chunks, chapter.median, chapter.lines) == (2, 1.5, 5)
    assert (chapter.examples, chapter.exercises) == (1, 1)
    assert total.title == "All chapters"
    assert total.cells() == chapter.cells() == ["18", "2", "1.5", "5", "1", "1"]


def test_chapters_add_up_and_others_do_not_count(project):
    project.chapters(CHAPTER, "# Three words here\n")
    project.write("book/preface.md", "# Preface\n\nMany words.\n")
    index = project.read("book/index.md").replace("{toctree}\n", "{toctree}\npreface\n")
    project.write("book/index.md", index)
    first, second, total = figures(project.book())
    assert second.cells() == ["3", "0", "0", "0", "0", "0"]
    assert total.words == first.words + second.words
    assert total.median == first.median


def test_the_command_prints_the_table(project):
    project.chapters(CHAPTER, "# Three words here\n")
    result = project.run("stats")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "                     Words  Chunks  Median  Lines  Examples  Exercises",
        "1. Two words            18       2     1.5      5         1          1",
        "2. Three words here      3       0       0      0         0          0",
        "All chapters            21       2     1.5      5         1          1",
    ]


def test_the_page_has_the_table_and_follows_the_chapters(tmp_path):
    site = Site(tmp_path)
    site.edit("book/index.md", "chapters/03-pages\n", "chapters/03-pages\nnumbers\n")
    site.write("book/numbers.md", "# Numbers\n\n```{book-in-numbers}\n```\n")

    def rows():
        assert site.build("-W") == (0, "")
        (table,) = parse(site.project.read("build/html/numbers.html")).find("table")
        return [[cell.text for cell in row.find("td")] for row in table.find("tr")][1:]

    before = rows()
    assert before[0][:4] == ["1. Answer", "20", "4", "4"]
    assert before[-1][0] == "All chapters"
    text = site.project.read("book/chapters/01-answer.md")
    site.write("book/chapters/01-answer.md", text + "\nThree more words.\n")
    after = rows()
    assert after[0][1] == "23"
    assert after[1:-1] == before[1:-1]
