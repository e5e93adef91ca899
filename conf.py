"""The site: ``sphinx-build -c . book build/html``."""

import gc
import os
import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "book" / "_ext")]

# What a build makes lives until its end. Looking for garbage in it takes a third of the
# time, and once more a second when the process ends; leaving it there takes 160 MB.
gc.freeze()
gc.disable()


def setup(app: Sphinx) -> None:
    """Lets the process end without a look at what it has made."""
    app.connect("build-finished", lambda app, error: gc.freeze())


def version_of(package: Path) -> str:
    """The version a package states, read without importing it."""
    file = package / "__init__.py"
    match = re.search(r'^__version__ = "([^"]+)"', file.read_text("utf-8"), re.M)
    if match is None:
        raise SystemExit(f'{file} has no line `__version__ = "…"`; add it to the book')
    return match[1]


project = "flasklit"
author = "the flasklit developers"
project_copyright = author
version = release = version_of(HERE / "flasklit")
language = "en"

extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinx_copybutton",
    "literate.sphinx_ext",
    "apireference.sphinx_ext",
    "outputs.sphinx_ext",
    "live.sphinx_ext",
    "practice.sphinx_ext",
    "pictures.sphinx_ext",
    "stepper.sphinx_ext",
]
exclude_patterns = ["_ext", "_static", "_templates", "**/.*", "**/__pycache__"]
templates_path = ["book/_templates"]
nitpicky = True

myst_enable_extensions = [
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "fieldlist",
    "html_image",
    "smartquotes",
]
myst_heading_anchors = 3

# Small inventories of the names that are mentioned, so that a build needs no network.
intersphinx_mapping = {
    "python": ("https://docs.python.org/3/", "reference/inventories/Python.inv"),
    "werkzeug": (
        "https://werkzeug.palletsprojects.com/en/stable/",
        "reference/inventories/Werkzeug.inv",
    ),
    "jinja": (
        "https://jinja.palletsprojects.com/en/stable/",
        "reference/inventories/Jinja.inv",
    ),
    "click": (
        "https://click.palletsprojects.com/en/stable/",
        "reference/inventories/Click.inv",
    ),
}

# Pages without a number whose examples run in the page, on the whole program.
live_pages = ["hour", "preface"]

practice_glossary = "appendices/glossary.md"

autodoc_typehints = "none"
autodoc_inherit_docstrings = False
python_maximum_signature_line_length = 64
toc_object_entries = False

pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "github-dark"
highlight_language = "python"
copybutton_exclude = ".linenos, .gp, .go, .chunk-context, .chunk-expansion-note"

# Where the site will be; without it nothing is written that needs to know.
html_baseurl = os.environ.get("FLASKLIT_BASE_URL") or os.environ.get(
    "READTHEDOCS_CANONICAL_URL", ""
)
outputs_description = (
    "A web framework with the API of Flask, and the book that explains it line by line."
)
outputs_note = (
    "A chapter shows the program in named pieces, chunks. Where a piece of code has a name "
    "in angle brackets, the code that is shown under that name takes its place; a chunk "
    "that is named like a file is the whole of it. The text of a page is at its address, "
    "with .md in the place of .html."
)
outputs_picture = "_static/social.png"
outputs_picture_alt = "flasklit: a web framework, line by line"

html_theme = "furo"
# keys.js does it, and not while one writes code.
html_theme_options = {"enable_search_shortcuts": False}
html_title = "flasklit"
html_static_path = ["book/_static"]
html_favicon = "book/_static/favicon.svg"
html_css_files = [
    "literate.css",
    "guides.css",
    "reading.css",
    "access.css",
    "outputs.css",
    ("print.css", {"media": "print"}),
]
html_js_files = [
    (script, {"defer": "defer"})
    for script in (
        "menus.js",
        "literate.js",
        "margin.js",
        "filedata.js",
        "chunks.js",
        "names.js",
        "position.js",
        "keys.js",
        "overview.js",
    )
]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/program.html",
        "sidebar/scroll-end.html",
    ]
}
# One page has no search and no pages for the tangled files.
singlehtml_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_copy_source = False
html_show_sourcelink = False
html_search_scorer = "book/_ext/outputs/scorer.js"
html_use_index = False
html_domain_indices = False

epub_css_files = ["epub.css"]
epub_show_urls = "no"
epub_description = outputs_description
epub_uid = epub_identifier = "flasklit"
latex_engine = "xelatex"
