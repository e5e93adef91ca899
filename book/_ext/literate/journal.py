"""Writes several book files so that a run that is killed can be finished."""

from __future__ import annotations

import os

from literate.model import LiterateError
from literate.state import digest
from literate.state import Lock
from literate.state import read_bytes
from literate.state import temporary
from literate.state import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from literate.config import Config


def write_together(config: Config, changes: list[tuple[str, str, str]]) -> None:
    """Writes files one by one, all of them in the end.

    What is to be written is put down first; :func:`finish_interrupted` does the rest
    if this run does not get to it. Call it with the project's lock held.

    :param changes: for each file: its path in the project, its old and new text.
    :raises LiterateError: a file does not have the old text any more.
    """
    import json

    for path, old, _ in changes:
        if read_bytes(config.absolute(path)) != old.encode():
            raise LiterateError(
                f"{path} was saved at this very moment; run the command again"
            )
    entries = [[path, digest(old.encode()), new] for path, old, new in changes]
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
        elif os.path.exists(temporary(name)):
            os.remove(temporary(name))
    os.remove(_path(config))
    return written


def _path(config: Config) -> str:
    return config.absolute(config.build + "/stitch.journal")
