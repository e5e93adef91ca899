"""The program that a test run imports: the one on disk, or the one as of a chapter."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
from functools import cached_property
from importlib.machinery import PathFinder
from importlib.util import find_spec
from typing import TYPE_CHECKING

from literate.book import Book
from literate.booklines import BookLines
from literate.model import LiterateError
from literate.prefix import write_prefix
from literate.tangle import differing

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from literate.config import Config

_SHOWN = 5


class Subject:
    """The program on disk.

    :param config: the project's settings.
    """

    number: int | None = None

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def book(self) -> Book:
        """The book, read when it is first needed."""
        return Book(self.config)

    @cached_property
    def lines(self) -> BookLines:
        """The book lines of the program."""
        return BookLines(self.book, self.config.project, self.number)

    def describe(self) -> list[str]:
        """What is tested, in a line or two."""
        names = ", ".join(sorted(self.config.packages))
        count = sum(problem.severity == "error" for problem in self.book.problems)
        text = f"{names} from {self._origin()}, {_chapters(self.book)}"
        lines = [f"literate: {text}"]
        if count:
            first = self.book.problems[0]
            lines.append(f"literate: the book has {count} errors, the first {first}")
        elif self.outdated:
            lines.append(f"literate: {self.outdated}")
        return lines

    @cached_property
    def outdated(self) -> str:
        """Names the tangled files that are not what the book makes, if there are any."""
        paths = [path for path, _, _ in differing(self.book)]
        if not paths:
            return ""
        shown = ", ".join(paths[:_SHOWN])
        if len(paths) > _SHOWN:
            shown += f" and {len(paths) - _SHOWN} more"
        return f"not what the book makes: {shown}; run `python -m literate tangle`"

    def _origin(self) -> str:
        """The folders the packages would be imported from."""
        found = set()
        for package in self.config.packages:
            spec = _spec(package)
            place = _place(spec) if spec else "nowhere"
            found.add(self.lines.show(place))
        return ", ".join(sorted(found))

    def foreign(self) -> str:
        """A complaint about a package that was not imported from this program."""
        return ""

    def install(self) -> None:
        """Makes imports find this program."""

    def remove(self) -> None:
        """Undoes ``install``."""


class PrefixSubject(Subject):
    """The program as of a chapter, in a temporary folder.

    :param config: the project's settings.
    :param number: the last chapter.
    :param running: modules of the program that are running the examples, as plugins of
        pytest, and so have been imported already.
    :raises LiterateError: the book has errors, or no such chapter.
    """

    def __init__(
        self, config: Config, number: int, running: Collection[str] = ()
    ) -> None:
        super().__init__(config)
        self.number = number
        self.packages = {each for each in config.packages if each not in running}
        problems = [each for each in self.book.problems if each.severity == "error"]
        if problems:
            shown = "\n".join(map(str, problems[:_SHOWN]))
            raise LiterateError(
                f"the book has {len(problems)} errors, so it has no prefix\n{shown}"
            )
        self.files = self.book.tangle(number)
        self.folder = ""
        self._path: str | None = None

    @cached_property
    def lines(self) -> BookLines:
        """The book lines of the program."""
        return BookLines(self.book, self.folder, self.number)

    @cached_property
    def outdated(self) -> str:
        """Nothing: the files were made for this run."""
        return ""

    @cached_property
    def entries(self) -> list[str]:
        """What goes first on ``sys.path``."""
        parents = [output.rpartition("/")[0] for output in self.config.outputs]
        folders = [os.path.join(self.folder, *each.split("/")) for each in parents]
        return [os.path.normpath(folder) for folder in folders]

    def describe(self) -> list[str]:
        """What is tested, in a line."""
        names = ", ".join(sorted(self.config.packages))
        title = next(
            each.title for each in self.book.chapters if each.number == self.number
        )
        return [
            f"literate: {names} as of chapter {self.number} ({title}), "
            f"{len(self.files)} files in {self.folder}"
        ]

    def install(self) -> None:
        """Writes the program and puts it before every other one of its name.

        :raises LiterateError: a package of that name was imported already.
        """
        for package in sorted(self.packages):
            if package in sys.modules:
                raise LiterateError(
                    f"{package} was imported from {_file(sys.modules[package])} before "
                    "--literate-prefix could put the program as of the chapter in its "
                    "place; import it later, in the tests or in fixtures"
                )
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="literate-prefix-"))
        write_prefix(self.book, self.number or 0, self.folder)
        sys.path[:0] = self.entries
        sys.meta_path.insert(0, self)
        self._path = os.environ.get("PYTHONPATH")
        parts = [*self.entries, *([self._path] if self._path else [])]
        os.environ["PYTHONPATH"] = os.pathsep.join(parts)
        importlib.invalidate_caches()

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Finds the program's packages here and nowhere else.

        As the first finder of ``sys.meta_path`` it also comes before the finders that
        editable installations put there.
        """
        if name not in self.packages:
            return None
        found = PathFinder.find_spec(name, self.entries)
        if found is None:
            raise ModuleNotFoundError(
                f"No module named {name!r} in the program as of chapter {self.number}",
                name=name,
            )
        return found

    def foreign(self) -> str:
        """A complaint about a package that was not imported from this program."""
        for package in sorted(self.packages):
            module = sys.modules.get(package)
            if module is not None and not self._holds(_file(module)):
                return (
                    f"{package} was imported from {_file(module)}, not from the "
                    f"program as of chapter {self.number} in {self.folder}; "
                    "what this example shows is about another program"
                )
        return ""

    def modules(self) -> list[str]:
        """The names of all modules of the program."""
        names = []
        for path in sorted(self.files):
            if not path.endswith(".py") or path.endswith("/__main__.py"):
                continue
            file = os.path.join(self.folder, *path.split("/"))
            entry = next(each for each in self.entries if file.startswith(each))
            name = os.path.relpath(file, entry).removesuffix(".py").replace(os.sep, ".")
            names.append(name.removesuffix(".__init__"))
        return names

    def remove(self) -> None:
        """Takes the program away again."""
        if not self.folder:
            return
        sys.meta_path.remove(self)
        sys.path[:] = [each for each in sys.path if each not in self.entries]
        if self._path is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = self._path
        for name in list(sys.modules):
            if name.partition(".")[0] in self.packages:
                del sys.modules[name]
        shutil.rmtree(self.folder, ignore_errors=True)

    def _holds(self, file: str) -> bool:
        return os.path.realpath(file).startswith(self.folder + os.sep)


def _chapters(book: Book) -> str:
    return f"{book.last} chapter{'' if book.last == 1 else 's'}"


def _spec(package: str) -> ModuleSpec | None:
    try:
        return find_spec(package)
    except (ImportError, ValueError):
        return None


def _place(spec: ModuleSpec) -> str:
    """The file of a module, or the folder of a package without one."""
    if spec.has_location and spec.origin:
        return spec.origin
    return next(iter(spec.submodule_search_locations or []), "nowhere")


def _file(module: ModuleType) -> str:
    file = getattr(module, "__file__", None)
    return file or next(iter(getattr(module, "__path__", [])), "nowhere")
