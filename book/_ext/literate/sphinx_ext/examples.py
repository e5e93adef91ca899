"""Examples: anchors for them, and nothing at all for their set-up."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from literate.sphinx_ext.anchors import Anchors
from literate.sphinx_ext.anchors import example_title


class ExampleNode(nodes.container):
    """A listing with prompts that has an anchor of its own."""


class SetupDirective(SphinxDirective):
    """``{setup}``: code that runs before the examples and is not shown."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Shows nothing."""
        return []


class ExampleAnchors(SphinxTransform):
    """Wraps every example; its anchor is made of its first line of code."""

    default_priority = 600

    def apply(self, **kwargs: object) -> None:
        """Goes through the page."""
        anchors = Anchors("example")
        for listing in list(self.document.findall(nodes.literal_block)):
            if listing.get("language") != "pycon":
                continue
            example = ExampleNode(classes=["example"])
            example["ids"].append(anchors.add(example_title(listing.astext())))
            example.source, example.line = listing.source, listing.line
            listing.replace_self(example)
            example += listing
            self.document.note_explicit_target(example)


def register(app: Sphinx) -> None:
    """Makes the directive and the anchors known."""
    app.add_directive("setup", SetupDirective)
    app.add_node(ExampleNode, html=(visit_example, depart_example))
    app.add_transform(ExampleAnchors)


def visit_example(translator: HTML5Translator, node: ExampleNode) -> None:
    """Begins the wrapper."""
    translator.body.append(translator.starttag(node, "div"))


def depart_example(translator: HTML5Translator, node: ExampleNode) -> None:
    """Ends the wrapper, with a link to itself."""
    url = f"#{node['ids'][0]}"
    title = "Link to this example"
    translator.body.append(
        f'<a class="headerlink" href="{url}" title="{title}" aria-label="{title}">#</a>'
        "</div>\n"
    )
