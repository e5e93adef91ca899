"""Rules that cost little, and the tree they are found in (chapter 58)"""

from __future__ import annotations

from threading import Lock
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeAlias

from werkzeug.routing import Rule
from werkzeug.routing.converters import DEFAULT_CONVERTERS
from werkzeug.routing.matcher import StateMachineMatcher

from .lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.routing import BaseConverter
    from werkzeug.routing.rules import RulePart

#: Its name, its kind, its converter, and what to match.
Variable: TypeAlias = "tuple[str, str, BaseConverter, RulePart]"


class RouteRule(Rule):
    """A Werkzeug rule that keeps its text and works out the rest when asked.

    What matching does not need is made on first use: the functions that build
    URLs, and for a rule of parts that others had before also the set of its
    arguments and what Werkzeug's parser finds.
    """

    #: Whether ``OPTIONS`` is answered without calling the view.
    provide_automatic_options: bool = False

    #: Whether the text was left unparsed, since its parts are known; at first,
    #: ``None``.
    _plain: bool | None = None
    _text: str

    def compile(self) -> None:
        """Work out what the text says, as far as it is not known yet.

        :raises ValueError: the text is malformed.
        :raises LookupError: there is no such converter.
        """
        converters = self._recall() if self._plain is None else None
        if converters is None:
            self._parse()
        else:
            self._converters, self._text = converters, self.rule
            self._plain = True
            del self._parts, self._trace, self.arguments

    def _recall(self) -> dict[str, BaseConverter] | None:
        """The converters of a rule of known parts; ``None`` if it has to be parsed."""
        tree, text = getattr(self.map, "_matcher", None), self.rule
        if not isinstance(tree, RouteTree) or self._is_special():
            return None
        converters: dict[str, BaseConverter] = {}
        for part in text.split("/") if "<" in text else ():
            if "<" in part:
                known = tree.variables.get(part)
                if known is None:
                    return None
                name, kind, converter, _ = known
                present = self.map.converters.get(kind)
                if present is not type(converter) or name in converters:
                    return None
                converters[name] = converter
        return converters

    def _is_special(self) -> bool:
        """Whether the text alone does not say what the rule means."""
        url_map = self.map
        return bool(
            self.defaults
            or (self.host if url_map.host_matching else self.subdomain)
            or "//" in self.rule
            or not self.rule.isascii()
            or type(self).get_converter is not Rule.get_converter
        )

    def _parse(self) -> None:
        """Let Werkzeug take the text apart, and remember what may come again."""
        if self._plain:
            self._complete()
        self._plain = False
        super().compile()
        del self._build, self._build_unknown
        if self._may_not_build():
            self._build, self._build_unknown = self._builder(False), self._builder(True)
        tree = getattr(self.map, "_matcher", None)
        if isinstance(tree, RouteTree):
            tree.remember(self)

    def _may_not_build(self) -> bool:
        """Whether making the functions that build URLs could fail."""
        names = [text for is_variable, text in self._trace if is_variable]
        return (
            bool(self.defaults)
            or len(names) > len(set(names))
            or not _reserved.isdisjoint(names)
            or not all(_can_be_encoded(text) for _, text in self._trace)
        )

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        def build(rule: RouteRule, **values: Any) -> Any:
            return rule._builder(append_unknown)(**values)

        return build

    def _builder(self, append_unknown: bool) -> Callable[..., Any]:
        """Compile the function that builds URLs, and bind it to the rule."""
        with _compiling:
            function = super()._compile_builder(append_unknown)
        return function.__get__(self, None)  # type: ignore[no-any-return]

    @lazy
    def _build(self) -> Callable[..., Any]:
        return self._builder(False)

    @lazy
    def _build_unknown(self) -> Callable[..., Any]:
        return self._builder(True)

    @lazy
    def arguments(self) -> set[str]:
        """The names of the variables."""
        return self._complete()["arguments"]  # type: ignore[no-any-return]

    @lazy
    def _trace(self) -> list[tuple[bool, str]]:
        return self._complete()["_trace"]  # type: ignore[no-any-return]

    @lazy
    def _parts(self) -> list[RulePart]:
        return self._complete()["_parts"]  # type: ignore[no-any-return]

    def _complete(self) -> dict[str, Any]:
        """Become a rule that was parsed."""
        own, parsed = vars(self), vars(ParsedRule(self))
        for name in ("arguments", "_trace", "_parts"):
            own.setdefault(name, parsed[name])
        self._plain = False
        return own

    def build_compare_key(self) -> tuple[int, int, int]:
        """The place among the rules of an endpoint when a URL is built."""
        if self._plain:
            return 1 if self.alias else 0, -len(self._converters), 0
        return super().build_compare_key()


