"""A short way from a path to the rule Werkzeug would choose (chapters 6, 7)"""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock
from typing import Any
from typing import TYPE_CHECKING

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Map
from werkzeug.routing import Rule
from werkzeug.routing.exceptions import RequestPath
from werkzeug.routing.matcher import SlashRequired

from .lazy import lazy

if TYPE_CHECKING:
    from werkzeug.routing.rules import RulePart

Values = dict[str, Any]
Texts = tuple[str, ...]
Reader = Callable[[str], "Texts | None"]
Test = Callable[[str], object]
_filling = Lock()


class Matcher:
    """Walks a copy of the tree in which Werkzeug keeps the rules of a map.

    The copy is made state by state, when a request first reaches it, with all
    that does not depend on the request prepared. It answers what it is sure
    of: a plain match, or that there is none. Whatever ends in a redirect of
    the rule's own or in a converter's refusal is left to Werkzeug.

    A matcher is for the rules as they are. When rules are added, the map gets
    a new one.

    :param url_map: the map whose rules are to be matched.
    """

    def __init__(self, url_map: Map) -> None:
        self.url_map = url_map
        self._static: dict[str, State] = {}
        self._heads: dict[str, State] = {}

    def match(self, path: str, method: str) -> tuple[Rule, Values] | None:
        """Find the rule for a path below the map's default domain.

        :param path: the path, decoded, with one leading slash.
        :param method: the HTTP method in capitals.
        :returns: the rule and the values of its variables; ``None`` when
            Werkzeug has to decide.
        :raises werkzeug.exceptions.NotFound: certainly no rule has this path.
        :raises werkzeug.exceptions.MethodNotAllowed: rules have this path, but
            not this method.
        :raises werkzeug.routing.exceptions.RequestPath: a rule has this path
            and one more slash.
        """
        state = self._static.get(path)
        if state is not None:
            target = state.targets[method]
            if target is not None and target is not _doubtful:
                return target.rule, target.defaults.copy()
            return self._explore(path, method)
        head, _, tail = path.rpartition("/")
        state = self._heads.get(head)
        if state is None or tail in state.static:
            return self._explore(path, method)
        if state.fits is not None and state.fits(tail):
            target = state.beyond.targets[method]
            if target is not None and target is not _doubtful:
                try:
                    return target.rule, target.values((tail,))
                except Exception:
                    pass
        return self._explore(path, method)

    def _explore(self, path: str, method: str) -> tuple[Rule, Values] | None:
        """Walk the tree for a path that was not seen as a static one."""
        missed: list[Rule] = []
        try:
            root = self._root
            if root is None:
                return None
            parts = path.split("/")
            found = _walk(root, parts, 0, method, (), missed)
            if found is not None:
                state, target, texts = found
                self._remember(root, path, parts, state, texts)
                return target.rule, target.values(texts)
        except SlashRequired:
            raise RequestPath(f"{path}/") from None
        except Exception:
            return None
        if "//" in path and self.url_map.merge_slashes:
            return None
        methods: set[str] = set()
        for rule in missed:
            methods.update(rule.methods or ())
        if methods:
            raise MethodNotAllowed(list(methods))
        raise NotFound()

    def _remember(
        self, root: State, path: str, parts: list[str], last: State, texts: Texts
    ) -> None:
        """Note the end of a static path, or of one that only ends in a variable."""
        if not texts:
            self._static[path] = last
        elif texts == (parts[-1],):
            state: State | None = root
            for part in parts[:-1]:
                state = state and state.static.get(part)
            if state is not None and state.fits is not None and state.beyond is last:
                self._heads[path.rpartition("/")[0]] = state

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

    __slots__ = (
        "beyond",
        "dynamic",
        "filled",
        "fits",
        "forks",
        "slashed",
        "source",
        "static",
        "targets",
    )

    def __init__(self, source: Any) -> None:
        self.source = source
        self.filled = False

    def fill(self) -> None:
        """Copy the source, once."""
        with _filling:
            if self.filled:
                return
            source = self.source
            self.static = {part: State(next_) for part, next_ in source.static.items()}
            self.dynamic = tuple(_step(part, next_) for part, next_ in source.dynamic)
            self.targets = Targets(source.rules) if source.rules else _no_targets
            slashed = source.static.get("")
            self.slashed = slashed.rules if slashed else []
            self.forks = bool(source.dynamic or (slashed and source.rules))
            self.fits = None
            if len(self.dynamic) == 1:
                self.fits, _, _, self.beyond = self.dynamic[0]
            self.filled = True


#: A dynamic part: how to test and how to take a value, whether it takes all that
#: is left of the path, and the state beyond.
Step = tuple[Test | None, Reader, bool, State]


class Target:
    """A rule that a request may be given to, and how its values are converted.

    :param rule: the rule.
    :param names: the names of its variables, in the order of the path.
    :param conversions: a variable's name and the call that converts its text, for
        those whose value is not the text itself.
    :param defaults: the values that no variable has.
    """

    __slots__ = (
        "conversions",
        "defaults",
        "names",
        "only_conversion",
        "only_name",
        "rule",
    )

    def __init__(
        self,
        rule: Rule,
        names: tuple[str, ...],
        conversions: tuple[tuple[str, Callable[[str], Any]], ...],
        defaults: Values,
    ) -> None:
        self.rule = rule
        self.names = names
        self.conversions = conversions
        self.defaults = defaults
        self.only_name = names[0] if len(names) == 1 and not defaults else None
        self.only_conversion = conversions[0][1] if conversions else None

    def values(self, texts: Texts) -> Values:
        """The view's arguments, a new dictionary each time."""
        name = self.only_name
        if name is not None:
            convert = self.only_conversion
            return {name: texts[0] if convert is None else convert(texts[0])}
        values: Values = dict(zip(self.names, texts, strict=False))
        for name, convert in self.conversions:
            values[name] = convert(values[name])
        if self.defaults:
            values.update(self.defaults)
        return values


