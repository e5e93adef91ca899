"""Chapter numbers that run on across the parts of a book.

A part is a numbered toctree, and Sphinx begins every numbered toctree with 1. Here each
part goes on where the one before it ended: in headings, in the sidebar and wherever else
a number is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.domain import Numbers


def register(app: Sphinx) -> None:
    """Surrounds the step in which Sphinx assigns its numbers; it has priority 500."""
    app.connect("env-get-updated", _give_back, priority=400)
    app.connect("env-get-updated", _run_on, priority=600)


def _give_back(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Shows Sphinx its own numbers of the last build, for it to see what changed."""
    domain = domain_of(env)
    domain.numbers = env.toc_secnumbers
    env.toc_secnumbers = domain.data["counted"]
    return []


def _run_on(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Continues the numbers, and names the pages whose numbers are others than before."""
    domain = domain_of(env)
    domain.data["counted"] = env.toc_secnumbers
    env.toc_secnumbers = _continued(env)
    return [
        page
        for page, numbers in env.toc_secnumbers.items()
        if numbers != domain.numbers.get(page)
    ]


def _continued(env: BuildEnvironment) -> Numbers:
    """The numbers of all pages, each toctree's after those of the one before it."""
    counted: Numbers = env.toc_secnumbers
    shown: Numbers = {}
    ended = 0
    for toctree in _numbered_toctrees(env, env.config.root_doc):
        part = {
            page: {anchor: _later(number, ended) for anchor, number in own.items()}
            for page in _pages(env, toctree)
            if page not in shown and (own := counted.get(page))
        }
        for page, numbers in part.items():
            _show(env, page, numbers)
        firsts = [
            number[0] for own in part.values() for number in own.values() if number
        ]
        ended = max(firsts, default=ended)
        shown |= part
    return counted | shown


def _later(number: tuple[int, ...], ended: int) -> tuple[int, ...]:
    """A number with its first part raised; sections too deep have none."""
    return (number[0] + ended, *number[1:]) if number else ()


def _show(
    env: BuildEnvironment, page: str, numbers: dict[str, tuple[int, ...]]
) -> None:
    """Puts a page's numbers where tables of contents and links to it take them from."""
    if numbers.get(""):
        env.titles[page]["secnumber"] = numbers[""]
    for reference in env.tocs[page].findall(nodes.reference):
        number = numbers.get(reference["anchorname"])
        if number:
            reference["secnumber"] = number


def _numbered_toctrees(env: BuildEnvironment, page: str) -> Iterator[addnodes.toctree]:
    """All numbered toctrees, in reading order."""
    for each in _documents(env, page):
        if each in env.numbered_toctrees:
            for toctree in env.get_doctree(each).findall(addnodes.toctree):
                if toctree.get("numbered"):
                    yield toctree


def _pages(env: BuildEnvironment, toctree: addnodes.toctree) -> Iterator[str]:
    """The pages a toctree leads to, in reading order."""
    for page in cast("list[str]", toctree["includefiles"]):
        yield from _documents(env, page)


def _documents(env: BuildEnvironment, page: str) -> Iterator[str]:
    """A page and all that its toctrees lead to, each once."""
    seen: set[str] = set()
    waiting = [page]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            yield each
            waiting += reversed(env.toctree_includes.get(each, []))