class RouteTree(StateMachineMatcher):
    """Werkzeug's tree of rules, with branches that weigh little.

    :param merge_slashes: as the map has it.
    """

    def __init__(self, merge_slashes: bool) -> None:
        super().__init__(merge_slashes)
        self._root: Any = Branch()
        #: What is known of the parts that consist of one variable.
        self.variables: dict[str, Variable] = {}

    def remember(self, rule: Rule) -> None:
        """Keep what was found out about parts such as ``<name>`` or ``<int:name>``.

        :param rule: a rule that was parsed.
        """
        texts, parts = rule.rule.split("/"), rule._parts[1:]
        if len(texts) == len(parts):
            for text, part in zip(texts, parts, strict=True):
                if text[:1] == "<" and not part.final:
                    self._keep(text, part, rule)

    def _keep(self, text: str, part: RulePart, rule: Rule) -> None:
        kind, _, name = text[1:-1].rpartition(":")
        converter: Any = rule._converters.get(name)
        if type(converter) in _stock and (not kind or kind.isidentifier()):
            known = self.variables.get(text)
            if known is None or type(known[2]) is not type(converter):
                self.variables[text] = name, kind or "default", converter, part

    def add(self, rule: Rule) -> None:
        """Add a rule that is bound to the map.

        :param rule: any rule, a :class:`RouteRule` or not.
        """
        branch = self._root
        for step in self._steps(rule):
            branch = branch.follow(step)
        branch.rules += (rule,)

    def _steps(self, rule: Rule) -> list[str | RulePart]:
        if not getattr(rule, "_plain", False):
            return [part.content if part.static else part for part in rule._parts]
        steps: list[Any] = ["", *rule.rule.split("/")]
        if rule._converters:
            known = self.variables
            steps = [known[text][3] if "<" in text else text for text in steps]
        return steps

    def update(self) -> None:
        """Do nothing: branches are kept in order."""


class Branch:
    """Where the next part of a path leads, and the rules that end here."""

    __slots__ = ("dynamic", "rules", "static")

    def __init__(self) -> None:
        self.static: dict[str, Branch] = _nothing
        self.dynamic: tuple[tuple[RulePart, Branch], ...] = ()
        self.rules: tuple[Rule, ...] = ()

    def follow(self, step: str | RulePart) -> Branch:
        """The branch that a part leads to, a new one if there is none.

        :param step: the text of the part, or what to match.
        """
        if isinstance(step, str):
            if step not in self.static:
                if self.static is _nothing:
                    self.static = {}
                self.static[step] = Branch()
            return self.static[step]
        for part, branch in self.dynamic:
            if part is step or part == step:
                return branch
        branch = Branch()
        self.dynamic = tuple(sorted((*self.dynamic, (step, branch)), key=_weight))
        return branch


class ParsedRule(RouteRule):
    """What Werkzeug finds in the text of a plain rule.

    :param rule: the rule, whose converters are used again.
    """

    def __init__(self, rule: RouteRule) -> None:
        super().__init__(rule._text)
        self.map = rule.map
        self._known = rule._converters
        self._parse()

    def get_converter(self, variable_name: str, *args: Any) -> BaseConverter:
        """The converter that the rule has for a variable."""
        return self._known[variable_name]


#: Names that are no names of arguments, though Werkzeug's syntax allows them.
_reserved = frozenset({"None", "True", "False", "__debug__"})


def _can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


#: The converters of which one can serve many rules.
_stock: frozenset[Any] = frozenset(DEFAULT_CONVERTERS.values())
_nothing: dict[str, Branch] = {}
_compiling = Lock()


def _weight(entry: tuple[RulePart, Branch]) -> Any:
    return entry[0].weight