class Targets(dict[str, "Target | None"]):
    """The rule for each method at the end of a path; ``None``: there is none."""

    __slots__ = ("rules",)

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules

    def __missing__(self, method: str) -> Target | None:
        target = None
        for rule in self.rules:
            if rule.methods is None or method in rule.methods:
                target = _target(rule)
                break
        if len(self) < 32:
            self[method] = target
        return target


_no_targets = Targets([])


class _AskWerkzeug(Exception):
    """The answer is not a plain match."""


def _walk(
    state: State,
    parts: list[str],
    at: int,
    method: str,
    texts: Texts,
    missed: list[Rule],
) -> tuple[State, Target, Texts] | None:
    """Follow the parts of a path from a state on, in Werkzeug's order.

    :param missed: gets the rules that have the path, but not the method.
    :returns: the last state, the target there and the texts of the variables on
        the way; ``None`` when no way leads to the end.
    :raises werkzeug.routing.matcher.SlashRequired: a rule lacks one slash.
    """
    last = len(parts)
    while True:
        if not state.filled:
            state.fill()
        if at == last:
            break
        part = parts[at]
        following = state.static.get(part)
        if following is not None and not state.forks:
            state = following
        elif following is None and state.fits is not None and state.fits(part):
            texts += (part,)
            state = state.beyond
        else:
            return _branch(state, following, parts, at, method, texts, missed)
        at += 1
    target = state.targets[method]
    if target is not None:
        if target is _doubtful:
            raise _AskWerkzeug
        return state, target, texts
    missed += state.targets.rules
    for rule in state.slashed:
        if not rule.websocket and (rule.methods is None or method in rule.methods):
            raise SlashRequired if rule.strict_slashes else _AskWerkzeug
    return None


def _branch(
    state: State,
    following: State | None,
    parts: list[str],
    at: int,
    method: str,
    texts: Texts,
    missed: list[Rule],
) -> tuple[State, Target, Texts] | None:
    """Try the static way first, then the dynamic ones by their weight."""
    if following is not None:
        found = _walk(following, parts, at + 1, method, texts, missed)
        if found is not None:
            return found
    for _, read, final, beyond in state.dynamic:
        taken = read("/".join(parts[at:]) if final else parts[at])
        if taken is not None:
            next_ = len(parts) if final else at + 1
            found = _walk(beyond, parts, next_, method, texts + taken, missed)
            if found is not None:
                return found
    if parts[at] == "" and at == len(parts) - 1:
        for rule in state.targets.rules:
            if not rule.strict_slashes:
                raise _AskWerkzeug
    return None


def _step(part: RulePart, beyond: Any) -> Step:
    """Compile one dynamic part of Werkzeug's tree."""
    fits = None if part.final else _usual_parts.get(part.content)
    if fits is None:
        read = _pattern_reader(part)
    else:
        read = _part_reader(fits)
    return fits, read, part.final, State(beyond)


def _part_reader(fits: Test) -> Reader:
    """A reader for a variable that is the whole part."""

    def read(part: str) -> Texts | None:
        return (part,) if fits(part) else None

    return read


_usual_parts: dict[str, Test] = {
    r"(?P<__werkzeug_0>[^/]{1,})\Z": bool,
    r"(?P<__werkzeug_0>[^/]+)\Z": bool,
    r"(?P<__werkzeug_0>\d+)\Z": str.isdecimal,
}


def _pattern_reader(part: RulePart) -> Reader:
    """A reader for a part that only its regular expression describes."""
    pattern = re.compile(part.content)
    groups = [name for name in pattern.groupindex if name.startswith("__werkzeug_")]
    groups.sort(key=lambda name: int(name.rpartition("_")[2]))

    def read(text: str) -> Texts | None:
        match = pattern.match(text)
        if match is None:
            return None
        if part.suffixed:
            raise _AskWerkzeug
        return tuple(match[name] for name in groups)

    return read


def _target(rule: Rule) -> Target:
    """What matching a rule means, if it is certain not to mean a redirect."""
    siblings = rule.map.iter_rules(rule.endpoint)
    if (
        rule.websocket
        or rule.alias
        or rule.redirect_to is not None
        or any(other.provides_defaults_for(rule) for other in siblings)
    ):
        return _doubtful
    names = tuple(map(str, rule._converters))
    conversions = map(_conversion, rule._converters.values())
    needed = [(n, c) for n, c in zip(names, conversions, strict=True) if c is not None]
    return Target(rule, names, tuple(needed), dict(rule.defaults or {}))


_doubtful = Target(Rule("/"), (), (), {})


def _conversion(converter: BaseConverter) -> Callable[[str], Any] | None:
    """The call that turns a text into a value; ``None`` if it stays a text."""
    if type(converter).to_python is BaseConverter.to_python:
        return None
    if type(converter) is IntegerConverter and (
        converter.fixed_digits == 0 and converter.min is None and converter.max is None
    ):
        return int
    return converter.to_python
