"""Signatures and types as the code states them: short, in the names of the source.

autodoc would evaluate them, and show for an alias of five types all five.
"""

from __future__ import annotations

import inspect
from typing import Any

from sphinx.util.inspect import stringify_signature

from apireference.source import stated_types

_TYPES = "ft."
"""How the modules call the package's module of types."""


def signature_of(value: Any, bound: bool) -> tuple[str, str] | None:
    """Parameters and result of what is called.

    :param value: a function, a class, or what a class keeps for a method.
    :param bound: whether the first parameter is the object, and is left out.
    :returns: both as text, or ``None`` where Python knows nothing of them.
    """
    if isinstance(value, staticmethod):
        value, bound = value.__func__, False
    elif isinstance(value, classmethod):
        value, bound = value.__func__, True
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    parameters = list(found.parameters.values())
    if bound:
        del parameters[:1]
    text = _plain(stringify_signature(found.replace(parameters=parameters)))
    if inspect.isclass(value):
        text = text.removesuffix(" -> None")
    arguments, arrow, result = text.rpartition(" -> ")
    return (arguments, result) if arrow else (text, "")


def type_of(home: str) -> str:
    """The type that the code states for an attribute, or an empty string.

    :param home: where it is defined, as ``flasklit.app.Flask.request_class``.
    """
    return _plain(stated_types().get(home, ""))


def _plain(text: str) -> str:
    return text.replace(_TYPES, "").replace("<object object>", "…")
