"""Writes several book files so that a run that is killed can be finished."""

from __future__ import annotations

import os

from literate.state import digest
from literate.state import Lock
from literate.state import read_bytes
from literate.state import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.config import Config


def write_together(config: Config, contents: dict[str, bytes]) -> None:
    """Writes files one by one, all of them in the end.

    What is to be written is put down first; :func:`finish_interrupted` does the rest
    if this run does not get to it. Call it with the project's lock held.

    :param contents: the new contents by path, relative to the project.
    """
    import json

    entries = [
        [path, digest(read_bytes(config.absolute(path)) or b""), data.decode()]
        for path, data in sorted(contents.items())
    ]
    write_atomically(_path(config), json.dumps(entries).encode())
    _write_entries(config)


def finish_interrupted(config: Config) -> list[str]:
    """Finishes what a killed run began.

    A file that was edited in the meantime is left alone.

    :returns: the files that were written.
    """
    if not os.path.exists(_path(config)):
        return []
    with Lock(config):
        return _write_entries(config)


def _write_entries(config: Config) -> list[str]:
    data = read_bytes(_path(config))
    if data is None:
        return []
    import json

    written: list[str] = []
    for path, before, text in json.loads(data):
        name = config.absolute(path)
        if digest(read_bytes(name) or b"") == before:
            write_atomically(name, text.encode())
            written.append(path)
    os.remove(_path(config))
    return written


def _path(config: Config) -> str:
    return config.absolute(config.build + "/stitch.journal")
