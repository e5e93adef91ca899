"""JSON functions that ask the current application's provider (chapters 15, 45)"""

from __future__ import annotations

import json as _json
from typing import Any
from typing import AnyStr
from typing import IO
from typing import TYPE_CHECKING

from ..dropped import dropped_names
from ..globals import _cv_app
from ..globals import current_app
from .provider import _default

if TYPE_CHECKING:
    from ..wrappers import Response


def dumps(obj: Any, **kwargs: Any) -> str:
    """Serialize ``obj`` to JSON text.

    With an application context this is ``current_app.json.dumps``; without
    one, the standard library with the same extra types.

    :param obj: the value.
    :param kwargs: passed on, for instance ``indent``.
    :raises TypeError: for a type that neither JSON nor the provider knows.

    .. versionchanged:: 2.2
        Asks the application's provider.
    """
    context = _cv_app.get(None)
    if context is not None:
        return context.app.json.dumps(obj, **kwargs)
    return _json.dumps(obj, **{"default": _default, **kwargs})


def dump(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    """Serialize ``obj`` to JSON and write it to a file.

    :param obj: the value.
    :param fp: a file open for writing text, in UTF-8.
    :param kwargs: as for :func:`dumps`.

    .. versionchanged:: 2.2
        Asks the application's provider.
    """
    context = _cv_app.get(None)
    if context is not None:
        context.app.json.dump(obj, fp, **kwargs)
    else:
        _json.dump(obj, fp, **{"default": _default, **kwargs})


def loads(s: str | bytes, **kwargs: Any) -> Any:
    """Parse JSON text.

    :param s: text, or bytes in UTF-8.
    :param kwargs: passed to the provider, or to :func:`json.loads`.
    :raises ValueError: if ``s`` is not JSON.

    .. versionchanged:: 2.2
        Asks the application's provider.
    """
    context = _cv_app.get(None)
    if context is not None:
        return context.app.json.loads(s, **kwargs)
    return _json.loads(s, **kwargs)


def load(fp: IO[AnyStr], **kwargs: Any) -> Any:
    """Parse the JSON in a file.

    :param fp: a file open for reading text, or bytes in UTF-8.
    :param kwargs: as for :func:`loads`.

    .. versionchanged:: 2.2
        Asks the application's provider.
    """
    context = _cv_app.get(None)
    if context is not None:
        return context.app.json.load(fp, **kwargs)
    return _json.load(fp, **kwargs)


def jsonify(*args: Any, **kwargs: Any) -> Response:
    """Make a response with a JSON body; needs an application context.

    A view may return a dict or a list instead, which comes to the same.

    :param args: one value to serialize, or several for a list.
    :param kwargs: the items of a dict, if there are no ``args``.
    :returns: a response with the provider's mimetype; indented in debug mode.
    :raises TypeError: if both ``args`` and ``kwargs`` are given.

    .. versionchanged:: 0.11
        Lists may stand at the top.
    .. versionchanged:: 2.2
        Asks the application's provider.
    """
    context = _cv_app.get(None)
    app = current_app if context is None else context.app
    return app.json.response(*args, **kwargs)


if not TYPE_CHECKING:
    __getattr__ = dropped_names(__name__)
