"""Runs the examples of a chapter as if they were typed into one ``python``.

The interpreter is a fresh one, started in an empty folder: ``__name__`` is
``"__main__"`` and names the module the statements run in, which has no ``__file__``;
the current folder is a temporary one, which is also where imports are looked for
first; ``_`` is the last value shown; ``from __future__`` imports last; context
variables that a statement sets stay set for the chapter and no longer. What a chapter
does to ``os.environ``, ``sys.path``, the loggers and the modules of its folder is
undone at its end.
"""

from __future__ import annotations
import __future__

import builtins
import contextlib
import contextvars
import functools
import io
import linecache
import logging
import operator
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from literate.failures import broken_setup
from literate.failures import check
from literate.failures import malformed
from literate.failures import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence
    from types import CodeType

    from literate.booklines import BookLines
    from literate.examples import Example
    from literate.failures import Failure
    from literate.model import Fence

_FUTURE = functools.reduce(
    operator.or_,
    [getattr(__future__, name).compiler_flag for name in __future__.all_feature_names],
)
_ABSENT = object()


class Replay:
    """The examples of a chapter, run in order, each after all before it.

    :param examples: the chapter's examples.
    :param file: absolute path of the chapter.
    :param lines: the book lines of the program.
    """

    def __init__(
        self, examples: Sequence[Example], file: str, lines: BookLines
    ) -> None:
        self.examples = examples
        self.file = file
        self.lines = lines
        self.done = 0
        self.failures: list[Failure] = []
        self._interpreter: Interpreter | None = None

    def run(self, example: Example) -> tuple[list[Failure], list[Failure]]:
        """Runs an example, and before it those of the chapter that have not run yet.

        :returns: what is wrong with it, and what was wrong with those before it.
        """
        index = self.examples.index(example)
        if index < self.done or self._interpreter is None:
            self.close()
            self._interpreter = Interpreter(self.file, self.examples)
        with self._interpreter.entered():
            with contextlib.redirect_stderr(io.StringIO()):
                for each in self.examples[self.done : index]:
                    self.failures += self._run(each, self._interpreter)
            earlier = list(self.failures)
            found = self._run(example, self._interpreter)
        self.failures += found
        self.done = index + 1
        return found, earlier

    def _run(self, example: Example, interpreter: Interpreter) -> list[Failure]:
        fence, lines = example.fence, self.lines
        found = [malformed(fence, *problem) for problem in example.problems]
        if example.missing:
            return found
        for setup in example.setups:
            error = interpreter.set_up(setup)
            if error is not None:
                found.append(broken_setup(setup, error, lines))
        for prompt in example.prompts:
            result = interpreter.run(prompt.source, prompt.line)
            failure = check(fence, prompt, result, lines)
            if failure is not None:
                found.append(failure)
        return found

    def close(self) -> None:
        """Forgets everything that was run."""
        if self._interpreter is not None:
            self._interpreter.close()
        self._interpreter = None
        self.done = 0
        self.failures = []


