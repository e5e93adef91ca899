"""What could go wrong: boxes in the chapters, and a page that lists them."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Iterator
from typing import Any
from typing import ClassVar

from docutils import nodes
from literate.sphinx_ext.anchors import Anchors
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.domains import ObjType
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

_QUOTED = re.compile("'([^']*)'")
_STATE = "practice_pitfall_anchors"


class PitfallNode(nodes.container):
    """A mistake that people make: how it shows, where it comes from, what helps."""


class PitfallListNode(nodes.General, nodes.Element):
    """The place of the list of all pitfalls."""


class PracticeDomain(Domain):
    """What a build remembers of the pages: their pitfalls, and who lists them."""

    name = "practice"
    label = "practice"
    object_types: ClassVar[dict[str, ObjType]] = {
        "pitfall": ObjType("what could go wrong")
    }
    initial_data: ClassVar[dict[str, Any]] = {"pitfalls": {}, "lists": [], "shown": {}}

    @property
    def pitfalls(self) -> dict[str, list[tuple[str, str]]]:
        """Page to the anchors and symptoms of its pitfalls."""
        found: dict[str, list[tuple[str, str]]] = self.data["pitfalls"]
        return found

    @property
    def lists(self) -> list[str]:
        """The pages with a list of all."""
        found: list[str] = self.data["lists"]
        return found

    def clear_doc(self, docname: str) -> None:
        """Forgets a page."""
        self.pitfalls.pop(docname, None)
        if docname in self.lists:
            self.lists.remove(docname)

    def merge_domaindata(
        self, docnames: Collection[str], otherdata: dict[str, Any]
    ) -> None:
        """Takes over what another process has read."""
        for docname in docnames:
            if docname in otherdata["pitfalls"]:
                self.pitfalls[docname] = otherdata["pitfalls"][docname]
            if docname in otherdata["lists"] and docname not in self.lists:
                self.lists.append(docname)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """The pitfalls, so that the search finds them by what is seen."""
        for page, found in sorted(self.pitfalls.items()):
            for anchor, symptom in found:
                # Straight ones are escaped twice on their way to a reader.
                seen = _QUOTED.sub(r"“\1”", symptom)
                yield f"{page}#{anchor}", seen, "pitfall", page, anchor, 0

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """What the search says a pitfall is."""
        return str(type.lname)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Nothing can be referred to by a name."""
        return []

    def stale(self) -> list[str]:
        """The lists to write anew, which are none where no pitfall has changed."""
        if self.data["shown"] == self.pitfalls:
            return []
        self.data["shown"] = dict(self.pitfalls)
        return self.lists


def domain_of(env: BuildEnvironment) -> PracticeDomain:
    """The domain of a build."""
    domain = env.get_domain(PracticeDomain.name)
    assert isinstance(domain, PracticeDomain)
    return domain


class PitfallDirective(SphinxDirective):
    """``{pitfall} SYMPTOM``: a mistake, named after what is seen of it."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Makes the box."""
        node = PitfallNode(classes=["pitfall"])
        heading = nodes.rubric("", "", classes=["pitfall-title"])
        heading += nodes.inline("", "What could go wrong: ", classes=["pitfall-label"])
        inline, messages = self.parse_inline(self.arguments[0], lineno=self.lineno)
        heading += [*inline, *messages]
        symptom = "".join(each.astext() for each in inline)
        anchor = self._anchors().add(symptom)
        node["ids"].append(anchor)
        heading["ids"].append(f"{anchor}-title")
        node += heading
        node += self.parse_content_to_nodes()
        self.state.document.note_explicit_target(node)
        self.set_source_info(node)
        self.set_source_info(heading)
        pitfalls = domain_of(self.env).pitfalls
        pitfalls.setdefault(self.env.docname, []).append((anchor, symptom))
        return [node]

    def _anchors(self) -> Anchors:
        state = self.env.current_document
        if _STATE not in state:
            state[_STATE] = Anchors("pitfall")
        anchors = state[_STATE]
        assert isinstance(anchors, Anchors)
        return anchors


class PitfallListDirective(SphinxDirective):
    """``{pitfalls}``: links to all pitfalls, in the order of the book."""

    def run(self) -> list[nodes.Node]:
        """Marks the place; the list is made when all pages are read."""
        lists = domain_of(self.env).lists
        if self.env.docname not in lists:
            lists.append(self.env.docname)
        return [PitfallListNode()]


def register(app: Sphinx) -> None:
    """Makes the directives known."""
    app.add_domain(PracticeDomain)
    app.add_directive("pitfall", PitfallDirective)
    app.add_directive("pitfalls", PitfallListDirective)
    app.add_node(PitfallNode, html=(visit_pitfall, depart_pitfall))
    app.add_node(PitfallListNode)
    app.connect("env-updated", _stale)
    app.connect("doctree-resolved", _fill)


def _stale(app: Sphinx, env: BuildEnvironment) -> list[str]:
    return domain_of(env).stale()


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Puts the list in its place."""
    for place in list(doctree.findall(PitfallListNode)):
        found = nodes.definition_list(classes=["pitfall-list"])
        pitfalls = domain_of(app.env).pitfalls
        for page in sorted(pitfalls):
            found += _entries(app, docname, page, pitfalls[page])
        place.replace_self(found)


def _entries(
    app: Sphinx, docname: str, page: str, pitfalls: list[tuple[str, str]]
) -> nodes.Node:
    """The pitfalls of one page, below its title."""
    title = app.env.titles[page].astext()
    links = nodes.bullet_list()
    for anchor, symptom in pitfalls:
        text = nodes.Text(symptom)
        link = make_refnode(app.builder, docname, page, anchor, text)
        links += nodes.list_item("", nodes.paragraph("", "", link))
    term = nodes.term("", title)
    return nodes.definition_list_item("", term, nodes.definition("", links))


def visit_pitfall(translator: HTML5Translator, node: PitfallNode) -> None:
    """Begins the box."""
    label = {"aria-labelledby": f"{node['ids'][0]}-title"}
    translator.body.append(
        translator.starttag(node, "div", "\n", False, role="group", **label)
    )


def depart_pitfall(translator: HTML5Translator, node: PitfallNode) -> None:
    """Ends the box."""
    translator.body.append("</div>\n")
