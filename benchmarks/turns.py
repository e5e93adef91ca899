"""Figures taken in turns.

A machine's mood changes from second to second. Two programs are therefore measured one
after the other, many times over, and compared within each pair; the median of the pairs'
ratios does not care about the few in which something else was going on.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence


def take_turns(
    names: Sequence[str], rounds: int, sample: Callable[[str], float]
) -> dict[str, list[float]]:
    """Sample each name once a round, forwards and backwards by turns.

    :returns: for each name its samples, in the order of the rounds.
    """
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in names if turn % 2 == 0 else reversed(names):
            taken[name].append(sample(name))
    return taken


def paired_ratio(above: Iterable[float], below: Iterable[float]) -> float:
    """The median of the ratios of two rows of samples that were taken in pairs.

    :raises ValueError: when one row is longer than the other, or both are empty.
    """
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    if not ratios:
        raise ValueError("no samples to compare")
    return statistics.median(ratios)


def geometric_mean(ratios: Iterable[float]) -> float:
    """The mean for ratios: twice as fast and half as fast make one."""
    return statistics.geometric_mean(ratios)
