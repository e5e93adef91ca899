"""The index of the search: how much a page tells of a word, and which page is which.

Sphinx notes only whether a word is on a page, so that all pages that have it come in the
order of their titles. Here the index also tells how often, and ``scorer.js`` puts the page
that tells most of what was asked for first. The titles get the numbers of their chapters;
those that two pages have get the name of their part of the book, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log2
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.search import IndexBuilder
from sphinx.search import WordStore

from outputs.pages import parts

IN_HEADING = 4
"""How many words of the text a word in a heading counts for."""

IN_TITLE = 20
"""The same, for a word in the title of a page."""

_MOST = 9


class Index(IndexBuilder):
    """Sphinx's index, which counts the words.

    :ivar weights: for each page, what each word weighs there, unless it is nothing.
    """

    def __init__(self, env: BuildEnvironment, *options: Any) -> None:
        super().__init__(env, *options)
        self.weights: dict[str, dict[str, int]] = {}
        self._env = env
        self._store = WordStore()

    def feed(self, docname: str, filename: Any, title: str, doctree: Any) -> None:
        """Reads a page."""
        super().feed(docname, filename, title, doctree)
        counted: Counter[str] = Counter(self._store.words)
        for words, times in (
            (self._store.title_words, IN_HEADING),
            (self.lang.split(title), IN_TITLE),
        ):
            for word in words:
                counted[word] += times
        stems: Counter[str] = Counter()
        for word, times in counted.items():
            stems[self.lang.stem(word).lower()] += times
        weights = {stem: weight(times) for stem, times in stems.items()}
        self.weights[docname] = {stem: each for stem, each in weights.items() if each}

    def _word_collector(self, doctree: nodes.document) -> WordStore:
        self._store = super()._word_collector(doctree)
        return self._store

    def load(self, stream: Any, format: Any) -> None:
        """Takes over an index that was written before."""
        frozen = self.formats.get(format, format).load(stream)
        told = dict(zip(frozen["docnames"], frozen["titles"], strict=True))
        _rename(frozen, told, self._plain(told))
        super().load(stream, _Loaded(frozen))
        names = frozen["docnames"]
        # Sphinx forgets these.
        self._index_entries = {name: [] for name in names}
        for entry, places in frozen["indexentries"].items():
            for page, anchor, main in places:
                own = self._index_entries[names[page]]
                own.append((entry, anchor, "main" if main else ""))
        self.weights = {name: {} for name in names}
        for word, digits in frozen.get("weights", {}).items():
            pages = _pages(frozen["terms"], frozen["titleterms"], word)
            for page, digit in zip(pages, digits, strict=True):
                if digit != "0":
                    self.weights[names[page]][word] = int(digit)

    def prune(self, docnames: Iterable[str]) -> None:
        """Forgets all other pages."""
        kept = set(docnames)
        super().prune(kept)
        entries = self._index_entries.items()
        self._index_entries = {name: own for name, own in entries if name in kept}

    def freeze(self) -> dict[str, Any]:
        """The index as it is written: Sphinx's, with weights, and with other titles."""
        frozen = super().freeze()
        names = frozen["docnames"]
        for kind in ("terms", "titleterms"):
            # What only a page that has changed had is on no page now.
            words = frozen[kind].items()
            frozen[kind] = {word: pages for word, pages in words if pages != []}
        frozen["weights"] = {}
        for word in {**frozen["terms"], **frozen["titleterms"]}:
            pages = _pages(frozen["terms"], frozen["titleterms"], word)
            digits = "".join(
                str(self.weights.get(names[page], {}).get(word, 0)) for page in pages
            )
            if digits.strip("0"):
                frozen["weights"][word] = digits
        plain = self._plain(dict(zip(names, frozen["titles"], strict=True)))
        _rename(frozen, plain, titles_of(self._env, plain))
        return frozen

    def _plain(self, titles: dict[str, str]) -> dict[str, str]:
        """The titles as they stand on the pages."""
        own = self._env.titles
        return {
            page: own[page].astext() if page in own else title
            for page, title in titles.items()
        }


class _Loaded:
    """An index that is read already, for those who want to read it."""

    def __init__(self, frozen: dict[str, Any]) -> None:
        self._frozen = frozen

    def load(self, stream: Any) -> dict[str, Any]:
        """The index."""
        return self._frozen


def weight(times: int) -> int:
    """A digit for how often a word is on a page: 0 for once, 9 for sixty times."""
    return min(_MOST, round(1.5 * log2(times)))


def titles_of(env: BuildEnvironment, plain: dict[str, str]) -> dict[str, str]:
    """What the pages are called where they stand beside pages of other parts.

    :param plain: their titles.
    """
    shared = Counter(plain.values())
    captions = {page: caption for caption, pages in parts(env) for page in pages}
    told = {}
    for page, title in plain.items():
        numbers = env.toc_secnumbers.get(page, {}).get("", ())
        if numbers:
            told[page] = f"{'.'.join(map(str, numbers))}. {title}"
        elif shared[title] > 1 and captions.get(page):
            told[page] = f"{captions[page]}: {title}"
        else:
            told[page] = title
    return told


def _rename(
    frozen: dict[str, Any], before: dict[str, str], after: dict[str, str]
) -> None:
    """Gives the pages of an index other titles."""
    names = frozen["docnames"]
    frozen["titles"] = [after[name] for name in names]
    titles: dict[str, list[Any]] = {}
    for title, found in frozen["alltitles"].items():
        for page, anchor in found:
            name = names[page]
            new = after[name] if title == before[name] else title
            titles.setdefault(new, []).append((page, anchor))
    frozen["alltitles"] = titles


def _pages(terms: dict[str, Any], titles: dict[str, Any], word: str) -> list[int]:
    """The numbers of the pages that have a word, sorted."""
    found: set[int] = set()
    for each in (terms.get(word, ()), titles.get(word, ())):
        found.update((each,) if isinstance(each, int) else each)
    return sorted(found)
