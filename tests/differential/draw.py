"""Draws choices from a seeded generator; a theme says how often what is chosen."""

from __future__ import annotations

from random import Random
from typing import Any
from typing import TypeVar

from . import kinds

T = TypeVar("T")

#: How often a feature is chosen where the theme does not say. Most applications are
#: plain in most respects, so that the short ways are taken, and odd in one or two.
USUAL = {
    "half": 0.5,
    "key": 0.6,
    "config": 0.02,
    "session config": 0.01,
    "server name": 0.1,
    "domains": 0.04,
    "trusted": 0.04,
    "static": 0.15,
    "static path": 0.2,
    "classes": 0.02,
    "map": 0.08,
    "signals": 0.08,
    "blueprints": 0.25,
    "nested": 0.25,
    "blueprint options": 0.12,
    "registered": 0.2,
    "hooks": 0.25,
    "handlers": 0.2,
    "middleware": 0.04,
    "change": 0.04,
    "async": 0.01,
    "constant": 0.4,
    "early": 0.04,
    "fails": 0.08,
    "rule options": 0.06,
    "sibling": 0.1,
    "methods": 0.25,
    "converter": 0.55,
    "odd converter": 0.3,
    "damage": 0.2,
    "odd method": 0.12,
    "odd host": 0.06,
    "odd environ": 0.04,
    "query": 0.3,
    "odd query": 0.3,
    "body": 0.15,
    "odd body": 0.25,
    "headers": 0.15,
    "cookies": 0.15,
    "reads": 0.35,
    "session": 0.2,
    "templates": 0.1,
    "odd answer": 0.4,
}

THEMES: dict[str, dict[str, float]] = {
    "routes": {
        "sibling": 0.4,
        "rule options": 0.15,
        "damage": 0.55,
        "map": 0.2,
        "constant": 0.8,
    },
    "domains": {
        "domains": 0.6,
        "server name": 0.6,
        "trusted": 0.25,
        "odd host": 0.6,
        "constant": 0.6,
        "rule options": 0.12,
        "odd environ": 0.1,
    },
    "methods": {
        "methods": 0.8,
        "odd method": 0.8,
        "rule options": 0.1,
        "damage": 0.1,
        "constant": 0.8,
    },
    "queries": {
        "query": 0.95,
        "odd query": 0.7,
        "reads": 0.95,
        "constant": 0.05,
        "converter": 0.2,
        "damage": 0.05,
        "odd environ": 0.1,
        "odd answer": 0.1,
    },
    "bodies": {
        "body": 0.9,
        "odd body": 0.5,
        "reads": 0.95,
        "constant": 0.05,
        "converter": 0.1,
        "damage": 0.05,
        "config": 0.05,
        "odd answer": 0.1,
    },
    "answers": {
        "odd answer": 0.95,
        "constant": 0.5,
        "damage": 0.05,
        "headers": 0.4,
        "converter": 0.3,
        "classes": 0.05,
        "templates": 0.4,
    },
    "sessions": {
        "session": 0.9,
        "cookies": 0.85,
        "key": 0.9,
        "session config": 0.06,
        "constant": 0.2,
        "damage": 0.05,
        "odd answer": 0.2,
        "converter": 0.2,
    },
    "hooks": {
        "hooks": 0.9,
        "blueprints": 0.7,
        "early": 0.15,
        "fails": 0.15,
        "signals": 0.3,
        "damage": 0.15,
        "async": 0.04,
    },
    "errors": {
        "handlers": 0.85,
        "fails": 0.5,
        "hooks": 0.3,
        "blueprints": 0.5,
        "config": 0.06,
        "signals": 0.2,
        "constant": 0.1,
    },
    "classes": {"classes": 0.2, "hooks": 0.3, "handlers": 0.3, "session": 0.3},
    "changes": {"change": 0.3, "session": 0.3, "signals": 0.15},
    "everything": {"config": 0.04, "static": 0.5, "templates": 0.3},
}


class Draw:
    """A source of choices.

    :param random: the generator.
    :param theme: probabilities that differ from the usual.
    """

    def __init__(self, random: Random, theme: dict[str, float]) -> None:
        self.random = random
        self.theme = {**USUAL, **theme}

    def odds(self, feature: str) -> bool:
        return self.random.random() < self.theme[feature]

    def choice(self, values: Any) -> Any:
        return self.random.choice(values)

    def number(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def count(self, feature: str, most: int) -> int:
        """How many there are of a feature; often none."""
        return self.random.randint(1, most) if self.odds(feature) else 0

    def some(self, values: list[T]) -> list[T]:
        return self.random.sample(values, self.random.randint(1, min(4, len(values))))

    def weighted(self, values: list[tuple[int, Any]]) -> Any:
        weights, choices = zip(*values, strict=True)
        return self.random.choices(choices, weights)[0]

    def maybe(self, feature: str, choices: dict[str, list[Any]]) -> dict[str, Any]:
        """Some of the keys, each with one of its values."""
        return {
            key: self.choice(values)
            for key, values in choices.items()
            if self.odds(feature)
        }

    def settings(
        self, config: dict[str, Any], table: list[tuple[str, list[Any]]], feature: str
    ) -> None:
        config.update(self.maybe(feature, dict(table)))

    def kinds(self, table: str) -> list[str]:
        return sorted(getattr(kinds, table.upper()))
