"""The project's settings, read from ``[tool.literate]`` in its pyproject.toml."""

from __future__ import annotations

import os

from literate.model import LiterateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KEYS = {
    "source": str,
    "toctree": str,
    "chapters": list,
    "numbered": str,
    "outputs": list,
    "build": str,
    "line-length": int,
}


class Config:
    """Where the book is, and what it makes.

    Folders and files are relative to ``project``, with forward slashes.

    :param project: absolute path of the folder with the pyproject.toml.
    :param source: folder with the Markdown.
    :param toctree: file in ``source`` whose toctrees give the chapters, or ``None``.
    :param chapters: the chapters themselves, relative to ``source``, or ``None``.
    :param outputs: folders and files that the tool owns.
    :param build: folder for the tool's state and the source map.
    :param numbered: chapters whose path in ``source`` begins so have numbers.
    :param line_length: columns a tangled import line may take.
    """

    __slots__ = (
        "build",
        "chapters",
        "line_length",
        "numbered",
        "outputs",
        "project",
        "source",
        "toctree",
    )

    def __init__(
        self,
        project: str,
        source: str = "book",
        toctree: str | None = None,
        chapters: list[str] | None = None,
        outputs: list[str] | None = None,
        build: str = "build/literate",
        numbered: str = "",
        line_length: int = 88,
    ) -> None:
        self.project = os.path.abspath(project)
        self.source = "" if source == "." else _folder(source, "source")
        self.toctree = toctree
        self.chapters = chapters
        self.outputs = [_folder(output, "outputs") for output in outputs or []]
        self.build = _folder(build, "build")
        self.numbered = numbered
        self.line_length = line_length
        if (toctree is None) == (chapters is None):
            raise LiterateError(
                "[tool.literate] needs either `toctree` (the file whose toctrees list "
                "the chapters) or `chapters` (the list itself), not "
                + ("neither" if toctree is None else "both")
            )
        if not self.outputs:
            raise LiterateError(
                "[tool.literate] needs `outputs`: the folders that hold tangled files"
            )

    @property
    def folder(self) -> str:
        """The absolute path of the folder with the Markdown."""
        return self.absolute(self.source)

    def book_path(self, path: str) -> str:
        """The project-relative path of a file given relative to the Markdown."""
        return join(self.source, path)

    def absolute(self, path: str) -> str:
        """The absolute path of a project-relative one."""
        return os.path.join(self.project, *path.split("/"))

    def relative(self, path: str) -> str:
        """A path on disk, relative to the project, with forward slashes."""
        return os.path.relpath(path, self.project).replace(os.sep, "/")

    def owns(self, path: str) -> bool:
        """Whether a tangled file may be put there."""
        return any(
            path == output or path.startswith(output + "/") for output in self.outputs
        )

    @property
    def packages(self) -> frozenset[str]:
        """Names of the top packages and modules among the outputs."""
        names = (output.rsplit("/", 1)[-1] for output in self.outputs)
        return frozenset(name.removesuffix(".py") for name in names)


def load_config(project: str | None = None) -> Config:
    """Reads the settings of a project.

    :param project: folder with the pyproject.toml; without it, the nearest one from
        the current folder upwards.
    :raises LiterateError: there is none, or what it says makes no sense.
    """
    folder = os.path.abspath(project) if project else _find_project(os.getcwd())
    path = os.path.join(folder, "pyproject.toml")
    table = _read_table(path)
    for key, value in table.items():
        kind = _KEYS.get(key)
        if kind is None:
            raise LiterateError(
                f"{path}: [tool.literate] has no setting `{key}`; "
                f"it knows {', '.join(sorted(_KEYS))}"
            )
        if not _fits(value, kind):
            wanted = "a list of strings" if kind is list else kind.__name__
            raise LiterateError(f"{path}: [tool.literate] {key} must be {wanted}")
    settings = {key.replace("-", "_"): value for key, value in table.items()}
    try:
        return Config(folder, **settings)
    except LiterateError as error:
        raise LiterateError(f"{path}: {error}") from None


def _find_project(start: str) -> str:
    folder = start
    while not os.path.isfile(os.path.join(folder, "pyproject.toml")):
        parent = os.path.dirname(folder)
        if parent == folder:
            raise LiterateError(
                f"no pyproject.toml in {start} or above; go into the project "
                "or give it with --project"
            )
        folder = parent
    return folder


def _read_table(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise LiterateError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LiterateError(f"{path}: {error}") from None
    tool = data.get("tool", {})
    if "literate" not in tool:
        raise LiterateError(f"{path} has no [tool.literate] table; add one")
    table = dict(tool["literate"])
    length = tool.get("ruff", {}).get("line-length")
    if length is not None:
        table.setdefault("line-length", length)
    return table


def _fits(value: object, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, kind)


def join(folder: str, path: str) -> str:
    """A path under a folder, with ``.`` and ``..`` resolved and forward slashes."""
    parts = folder.split("/") if folder else []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) + ("/" if path.endswith("/") else "")


def _folder(path: str, setting: str) -> str:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or os.path.isabs(path):
        raise LiterateError(
            f"[tool.literate] {setting} must lie inside the project: `{path}`"
        )
    return "/".join(parts)
