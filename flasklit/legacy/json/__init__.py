"""JSON as it was at 0.11 (chapter 52)"""

from __future__ import annotations

from json import detect_encoding as detect_encoding
from typing import Any
from typing import IO
from typing import TYPE_CHECKING

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from ... import json as current
from ...former.encoders import FormerProvider
from ...former.requests import _is_xhr
from ...globals import _cv_app
from ...globals import _cv_request
from ..restored import restored_names

if TYPE_CHECKING:
    from ...app import Flask
    from ...wrappers import Response

__getattr__ = restored_names(__name__)


class ReadableProvider(FormerProvider):
    """JSON as classes and configuration say, laid out for a reader."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Make a JSON response, indented unless a script asks for it.

        :param args: one value, or several for a list; none at all means an
            empty object.
        :param kwargs: the items of a dict, if there are no ``args``.
        :raises TypeError: if both are given.
        """
        if args and kwargs:
            raise TypeError(
                "jsonify() takes values or the items of an object: behavior undefined"
                " for both."
            )
        value = args[0] if len(args) == 1 else args or kwargs
        context = _cv_request.get(None)
        by_script = context is not None and _is_xhr(context.request)
        layout: dict[str, Any] = {"separators": (",", ":")}
        if self._app.config["JSONIFY_PRETTYPRINT_REGULAR"] and not by_script:
            layout = {"separators": (", ", ": "), "indent": 2}
        text = self.dumps(value, **layout)
        return self._app.response_class(f"{text}\n", mimetype=self.mimetype)


def dumps(obj: Any, app: Flask | None = None, **kwargs: Any) -> Any:
    """Serialize ``obj`` to JSON text.

    :param obj: the value.
    :param app: the application whose settings count, by default the current one.
    :param kwargs: passed on; with an ``encoding`` the result is bytes.
    """
    encoding = kwargs.pop("encoding", None)
    provider = _provider(app)
    if provider is current:
        kwargs.setdefault("sort_keys", True)
    text = provider.dumps(obj, **kwargs)
    return text if encoding is None else text.encode(encoding)


def loads(s: str | bytes, app: Flask | None = None, **kwargs: Any) -> Any:
    """Parse JSON.

    :param s: text; or bytes, in the ``encoding``, or else in UTF-8, UTF-16 or
        UTF-32, whichever it is.
    :param app: the application whose settings count.
    :param kwargs: passed on.
    """
    encoding = kwargs.pop("encoding", None)
    if isinstance(s, bytes):
        s = s.decode(encoding or detect_encoding(s))
    return _provider(app).loads(s, **kwargs)


def _provider(app: Flask | None) -> Any:
    """What has the functions: a provider, or without an application the module."""
    if app is not None:
        return app.json
    context = _cv_app.get(None)
    return current if context is None else context.app.json


def dump(obj: Any, fp: IO[Any], app: Flask | None = None, **kwargs: Any) -> None:
    """Serialize ``obj`` to JSON and write it to a file.

    :param obj: the value.
    :param fp: a file of text, or one of bytes with an ``encoding``.
    :param app: the application whose settings count.
    :param kwargs: as for :func:`dumps`.
    """
    fp.write(dumps(obj, app, **kwargs))


def load(fp: IO[Any], app: Flask | None = None, **kwargs: Any) -> Any:
    """Parse the JSON in a file.

    :param fp: a file open for reading.
    :param app: the application whose settings count.
    :param kwargs: as for :func:`loads`.
    """
    return loads(fp.read(), app, **kwargs)


def htmlsafe_dumps(obj: Any, **kwargs: Any) -> str:
    """Serialize ``obj`` to JSON that can stand in HTML.

    :param obj: the value.
    :param kwargs: as for :func:`dumps`.
    """
    return str(htmlsafe_json_dumps(obj, dumps, **kwargs))


def htmlsafe_dump(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    """Write the text of :func:`htmlsafe_dumps` to a file.

    :param obj: the value.
    :param fp: a file open for writing text.
    :param kwargs: as for :func:`dumps`.
    """
    fp.write(htmlsafe_dumps(obj, **kwargs))


def tojson_filter(obj: Any, **kwargs: Any) -> Markup:
    """What the template filter ``tojson`` does.

    :param obj: the value.
    :param kwargs: as for :func:`dumps`.
    """
    return Markup(htmlsafe_dumps(obj, **kwargs))
