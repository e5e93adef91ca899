"""The directive ``picture``, and the node it makes."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from pictures.drawing import DrawingError
from pictures.drawing import read_drawing

logger = logging.getLogger(__name__)

FOLDER = "pictures"


class PictureNode(nodes.General, nodes.Element):
    """A picture, by its name; the children are its caption."""


class PictureDirective(SphinxDirective):
    """``{picture} NAME``, with the caption as its content."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Makes the node, or says what is missing."""
        name = self.arguments[0]
        path = path_of(self.env, name)
        if not path.is_file():
            where = f"{FOLDER}/{name}.svg"
            return self._failed(f"there is no picture {name!r}; draw {where}")
        self.env.note_dependency(str(path))
        try:
            drawing = read_drawing(path)
        except DrawingError as problem:
            return self._failed(str(problem), f"{path}:{problem.line}")
        if not self.content:
            return self._failed(f"the picture {name!r} has no caption; write one")
        node = PictureNode(name=name, title=drawing.title)
        node += self.parse_content_to_nodes()
        node["ids"].append(f"picture-{name}")
        self.set_source_info(node)
        return [node]

    def _failed(self, message: str, location: str = "") -> list[nodes.Node]:
        place = location or self.get_location()
        logger.error(message, location=place, type="pictures")
        return []


def path_of(env: BuildEnvironment, name: str) -> Path:
    """The file of a picture."""
    return Path(env.srcdir, FOLDER, f"{name}.svg")
