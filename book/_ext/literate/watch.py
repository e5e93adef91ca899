"""Runs something whenever the book is saved."""

from __future__ import annotations

import os
from time import sleep

from literate.state import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    from literate.config import Config

_INTERVAL = 0.3


def watch(config: Config, run: Callable[[], object]) -> None:
    """Calls ``run`` now and after every change, until interrupted.

    The files are compared by size and time, so a change while ``run`` is busy, or one
    that several notifications announce, is seen once. ``watchfiles`` is used to wait
    for it if it is installed.

    :param config: the project's settings.
    :param run: what to do; it reports its problems itself.
    """
    try:
        seen = _snapshot(config)
        run()
        for _ in _ticks(config):
            current = _snapshot(config)
            if current != seen:
                seen = current
                run()
    except KeyboardInterrupt:
        return


def _snapshot(config: Config) -> dict[str, tuple[int, int]]:
    """Time and size of every file that matters."""
    found: dict[str, tuple[int, int]] = {}
    names = [config.absolute("pyproject.toml")]
    names += [name for name in walk(config.folder) if name.endswith(".md")]
    for name in names:
        try:
            status = os.stat(name)
        except OSError:
            continue
        found[name] = (status.st_mtime_ns, status.st_size)
    return found


def _ticks(config: Config) -> Iterator[None]:
    """Comes back whenever it is time to look at the files."""
    try:
        from watchfiles import watch as notifications
    except ImportError:
        while True:
            sleep(_INTERVAL)
            yield
    for _ in notifications(
        config.folder,
        config.absolute("pyproject.toml"),
        debounce=200,
        rust_timeout=1000,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        yield
