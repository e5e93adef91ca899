"""Standing in for the package ``flask`` (chapters 49, 50, 51)"""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from types import FunctionType
from types import ModuleType
from typing import Any
from typing import NamedTuple

from . import __version__
from .aliases import alias
from .aliases import target_of


class StandIn(NamedTuple):
    """A package that can stand in for ``flask``.

    :param name: the name of the package.
    :param since: the first edition it stands in for, major and minor number.
    :param version: the version it gives itself out for.
    """

    name: str
    since: tuple[int, int]
    version: str


#: The version of flasklit, whatever it gives itself out for.
OWN_VERSION = __version__

# The newest first.
_STAND_INS = [
    StandIn("flasklit", (2, 0), "3.1.3"),
    StandIn("flasklit.legacy", (1, 0), "1.1.4"),
    StandIn("flasklit.legacy", (0, 1), "0.11.1"),
]

# Major numbers of Flask's editions, and the minor numbers of each.
_EDITIONS = {0: range(1, 13), 1: range(2), 2: range(4), 3: range(2)}


def install_as_flask(edition: str | None = None) -> None:
    """Make ``import flask``, and every module below it, mean flasklit.

    The modules are the same ones under both names. Call it before anything
    imports ``flask``; calling it again changes nothing.

    :param edition: the edition of Flask that the program was written for, such
        as ``"1.1"``. From 2.0 on it is flasklit itself that stands in, for
        older ones ``flasklit.legacy``. ``None`` means the newest.
    :raises ValueError: there is no such edition.
    :raises RuntimeError: another ``flask`` is imported already, or flasklit
        stands in for an edition that another package is needed for.
    """
    package = _choose(edition)
    _refuse_another_edition(package)
    _refuse_another_flask(package)
    module: Any = import_module(package.name)
    alias("flask", package.name)
    module.__version__ = package.version
    if not any(isinstance(finder, DistributionFinder) for finder in sys.meta_path):
        sys.meta_path.append(DistributionFinder(package.version))


def stand_in_if_free() -> None:
    """Call :func:`install_as_flask`, unless a ``flask`` is imported already."""
    if "flask" not in sys.modules and target_of("flask") is None:
        install_as_flask()


def _choose(edition: str | None) -> StandIn:
    if edition is None:
        return _STAND_INS[0]
    text = edition if isinstance(edition, str) else ""
    match = re.fullmatch(r"(\d+)\.(\d+)(?:\.\d+)?", text)
    major, minor = map(int, match.groups()) if match else (-1, -1)
    if minor not in _EDITIONS.get(major, ()):
        raise ValueError(
            f"{edition!r} is no edition of Flask. Give the one that the program was"
            " written for as a string, such as '0.11' or '3.1'."
        )
    for package in _STAND_INS:
        if (major, minor) >= package.since:
            return package
    raise ValueError(f"No package stands in for Flask {edition}.")


def _refuse_another_edition(package: StandIn) -> None:
    name = target_of("flask")
    if name is None:
        return
    version = getattr(sys.modules.get(name), "__version__", None)
    if (name, version) != (package.name, package.version):
        raise RuntimeError(
            f"'flask' means {name!r} {version} in this process already and cannot"
            f" become {package.name!r} {package.version}. Choose the edition before"
            " anything imports 'flask', with 'install_as_flask' or"
            " 'python -m flasklit --as-flask=EDITION'."
        )


def _refuse_another_flask(package: StandIn) -> None:
    strangers = {
        name: module
        for name, module in sys.modules.items()
        if (name == "flask" or name.startswith("flask."))
        and module is not None
        and module is not sys.modules.get(package.name + name.removeprefix("flask"))
    }
    if not strangers:
        return
    where = getattr(strangers.get("flask"), "__file__", None) or "an unknown place"
    found = list(_importers(strangers))
    by = f", by {', '.join(found[:_SHOWN])}" if found else ""
    raise RuntimeError(
        f"'flask' is imported already, from {where}{by}. What it has made would not"
        " work with flasklit. Call 'flasklit.install_as_flask()' before the first"
        " import of 'flask': at the top of the program, in 'conftest.py' or in"
        " 'sitecustomize.py', or start with 'python -m flasklit --as-flask'."
    )


_SHOWN = 3


def _importers(strangers: dict[str, ModuleType]) -> Iterator[str]:
    """Name the modules that hold one of these or something that it defines."""
    theirs = {id(module) for module in strangers.values()}
    for module in strangers.values():
        for value in list(vars(module).values()):
            if _is_theirs(value, strangers):
                theirs.add(id(value))
    for name, module in list(sys.modules.items()):
        if name in strangers or type(module) is not ModuleType:
            continue
        if not theirs.isdisjoint(map(id, list(vars(module).values()))):
            yield f"{name!r}{_import_line(module)}"


def _is_theirs(value: object, strangers: dict[str, ModuleType]) -> bool:
    if issubclass(type(value), type | FunctionType):
        return getattr(value, "__module__", None) in strangers
    return type(value).__name__ == "LocalProxy"


def _import_line(module: ModuleType) -> str:
    file = getattr(module, "__file__", None)
    if not file:
        return ""
    for number, line in enumerate(linecache.getlines(file), 1):
        if re.match(r"\s*(from|import)\s+flask\b", line):
            return f" ({file}:{number})"
    return f" ({file})"


class DistributionFinder:
    """Answers for the distribution Flask where it is not installed.

    An instance goes last on ``sys.meta_path``.

    :param version: the version to give.
    """

    def __init__(self, version: str) -> None:
        self.version = version

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Find no module, ever.

        :param name: the absolute name that is to be imported.
        :param path: where the parent package has its modules.
        :param target: the module that is being reloaded, if one is.
        """

    def find_distributions(self, context: Any) -> Iterator[Any]:
        """Find the distribution for :mod:`importlib.metadata`.

        :param context: what is looked for.
        """
        if str(context.name).lower() == "flask":
            from .distribution import FlaskDistribution

            yield FlaskDistribution(self.version)
