"""Running a program with flasklit in the place of Flask (chapter 50)"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from importlib.machinery import PathFinder
from importlib.machinery import SourceFileLoader
from types import CodeType
from types import ModuleType
from typing import Any
from typing import NoReturn

from .aliases import find_module
from .standin import install_as_flask


def run_as_flask(argv: list[str]) -> bool:
    """Stand in for Flask, and run what the command line names.

    :param argv: ``sys.argv``, with ``--as-flask`` or ``--as-flask=EDITION`` as
        its second item. It becomes what the program expects.
    :returns: whether there was a script or module to run. If not, the option is
        taken out of ``argv`` and the rest is for the commands.
    """
    edition = argv[1].partition("=")[2]
    try:
        install_as_flask(edition or None)
    except (RuntimeError, ValueError) as error:
        _give_up(str(error))
    match argv[2:]:
        case ["-m", name, *arguments]:
            run_module(name, arguments)
        case ["-m"]:
            _give_up("'-m' needs the name of a module.")
        case [path, *arguments] if _names_a_file(path):
            run_script(path, arguments)
        case _:
            del argv[1]
            return False
    return True


def _names_a_file(argument: str) -> bool:
    if argument.startswith("-"):
        return False
    has_folder = os.path.dirname(argument) or argument.endswith(".py")
    return bool(has_folder) or os.path.exists(argument)


def run_script(path: str, arguments: list[str]) -> None:
    """Run a script, or a folder or archive with a ``__main__.py``.

    :param path: the path of the file or folder.
    :param arguments: its command line arguments.
    """
    sys.argv[:] = [path, *arguments]
    spec = PathFinder.find_spec("__main__", [os.path.abspath(path)])
    if spec is not None:
        _first_on_path(os.path.abspath(path))
        _run(_code(spec, "__main__"), spec.origin, spec.loader, spec)
        return
    if os.path.isdir(path):
        _give_up(f"The folder {path!r} has no '__main__.py' to run.")
    loader = SourceFileLoader("__main__", os.path.abspath(path))
    try:
        source = loader.get_data(loader.path)
    except OSError as error:
        _give_up(f"The script {path!r} cannot be read: {error.strerror}.")
    _first_on_path(os.path.dirname(os.path.realpath(path)))
    _run(loader.source_to_code(source, loader.path), loader.path, loader, None)


def run_module(name: str, arguments: list[str]) -> None:
    """Run a module, or the ``__main__`` of a package, like ``python -m``.

    :param name: the dotted name of the module.
    :param arguments: its command line arguments.
    """
    sys.argv[:] = ["-m", *arguments]
    _first_on_path(os.getcwd())
    spec = find_module(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name = f"{name}.__main__"
        spec = find_module(name)
    if spec is None:
        _give_up(f"There is no module {name!r} to run.")
    sys.argv[0] = spec.origin or "-m"
    _run(_code(spec, name), spec.origin, spec.loader, spec)


def _code(spec: ModuleSpec, name: str) -> CodeType:
    get_code = getattr(spec.loader, "get_code", None)
    code: CodeType | None = None if get_code is None else get_code(spec.name)
    if code is None:
        _give_up(f"{name!r} has no Python code to run.")
    return code


def _run(
    code: CodeType, file: str | None, loader: Any, spec: ModuleSpec | None
) -> None:
    main = ModuleType("__main__")
    main.__file__ = file
    main.__loader__ = loader
    main.__spec__ = spec
    main.__package__ = None if spec is None else spec.parent
    sys.modules["__main__"] = main
    exec(code, vars(main))


def _first_on_path(folder: str) -> None:
    if not sys.flags.safe_path:
        sys.path[0] = folder


def _give_up(message: str) -> NoReturn:
    sys.stderr.write(f"Error: {message}\n")
    raise SystemExit(2)
