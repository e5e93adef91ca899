"""What belongs to an exercise beside its solution: hints, and the check of an answer."""

from __future__ import annotations

from docutils import nodes
from literate.sphinx_ext.boxes import ExerciseNode
from literate.sphinx_ext.boxes import SolutionNode
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from practice.folding import FoldNode
from practice.folding import FoldTitleNode

MOST_HINTS = 3
_logger = logging.getLogger(__name__)


class HintNode(FoldNode):
    """A hint, closed until a reader opens it."""


class CheckNode(nodes.container):
    """Examples that a right answer passes, hidden."""


class HintDirective(SphinxDirective):
    """``{hint}``: a step towards the solution, inside of an exercise."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Makes the closed box."""
        node = HintNode(classes=["hint"])
        node += FoldTitleNode("", "Hint", classes=["hint-title"])
        node += self.parse_content_to_nodes()
        self.set_source_info(node)
        return [node]


class CheckDirective(SphinxDirective):
    """``{check}``: what is run after an answer, inside of a solution."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Makes the hidden box."""
        node = CheckNode(classes=["check"])
        node += self.parse_content_to_nodes()
        self.set_source_info(node)
        return [node]


class NumberHints(SphinxTransform):
    """Numbers the hints of each exercise, and refuses what stands elsewhere."""

    default_priority = 610

    def apply(self, **kwargs: object) -> None:
        """Goes through the page."""
        for exercise in self.document.findall(ExerciseNode):
            hints = [node for node in exercise.children if isinstance(node, HintNode)]
            if len(hints) > MOST_HINTS:
                message = "an exercise has at most %d hints"
                _logger.warning(message, MOST_HINTS, location=hints[-1])
            if len(hints) > 1:
                for number, hint in enumerate(hints, 1):
                    title = hint.next_node(FoldTitleNode)
                    assert title is not None
                    title[:] = [nodes.Text(f"Hint {number} of {len(hints)}")]
        for hint in self.document.findall(HintNode):
            if not isinstance(hint.parent, ExerciseNode):
                _logger.warning("a hint stands inside of an exercise", location=hint)
        for check in self.document.findall(CheckNode):
            if not isinstance(check.parent, SolutionNode):
                _logger.warning("a check stands inside of a solution", location=check)


class DropChecks(SphinxPostTransform):
    """Takes the checks away where nothing is run."""

    default_priority = 10

    def run(self, **kwargs: object) -> None:
        """Goes through the page."""
        builder = self.app.builder
        if builder.format == "html" and builder.name != "epub":
            return
        for check in list(self.document.findall(CheckNode)):
            check.parent.remove(check)


def register(app: Sphinx) -> None:
    """Makes the directives known; docutils has an admonition ``{hint}``."""
    app.add_directive("hint", HintDirective, override=True)
    app.add_directive("check", CheckDirective)
    app.add_node(HintNode)
    app.add_node(CheckNode, html=(visit_check, depart_check))
    app.add_transform(NumberHints)
    app.add_post_transform(DropChecks)


def visit_check(translator: HTML5Translator, node: CheckNode) -> None:
    """Begins the hidden box, with the anchor of its exercise."""
    solution = node.parent
    anchor = solution["exercise"] if isinstance(solution, SolutionNode) else ""
    attributes = {"hidden": "hidden", "data-check": anchor}
    translator.body.append(translator.starttag(node, "div", "\n", False, **attributes))


def depart_check(translator: HTML5Translator, node: CheckNode) -> None:
    """Ends the hidden box."""
    translator.body.append("</div>\n")
