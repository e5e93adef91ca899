"""The Sphinx extension: ``pictures.sphinx_ext``."""

from __future__ import annotations

import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.epub3 import Epub3Builder
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from pictures.directive import path_of
from pictures.directive import PictureDirective
from pictures.directive import PictureNode
from pictures.drawing import Drawing
from pictures.drawing import read_drawing

STYLE = "pictures.css"


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directive with Sphinx."""
    app.add_directive("picture", PictureDirective)
    app.add_node(PictureNode, html=(visit_picture, depart_picture))
    app.add_post_transform(ReplacePictures)
    app.connect("html-page-context", _add_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def is_inline(builder: Builder) -> bool:
    """Whether a builder's pages contain the drawings themselves.

    An EPUB has to list the pages that contain any, which Sphinx does not know of; there
    they are files.
    """
    return builder.format == "html" and not isinstance(builder, Epub3Builder)


def visit_picture(translator: HTML5Translator, node: PictureNode) -> None:
    """Writes the drawing, and begins its caption."""
    drawing = read_drawing(path_of(translator.builder.env, node["name"]))
    seen: dict[str, int] = vars(translator).setdefault("pictures_seen", {})
    count = seen[drawing.name] = seen.get(drawing.name, 0) + 1
    anchor = node["ids"][0] if count == 1 else f"{node['ids'][0]}-{count}"
    translator.body.append(
        f'<figure class="picture" id="{anchor}" '
        f'aria-labelledby="{anchor}-caption">\n{drawing.numbered(count)}\n'
        f'<figcaption id="{anchor}-caption">\n'
    )


def depart_picture(translator: HTML5Translator, node: PictureNode) -> None:
    """Ends caption and figure."""
    translator.body.append("</figcaption>\n</figure>\n")


class ReplacePictures(SphinxPostTransform):
    """Puts something else in the place of pictures that a builder cannot draw."""

    default_priority = 9

    def run(self, **kwargs: Any) -> None:
        """Replaces each picture of a page."""
        builder = self.env._app.builder
        if is_inline(builder):
            return
        for node in list(self.document.findall(PictureNode)):
            drawing = read_drawing(path_of(self.env, node["name"]))
            image = self._image(builder, drawing)
            node.replace_self(_figure(node, image) if image else _told(node, drawing))

    def _image(self, builder: Builder, drawing: Drawing) -> nodes.image | None:
        """The drawing as a file, in a form that the builder takes."""
        folder = Path(builder.doctreedir, "pictures")
        if isinstance(builder, Epub3Builder):
            form, kind = "svg", "image/svg+xml"
        elif builder.format == "latex":
            form, kind = "pdf", "application/pdf"
        else:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{drawing.name}.svg"
        style = Path(self.env.srcdir, "_static", STYLE)
        path.write_text(drawing.standalone(style.read_text("utf-8")), "utf-8")
        if form == "pdf":
            path = to_pdf(path)
            if not path.is_file():
                return None
        uri = str(path)
        self.env.images.add_file(self.env.docname, uri)
        alt = f"{drawing.title}. {drawing.description}"
        return nodes.image("", uri=uri, candidates={kind: uri}, alt=alt)


def to_pdf(path: Path) -> Path:
    """Converts a drawing with what is installed.

    :param path: the file of the drawing.
    :returns: the file to be, which does not exist if there is no converter.
    """
    target = path.with_suffix(".pdf")
    try:
        # Its import fails where the library that it is made for is missing.
        convert = import_module("cairosvg").svg2pdf
    except (ImportError, OSError):
        if shutil.which("rsvg-convert"):
            command = ["rsvg-convert", "--format=pdf", f"--output={target}", str(path)]
            subprocess.run(command, check=True)
    else:
        convert(url=str(path), write_to=str(target))
    return target


def _figure(node: PictureNode, image: nodes.image) -> nodes.figure:
    """A figure as other extensions know it."""
    figure = nodes.figure("", image, ids=node["ids"])
    first, *others = node.children
    caption = nodes.caption("", "")
    if isinstance(first, nodes.paragraph):
        caption += first.children
    else:
        others = [first, *others]
    figure += caption
    if others:
        figure += nodes.legend("", *others)
    return figure


def _told(node: PictureNode, drawing: Drawing) -> nodes.container:
    """The description and the caption."""
    title = nodes.paragraph("", "", nodes.strong("", drawing.title))
    description = nodes.paragraph("", drawing.description)
    return nodes.container("", title, description, *node.children, ids=node["ids"])


def _add_style(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Loads the style sheet on pages that have a picture, and on no others."""
    if doctree is None or not is_inline(app.builder):
        return
    if next(doctree.findall(PictureNode), None) is not None:
        app.add_css_file(STYLE)
