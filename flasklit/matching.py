"""A short way from a path to the rule Werkzeug would choose (chapters 6, 7)"""

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

from .lazy import lazy

if TYPE_CHECKING:
    from werkzeug.routing.rules import RulePart

Values = dict[str, Any]
Texts = tuple[str, ...]
Reader = Callable[[str], "Texts | None"]


class Matcher:
    """Walks a copy of the tree in which Werkzeug keeps the rules of a map.

    The copy is made state by state, when a request first reaches it, with all
    that does not depend on the request prepared. It answers what it is sure
    of: a plain match, or that there is none. Whatever ends in a redirect, in
    ``405`` or in a converter's refusal is left to Werkzeug.

    A matcher is for the rules as they are. When rules are added, the map gets
    a new one.

    :param url_map: the map whose rules are to be matched.
    """

    def __init__(self, url_map: Map) -> None:
        self.url_map = url_map
        self._static: dict[str, State] = {}

    def match(self, path: str, method: str) -> tuple[Rule, Values] | None:
        """Find the rule for a path below the map's default domain.

        :param path: the path, decoded, with one leading slash.
        :param method: the HTTP method in capitals.
        :returns: the rule and the values of its variables; ``None`` when
            Werkzeug has to decide.
        :raises werkzeug.exceptions.NotFound: certainly no rule has this path.
        """
        state = self._static.get(path)
        if state is not None:
            target = state.targets[method]
            return None if target is None else (target.rule, target.defaults.copy())
        return self._explore(path, method)

    def _explore(self, path: str, method: str) -> tuple[Rule, Values] | None:
        """Walk the tree for a path that was not seen as a static one."""
        try:
            if self._root is None:
                return None
            found = _walk(self._root, path.split("/"), 0, method, ())
            if found is not None:
                state, target, texts = found
                if not texts:
                    self._static[path] = state
                return target.rule, target.values(texts)
        except Exception:
            return None
        if "//" in path and self.url_map.merge_slashes:
            return None
        raise NotFound()

    @lazy
    def _root(self) -> State | None:
        """The state below the default domain; ``None`` if domains are matched."""
        url_map = self.url_map
        url_map.update()
        root = url_map._matcher._root
        if url_map.host_matching or root.dynamic:
            return None
        source = root.static.get(url_map.default_subdomain or "")
        return None if source is None else State(source)


class State:
    """One level of the tree: where the next part of a path can lead.

    :param source: Werkzeug's state, copied at the first visit.
    """

    __slots__ = ("dynamic", "ends", "filled", "forks", "source", "static", "targets")

    def __init__(self, source: Any) -> None:
        self.source = source
        self.filled = False

    def fill(self) -> None:
        """Copy the source."""
        source = self.source
        self.static = {part: State(next_) for part, next_ in source.static.items()}
        self.dynamic = tuple(_step(part, next_) for part, next_ in source.dynamic)
        self.targets = Targets(source.rules) if source.rules else _no_targets
        slashed = "" in source.static
        self.ends = slashed or bool(source.rules)
        self.forks = bool(source.dynamic) or (slashed and bool(source.rules))
        self.filled = True


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

    __slots__ = ("rules",)

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


_no_targets = Targets([])


class _AskWerkzeug(Exception):
    """The answer is not a plain match."""


def _walk(
    state: State, parts: list[str], at: int, method: str, texts: Texts
) -> tuple[State, Target, Texts] | None:
    """Follow the parts of a path from a state on, in Werkzeug's order.

    :returns: the last state, the target there and the texts of the variables on
        the way; ``None`` when no way leads to the end.
    """
    last = len(parts)
    while True:
        if not state.filled:
            state.fill()
        if at == last:
            break
        following = state.static.get(parts[at])
        if following is None or state.forks:
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
    if following is not None:
        found = _walk(following, parts, at + 1, method, texts)
        if found is not None:
            return found
    for read, final, beyond in state.dynamic:
        taken = read("/".join(parts[at:]) if final else parts[at])
        if taken is not None:
            next_ = len(parts) if final else at + 1
            found = _walk(beyond, parts, next_, method, texts + taken)
            if found is not None:
                return found
    if parts[at] == "" and at == len(parts) - 1 and state.targets.rules:
        raise _AskWerkzeug
    return None


def _step(part: RulePart, beyond: Any) -> Step:
    """Compile one dynamic part of Werkzeug's tree."""
    usual = None if part.final else _usual_parts.get(part.content)
    read = usual or _pattern_reader(re.compile(part.content))
    return Step(read, part.final, State(beyond))


def _read_text(part: str) -> Texts | None:
    return (part,) if part else None


def _read_digits(part: str) -> Texts | None:
    return (part,) if part.isdecimal() else None


_usual_parts = {
    r"(?P<__werkzeug_0>[^/]{1,})\Z": _read_text,
    r"(?P<__werkzeug_0>[^/]+)\Z": _read_text,
    r"(?P<__werkzeug_0>\d+)\Z": _read_digits,
}


def _pattern_reader(pattern: re.Pattern[str]) -> Reader:
    """A reader for a part that only its regular expression describes."""
    groups = [name for name in pattern.groupindex if name.startswith("__werkzeug_")]
    groups.sort(key=lambda name: int(name.rpartition("_")[2]))

    def read(part: str) -> Texts | None:
        match = pattern.match(part)
        return None if match is None else tuple(match[name] for name in groups)

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
