"""The scanner sees the fences that markdown-it sees, and misses no chunk silently."""

import pytest
from hypothesis import assume
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from literate.scan import scan
from literate.scan import split_lines
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin

MARKDOWN = MarkdownIt("commonmark").use(colon_fence_plugin)

PREFIXES = ["", " ", "  ", "   ", "    ", "     ", "\t", "> ", ">", "- ", "-"]
PREFIXES += ["1. ", "2) ", "10. ", "* ", "+\t", "+   "]
CONTENTS = ["", "text", "```", "````", "~~~", "``` py", "```a`b", ":::", "::::"]
CONTENTS += [":::{aside}", "---", "===", "***", "# h", "<div>", "<!-- x", "-->"]
CONTENTS += ["</div>", "<x>", "<pre>", "</pre>", "[a]: b", "| a |", "~~~ ~x", "<?php"]
CONTENTS += ["?>", "<![CDATA[", "]]>", "<!D", "#h", "1.x", "-x", "[a]: b 'c' d"]

LINES = st.builds(
    lambda prefixes, content: "".join(prefixes) + content,
    st.lists(st.sampled_from(PREFIXES), max_size=3),
    st.sampled_from(CONTENTS),
)


def expected(text, offset=0):
    """Line, info and content of each fence by markdown-it; colon fences are entered."""
    found = []
    for token in MARKDOWN.parse(text):
        if token.type == "fence":
            found.append((token.map[0] + 1 + offset, token.info.strip(), token.content))
        elif token.type == "colon_fence":
            found.extend(expected(token.content, offset + token.map[0] + 1))
    return found


def found(text):
    return [
        (fence.line, fence.info, "".join(line + "\n" for line in fence.body))
        for fence in scan(text, "x.md").fences
    ]


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.lists(LINES, max_size=8))
@example(["- a", "2. ```"])
@example(["1.    a", "\t<div>", "text", "2) ``` py"])
@example([">a", "      >```"])
@example([":::", "- x", "", "  ~~~", ":::"])
def test_sees_what_markdown_it_sees(lines):
    text = "\n".join(["# Heading", *lines, ""])
    # A tab right after the mark of a quote: markdown-it leaves it in the content, the
    # standard replaces it by the blanks that are left of it.
    assume(">\t" not in text)
    assert found(text) == expected(text)


TRICKY = {
    "closing marker needs the length": "````\n```\n````\n```\nx\n",
    "closing marker takes no info": "```\n``` x\n```\n",
    "tilde inside backtick": "```\n~~~\n```\n~~~\n```\n",
    "indented by three": "   ```\n   a\n b\n   ```\n",
    "closing marker indented by four": "```\n    ```\n```\n",
    "in a list": "- a\n\n  ```\n  x\n\n   y\n  ```\n- b\n",
    "list ends the fence": "- ```\n  x\ny\n",
    "in a nested list": "1. a\n   - b\n\n     ```\n     x\n     ```\n",
    "in a quote": "> ```\n> x\n>\n> y\n> ```\n",
    "quote ends the fence": "> ```\n> x\ny\n```\nz\n",
    "in a quote in a list": "- > ```\n  > x\n  > ```\n",
    "in a comment": "<!--\n```\nx\n```\n-->\n```\ny\n```\n",
    "after a tag": "<div>\n```\nx\n```\n\n```\ny\n```\n",
    "after a paragraph": "text\n```\nx\n```\n",
    "lazy line": "> text\nlazy\n```\nx\n```\n",
    "not closed": "text\n\n```\nx\n",
    "empty": "```\n```\n",
    "backtick in info": "``` a`b\n```\nx\n```\n",
    "colon fence": ":::{note}\n```\nx\n```\n:::\n",
    "nested colon fences": "::::{a}\n:::{b}\n```\nx\n```\n:::\n::::\n",
    "colon fence in a list": "- :::{a}\n  ```\n  x\n  ```\n  :::\n",
    "colon fence not closed": ":::{a}\n\n```\nx\n",
    "colons close the colon fence first": ":::{a}\n```\n:::\nx\n```\n",
}


@pytest.mark.parametrize("text", TRICKY.values(), ids=TRICKY.keys())
def test_tricky_cases(text):
    assert expected(text), "the case must have a fence"
    assert found(text) == expected(text)


def test_no_fence_in_indented_code():
    assert (
        expected("text\n\n    ```\n    x\n") == found("text\n\n    ```\n    x\n") == []
    )


def test_front_matter_is_no_heading_and_no_fence():
    text = "---\na: |\n  ```\n---\n\n```\nx\n```\n"
    assert found(text) == [(6, "", "x\n")]


