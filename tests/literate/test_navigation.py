"""The tree in the sidebar is made once; it must be what Sphinx would make each time."""

from pathlib import Path

import furo.navigation
import pytest
from htmltree import Element
from htmltree import parse
from literate.sphinx_ext import navigation
from literate.sphinx_ext.navigation import Tree
from wovensite import Site

INDEX = """\
# Mini

```{toctree}
:caption: Front & <matter>

preface
The other site <https://example.com/>
```

```{toctree}
:caption: Chapters
:numbered: 1

chapters/01-answer
chapters/02-routes
```

```{toctree}
:hidden:

more/index
chapters/03-pages
```
"""

PAGES = {
    "book/index.md": INDEX,
    "book/more/index.md": "# More\n\n```{toctree}\none\ndeep/index\n```\n",
    "book/more/one.md": "# One, with `code`\n\n## A section\n\nText.\n",
    "book/more/deep/index.md": "# Deep\n\n```{toctree}\ntwo\n```\n",
    "book/more/deep/two.md": "# Two\n",
}


def built(root: Path, builder: str) -> dict[str, str]:
    site = Site(root)
    for path, text in PAGES.items():
        site.write(path, text)
    assert site.build("-W", builder=builder) == (0, "")
    top = root / "build" / builder
    return {
        file.relative_to(top).as_posix(): file.read_text("utf-8")
        for file in sorted(top.rglob("*.html"))
        if file.is_file()
    }


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_it_is_what_sphinx_makes(tmp_path, monkeypatch, builder):
    quick = built(tmp_path / "quick", builder)
    monkeypatch.setattr(navigation, "make_once", lambda *arguments: None)
    slow = built(tmp_path / "slow", builder)
    assert len(quick) > 12
    assert quick == slow


def test_it_is_made_and_parsed_once(tmp_path, monkeypatch):
    made, parsed = [], []
    real, parse_html = Tree.__init__, furo.navigation.BeautifulSoup

    def count(self: Tree, html: str) -> None:
        made.append(html)
        real(self, html)

    def count_parsed(html: str, parser: str) -> furo.navigation.BeautifulSoup:
        parsed.append(html)
        return parse_html(html, parser)

    monkeypatch.setattr(Tree, "__init__", count)
    monkeypatch.setattr(furo.navigation, "BeautifulSoup", count_parsed)
    furo.navigation.get_navigation_tree.cache_clear()
    pages = built(tmp_path, "html")
    assert len(made) == 2  # Sphinx's, and the same with switches
    assert parsed == made[:1]
    current = {path: here(parse(text)) for path, text in pages.items()}
    assert current["more/deep/two.html"] == ["More", "Deep", "Two"]
    assert current["chapters/02-routes.html"] == ["2. Routes"]
    assert current["files/pkg/app.html"] == []


def here(page: Element) -> list[str]:
    """The entries on the way to the current page."""
    tree = page.find("div", "sidebar-tree")[0]
    return [
        item.find("a")[0].text for item in tree.find("li") if "current" in item.classes
    ]