class Interpreter:
    """A Python prompt in a temporary folder.

    :param file: what the statements' code names as its file.
    :param examples: what will be run, for tracebacks and ``inspect.getsource``.
    """

    def __init__(self, file: str, examples: Sequence[Example]) -> None:
        self.file = file
        self.folder = Path(tempfile.mkdtemp(prefix="chapter-")).resolve()
        self.module = ModuleType("__main__")
        self._flags = 0
        self._last: object = _ABSENT
        self._context = contextvars.copy_context()
        self._undo = contextlib.ExitStack()
        self._undo.callback(_restore_environment, dict(os.environ))
        self._undo.callback(_restore_loggers, _loggers())
        self._undo.callback(sys.path.__setitem__, slice(None), sys.path[:])
        self._undo.callback(self._remove_folder)
        _register(file, examples)

    def run(self, source: str, line: int) -> Result:
        """Runs a statement as the prompt does.

        :param source: its code.
        :param line: line of the file it begins at.
        """
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            error = self._execute(source, line, "single")
        return Result(_whole_lines(output.getvalue()), error)

    def set_up(self, fence: Fence) -> BaseException | None:
        """Runs a set-up, in which ``folder`` is the temporary folder.

        A name ``folder`` that the examples gave to something else is theirs again
        afterwards.
        """
        names = self.module.__dict__
        theirs = names.get("folder", self.folder)
        names["folder"] = self.folder
        error = self._execute("\n".join(fence.body), fence.body_line, "exec")
        if theirs is not self.folder:
            names["folder"] = theirs
        return error

    def _execute(self, source: str, line: int, mode: str) -> BaseException | None:
        self._forget_listings()
        try:
            code = self._compile("\n" * (line - 1) + source, mode)
            self._context.run(exec, code, self.module.__dict__)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return self._without_tool(error)
        return None

    def _compile(self, source: str, mode: str) -> CodeType:
        flags = self._flags
        code: CodeType = compile(source, self.file, mode, flags, dont_inherit=True)
        self._flags |= code.co_flags & _FUTURE
        return code

    def _without_tool(self, error: BaseException) -> BaseException:
        found = error.__traceback__
        while found is not None and found.tb_frame.f_code.co_filename != self.file:
            found = found.tb_next
        return error.with_traceback(found)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Makes this the process's interpreter while examples run."""
        with contextlib.ExitStack() as stack:
            stack.callback(_put, sys.modules, "__main__", sys.modules["__main__"])
            stack.callback(setattr, sys, "displayhook", sys.displayhook)
            stack.callback(_set_last, _last())
            stack.callback(self._keep_last)
            stack.enter_context(contextlib.chdir(self.folder))
            if str(self.folder) not in sys.path:
                sys.path.insert(0, str(self.folder))
            sys.modules["__main__"] = self.module
            sys.displayhook = sys.__displayhook__
            _set_last(self._last)
            yield

    def _keep_last(self) -> None:
        self._last = _last()

    def close(self) -> None:
        """Undoes what the chapter did to the process, and deletes its folder."""
        self._undo.close()

    def _forget_listings(self) -> None:
        """Makes imports see files that were written a moment ago."""
        folder = str(self.folder)
        for path in list(sys.path_importer_cache):
            if path.startswith(folder):
                del sys.path_importer_cache[path]

    def _remove_folder(self) -> None:
        for name, module in list(sys.modules.items()):
            if any(file.startswith(str(self.folder)) for file in _files(module)):
                del sys.modules[name]
        self._forget_listings()
        shutil.rmtree(self.folder, ignore_errors=True)


def _register(file: str, examples: Sequence[Example]) -> None:
    """Lets Python find the lines of the examples, without prompts, by book line."""
    lines: list[str] = []

    def place(line: int, source: list[str]) -> None:
        lines.extend(["\n"] * (line - 1 + len(source) - len(lines)))
        lines[line - 1 : line - 1 + len(source)] = [text + "\n" for text in source]

    for example in examples:
        for setup in example.setups:
            place(setup.body_line, setup.body)
        for prompt in example.prompts:
            place(prompt.line, prompt.source.splitlines())
    linecache.cache[file] = (sum(map(len, lines)), None, lines, file)


def _files(module: ModuleType) -> list[str]:
    """The files and folders a module was read from."""
    names = getattr(module, "__dict__", {})
    found = [names.get("__file__"), *names.get("__path__", [])]
    return [file for file in found if isinstance(file, str)]


def _whole_lines(output: str) -> str:
    """Output as it is compared: the last line has an end, as doctest wants it."""
    return output if not output or output.endswith("\n") else output + "\n"


def _last() -> object:
    return getattr(builtins, "_", _ABSENT)


def _set_last(value: object) -> None:
    if value is not _ABSENT:
        builtins._ = value  # type: ignore[attr-defined]
    elif hasattr(builtins, "_"):
        del builtins._


def _put(table: dict[str, ModuleType], name: str, module: ModuleType) -> None:
    table[name] = module


def _restore_environment(before: dict[str, str]) -> None:
    kept = {name: os.environ.get(name) for name in ("PYTEST_CURRENT_TEST",)}
    for name in set(os.environ) - set(before) - set(kept):
        del os.environ[name]
    for name, value in before.items():
        if name not in kept and os.environ.get(name) != value:
            os.environ[name] = value


def _loggers() -> dict[str, tuple[int, list[logging.Handler], bool, bool]]:
    """What each logger is set to."""
    return {
        name: (logger.level, logger.handlers[:], logger.propagate, logger.disabled)
        for name, logger in _all_loggers()
    }


def _all_loggers() -> Iterator[tuple[str, logging.Logger]]:
    yield "", logging.getLogger()
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger):
            yield name, logger


def _restore_loggers(
    before: dict[str, tuple[int, list[logging.Handler], bool, bool]],
) -> None:
    fresh: tuple[int, list[logging.Handler], bool, bool] = (0, [], True, False)
    for name, logger in _all_loggers():
        level, handlers, propagate, disabled = before.get(name, fresh)
        if logger.level != level:
            logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.propagate = propagate
        logger.disabled = disabled