def test_options_and_places():
    text = "x\n\n```{chunk} match  the URL\n:file: a/b.py\n:append:\n\ncode\n\n```\n"
    (fence,) = scan(text, "x.md").fences
    assert fence.kind == "chunk"
    assert fence.argument == "match  the URL"
    assert fence.options == {"file": ("a/b.py", 4), "append": ("", 5)}
    assert fence.body == ["code", ""]
    assert (fence.line, fence.body_line, fence.end_line) == (3, 7, 9)


def test_one_blank_line_after_the_options_is_dropped():
    (fence,) = scan("```{chunk} a\n:append:\n\n\nx\n```\n", "x.md").fences
    assert fence.body == ["", "x"]
    (fence,) = scan("```{chunk} a\n\nx\n```\n", "x.md").fences
    assert fence.body == ["x"]


def test_a_body_line_is_no_option():
    (fence,) = scan("```{chunk} a\nx\n:append:\n```\n", "x.md").fences
    assert fence.options == {}
    assert fence.body == ["x", ":append:"]


def test_place_inside_containers():
    text = "> - x\n>\n>   ```{chunk} a\n>   code\n>\n>   ```\n"
    (fence,) = scan(text, "x.md").fences
    assert fence.prefix == ">   "
    assert (fence.line, fence.column, fence.body_line, fence.end_line) == (3, 5, 4, 6)
    assert fence.body == ["code", ""]


def test_lines_inside_a_colon_fence_are_those_of_the_file():
    text = "- a\n\n  :::{aside}\n  :class: x\n\n  ```{chunk} a\n  code\n  ```\n  :::\n"
    (fence,) = scan(text, "x.md").fences
    assert (fence.line, fence.body_line, fence.end_line) == (6, 7, 8)
    assert fence.prefix == "  "


def test_kinds():
    text = "```pycon\n>>> 1\n```\n```{setup}\nx = 1\n```\n```python\nx\n```\n```{note}\n```\n"
    kinds = [fence.kind for fence in scan(text, "x.md").fences]
    assert kinds == ["pycon", "setup", "other", "other"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    assert split_lines(f"a{end}b{end}{end}c") == ["a", "b", "", "c"]


LOOKS_LIKE = "this looks like a chunk but is not a fence here"
NEARLY = [
    ("``` {Chunk} a\n```\n", "1:1", "malformed fence"),
    ("```{chunk }x\n```\n", "1:1", "malformed fence"),
    ("```{chunk\n```\n", "1:1", "malformed fence"),
    ("``` { chunk} a\n```\n", "1:1", "malformed fence"),
    ("```chunk a\n```\n", "1:1", "malformed fence"),
    ("~~~{chunk} a\n~~~\n", "1:1", "malformed fence"),
    (":::{chunk} a\n:::\n", "1:1", "malformed fence"),
    (":::{setup}\n:::\n", "1:1", "malformed fence"),
    ("- :::pycon\n  :::\n", "1:3", "malformed fence"),
    ("text\n``{chunk} a\n", "2:1", LOOKS_LIKE),
    ("::{chunk} a\n", "1:1", LOOKS_LIKE),
    ("```{chunk} the `x`\n```\n", "1:1", LOOKS_LIKE),
    ("x\n\n    ```{chunk} a\n", "3:5", LOOKS_LIKE),
    ("<!--\n```{chunk} a\n```\n-->\n", "2:1", LOOKS_LIKE),
    (
        "````{note}\n```{chunk} a\n```\n````\n",
        "2:1",
        "a chunk inside {note} is not seen",
    ),
    ("```python\n```{chunk} a\n```\n", "2:1", "this chunk stands inside the fence"),
    ("```{chunk} a\n```{chunk} b\n```\n", "2:1", "this chunk stands inside the fence"),
    ("```{chunk} a\nx\n", "1:1", "this fence is never closed"),
    ("- ```{chunk} a\n  x\ny\n", "1:3", "this fence is never closed"),
    ("```pycon\n>>> 1\n", "1:1", "this fence is never closed"),
]


@pytest.mark.parametrize(("text", "place", "message"), NEARLY)
def test_what_is_nearly_a_chunk_is_reported(text, place, message):
    problems = [str(problem) for problem in scan(text, "x.md").problems]
    assert any(each.startswith(f"x.md:{place}: error: {message}") for each in problems)


FINE = [
    "A chunk is a `{chunk}` directive.\n",
    "``{chunk} x`` in prose\n",
    "```` ```{chunk} ```` in prose\n",
    "````markdown\n```{chunk} a\n```\n````\n",
    "````{code-block} markdown\n```{chunk} a\n```\n````\n",
    "```{chunk-index}\n```\n",
    "```{chunk} a\nx\n```\n",
    "````{chunk} a\n```{chunk} shown\n```\n````\n",
]


@pytest.mark.parametrize("text", FINE)
def test_what_only_speaks_of_chunks_is_fine(text):
    assert scan(text, "x.md").problems == []
