"""Questions about what a program prints, answered before one looks."""

from __future__ import annotations

from docutils import nodes
from literate.sphinx_ext.anchors import Anchors
from literate.sphinx_ext.examples import ExampleNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from practice.folding import FoldNode
from practice.folding import FoldTitleNode
from practice.outputs import Split
from practice.outputs import split

_STATE = "practice_predict_anchors"
# Not `pycon`: a listing in that language is an example, and this one has no output.
_PROGRAM_LANGUAGE = "python-console"
_logger = logging.getLogger(__name__)


class PredictNode(nodes.container):
    """A question about an output."""


class AnswerNode(FoldNode):
    """The output and why it is what it is, closed until the reader has answered."""


class ChoiceNode(nodes.container):
    """An answer that is wrong, and what would make it right.

    It does not stay: the question takes it apart.
    """


class ChoiceDirective(SphinxDirective):
    """``{choice} TEXT``: a wrong answer; its content says what would make it right."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Keeps both for the question around it."""
        node = ChoiceNode()
        node["text"] = self.arguments[0]
        node += self.parse_content_to_nodes()
        self.set_source_info(node)
        return [node]


class PredictDirective(SphinxDirective):
    """``{predict} TITLE``: a question, an example, wrong choices, an explanation.

    What stands above the example is the question, what stands below it the
    explanation. Without choices the reader types the output.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Makes the box."""
        title = "".join(self.arguments)
        node = PredictNode(classes=["predict"])
        self.set_source_info(node)
        anchor = self._anchors().add(title)
        node["ids"].append(anchor)
        node += self._heading(title, anchor)
        content = self.parse_content_to_nodes()
        choices = [each for each in content if isinstance(each, ChoiceNode)]
        content = [each for each in content if not isinstance(each, ChoiceNode)]
        place = next((i for i, each in enumerate(content) if _is_example(each)), None)
        if place is None:
            raise self.error("a prediction needs an example: a fence ```pycon")
        example = content[place]
        assert isinstance(example, nodes.literal_block)
        parts = split(example.astext())
        wrong = [str(each["text"]) for each in choices]
        self._complain(parts, wrong)
        node += content[:place]
        node += self._program(parts)
        texts = sorted({parts.answer, *wrong}, key=lambda text: (text.lower(), text))
        if wrong:
            node["right"] = texts.index(parts.answer)
            node += _list_of(texts)
        else:
            node["answer"] = parts.answer
        answer = AnswerNode(classes=["predict-answer"])
        answer += FoldTitleNode("", "Show the answer", classes=["predict-title"])
        answer += example
        answer += content[place + 1 :]
        for choice in choices:
            answer += _reason(choice, texts.index(choice["text"]))
        node += answer
        self.state.document.note_explicit_target(node)
        return [node]

    def _heading(self, title: str, anchor: str) -> nodes.Node:
        heading = nodes.rubric("", "", classes=["predict-heading"])
        heading += nodes.inline("", "What does it print? ", classes=["predict-label"])
        inline, messages = self.parse_inline(title, lineno=self.lineno)
        heading += [*inline, *messages]
        heading["ids"].append(f"{anchor}-title")
        self.set_source_info(heading)
        return heading

    def _program(self, parts: Split) -> nodes.Node:
        program = nodes.literal_block(parts.program, parts.program)
        program["language"] = _PROGRAM_LANGUAGE
        program["classes"].append("predict-program")
        self.set_source_info(program)
        return program

    def _complain(self, parts: Split, wrong: list[str]) -> None:
        where = self.get_location()
        if not parts.answer:
            _logger.warning("the last statement prints nothing", location=where)
        if "..." in parts.answer:
            message = "nobody can predict an ellipsis; let the program print less"
            _logger.warning(message, location=where)
        if parts.answer in wrong or len(set(wrong)) < len(wrong):
            _logger.warning("one choice stands there twice", location=where)
        if wrong and "\n" in parts.answer:
            message = "the output is of several lines; choices are of one"
            _logger.warning(message, location=where)

    def _anchors(self) -> Anchors:
        state = self.env.current_document
        if _STATE not in state:
            state[_STATE] = Anchors("predict")
        anchors = state[_STATE]
        assert isinstance(anchors, Anchors)
        return anchors


def _is_example(node: nodes.Node) -> bool:
    return isinstance(node, nodes.literal_block) and node.get("language") == "pycon"


def _list_of(texts: list[str]) -> nodes.Node:
    found = nodes.bullet_list(classes=["predict-choices"])
    for text in texts:
        found += nodes.list_item("", nodes.paragraph("", "", nodes.literal(text, text)))
    return found


def _reason(choice: ChoiceNode, index: int) -> nodes.Node:
    """What would make a choice right, with the choice in front."""
    text = choice["text"]
    found = nodes.container(classes=["predict-reason"])
    found["classes"].append(f"predict-reason-{index}")
    found += choice.children
    first = found.children[0] if found.children else None
    if isinstance(first, nodes.paragraph):
        first.insert(0, [nodes.literal(text, text), nodes.Text(": ")])
    return found


class ShowOutputOnly(SphinxPostTransform):
    """On paper, where the program stands right above, leaves the output of an answer."""

    default_priority = 10

    def run(self, **kwargs: object) -> None:
        """Goes through the page."""
        builder = self.app.builder
        if builder.format == "html" and builder.name != "epub":
            return
        for answer in self.document.findall(AnswerNode):
            example = answer.next_node(ExampleNode)
            listing = answer.next_node(nodes.literal_block)
            title = answer.next_node(FoldTitleNode)
            assert listing is not None
            assert title is not None
            title[:] = [nodes.Text("Answer")]
            output = split(listing.astext()).output
            shown = nodes.literal_block(output, output, language="text")
            if example is not None:
                shown["ids"] = example["ids"]
            (example or listing).replace_self(shown)


def register(app: Sphinx) -> None:
    """Makes the directives known."""
    app.add_directive("predict", PredictDirective)
    app.add_directive("choice", ChoiceDirective)
    app.add_node(PredictNode, html=(visit_predict, depart_predict))
    app.add_node(AnswerNode)
    app.add_post_transform(ShowOutputOnly)


def visit_predict(translator: HTML5Translator, node: PredictNode) -> None:
    """Begins the box, which tells the script what is right."""
    attributes = {"role": "group", "aria-labelledby": f"{node['ids'][0]}-title"}
    if "right" in node:
        attributes["data-right"] = str(node["right"])
    else:
        attributes["data-answer"] = node["answer"]
    translator.body.append(translator.starttag(node, "div", "\n", False, **attributes))


def depart_predict(translator: HTML5Translator, node: PredictNode) -> None:
    """Ends the box."""
    translator.body.append("</div>\n")
