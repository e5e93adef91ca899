"""Runs the examples of the book under pytest, and shows failures in its lines.

Each ``pycon`` fence is a test item, ``book/chapters/02-x.md::line 57`` after the line
its fence begins at. ``--literate-prefix N`` tests the program as of chapter N.
"""

from __future__ import annotations

import importlib
import warnings
from typing import Any
from typing import TYPE_CHECKING

import pytest
from _pytest._code.code import ReprFileLocation
from _pytest._code.code import TerminalRepr

from literate.config import load_config
from literate.examples import read_examples
from literate.examples import unrun
from literate.failures import broken_module
from literate.failures import ExampleFailed
from literate.failures import Failure
from literate.failures import left_behind
from literate.model import LiterateError
from literate.model import Problem
from literate.replay import Replay
from literate.subject import PrefixSubject
from literate.subject import Subject
from literate.toctree import Reader

if TYPE_CHECKING:
    from collections.abc import Generator
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest._io import TerminalWriter

    from literate.examples import Example
    from literate.model import Chapter
    from literate.model import Fence

_SUBJECT = pytest.StashKey[Subject]()
_COLORS: dict[str, dict[str, bool]] = {
    "-": {"red": True},
    "+": {"green": True},
    ">": {"bold": True},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--literate-prefix``."""
    group = parser.getgroup("literate", "the book")
    group.addoption(
        "--literate-prefix",
        type=int,
        metavar="N",
        help="test the program as of chapter N, with the examples of chapters 1 to N",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Reads the settings, and puts a prefix in the program's place."""
    number = config.getoption("literate_prefix")
    try:
        settings = load_config(str(config.rootpath))
        if number is None:
            subject = Subject(settings)
        else:
            subject = PrefixSubject(settings, number, _installed_plugins(config))
        config.stash[_SUBJECT] = subject
        subject.install()
    except LiterateError as error:
        raise pytest.UsageError(f"literate: {error}") from None


def _installed_plugins(config: pytest.Config) -> set[str]:
    """The modules that pytest has imported because a package declares them."""
    found = config.pluginmanager.list_plugin_distinfo()
    return {getattr(plugin, "__name__", "") for plugin, _ in found}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Takes a prefix away."""
    subject = config.stash.get(_SUBJECT, None)
    if subject is not None:
        subject.remove()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Says which program is tested."""
    return config.stash[_SUBJECT].describe()


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Collects the chapters of the book."""
    subject = parent.config.stash[_SUBJECT]
    path = subject.config.relative(str(file_path))
    if file_path.suffix != ".md" or not path.startswith(subject.config.source + "/"):
        return None
    chapter = subject.book.chapter(path)
    if subject.number is not None:
        number = _number(chapter)
        if number is None or number > subject.number:
            return None
    found: ChapterFile = ChapterFile.from_parent(parent, path=file_path)
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds the book lines to the failures of ordinary tests."""
    report = yield
    if call.excinfo is not None and report.failed:
        if isinstance(item, BookItem):
            left = item.repr_left_behind(call.excinfo.value)
            report.longrepr = left or report.longrepr
        else:
            _add_book_lines(item, call.excinfo.value, report)
    return report


def pytest_exception_interact(
    node: pytest.Item | pytest.Collector,
    call: pytest.CallInfo[Any],
    report: pytest.CollectReport | pytest.TestReport,
) -> None:
    """Adds the book lines to the failures of imports in ordinary tests."""
    if isinstance(report, pytest.CollectReport) and call.excinfo is not None:
        _add_book_lines(node, call.excinfo.value, report)


def _add_book_lines(
    node: pytest.Item | pytest.Collector,
    error: BaseException,
    report: pytest.CollectReport | pytest.TestReport,
) -> None:
    trail = node.config.stash[_SUBJECT].lines.trail(error)
    if trail:
        report.sections.append(("book lines", "\n".join(trail)))


class ChapterFile(pytest.File):
    """A file of the book."""

    _replay: Replay | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """What is wrong with its text, its examples, and the modules of a prefix."""
        subject = self.config.stash[_SUBJECT]
        path = subject.config.relative(str(self.path))
        chapter = subject.book.chapter(path)
        fences, problems = _read(path, subject)
        problems += [Problem(path, line, 1, text) for line, text in unrun(fences)]
        for line, found in _by_line(problems):
            failures = [Failure(path, line, text, []) for text in found]
            name = f"line {line}: error"
            yield ProblemItem.from_parent(self, name=name, line=line, failures=failures)
        examples = list(read_examples(fences))
        self._replay = Replay(examples, subject.config.absolute(path), subject.lines)
        for each in examples:
            line = each.fence.line
            yield ExampleItem.from_parent(
                self,
                name=f"line {line}",
                line=line,
                example=each,
                replay=self._replay,
            )
        if isinstance(subject, PrefixSubject) and _number(chapter) == subject.number:
            yield ModulesItem.from_parent(self, name="modules", line=1)

    def teardown(self) -> None:
        """Undoes what the examples did to the process."""
        if self._replay is not None:
            self._replay.close()


class BookItem(pytest.Item):
    """Something in the book that can fail.

    :param line: the line of the book it stands at.
    """

    def __init__(self, *, line: int, **node: Any) -> None:
        super().__init__(**node)
        self.line = line
        self.subject = self.config.stash[_SUBJECT]

    @property
    def book_path(self) -> str:
        """The book file, relative to the project."""
        return self.subject.config.relative(str(self.path))

    def runtest(self) -> None:
        """Runs it.

        :raises ExampleFailed: something is not as the book says.
        """
        failures, earlier = self.find_failures()
        if failures:
            raise ExampleFailed(failures, earlier)

    def find_failures(self) -> tuple[list[Failure], list[Failure]]:
        """What is wrong with it, and with what it builds on."""
        raise NotImplementedError

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """The report, in lines of the book."""
        if isinstance(excinfo.value, ExampleFailed):
            return FailureReport(excinfo.value, self.subject.outdated)
        return super().repr_failure(excinfo, style)

    def repr_left_behind(self, error: BaseException) -> TerminalRepr | None:
        """The report of what comes up after an item, ``None`` for other errors."""
        place, lines = (self.book_path, self.line), self.subject.lines
        found = [left_behind(*place, each, lines) for each in _causes(error)]
        if not found:
            return None
        return FailureReport(ExampleFailed(found, []), self.subject.outdated)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, self.line - 1, f"{self.book_path}:{self.line}"


class ExampleItem(BookItem):
    """A ``pycon`` fence."""

    def __init__(self, *, example: Example, replay: Replay, **node: Any) -> None:
        super().__init__(**node)
        self.example = example
        self.replay = replay

    def find_failures(self) -> tuple[list[Failure], list[Failure]]:
        """Runs the example after those before it.

        It is skipped without the optional packages that it says it needs; so are, in
        a replay, examples before it.
        """
        if self.example.missing and not self.example.problems:
            packages = ", ".join(self.example.missing)
            pytest.skip(f"{packages} is not installed")
        failures, earlier = self.replay.run(self.example)
        complaint = self.subject.foreign()
        if complaint:
            failures = [Failure(self.book_path, self.line, complaint, []), *failures]
        return failures, earlier


class ProblemItem(BookItem):
    """A line of the book that the tool cannot make sense of."""

    def __init__(self, *, failures: list[Failure], **node: Any) -> None:
        super().__init__(**node)
        self.failures = failures

    def find_failures(self) -> tuple[list[Failure], list[Failure]]:
        """The problems."""
        return self.failures, []


class ModulesItem(BookItem):
    """All modules of the program as of a chapter: each can be imported."""

    def find_failures(self) -> tuple[list[Failure], list[Failure]]:
        """Imports them, those that warn of their removal too."""
        assert isinstance(self.subject, PrefixSubject)
        failures = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for name in self.subject.modules():
                try:
                    importlib.import_module(name)
                except Exception as error:
                    lines = self.subject.lines
                    failures.append(broken_module(self.book_path, name, error, lines))
        complaint = self.subject.foreign()
        if complaint:
            failures.append(Failure(self.book_path, self.line, complaint, []))
        return failures, []


class FailureReport(TerminalRepr):
    """What pytest shows of a failed item.

    :param failed: the failures.
    :param warning: what to know about the program.
    """

    def __init__(self, failed: ExampleFailed, warning: str) -> None:
        self.failed = failed
        self.warning = warning
        first = failed.failures[0]
        self.reprcrash = ReprFileLocation(first.path, first.line, first.headline)

    def toterminal(self, tw: TerminalWriter) -> None:
        """Writes the first failure in full and the places of the others."""
        first, *others = self.failed.failures
        self.reprcrash.toterminal(tw)
        for line in ["", *first.details] if first.details else []:
            tw.line(line, **_COLORS.get(line[:1], {}))
        _list_failures(tw, "more that fails in this example:", others)
        title = "earlier in this chapter, what this may build on fails:"
        _list_failures(tw, title, self.failed.earlier)
        if self.warning:
            tw.line("")
            tw.line(self.warning, yellow=True)


def _causes(error: BaseException) -> list[BaseException]:
    """What pytest found in destructors and threads after an item, if it is that."""
    errors = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
    return [
        each.__cause__
        for each in errors
        if isinstance(each, pytest.PytestWarning) and each.__cause__ is not None
    ]


def _list_failures(tw: TerminalWriter, title: str, failures: list[Failure]) -> None:
    if failures:
        tw.line("")
        tw.line(title)
        for each in failures:
            tw.line(f"  {each}")


def _read(path: str, subject: Subject) -> tuple[list[Fence], list[Problem]]:
    """The fences and the errors of a book file, be it in the toctree or not."""
    problems = [each for each in subject.book.problems if each.path == path]
    chapter = subject.book.chapter(path)
    if chapter is not None:
        return chapter.fences, problems
    reader = Reader(subject.config)
    scanned = reader.scan(path)
    return scanned.fences if scanned else [], problems + reader.problems


def _by_line(problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The messages of errors, without repeats, by line."""
    found: dict[int, dict[str, None]] = {}
    for each in sorted(problems, key=lambda each: each.sort_key()):
        if each.severity == "error":
            found.setdefault(each.line, {})[each.message] = None
    for line, messages in found.items():
        yield line, list(messages)


def _number(chapter: Chapter | None) -> int | None:
    return None if chapter is None else chapter.number
