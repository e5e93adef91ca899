"""The directive ``request-steps``: lists of calls, which a script makes a walk of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from literate.model import Chunk
from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.domain import domain_of
from literate.sphinx_ext.domain import LiterateDomain
from literate.sphinx_ext.urls import file_page
from literate.sphinx_ext.urls import lines_anchor
from literate.sphinx_ext.urls import Urls
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from stepper.functions import function_at
from stepper.functions import line_of
from stepper.functions import short
from stepper.functions import source_of
from stepper.trace import APPLICATION
from stepper.trace import COURSES
from stepper.trace import record_in_new_process
from stepper.trace import State
from stepper.trace import Step

logger = logging.getLogger(__name__)

TITLES = {
    "long": ("The long way", "GET /notes/1, all methods called one by one"),
    "short": ("The short way", "GET /notes/1, what usually happens written out"),
    "missing": ("A wrong path", "GET /notes/one, for which there is no rule"),
}

_MARKUP = re.compile(r":[a-z:]+:`[~!]?([^`]+)`|``([^`]+)``")


class StepsNode(nodes.container):
    """All courses that the page shows."""


class PlaceNode(nodes.inline):
    """A text that is to lead to a chunk, or to a line of a tangled file.

    Its attributes: ``file``, ``line`` and ``to``, which is ``"chunk"``, ``"chapter"``
    or ``"file"``.
    """


class RequestStepsDirective(SphinxDirective):
    """``{request-steps}``: what the requests of the application call."""

    def run(self) -> list[nodes.Node]:
        """Records the requests, and lists their steps."""
        domain = domain_of(self.env)
        self.project = domain.program.config.project
        try:
            courses = record_in_new_process(self.project)
        except RuntimeError as problem:
            logger.error("%s", problem, location=self.get_location())
            return []
        steps = StepsNode(classes=["stepper"])
        for course in COURSES:
            steps += self._course(course, courses[course])
        for file in {step.file for each in courses.values() for step in each}:
            self.env.note_dependency(str(source_of(self.project, file)))
        # The page is written again when one of these chunks has moved.
        uses = domain.uses.setdefault(self.env.current_document.docname, set())
        for place in steps.findall(PlaceNode):
            chunk = _chunk_at(domain, place["file"], place["line"])
            if chunk is not None:
                uses.add(("chunk", chunk.name))
        self.set_source_info(steps)
        return [steps]

    def _course(self, course: str, steps: list[Step]) -> nodes.container:
        title, about = TITLES[course]
        items = nodes.enumerated_list(classes=["steps"], enumtype="arabic", suffix=".")
        before: State | None = None
        for step in steps:
            items += self._item(step, before)
            before = step.state
        return nodes.container(
            "",
            nodes.rubric("", title, classes=["course-title"]),
            nodes.paragraph("", f"{about}: {len(steps)} steps."),
            items,
            classes=["course", f"course-{course}"],
            ids=[f"steps-{course}"],
        )

    def _item(self, step: Step, before: State | None) -> nodes.list_item:
        classes = ["step", step.event, f"depth-{step.depth}"]
        if step.file == APPLICATION:
            classes.append("yours")
        item = nodes.list_item(classes=classes)
        item += nodes.paragraph("", "", *self._head(step), classes=["step-name"])
        function = function_at(self.project, step.file, step.line)
        if step.event == "call" and function.summary:
            words = _MARKUP.sub(lambda each: each[1] or each[2], function.summary)
            item += nodes.paragraph("", words, classes=["step-summary"])
        place = nodes.paragraph("", "", classes=["step-place"])
        place += list(self._places(step, function.line))
        item += place
        if step.state != before:
            item += _stack(step.state)
        return item

    def _head(self, step: Step) -> Iterator[nodes.Node]:
        name = short(step.function)
        function = function_at(self.project, step.file, step.line)
        code = nodes.literal("", name)
        yield _place(code, step.file, function.line, "chunk")
        if step.event == "return":
            yield nodes.Text(" returns")
        elif step.file == APPLICATION:
            yield nodes.inline("", " of the application", classes=["step-chapter"])
        else:
            chapter = _place(nodes.Text(""), step.file, function.line, "chapter")
            yield nodes.inline("", " ", chapter, classes=["step-chapter"])

    def _places(self, step: Step, line: int) -> Iterator[nodes.Node]:
        yield _place(nodes.Text(f"{step.file}:{line}"), step.file, line, "file")
        if step.event == "return" or not step.caller:
            return
        where = f"line {step.caller_line} of {short(step.caller)}"
        text = line_of(self.project, step.caller_file, step.caller_line)
        yield nodes.Text(", called in ")
        yield _place(nodes.Text(where), step.caller_file, step.caller_line, "file")
        yield nodes.Text(": ")
        yield nodes.literal("", text, classes=["step-source"])


def _place(text: nodes.Node, file: str, line: int, to: str) -> PlaceNode:
    return PlaceNode("", "", text, file=file, line=line, to=to)


def _stack(state: State) -> nodes.container:
    """The contexts that are current, the inner one on top."""
    stack = nodes.container(classes=["stack"])
    for kind, facts in reversed(state):
        words = [nodes.paragraph("", kind.capitalize(), classes=["context-kind"])]
        words += [
            nodes.paragraph(
                "",
                "",
                nodes.strong("", name),
                nodes.Text(" "),
                nodes.literal("", value),
            )
            for name, value in facts
        ]
        stack += nodes.container("", *words, classes=["context", kind.split()[0]])
    if not state:
        stack += nodes.paragraph("", "No context is current.", classes=["no-context"])
    return stack


def link_steps(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Turns the places of the steps into links; outside the site they stay text."""
    places = list(doctree.findall(PlaceNode))
    if not places:
        return
    domain = domain_of(app.env)
    urls = domain.urls(app.builder, page) if makes_site(app.builder) else None
    for node in places:
        content = list(node.children)
        if node["to"] == "chapter":
            content = [nodes.Text(_chapter(domain, node))]
        url = _address(domain, urls, node) if urls is not None else ""
        if url:
            link = nodes.reference("", "", *content, internal=True, refuri=url)
            node.replace_self(link)
        else:
            node.replace_self(content)


def _chapter(domain: LiterateDomain, node: PlaceNode) -> str:
    """How the chapter of a line is called."""
    chunk = _chunk_at(domain, node["file"], node["line"])
    if chunk is None:
        return ""
    return domain.program.weave.relations.chapter_label(chunk.path)


def _address(domain: LiterateDomain, urls: Urls, node: PlaceNode) -> str:
    """Where a place leads to; nowhere from the application, which is on the page."""
    line = node["line"]
    if node["file"] == APPLICATION:
        return ""
    if node["to"] == "file":
        return f"{urls.to_page(file_page(node['file']))}#{lines_anchor(line, line)}"
    chunk = _chunk_at(domain, node["file"], line)
    if chunk is None:
        return ""
    return urls.chunk(domain.program.weave.relations.link(chunk, chunk.name))


def _chunk_at(domain: LiterateDomain, file: str, line: int) -> Chunk | None:
    """The chunk that a line of the finished program comes from."""
    tangled = domain.program.weave.finished.files.get(file)
    if tangled is None or line > len(tangled.lines):
        return None
    return tangled.lines[line - 1].chunk
