"""The search index: what Sphinx makes, with each stem found once."""

from pathlib import Path

import pytest
import sphinx.search
from literate.sphinx_ext.search import English
from sphinx.search.en import SearchEnglish
from wovensite import Site


def index(root: Path) -> str:
    site = Site(root)
    assert site.build("-W") == (0, "")
    return (root / "build/html/searchindex.js").read_text("utf-8")


def test_the_index_is_what_sphinx_makes_and_no_stem_is_found_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = SearchEnglish.stem

    def count(self: SearchEnglish, word: str) -> str:
        asked.append(word)
        return real(self, word)

    monkeypatch.setattr(SearchEnglish, "stem", count)
    quick = index(tmp_path / "quick")
    assert len(asked) == len(set(asked)) > 50
    monkeypatch.setattr(English, "stem", count)
    asked.clear()
    assert index(tmp_path / "slow") == quick
    assert len(asked) > len(set(asked))
    assert sphinx.search.languages["en"] is English
