"""Import statements of many chapters become the block that ruff would write."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from literate.book import Book
from literate.config import Config
from test_graph import chunk

FILE = ":file: pkg/x.py"
ROOT = ['"""Doc."""', "", "", "def f(): ..."]


def imports(*lines, options=()):
    return chunk("", *lines, options=[":imports:", FILE, *options])


def typing(*lines):
    return chunk("", *lines, options=[":imports: typing", FILE])


def root(*lines):
    return chunk("root", *lines, options=[FILE])


def test_merged_split_and_sorted(project):
    project.chapters(
        root(*ROOT) + imports("import sys, os", "from .b import z, A as B"),
        imports(
            "from .b import z",
            "import flask",
            "from collections.abc import (",
            "    Sequence,",
            "    Iterator,",
            ")",
            "from ..a import b",
            "import pkg.y",
            "from __future__ import annotations",
        ),
    )
    assert project.tangled("pkg/x.py").split("\n\n\n")[0].split("\n") == [
        '"""Doc."""',
        "",
        "from __future__ import annotations",
        "",
        "import os",
        "import sys",
        "from collections.abc import Iterator",
        "from collections.abc import Sequence",
        "",
        "import flask",
        "",
        "import pkg.y",
        "",
        "from ..a import b",
        "from .b import A as B",
        "from .b import z",
    ]


def test_origins(project):
    project.chapters(
        root(*ROOT) + imports("import os", "from a import (", "    c,", "    b,", ")"),
        imports("from a import b"),
    )
    lines = project.book().tangle()["pkg/x.py"].lines
    places = {
        line.text: [f"{origin.path[-5:]}:{origin.line}" for origin in line.origins]
        for line in lines
        if "import" in line.text
    }
    assert places == {
        "import os": ["01.md:11"],
        "from a import b": ["01.md:14", "02.md:4"],
        "from a import c": ["01.md:13"],
    }


def test_a_prefix_has_the_imports_of_its_chapters(project):
    project.chapters(root(*ROOT) + imports("import os"), imports("import sys"))
    assert "import sys" not in project.tangled("pkg/x.py", 1)
    assert "import sys" in project.tangled("pkg/x.py", 2)


def test_imports_of_a_file_that_does_not_exist_yet(project):
    project.chapters(imports("import os"), root(*ROOT))
    assert project.book().tangle(1) == {}
    assert "import os" in project.tangled("pkg/x.py", 2)


def test_replaced_imports(project):
    project.chapters(
        root(*ROOT) + imports("import os") + typing("import a"),
        imports("import sys", options=[":replace:"]),
    )
    assert "import os" in project.tangled("pkg/x.py", 1)
    text = project.tangled("pkg/x.py")
    assert "import os" not in text
    assert "import sys" in text
    assert "    import a" in text


def test_only_imports_of_the_same_name_are_replaced(project):
    named = "```{chunk} some\n:imports:\n:file: pkg/x.py\nimport {}\n```\n"
    project.chapters(
        root(*ROOT) + imports("import os") + named.replace("{}", "re"),
        named.replace("{}", "sys").replace(":file", ":replace:\n:file"),
    )
    block = project.tangled("pkg/x.py").split("\n")[2:4]
    assert block == ["import os", "import sys"]


def test_typing_block(project):
    project.chapters(
        root(*ROOT)
        + imports("from .a import b")
        + typing("from .a import c", "import os", "from .a import b")
    )
    assert project.tangled("pkg/x.py").split("\n\n\n")[0].split("\n") == [
        '"""Doc."""',
        "",
        "from typing import TYPE_CHECKING",
        "",
        "from .a import b",
        "",
        "if TYPE_CHECKING:",
        "    import os",
        "",
        "    from .a import c",
    ]


def test_typing_block_that_is_imported_at_run_time_anyway(project):
    project.chapters(root(*ROOT) + imports("import os") + typing("import os"))
    assert "TYPE_CHECKING" not in project.tangled("pkg/x.py")


def test_type_checking_is_imported_once(project):
    project.chapters(
        root(*ROOT) + imports("from typing import TYPE_CHECKING") + typing("import os")
    )
    assert project.tangled("pkg/x.py").count("import TYPE_CHECKING") == 1


PLACES = {
    "definition follows": ('"""D."""\n', "def f(): ...", 2),
    "class follows": ('"""D."""\n', "class A: ...", 2),
    "decorator follows": ('"""D."""\n', "@d\ndef f(): ...", 2),
    "commented definition follows": ('"""D."""\n', "# c\ndef f(): ...", 2),
    "code follows": ('"""D."""\n', "x = 1", 1),
    "comment follows": ('"""D."""\n', "# c\n\nx = 1", 1),
    "nothing follows": ('"""D."""\n', "", 0),
    "no docstring": ("", "x = 1", 1),
    "nothing at all": ("", "", 0),
    "docstring of many lines": ('"""D.\n\nx\n"""\n', "x = 1", 1),
    "escaped quotes": ('"""D\\"""\n"""\n', "x = 1", 1),
    "raw docstring": ('r"""D."""\n', "x = 1", 1),
    "short docstring": ("'D\\'s'  # c\n", "x = 1", 1),
    "string that is no docstring": ("", '"""D.""".x', 1),
    "shebang": ("#!python\n", "x = 1", 1),
    "comment at the top": ("# About.\n", "x = 1", 1),
    "shebang above a docstring": ('#!python\n"""D."""\n', "x = 1", 1),
}


