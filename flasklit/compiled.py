"""Template strings that are compiled once, while that is right (chapter 29)"""

from __future__ import annotations

from collections import ChainMap
from threading import Lock
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeAlias

from jinja2 import Environment
from jinja2 import nodes
from jinja2 import Template
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import new_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import MutableMapping

    from jinja2.runtime import Context

Dependency: TypeAlias = "tuple[Mapping[str, Any], str, Any]"
CompiledStrings: TypeAlias = (
    "dict[tuple[str, bool], tuple[Template, tuple[Dependency, ...]]]"
)
#: How many templates an environment keeps, and how long a source may be.
MAX_STRINGS = 256
MAX_LENGTH = 65_536

_plain_from_string = Environment.from_string
_storing = Lock()


class RenderedTemplate(Template):
    """A template that starts to render faster.

    Jinja keeps a template's globals in a ``ChainMap`` and flattens it key by
    key for every rendering; its layers can be merged as whole dictionaries.
    """

    def new_context(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> Context:
        """Make the context of one rendering.

        :param vars: the variables of the template.
        :param shared: use ``vars`` itself, without the globals.
        :param locals: local variables of the template that includes this one.
        """
        merged: MutableMapping[str, Any] = self.globals
        if type(merged) is ChainMap:
            layers, merged = merged.maps, {}
            for layer in reversed(layers):
                merged.update(layer)
        return new_context(
            self.environment, self.name, self.blocks, vars, shared, merged, locals
        )


def from_string(environment: Environment, source: str) -> Template:
    """What ``environment.from_string(source)`` gives, from the cache if it can.

    The environment keeps the cache as its attribute ``_strings`` and starts an
    empty one when it changes. An environment without that attribute, or with a
    ``from_string`` of its own, compiles every time.

    :param environment: the environment to compile for.
    :param source: the source of the template.
    :raises jinja2.TemplateSyntaxError: if the source is not a template.
    """
    strings: CompiledStrings | None = vars(environment).get("_strings")
    if strings is None or type(source) is not str or _overridden(environment):
        return environment.from_string(source)
    escape = environment.autoescape
    key = source, escape(None) if callable(escape) else escape
    entry = strings.get(key)
    if entry is not None:
        template, dependencies = entry
        for table, name, value in dependencies:
            if table.get(name) is not value:
                break
        else:
            return template
    return _compile(environment, source, strings, key)


def _overridden(environment: Environment) -> bool:
    method: Any = environment.from_string
    return getattr(method, "__func__", None) is not _plain_from_string


def _compile(
    environment: Environment,
    source: str,
    strings: CompiledStrings,
    key: tuple[str, bool],
) -> Template:
    tree = environment.parse(source)
    dependencies = _dependencies(environment, tree)
    try:
        code = environment.compile(tree)
    except TemplateSyntaxError:
        return environment.from_string(source)  # raises it with the source's lines
    template = environment.template_class.from_code(
        environment, code, environment.make_globals(None)
    )
    if dependencies is not None and len(source) <= MAX_LENGTH:
        with _storing:
            if len(strings) >= MAX_STRINGS:
                del strings[next(iter(strings))]
            strings[key] = template, dependencies
    return template


def _dependencies(
    environment: Environment, tree: nodes.Template
) -> tuple[Dependency, ...] | None:
    """What the compiled code takes for granted about the environment.

    Attributes of the environment are not among it, as changing one empties the
    cache. A finalizer, or a filter or test applied to constants, is called by the
    compiler, and its result must be that of today.

    :returns: the tables, names and values to compare, or ``None`` for a template
        that has to be compiled anew each time.
    """
    if environment.finalize is not None:
        return None
    found: list[Dependency] = []
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        if _maybe_constant(node):
            return None
        is_filter = isinstance(node, nodes.Filter)
        table: Mapping[str, Any] = (
            environment.filters if is_filter else environment.tests
        )
        found.append((table, node.name, table.get(node.name)))
    if environment.extensions:
        policies = environment.policies
        found.extend((policies, name, policies[name]) for name in policies)
    return tuple(found)


def _maybe_constant(node: nodes.Node | None) -> bool:
    """Whether the compiler may be able to compute an expression."""
    match node:
        case None | nodes.Name() | nodes.Call():
            return False
        case nodes.Filter(node=None):
            return False
        case nodes.And() | nodes.Or():
            return _maybe_constant(node.left)
        case nodes.CondExpr():
            return _maybe_constant(node.test)
        case nodes.Compare():
            return _maybe_constant(node.expr)
    return all(map(_maybe_constant, node.iter_child_nodes()))
