"""Remembers what was last tangled, so that edits by hand are noticed.

For each file the state holds the hashes of all contents the tool may have put there:
normally one, and two between the moment before a file is written and the moment
after. A run that is killed in between therefore leaves a state that knows both.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import hashlib
    from collections.abc import Callable
    from collections.abc import Iterator

    from literate.config import Config

_MARK = ".literate-tmp"


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return _sha256()(data).hexdigest()


def _sha256() -> Callable[[bytes], hashlib._Hash]:
    """The hash function, from the module that loads fastest."""
    for name in ("_sha2", "_sha256"):
        try:
            module = __import__(name)
        except ImportError:
            continue
        return module.sha256  # type: ignore[no-any-return]
    from hashlib import sha256

    return sha256


class State:
    """What the tool wrote: for each file, the hashes of its possible contents.

    :param path: the state file, a line ``HASH  FILE`` for each content. One that is
        missing or damaged counts as empty.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._stored = read_bytes(path) or b""
        self.files = _parse(self._stored)

    def wrote(self, file: str, data: bytes) -> bool:
        """Whether the tool itself put these bytes into a file."""
        known = self.files.get(file, set())
        return bool(known) and digest(data) in known

    def save(self) -> None:
        """Stores the state, if it changed."""
        lines = [
            f"{each}  {path}\n"
            for path in sorted(self.files)
            for each in sorted(self.files[path])
        ]
        data = "".join(lines).encode()
        if data != self._stored:
            write_atomically(self.path, data)
            self._stored = data


def _parse(data: bytes) -> dict[str, set[str]]:
    files: dict[str, set[str]] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        known, separator, path = line.partition("  ")
        if separator and len(known) == 64:
            files.setdefault(path, set()).add(known)
    return files


def state_of(config: Config) -> State:
    """The state of a project."""
    return State(config.absolute(config.build + "/state"))


def read_bytes(path: str) -> bytes | None:
    """A file's content, or ``None`` when there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def temporary(path: str) -> str:
    """The file next to another one that its new content is written to first."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}{_MARK}")


def write_atomically(path: str, data: bytes, lasting: bool = True) -> None:
    """Puts a new content in a file's place, as a whole or not at all.

    A file that exists keeps its permissions.

    :param lasting: wait until it would survive a power cut; for what can be made again
        at any time that is not worth the wait.
    """
    path = os.path.realpath(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    name = temporary(path)
    with open(name, "wb") as file:
        file.write(data)
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    try:
        mode = os.stat(path).st_mode & 0o7777
        os.chmod(name, mode)
    except FileNotFoundError:
        pass
    os.replace(name, path)


def walk(top: str) -> Iterator[str]:
    """All files below a folder, or the file itself, sorted."""
    if os.path.isfile(top):
        yield top
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            yield os.path.join(folder, name)


class Lock:
    """Lets one process at a time write a project's files.

    :param config: the project's settings.
    """

    def __init__(self, config: Config) -> None:
        self._path = config.absolute(config.build + "/lock")
        self._file = -1

    def __enter__(self) -> Lock:
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        self._file = os.open(self._path, os.O_CREAT | os.O_RDWR)
        try:
            import fcntl
        except ImportError:
            return self
        fcntl.flock(self._file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