@pytest.mark.parametrize(("head", "rest", "blank"), PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("between", ["", "\n", "\n\n\n"])
def test_place_of_the_block(project, head, rest, blank, between):
    if head == "# About.\n" and not between:
        between = "\n"
    project.chapters(root(head + between + rest) + imports("import os"))
    after = "\n" * blank + rest + "\n" if rest else ""
    before = head + "\n" if head else ""
    assert project.tangled("pkg/x.py") == f"{before}import os\n{after}"


def test_a_comment_above_code_stays_there(project):
    project.chapters(root("# About x.", "x = 1") + imports("import os"))
    assert project.tangled("pkg/x.py") == "import os\n\n# About x.\nx = 1\n"


def test_trailing_comment_is_kept(project):
    project.chapters(root(*ROOT) + imports("import os  # noqa: F401"))
    assert "import os  # noqa: F401\n" in project.tangled("pkg/x.py")


def test_long_lines_are_broken(project):
    name = "a_very_long_name_" + "x" * 60
    project.chapters(
        root(*ROOT)
        + imports(f"from module import {name} as b")
        + typing(f"import {name}")
    )
    assert f"\nfrom module import (\n    {name} as b,\n)\n" in project.tangled(
        "pkg/x.py"
    )


# Held against ruff

RUFF = Path(sys.executable).with_name("ruff")
CONFIG = """\
target-version = "py311"
src = ["."]
[lint]
select = ["I"]
[lint.isort]
force-single-line = true
order-by-type = false
"""
MODULES = ["os", "os.path", "sys", "re", "typing", "_thread", "a1", "a10", "a2", "a02"]
MODULES += ["flask", "Flask", "FLASK", "flask_x", "pkg", "pkg.a", "pkg_b", "zlib", "B"]
NAMES = [
    "a",
    "A",
    "b",
    "_b",
    "B1",
    "b10",
    "b2",
    "b02",
    "CONST",
    "Klass",
    "z_",
    "é",
    "*",
]
ALIASES = [None, None, None, "x", "X", "y1", "a"]


def _statement(module, level, name, alias):
    if name is None:
        return f"import {module or 'os'}" + (f" as {alias}" if alias else "")
    tail = f" as {alias}" if alias and name != "*" else ""
    start = "." * level + module
    return f"from {start if start else '.'} import {name}{tail}"


STATEMENTS = st.builds(
    _statement,
    st.sampled_from(["", *MODULES]),
    st.sampled_from([0, 0, 0, 1, 2]),
    st.sampled_from([None, None, *NAMES]),
    st.sampled_from(ALIASES),
)
REST = st.sampled_from(
    [
        [],
        ["def f(): ..."],
        ["class A: ..."],
        ["@d", "def f(): ..."],
        ["x = 1"],
        ["# comment", "x = 1"],
        ["# comment", "def f(): ..."],
        ["if x:", "    pass"],
    ]
)


def _program(runtime, typed, rest, docstring):
    head = ['"""Doc."""', ""] if docstring else []
    text = chunk("root", *head, *rest, options=[FILE])
    text += imports(*runtime)
    if typed:
        text += typing(*[line for line in typed if "*" not in line])
    config = Config("/project", chapters=["a.md"], outputs=["pkg"])
    book = Book(config, {"book/a.md": text})
    assert book.problems == []
    return book.tangle()["pkg/x.py"].text


def test_ruff_has_nothing_to_add(tmp_path):
    """Many programs, one run of ruff: it is the start of the process that takes time."""
    programs = []

    @settings(max_examples=400, deadline=None, database=None)
    @given(
        st.lists(STATEMENTS, min_size=1, max_size=12),
        st.lists(STATEMENTS, max_size=4),
        REST,
        st.booleans(),
    )
    def collect(runtime, typed, rest, docstring):
        programs.append(_program(runtime, typed, rest, docstring))

    collect()
    (tmp_path / "ruff.toml").write_text(CONFIG)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").touch()
    for number, text in enumerate(dict.fromkeys(programs)):
        (tmp_path / "pkg" / f"m{number}.py").write_text(text)
    for command in (["check", "-q", "--config", "ruff.toml"], ["format", "--diff"]):
        run = subprocess.run(
            [str(RUFF), *command, "--no-cache", "pkg"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, (run.stdout + run.stderr)[:3000]
    assert len(programs) >= 400
