"""Which definitions of the program the names in its code mean.

The code is read, not run. Found are the names of a module, what it imports from other
modules of the program, the members that a method reaches through its first parameter or
``super()``, and the attributes of modules and classes. A name that a function binds
means nothing outside of it; what depends on a value is left alone.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from literate.model import TangledFile
from literate.sphinx_ext.summaries import parsed

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Usage(NamedTuple):
    """A name in the code that means a definition.

    :param line: its line, from 1.
    :param column: its first column, from 0.
    :param end: the column after its last one.
    :param name: the definition, with its module.
    """

    line: int
    column: int
    end: int
    name: str


class Object(NamedTuple):
    """What the first parameter of a method stands for: an object of a class."""

    of: str


Meaning = str | Object | None
"""The name of a definition or a module, an object, or something else."""

Scope = dict[str, Meaning]


class Meanings:
    """The definitions of a program.

    :param files: its files by path.
    :param names: the names of all definitions, with their modules, and the modules.
    """

    def __init__(self, files: Mapping[str, TangledFile], names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._files = {
            module_name(path): file
            for path, file in files.items()
            if path.endswith(".py")
        }
        self._spaces: dict[str, Scope] = {}
        self._bases: dict[str, list[str]] = {}

    def is_module(self, name: str) -> bool:
        """Whether a name is that of a module."""
        return name in self._files

    def usages(
        self, file: TangledFile, lines: Sequence[int] | None = None
    ) -> list[Usage]:
        """What the names in a file mean, in the order of the code.

        :param file: one of the program's, or an earlier version of it.
        :param lines: some of its lines, in order; what stands in other statements and
            methods than these is left out. ``None`` stands for all lines.
        """
        reader = _Reader(self, module_name(file.path), file, lines)
        return sorted(set(reader.read()))

    def space(self, module: str) -> Scope:
        """The names of a module: what it defines and what it imports."""
        if module not in self._spaces:
            self._spaces[module] = {}
            if module in self._files:
                file = self._files[module]
                self._spaces[module] = self.space_of(module, file)
        return self._spaces[module]

    def space_of(self, module: str, file: TangledFile) -> Scope:
        """The same for an earlier version of a module."""
        space: Scope = {}
        tree = parsed(file.text)
        for node in _statements(tree.body):
            if isinstance(node, ast.Import | ast.ImportFrom):
                space.update(self.imported(node, module, file.path))
            else:
                for name in _bound(node):
                    full = f"{module}.{name}"
                    space[name] = full if full in self._names else None
        return space

    def imported(
        self, node: ast.Import | ast.ImportFrom, module: str, path: str
    ) -> Scope:
        """What an import statement gives names to."""
        if isinstance(node, ast.Import):
            return {
                alias.asname or alias.name.partition(".")[0]: (
                    alias.name if alias.asname in (None, alias.name) else None
                )
                if alias.name in self._names and "." not in alias.name
                else None
                for alias in node.names
            }
        source = node.module or ""
        if node.level:
            levels = node.level - path.endswith("__init__.py")
            package = module.rsplit(".", levels)[0] if levels else module
            source = f"{package}.{source}".rstrip(".")
        return {
            alias.asname or alias.name: self.member(source, alias.name)
            for alias in node.names
        }

    def member(self, owner: str, name: str) -> str | None:
        """The definition behind ``owner.name``, inherited ones included."""
        full = f"{owner}.{name}"
        if full in self._names:
            return full
        if owner in self._files:
            meaning = self.space(owner).get(name)
            return meaning if isinstance(meaning, str) else None
        return self.inherited(owner, name)

    def inherited(self, owner: str, name: str) -> str | None:
        """The definition that the classes below a class have of a name."""
        for base in self._bases_of(owner):
            found = self.member(base, name)
            if found is not None:
                return found
        return None

    def _bases_of(self, owner: str) -> list[str]:
        if owner not in self._bases:
            self._bases[owner] = []
            self._bases[owner] = list(self._find_bases(owner))
        return self._bases[owner]

    def _find_bases(self, owner: str) -> Iterator[str]:
        module = owner
        while module and module not in self._files:
            module = module.rpartition(".")[0]
        if not module or module == owner:
            return
        body: list[ast.stmt] = parsed(self._files[module].text).body
        found: ast.ClassDef | None = None
        for part in owner.removeprefix(f"{module}.").split("."):
            found = _class_called(part, body)
            if found is None:
                return
            body = found.body
        for base in found.bases if found else ():
            if isinstance(base, ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name):
                meaning = self.space(module).get(base.id)
                if isinstance(meaning, str):
                    yield meaning


class _Reader:
    """Walks through one file."""

    def __init__(
        self,
        meanings: Meanings,
        module: str,
        file: TangledFile,
        lines: Sequence[int] | None,
    ) -> None:
        self._meanings = meanings
        self._lines = lines
        self._module = module
        self._file = file
        self._found: list[Usage] = []

    def read(self) -> list[Usage]:
        """All usages."""
        space = self._meanings.space_of(self._module, self._file)
        for node in parsed(self._file.text).body:
            if self._is_asked_for(node):
                self._visit(node, [space], "")
        return self._found

    def _is_asked_for(self, node: ast.stmt) -> bool:
        if self._lines is None:
            return True
        decorators = getattr(node, "decorator_list", ())
        first = min([node.lineno, *(each.lineno for each in decorators)])
        index = bisect_left(self._lines, first)
        return index < len(self._lines) and self._lines[index] <= (node.end_lineno or 0)

    def _visit(self, node: ast.AST, scopes: list[Scope], owner: str) -> None:
        """Looks into a node.

        :param scopes: the names that can be seen, those of the module first.
        :param owner: the class whose body it stands in, or whose method.
        """
        if isinstance(node, _Function):
            self._function(node, scopes, "", owner)
        elif isinstance(node, ast.ClassDef):
            self._class(node, scopes, f"{self._module}.{node.name}")
        elif isinstance(node, ast.Lambda):
            own: Scope = {each.arg: None for each in _parameters(node.args)}
            self._visit(node.args, scopes, owner)
            self._visit(node.body, [*scopes, own], owner)
        elif isinstance(node, ast.Name | ast.Attribute):
            self._meaning(node, scopes, owner)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child, scopes, owner)

    def _class(self, node: ast.ClassDef, scopes: list[Scope], full: str) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self._visit(part, scopes, "")
        own: Scope = {}
        for child in _statements(node.body):
            for name in _bound(child):
                own[name] = self._meanings.member(full, name)
        for each in filter(self._is_asked_for, node.body):
            if isinstance(each, _Function):
                self._function(each, scopes, full, full)
            elif isinstance(each, ast.ClassDef):
                self._class(each, scopes, f"{full}.{each.name}")
            else:
                self._visit(each, [*scopes, own], full)

    def _function(
        self, node: _Function, scopes: list[Scope], method_of: str, owner: str
    ) -> None:
        for decorator in node.decorator_list:
            self._visit(decorator, scopes, owner)
        self._visit(node.args, scopes, owner)
        if node.returns:
            self._visit(node.returns, scopes, owner)
        own: Scope = {}
        for each in _within(node):
            if isinstance(each, ast.Import | ast.ImportFrom):
                own |= self._meanings.imported(each, self._module, self._file.path)
            else:
                own.update(dict.fromkeys(_bound(each)))
        own.update(dict.fromkeys(each.arg for each in _parameters(node.args)))
        if method_of and node.args.args and not _is_static(node):
            own[node.args.args[0].arg] = Object(method_of)
        for child in node.body:
            self._visit(child, [*scopes, own], owner)

    def _meaning(self, node: ast.expr, scopes: list[Scope], owner: str) -> Meaning:
        """What an expression means; the names in it are noted on the way."""
        meanings = self._meanings
        if isinstance(node, ast.Name):
            meaning = next(
                (scope[node.id] for scope in reversed(scopes) if node.id in scope), None
            )
            if isinstance(meaning, str) and isinstance(node.ctx, ast.Load):
                self._note(node.lineno, node.end_col_offset or 0, node.id, meaning)
            return meaning
        if isinstance(node, ast.Attribute):
            inner = self._meaning(node.value, scopes, owner)
            found = None
            if isinstance(inner, Object):
                start, _, kind = inner.of.partition(" ")
                look = meanings.inherited if kind else meanings.member
                found = look(start, node.attr)
            elif inner is not None:
                found = meanings.member(inner, node.attr)
            if found is not None:
                line, end = node.end_lineno or 0, node.end_col_offset or 0
                self._note(line, end, node.attr, found)
            return found
        self._visit(node, scopes, owner)
        match node:
            case ast.Call(ast.Name("super")) if owner:
                return Object(f"{owner} super")
        return None

    def _note(self, line: int, end: int, text: str, name: str) -> None:
        source = self._file.lines[line - 1].text
        if not source.isascii():
            end = len(source.encode()[:end].decode())
        if not self._meanings.is_module(name):
            self._found.append(Usage(line, end - len(text), end, name))


def module_name(path: str) -> str:
    """The dotted name of the module in a file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _class_called(name: str, body: list[ast.stmt]) -> ast.ClassDef | None:
    """The last class of a name in a body."""
    found = None
    for node in _statements(body):
        if isinstance(node, ast.ClassDef) and node.name == name:
            found = node
    return found


def _is_static(node: _Function) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == "staticmethod"
        for each in node.decorator_list
    )


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    more = [each for each in (arguments.vararg, arguments.kwarg) if each]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *more]


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of the blocks in it that are no scopes."""
    for node in body:
        yield node
        if not isinstance(node, _SCOPES):
            for field in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, field, []))
            for handler in getattr(node, "handlers", ()):
                yield from _statements(handler.body)


def _within(function: _Function) -> Iterator[ast.AST]:
    """What stands in a function, without the insides of functions within it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement or a part of one binds."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Name(id, ast.Store()):
            yield id
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.Assign(targets):
            for target in targets:
                for each in ast.walk(target):
                    if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                        yield each.id
        case ast.AnnAssign(ast.Name(id)):
            yield id
