"""What Python has everywhere but in a browser, and what a reader is told about it."""

from __future__ import annotations

from collections.abc import Iterable

#: What the fence of an example may name besides packages: ```` ```pycon needs threads ````.
REASONS = {
    "threads": "it starts threads, and Python in a browser has only one",
    "sockets": "it opens a connection, which a page may not",
    "processes": "it starts another program, which a page cannot",
    "clock": "it measures microseconds, for which a browser's clock is too coarse",
    "stack": "it fills the stack, and the browser would end Python for that",
}


def reason(needs: Iterable[str]) -> str | None:
    """Why an example does not run in the page, for the reader.

    :param needs: what its fence says that it needs.
    :returns: a sentence; ``None`` if it does run.
    """
    why = [REASONS[need] for need in needs if need in REASONS]
    if not why:
        return None
    return f"This example does not run in the page: {', and '.join(why)}."
