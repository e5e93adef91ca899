"""The ``{chunk}`` directive, its node, and how a page shows it."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec
from sphinx.writers.html5 import HTML5Translator

from literate.sphinx_ext.anchors import Anchors
from literate.sphinx_ext.anchors import chunk_title
from literate.sphinx_ext.markup import chunk_html
from literate.sphinx_ext.model import SPOKEN

_STATE = "literate_chunk_anchors"


class ChunkNode(nodes.container):
    """A chunk: a captioned listing for every builder that knows no better.

    Its attributes ``page`` and ``line`` say where its fence begins; a builder that
    puts all pages into one writes it elsewhere. On pages of the site it gets a ``view``
    just before it is written, together with the ``urls`` of its page.
    """


class ChunkDirective(SphinxDirective):
    """A ``{chunk}`` fence.

    What it means for the program is the business of the tool, which reads the same
    file. Here it becomes a listing with an anchor.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {
        "file": directives.unchanged,
        "append": directives.flag,
        "replace": directives.flag,
        "imports": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Makes the listing."""
        title = chunk_title("".join(self.arguments), self.options.get("file"))
        node = ChunkNode(
            literal_block=True,
            classes=["literal-block-wrapper"],
            page=self.env.current_document.docname,
            line=self.lineno,
        )
        node += nodes.caption("", self._caption(title))
        text = "\n".join(self.content)
        listing = nodes.literal_block(text, text, language="python", force=True)
        node += listing
        node["ids"].append(self._anchors().add(title))
        self.state.document.note_explicit_target(node)
        self.set_source_info(node)
        self.set_source_info(listing)
        return [node]

    def _caption(self, title: str) -> str:
        if "imports" in self.options:
            return title
        mode = next(
            (mode for mode in ("replace", "append") if mode in self.options), "define"
        )
        file = self.options.get("file")
        return f"{title} ({file or SPOKEN[mode]})"

    def _anchors(self) -> Anchors:
        state = self.env.current_document
        if _STATE not in state:
            state[_STATE] = Anchors("chunk")
        anchors = state[_STATE]
        assert isinstance(anchors, Anchors)
        return anchors


def register(app: Sphinx) -> None:
    """Makes the directive known."""
    app.add_directive("chunk", ChunkDirective)
    app.add_node(ChunkNode, html=(visit_chunk, depart_chunk))


def visit_chunk(translator: HTML5Translator, node: ChunkNode) -> None:
    """Writes a chunk with its links, or a captioned listing where it has none."""
    if "view" not in node:
        translator.visit_container(node)
        return
    html = chunk_html(
        node["view"], node["ids"], node["urls"], node["files"], node["entries"]
    )
    translator.body.append(html)
    raise nodes.SkipNode


def depart_chunk(translator: HTML5Translator, node: ChunkNode) -> None:
    """Ends the captioned listing."""
    translator.depart_container(node)
