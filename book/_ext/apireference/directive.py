"""The ``api`` directive: the entries of a section, written by autodoc.

Its lines name functions, classes and data of the package. A class comes with its
members. What a library defines, and what Flask has dropped, autodoc cannot show as it
should be shown; such entries are made here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.roles import link_to_explanation
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.parsing import nested_parse_to_nodes
from sphinx.util.typing import OptionSpec

from apireference.entries import Entry
from apireference.entries import listed_bases
from apireference.entries import members
from apireference.entries import top_entry
from apireference.history import History
from apireference.history import history
from apireference.names import DATA
from apireference.signatures import signature_of
from apireference.signatures import type_of
from apireference.source import files
from apireference.source import PACKAGE

logger = logging.getLogger(__name__)

_AUTO = {
    "class": "autoclass",
    "exception": "autoexception",
    "function": "autofunction",
    "method": "automethod",
    "property": "autoproperty",
    "attribute": "autoattribute",
}
_INDENT = "   "
_MANY = 8
"""A class with more members than this begins with a list of them."""


class ApiDirective(SphinxDirective):
    """``.. api::`` with a name in each line."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {"no-members": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Writes the entries and has them parsed."""
        for file in ("documented-names.json", "history.json", "inherited.json"):
            self.env.note_dependency(str(DATA / file))
        self.env.note_dependency(str(files()[f"{PACKAGE}.dropped"]))
        text = StringList()
        for index, name in enumerate(self.content):
            source, line = self.content.info(index)
            if not name.strip():
                continue
            for row in self._entry(name.strip()):
                text.append(row, source or "", line or 0)
        return nested_parse_to_nodes(self.state, text)

    def _entry(self, name: str) -> Iterator[str]:
        entry = top_entry(name)
        if entry is None:
            logger.warning("there is no %s", name, location=self.get_location())
            return
        module = name.rpartition(".")[0]
        yield from self._written(entry, module)
        if "no-members" in self.options:
            return
        found = members(entry)
        if len(found) > _MANY:
            yield from _contents(found)
        for member in found:
            for row in self._written(member, module):
                yield row and _INDENT + row

    def _written(self, entry: Entry, module: str) -> Iterator[str]:
        """One entry, without its members.

        :param module: the module whose entry it is, or that of its class.
        """
        domain_of(self.env).note_entry(
            self.env.current_document.docname, entry.name, entry.told
        )
        if _is_for_autodoc(entry):
            yield f".. {_AUTO[entry.kind]}:: {entry.name}{_called(entry)}"
            if entry.kind == "class" and listed_bases(entry.value):
                yield f"{_INDENT}:show-inheritance:"
            if entry.kind == "attribute":
                stated = type_of(entry.home)
                yield f"{_INDENT}:annotation: {': ' + stated if stated else ''}"
                if isinstance(entry.value, ModuleType):
                    # Its value would be shown as the path of its file.
                    yield f"{_INDENT}:no-value:"
            yield ""
            return
        home = entry.home.rpartition(".")[0]
        if home in files():
            self.env.note_dependency(str(files()[home]))
        name = entry.name.removeprefix(f"{module}.")
        yield f".. py:{entry.kind}:: {name}{_called(entry)}"
        yield f"{_INDENT}:module: {module}"
        yield ""
        for row in completed(entry.name, [*_text(entry), *_dropped(entry)]):
            yield row and _INDENT + row
        yield ""


def _contents(found: list[Entry]) -> Iterator[str]:
    """Links to the members of a class."""
    yield f"{_INDENT}.. container:: entry-members"
    yield ""
    for member in found:
        last = member.name.rpartition(".")[2]
        yield f"{_INDENT * 2}:py:obj:`{last} <{member.name}>`"
    yield ""


class ToldDirective(SphinxDirective):
    """``.. told:: NAME``: where a name is explained, and which pages document it.

    It makes its nodes itself; text would take Sphinx much longer to read.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Makes the line."""
        (name,) = self.arguments
        facts = history().get("flask" + name.removeprefix(PACKAGE), History())
        pages = " and ".join(facts.pages)
        listed = f" In the API pages of Flask {pages}." if pages else ""
        link = link_to_explanation(self.env, name)
        self.set_source_info(link)
        line = nodes.paragraph("", "Explained in ", link, nodes.Text(f".{listed}"))
        return [nodes.container("", line, classes=["entry-told"])]


def _is_for_autodoc(entry: Entry) -> bool:
    """Whether the code itself says what there is to say."""
    return (
        entry.kind in _AUTO
        and bool(entry.doc)
        and not entry.dropped
        and not _words(entry)
    )


def completed(name: str, docstring: list[str]) -> list[str]:
    """A docstring with its version notes, and where the name is explained.

    :param name: the name of the entry.
    :param docstring: its lines.
    """
    documented = "flask" + name.removeprefix(PACKAGE)
    facts = history().get(documented, History())
    owner = history().get(documented.rpartition(".")[0], History())
    return [*facts.complete(docstring, owner.added), f".. told:: {name}", ""]


def _called(entry: Entry) -> str:
    """The parameters of what is called, in brackets."""
    if entry.kind not in ("method", "function", "class"):
        return ""
    found = signature_of(entry.value, entry.kind == "method")
    if found is None:
        return "()"
    parameters, result = found
    return f"{parameters} -> {result}" if result else parameters


def _dropped(entry: Entry) -> list[str]:
    """The note on what was dropped; of a module only the history knows it."""
    facts = history().get(entry.documented, History())
    edition, instead = entry.dropped, entry.instead
    if not edition and facts.instead:
        edition, instead = facts.dropped, facts.instead
    if not edition:
        return []
    return ["", f".. versionremoved:: {edition}", f"{_INDENT}{instead}"]


def _text(entry: Entry) -> list[str]:
    """What the code says of it, or our own words where a library would speak."""
    return _words(entry) or entry.doc


def _words(entry: Entry) -> list[str]:
    """Our own words on it, where the code has none or they are a library's."""
    text = inherited().get(entry.documented, "")
    if not text and not (entry.own and entry.doc):
        logger.warning("inherited.json says nothing of %s", entry.documented)
    return [*text.split("\n"), ""] if text else []


@cache
def inherited() -> dict[str, str]:
    """A sentence on each documented name that a library defines."""
    found: dict[str, str] = json.loads((DATA / "inherited.json").read_text("utf-8"))
    return found
