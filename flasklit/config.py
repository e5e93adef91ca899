"""The configuration, filled from files and the environment (chapters 2, 4, 42)"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from collections.abc import Mapping
from types import ModuleType
from typing import Any
from typing import Generic
from typing import IO
from typing import overload
from typing import Self
from typing import TYPE_CHECKING
from typing import TypeVar

from werkzeug.utils import import_string

from .dropped import FormerConfig

if TYPE_CHECKING:
    from .foundation import Foundation

T = TypeVar("T")


class ConfigAttribute(Generic[T]):
    """An attribute of the application that reads and sets a configuration key.

    :param name: the key.
    :param get_converter: called with the value from the configuration; returns
        the value of the attribute. Setting the attribute does not convert.
    """

    def __init__(
        self, name: str, get_converter: Callable[[Any], T] | None = None
    ) -> None:
        self.__name__ = name
        self.get_converter = get_converter

    @overload
    def __get__(self, obj: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, obj: Foundation, owner: type | None = None) -> T: ...

    def __get__(self, obj: Foundation | None, owner: type | None = None) -> Self | T:
        if obj is None:
            return self
        value: T = obj.config[self.__name__]
        return value if self.get_converter is None else self.get_converter(value)

    def __set__(self, obj: Foundation, value: Any) -> None:
        obj.config[self.__name__] = value


class Config(FormerConfig):
    """A dictionary of settings, with ways to load them.

    The loaders that read Python names or a mapping take those in upper case
    only, so that a settings file may use other names for its own purposes.

    :param root_path: the directory to which file names are relative.
    :param defaults: the settings to begin with.
    """

    def __init__(
        self,
        root_path: str | os.PathLike[str],
        defaults: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(defaults or {})
        self.root_path = root_path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {super().__repr__()}>"

    def from_object(self, obj: object | str) -> None:
        """Take the upper-case attributes of a module, a class or another object.

        Properties of a class need an instance. The attributes of a ``dict``
        are not its keys: use :meth:`from_mapping`.

        :param obj: the object, or its name for import, like ``"pkg.module"``
            or ``"pkg.module.Class"``.
        :raises ImportError: if the name cannot be imported.
        """
        source = import_string(obj) if isinstance(obj, str) else obj
        self.update(
            (name, getattr(source, name)) for name in dir(source) if name.isupper()
        )

    def from_mapping(
        self, mapping: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> bool:
        """Take the items with upper-case keys.

        :param mapping: the items.
        :param kwargs: more items; these win.
        :returns: ``True``.

        .. versionadded:: 0.11
        """
        items = dict(mapping or (), **kwargs)
        self.update((key, value) for key, value in items.items() if key.isupper())
        return True

    def from_pyfile(
        self, filename: str | os.PathLike[str], silent: bool = False
    ) -> bool:
        """Run a Python file and take its upper-case names.

        The file is not imported as a module, and need not end in ``.py``.

        :param filename: the file, absolute or relative to ``root_path``.
        :param silent: return ``False`` if there is no such file.
        :returns: whether the file was loaded.
        :raises OSError: if the file cannot be read.

        .. versionchanged:: 0.7
            ``silent`` was added.
        """
        path = os.path.join(self.root_path, filename)
        missing = {errno.ENOENT, errno.EISDIR, errno.ENOTDIR} if silent else set()
        module = ModuleType("config")
        module.__file__ = path
        try:
            with open(path, "rb") as file:
                exec(compile(file.read(), path, "exec"), module.__dict__)
        except OSError as error:
            return _unreadable(error, missing)
        self.from_object(module)
        return True

    def from_file(
        self,
        filename: str | os.PathLike[str],
        load: Callable[[IO[Any]], Mapping[str, Any]],
        silent: bool = False,
        text: bool = True,
    ) -> bool:
        """Parse a file and take its items with upper-case keys.

        :param filename: the file, absolute or relative to ``root_path``.
        :param load: called with the open file, returns a mapping: for instance
            ``json.load``, or ``tomllib.load`` with ``text=False``.
        :param silent: return ``False`` if there is no such file.
        :param text: open the file as text, not as bytes.
        :returns: whether the file was loaded.
        :raises OSError: if the file cannot be read.

        .. versionadded:: 2.0
        .. versionchanged:: 2.3
            ``text`` was added.
        """
        path = os.path.join(self.root_path, filename)
        missing = {errno.ENOENT, errno.EISDIR} if silent else set()
        try:
            with open(path, "r" if text else "rb") as file:
                mapping = load(file)
        except OSError as error:
            return _unreadable(error, missing)
        return self.from_mapping(mapping)

    def from_envvar(self, variable_name: str, silent: bool = False) -> bool:
        """Load the Python file that an environment variable names.

        :param variable_name: the environment variable.
        :param silent: return ``False`` if the variable is not set or there is
            no such file.
        :returns: whether the file was loaded.
        :raises RuntimeError: if the variable is not set.
        :raises OSError: if the file cannot be read.
        """
        filename = os.environ.get(variable_name)
        if filename:
            return self.from_pyfile(filename, silent=silent)
        if silent:
            return False
        raise RuntimeError(
            f"The environment variable {variable_name!r} is not set, so there is no"
            " file to load the configuration from. Set it to the path of a Python"
            " file with your settings, or pass silent=True if the file is optional."
        )

    def from_prefixed_env(
        self, prefix: str = "FLASK", *, loads: Callable[[str], Any] = json.loads
    ) -> bool:
        """Take the environment variables that begin with a prefix.

        ``FLASK_SECRET_KEY`` sets ``SECRET_KEY``. Two underscores lead into a
        dictionary, which is made if need be: ``FLASK_DATABASE__PORT`` sets
        ``config["DATABASE"]["PORT"]``. Variables are taken in sorted order.

        :param prefix: the prefix, without the underscore that follows it.
        :param loads: turns the text into a value. If it raises, the value is
            the text.
        :returns: ``True``.

        .. versionadded:: 2.1
        """
        start = prefix + "_"
        for variable, text in sorted(os.environ.items()):
            if variable.startswith(start):
                self._set_nested(variable[len(start) :], _load_or_keep(text, loads))
        return True

    def get_namespace(
        self, namespace: str, lowercase: bool = True, trim_namespace: bool = True
    ) -> dict[str, Any]:
        """Return the settings whose keys begin alike, for passing them on.

        With ``MAIL_HOST`` and ``MAIL_PORT`` set, ``get_namespace("MAIL_")``
        returns a dictionary with ``host`` and ``port``.

        :param namespace: what the keys begin with.
        :param lowercase: return the keys in lower case.
        :param trim_namespace: leave ``namespace`` out of the keys.

        .. versionadded:: 0.11
        """
        start = len(namespace) if trim_namespace else 0
        return {
            key[start:].lower() if lowercase else key[start:]: value
            for key, value in self.items()
            if key.startswith(namespace)
        }

    def _set_nested(self, key: str, value: Any) -> None:
        *parents, last = key.split("__")
        target: dict[str, Any] = self
        for parent in parents:
            if parent not in target:
                target[parent] = {}
            target = target[parent]
        target[last] = value


def _load_or_keep(text: str, loads: Callable[[str], Any]) -> Any:
    try:
        return loads(text)
    except Exception:
        return text


def _unreadable(error: OSError, missing: set[int]) -> bool:
    """Return ``False`` for a file that may be missing; raise a clearer error else."""
    if error.errno in missing:
        return False
    error.strerror = f"Unable to load configuration file ({error.strerror})"
    raise error
