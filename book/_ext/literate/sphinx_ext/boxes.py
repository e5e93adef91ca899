"""Exercises and their solutions."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec
from sphinx.writers.html5 import HTML5Translator

from literate.sphinx_ext.anchors import Anchors

_HARDEST = 3
_COUNT = "literate_exercises"
_STATE = "literate_exercise_anchors"
_LAST = "literate_last_exercise"


class ExerciseNode(nodes.container):
    """Something for the reader to do."""


class SolutionNode(nodes.container):
    """The answer to an exercise, closed until asked for."""


class SummaryNode(nodes.rubric):
    """What a closed solution shows."""


def _difficulty(text: str) -> int:
    choices = tuple(str(number) for number in range(1, _HARDEST + 1))
    return int(directives.choice(text, choices))


class ExerciseDirective(SphinxDirective):
    """``{exercise} TITLE``, numbered within its page."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {"difficulty": _difficulty}

    def run(self) -> list[nodes.Node]:
        """Makes the box with its heading."""
        title = "".join(self.arguments)
        state = self.env.current_document
        number = int(state.get(_COUNT) or 0) + 1
        state[_COUNT] = number
        node = ExerciseNode(classes=["exercise"])
        heading = nodes.rubric("", f"Exercise {number}", classes=["exercise-title"])
        if title:
            inline, messages = self.parse_inline(f": {title}", lineno=self.lineno)
            heading += [*inline, *messages]
        heading += _difficulty_mark(self.options.get("difficulty"))
        node += heading
        node += self.parse_content_to_nodes()
        anchor = self._anchors().add(title or str(number))
        node["ids"].append(anchor)
        state[_LAST] = anchor
        heading["ids"].append(f"{anchor}-title")
        self.state.document.note_explicit_target(node)
        self.set_source_info(node)
        self.set_source_info(heading)
        return [node]

    def _anchors(self) -> Anchors:
        state = self.env.current_document
        if _STATE not in state:
            state[_STATE] = Anchors("exercise")
        anchors = state[_STATE]
        assert isinstance(anchors, Anchors)
        return anchors


def _difficulty_mark(difficulty: int | None) -> list[nodes.Node]:
    if difficulty is None:
        return []
    text = f" (difficulty {difficulty} of {_HARDEST})"
    return [nodes.inline("", text, classes=["difficulty", f"difficulty-{difficulty}"])]


class SolutionDirective(SphinxDirective):
    """``{solution}``: what an exercise asked for."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Makes the closed box."""
        node = SolutionNode(classes=["solution"])
        node["exercise"] = str(self.env.current_document.get(_LAST) or "")
        node += SummaryNode("", "Solution", classes=["solution-title"])
        node += self.parse_content_to_nodes()
        self.set_source_info(node)
        return [node]


def register(app: Sphinx) -> None:
    """Makes the directives known."""
    app.add_directive("exercise", ExerciseDirective)
    app.add_directive("solution", SolutionDirective)
    app.add_node(ExerciseNode, html=(visit_exercise, depart_exercise))
    app.add_node(SolutionNode, html=(visit_solution, depart_solution))
    app.add_node(SummaryNode, html=(visit_summary, depart_summary))


def visit_exercise(translator: HTML5Translator, node: ExerciseNode) -> None:
    """Begins the box."""
    anchor = node["ids"][0]
    label = {"aria-labelledby": f"{anchor}-title", "data-exercise": anchor}
    translator.body.append(
        translator.starttag(node, "div", "\n", False, role="group", **label)
    )


def visit_solution(translator: HTML5Translator, node: SolutionNode) -> None:
    """Begins the closed box, which names the exercise before it."""
    label = {"data-solution": node["exercise"]} if node["exercise"] else {}
    translator.body.append(translator.starttag(node, "details", **label))


def visit_summary(translator: HTML5Translator, node: SummaryNode) -> None:
    """Begins what the closed box shows."""
    translator.body.append(translator.starttag(node, "summary", ""))


def depart_exercise(translator: HTML5Translator, node: ExerciseNode) -> None:
    """Ends the box."""
    translator.body.append("</div>\n")


def depart_solution(translator: HTML5Translator, node: SolutionNode) -> None:
    """Ends the closed box."""
    translator.body.append("</details>\n")


def depart_summary(translator: HTML5Translator, node: SummaryNode) -> None:
    """Ends what the closed box shows."""
    translator.body.append("</summary>\n")
