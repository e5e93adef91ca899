"""A short way from a path to the rule that Werkzeug's matcher would choose."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from typing import NamedTuple
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Map
from werkzeug.routing import Rule
from werkzeug.routing import ValidationError

if TYPE_CHECKING:
    from werkzeug.routing.rules import RulePart

Values = dict[str, Any]
Texts = tuple[str, ...]
Reader = Callable[[str], "Texts | None"]


class Matcher:
    """Walks the tree of states that Werkzeug built, compiled step by step.

    Werkzeug keeps the rules of a map in a tree with one level for each part of
    a path, compiles the patterns of its dynamic parts at every visit and
    explores it by recursion. This class copies a state the first time a request
    reaches it, with its patterns compiled and the usual converters replaced by
    a string method, and walks straight on where there is only one way to go.
    It answers only what it is sure of. Whatever would end in a redirect, in
    ``405`` or in a converter's refusal is left to Werkzeug.

    :param url_map: the map whose rules are to be matched.
    """

    #: Set when the map was changed: the next match starts from a new copy.
    stale = True

    def __init__(self, url_map: Map) -> None:
        self.url_map = url_map
        self._static: dict[str, State] = {}
        self._root: State | None = None

    def match(self, path: str, method: str) -> tuple[Rule, Values] | None:
        """Find the rule for a path below the map's default domain.

        :param path: the path, decoded, with one leading slash.
        :param method: the HTTP method in capitals.
        :returns: the rule and the values of its variables; ``None`` when
            Werkzeug has to decide.
        :raises werkzeug.exceptions.NotFound: certainly no rule has this path.
        """
        if self.stale:
            self._start_over()
        state = self._static.get(path)
        if state is not None:
            target = state.targets[method]
            return None if target is None else (target.rule, target.defaults.copy())
        return self._explore(path, method)

    def _explore(self, path: str, method: str) -> tuple[Rule, Values] | None:
        """Walk the tree for a path that was not seen as a static one."""
        if self._root is None:
            return None
        try:
            found = _walk(self._root, path.split("/"), 0, method, ())
            if found is not None:
                state, target, texts = found
                if not texts:
                    self._static[path] = state
                return target.rule, target.values(texts)
        except (_AskWerkzeug, ValidationError):
            return None
        if "//" in path and self.url_map.merge_slashes:
            return None
        raise NotFound()

    def _start_over(self) -> None:
        """Drop what was copied, because rules were added."""
        self.stale = False
        self.url_map.update()
        self._static = {}
        self._root = _root_state(self.url_map)


class State:
    """One level of the tree: where the next part of the path can lead.

    :param source: Werkzeug's state, copied on the first visit.
    """

    __slots__ = ("_source", "dynamic", "ends", "static", "targets")

    static: dict[str, State]
    dynamic: list[Step]
    targets: Targets

    def __init__(self, source: Any) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        """Copy the source when one of the slots is read for the first time."""
        if name not in State.__slots__:
            raise AttributeError(name)
        source = self._source
        self.static = {part: State(next_) for part, next_ in source.static.items()}
        self.dynamic = [_step(part, next_) for part, next_ in source.dynamic]
        self.targets = Targets(source.rules)
        self.ends = bool(source.rules) or "" in source.static
        return getattr(self, name)


class Step(NamedTuple):
    """A dynamic part: how to test and take a value, and the state beyond."""

    read: Reader
    final: bool
    state: State


class Target(NamedTuple):
    """A rule that a request may be given to, and how its values are converted."""

    rule: Rule
    names: tuple[str, ...]
    convert: tuple[Callable[[str], Any] | None, ...]
    defaults: Values

    def values(self, texts: Texts) -> Values:
        """The view's arguments, a new dictionary each time."""
        values: Values = {}
        for name, convert, text in zip(self.names, self.convert, texts, strict=False):
            values[name] = text if convert is None else convert(text)
        if self.defaults:
            values.update(self.defaults)
        return values


