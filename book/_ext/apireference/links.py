"""Where the names lead that docstrings, signatures and types mention.

To an entry of the reference, else to the code in the book, else to the documentation of
the library, as far as the small inventories know it. What is in a signature may lead
nowhere: it stands in the code, where mypy has checked it. What is in prose may not.
"""

from __future__ import annotations

import builtins
import re
from importlib import import_module

from docutils import nodes
from literate.sphinx_ext.builders import links_chunks
from literate.sphinx_ext.domain import domain_of
from sphinx.addnodes import desc_signature
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.intersphinx import resolve_reference_any_inventory

from apireference.source import imported_names
from apireference.source import PACKAGE

_TYPE_VARIABLE = re.compile(r"[A-Z]|T_\w+")


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Element | None:
    """Finds what Sphinx does not find, for references of the Python domain."""
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    if _TYPE_VARIABLE.fullmatch(target) and _in_signature(node):
        return contnode
    full = imported_names().get(target, target)
    found = (
        _entry(app, env, node, contnode, target)
        or _library(env, node, contnode, full)
        or _code(app, env, node, contnode, target)
    )
    if found is None and (_in_signature(node) or _exists(full)):
        return contnode
    return found


def _entry(
    app: Sphinx,
    env: BuildEnvironment,
    node: pending_xref,
    contnode: nodes.TextElement,
    target: str,
) -> nodes.Element | None:
    """A link to the only entry of the package that ends with the name."""
    objects = env.domains.python_domain.objects
    ends = [
        name
        for name in objects
        if name.endswith(f".{target}") and not objects[name].aliased
    ]
    if len(ends) != 1:
        return None
    entry = objects[ends[0]]
    url = app.builder.get_relative_uri(node["refdoc"], entry.docname)
    return nodes.reference(
        "", "", contnode, internal=True, refuri=f"{url}#{entry.node_id}"
    )


def _library(
    env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement, full: str
) -> nodes.Element | None:
    asked = node.copy()
    asked["reftarget"], asked["reftype"] = full, "obj"
    return resolve_reference_any_inventory(env, False, asked, contnode)


def _code(
    app: Sphinx,
    env: BuildEnvironment,
    node: pending_xref,
    contnode: nodes.TextElement,
    target: str,
) -> nodes.Element | None:
    """A link to the chunk that defines a name without an entry."""
    domain = domain_of(env)
    within = f"{node.get('py:module')}.{node.get('py:class')}.{target}"
    found = domain.program.definitions.get(within)
    if found is None and target in domain.program.names:
        found = domain.program.names[target].link
    if found is None:
        return None
    if not links_chunks(app.builder):
        return contnode
    url = domain.urls(app.builder, node["refdoc"]).chunk(found)
    return nodes.reference("", "", contnode, internal=True, refuri=url)


def _in_signature(node: nodes.Node | None) -> bool:
    while node is not None and not isinstance(node, desc_signature):
        node = node.parent
    return node is not None


def _exists(name: str) -> bool:
    """Whether a library has a name."""
    parts = name.split(".")
    if parts[0] == PACKAGE:
        return False
    if hasattr(builtins, parts[0]):
        return True
    for end in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False
