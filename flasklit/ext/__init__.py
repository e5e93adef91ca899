"""Extensions, under the names they had until Flask 1.0 (chapter 41)"""

from __future__ import annotations

import sys
from warnings import warn_explicit

from ..aliases import AliasFinder
from ..aliases import find_module


class ExtensionFinder(AliasFinder):
    """Finds the modules of extensions below a package.

    :param package: the absolute name of the package.
    :param warns: whether an import warns.
    """

    def __init__(self, package: str, warns: bool = True) -> None:
        self.package = package
        self.warns = warns

    def resolve(self, name: str) -> str | None:
        """Find the module of an extension, or a module inside of it.

        :param name: the absolute name that is to be imported.
        :raises ModuleNotFoundError: there is no such extension.
        """
        parent, _, last = name.rpartition(".")
        if parent == self.package:
            return self._find_extension(last)
        if parent.startswith(f"{self.package}."):
            return f"{sys.modules[parent].__name__}.{last}"
        return None

    def _find_extension(self, name: str) -> str:
        names = f"flask_{name}", f"flaskext.{name}"
        for known in names:
            if find_module(known) is not None:
                if self.warns:
                    _warn(f"{self.package}.{name}", known)
                return known
        raise ModuleNotFoundError(
            f"There is no extension {name!r}: neither {names[0]!r} nor {names[1]!r} can"
            " be imported.",
            name=names[0],
        )


def _warn(former: str, known: str) -> None:
    frame = sys._getframe()
    while frame.f_back and frame.f_globals["__name__"] in _IMPORTING:
        frame = frame.f_back
    warn_explicit(
        f"{former!r} was dropped in Flask 1.0. Import {known!r} instead.",
        DeprecationWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals["__name__"],
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


_IMPORTING = frozenset(
    {
        __name__,
        AliasFinder.__module__,
        "importlib",
        "importlib._bootstrap",
        "importlib.util",
    }
)


sys.meta_path.insert(0, ExtensionFinder(__name__))