class Targets(dict[str, "Target | None"]):
    """The rule for each method at the end of a path; ``None``: ask Werkzeug."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules

    def __missing__(self, method: str) -> Target | None:
        for rule in self.rules:
            if rule.methods is None or method in rule.methods:
                target = _target(rule)
                break
        else:
            target = None
        if len(self) < 32:
            self[method] = target
        return target


class _AskWerkzeug(Exception):
    """The answer is not a plain match."""


def _root_state(url_map: Map) -> State | None:
    """The state below the default domain; ``None`` if domains are matched."""
    root = getattr(url_map, "_matcher", None) and url_map._matcher._root
    if root is None or url_map.host_matching or root.dynamic:
        return None
    source = root.static.get(url_map.default_subdomain or "")
    return None if source is None else State(source)


def _walk(
    state: State, parts: list[str], at: int, method: str, texts: Texts
) -> tuple[State, Target, Texts] | None:
    """Follow the parts of a path from a state on, in Werkzeug's order.

    :returns: the last state, the target there and the texts of the variables on
        the way; ``None`` when no way leads to the end.
    """
    last = len(parts)
    while at < last:
        part = parts[at]
        following = state.static.get(part)
        if following is None or state.dynamic:
            return _branch(state, following, parts, at, method, texts)
        state = following
        at += 1
    target = state.targets[method]
    if target is not None:
        return state, target, texts
    if state.ends:
        raise _AskWerkzeug
    return None


def _branch(
    state: State,
    following: State | None,
    parts: list[str],
    at: int,
    method: str,
    texts: Texts,
) -> tuple[State, Target, Texts] | None:
    """Try the static way first, then the dynamic ones by their weight."""
    part = parts[at]
    if following is not None:
        found = _walk(following, parts, at + 1, method, texts)
        if found is not None:
            return found
    for read, final, beyond in state.dynamic:
        taken = read("/".join(parts[at:]) if final else part)
        if taken is not None:
            next_ = len(parts) if final else at + 1
            found = _walk(beyond, parts, next_, method, texts + taken)
            if found is not None:
                return found
    if part == "" and at == len(parts) - 1 and state.targets.rules:
        raise _AskWerkzeug
    return None


def _step(part: RulePart, beyond: Any) -> Step:
    """Compile one dynamic part of Werkzeug's tree."""
    read = _usual_parts.get(part.content) or _pattern_reader(
        re.compile(part.content), part.suffixed
    )
    return Step(read, part.final, State(beyond))


def _read_text(part: str) -> Texts | None:
    return (part,) if part else None


def _read_digits(part: str) -> Texts | None:
    return (part,) if part.isdecimal() else None


_usual_parts = {
    r"(?P<__werkzeug_0>[^/]{1,})\Z": _read_text,
    r"(?P<__werkzeug_0>\d+)\Z": _read_digits,
}


def _pattern_reader(pattern: re.Pattern[str], suffixed: bool) -> Reader:
    """A reader for a part that only its regular expression describes."""
    groups = [name for name in pattern.groupindex if name.startswith("__werkzeug_")]
    groups.sort(key=lambda name: int(name.rpartition("_")[2]))

    def read(part: str) -> Texts | None:
        match = pattern.match(part)
        if match is None:
            return None
        if suffixed:
            raise _AskWerkzeug
        return tuple(match[name] for name in groups)

    return read


def _target(rule: Rule) -> Target | None:
    """What matching a rule means, or ``None`` if it may mean a redirect."""
    siblings = rule.map.iter_rules(rule.endpoint)
    if (
        rule.websocket
        or rule.alias
        or rule.redirect_to is not None
        or any(other.provides_defaults_for(rule) for other in siblings)
    ):
        return None
    converters = rule._converters
    return Target(
        rule,
        tuple(map(str, converters)),
        tuple(map(_conversion, converters.values())),
        dict(rule.defaults or {}),
    )


def _conversion(converter: BaseConverter) -> Callable[[str], Any] | None:
    """The call that turns a text into a value; ``None`` if it stays a text."""
    if type(converter).to_python is BaseConverter.to_python:
        return None
    if type(converter) is IntegerConverter and (
        converter.fixed_digits == 0 and converter.min is None and converter.max is None
    ):
        return int
    return converter.to_python
