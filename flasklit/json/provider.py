"""What ``app.json`` is, and the one built on the standard library (chapters 14, 45)"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from json import encoder as _encoder
from typing import Any
from typing import AnyStr
from typing import cast
from typing import IO
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import proxy

from werkzeug.http import http_date

from ..dropped import FormerConfig

if TYPE_CHECKING:
    from ..app import Flask
    from ..wrappers import Response

_SPACED = (", ", ": ")
_COMPACT = (",", ":")
_ONLY_COMPACT = {"separators": _COMPACT}
_SETTINGS = {
    "JSON_AS_ASCII",
    "JSON_SORT_KEYS",
    "JSONIFY_MIMETYPE",
    "JSONIFY_PRETTYPRINT_REGULAR",
}
_raw_decode = json.JSONDecoder().raw_decode


class JSONProvider:
    """The JSON operations of an application, for any JSON library.

    A subclass defines :meth:`dumps` and :meth:`loads` at least; the others are
    built on these two. It is chosen with ``Flask.json_provider_class``, or an
    instance is assigned to ``app.json``.

    :param app: the application; only a weak reference is kept, in ``_app``.

    .. versionadded:: 2.2
    """

    def __init__(self, app: Flask) -> None:
        self._app: Flask = cast("Flask", proxy(app))

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Serialize ``obj`` to JSON text; ``kwargs`` are for the library."""
        raise NotImplementedError

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse JSON, given as text or bytes in UTF-8; ``kwargs`` are for the library."""
        raise NotImplementedError

    def dump(self, obj: Any, fp: IO[str], **kwargs: Any) -> None:
        """Serialize ``obj`` into ``fp``, a file open for writing text in UTF-8."""
        fp.write(self.dumps(obj, **kwargs))

    def load(self, fp: IO[AnyStr], **kwargs: Any) -> Any:
        """Parse the JSON in a file open for reading."""
        return self.loads(fp.read(), **kwargs)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Make a response with a JSON body; this is what ``jsonify`` calls.

        :param args: one value to serialize, or several for a list; none at all
            means ``None``.
        :param kwargs: the items of a dict, if there are no ``args``.
        :raises TypeError: if both are given.
        """
        text = self.dumps(self._prepare_response_obj(args, kwargs))
        return self._app.response_class(text, mimetype="application/json")

    def _prepare_response_obj(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Return the value that the arguments of :meth:`response` mean."""
        if not args:
            return kwargs or None
        if kwargs:
            raise TypeError(
                "jsonify() and app.json.response() take either args or kwargs, not"
                " both: pass one value, several values, or the items of a dict."
            )
        return args[0] if len(args) == 1 else args


def _default(o: Any) -> Any:
    """Return something JSON has for the extra types of :class:`DefaultJSONProvider`."""
    from decimal import Decimal

    if isinstance(o, date):
        return http_date(o)
    if isinstance(o, UUID | Decimal):
        return str(o)
    if dataclasses.is_dataclass(o) and not isinstance(o, type):
        return dataclasses.asdict(o)
    if hasattr(o, "__html__"):
        return str(o.__html__())
    raise TypeError(
        f"Object of type {type(o).__name__} is not JSON serializable. Convert it"
        " first, or give app.json a 'default' function that does."
    )


class DefaultJSONProvider(JSONProvider):
    """JSON by the standard library's :mod:`json`, with a few more types.

    ``date`` and ``datetime`` become HTTP dates (:rfc:`9110`), ``UUID`` and
    ``Decimal`` text, dataclasses objects, and anything with ``__html__``, as
    ``Markup`` has, the text this returns.

    The attributes may be set in a subclass or on ``app.json`` at any time.
    """

    #: Called with a value of a type JSON does not have; returns one JSON has,
    #: or raises ``TypeError``.
    default: Callable[[Any], Any] = staticmethod(_default)

    #: Write characters outside ASCII as escapes.
    ensure_ascii: bool = True

    #: Write the keys of objects in order, so that equal dicts give equal text.
    #: The keys must be of one type, then.
    sort_keys: bool = True

    #: Whether :meth:`response` leaves out all spaces (``True``) or indents by
    #: two (``False``). ``None`` means: indent in debug mode.
    compact: bool | None = None

    #: The mimetype of :meth:`response`.
    mimetype: str = "application/json"

    _encoders: tuple[tuple[Any, Callable[[Any], str]], ...] = ()

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._heed_dropped()
        if isinstance(app.config, FormerConfig):
            app.config.tell(self._heed_dropped)

    def _heed_dropped(self) -> None:
        """Do as editions before 2.3 did if the application asks for it."""
        app = self._app
        if hasattr(app, "_chooses_json_classes") or _SETTINGS & app.config.keys():
            from ..former.encoders import heed

            heed(self)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Serialize ``obj`` to JSON text.

        :param obj: the value.
        :param kwargs: arguments of :func:`json.dumps`; they win over the
            attributes ``default``, ``ensure_ascii`` and ``sort_keys``.
        """
        if not kwargs:
            return self._encoder_for(_SPACED)(obj)
        if kwargs == _ONLY_COMPACT:
            return self._encoder_for(_COMPACT)(obj)
        options = {
            "default": self.default,
            "ensure_ascii": self.ensure_ascii,
            "sort_keys": self.sort_keys,
        }
        return json.dumps(obj, **{**options, **kwargs})

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse JSON.

        :param s: text, or bytes in UTF-8.
        :param kwargs: arguments of :func:`json.loads`.
        """
        if type(s) is str and not kwargs:
            try:
                value, end = _raw_decode(s)
            except ValueError:
                end = -1
            if end == len(s):
                return value
        return json.loads(s, **kwargs)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Make a response with a JSON body and a final newline.

        :param args: one value to serialize, or several for a list; none at all
            means ``None``.
        :param kwargs: the items of a dict, if there are no ``args``.
        :raises TypeError: if both are given.
        """
        obj = self._prepare_response_obj(args, kwargs)
        text = self._response_text(obj, self._app.debug)
        return self._app.response_class(text, mimetype=self.mimetype)

    def _response_text(self, obj: Any, debug: bool) -> str:
        """The body of a response."""
        if self.compact is False or (self.compact is None and debug):
            text = self.dumps(obj, indent=2)
        elif type(self).dumps is _dumps and "dumps" not in self.__dict__:
            text = self._encoder_for(_COMPACT)(obj)
        else:
            text = self.dumps(obj, separators=_COMPACT)
        return text + "\n"

    def _encoder_for(self, separators: tuple[str, str]) -> Callable[[Any], str]:
        """Return the encoder for today's attributes, a prebuilt one if possible."""
        wanted = (separators, self.default, self.ensure_ascii, self.sort_keys)
        for settings, encode in self._encoders:
            if settings == wanted:
                return encode
        encode = _build_encoder(*wanted)
        self._encoders = ((wanted, encode), *self._encoders[:3])
        return encode


_dumps = DefaultJSONProvider.dumps


def _build_encoder(
    separators: tuple[str, str],
    default: Callable[[Any], Any],
    ensure_ascii: bool,
    sort_keys: bool,
) -> Callable[[Any], str]:
    """Return what ``json.dumps`` would do with these options, as a function.

    :mod:`json` makes an encoder object, then a C encoder, on every call. Here
    both are made once. The C encoder keeps its record of the containers it is
    in, for finding cycles, from call to call and between threads, so it does
    without: a cycle ends in ``RecursionError``, and the ordinary encoder then
    has the last word.
    """
    careful = json.JSONEncoder(
        ensure_ascii=ensure_ascii,
        sort_keys=sort_keys,
        separators=separators,
        default=default,
    ).encode
    make = getattr(_encoder, "c_make_encoder", None)
    if make is None:
        return careful
    comma, colon = separators
    quote = (
        _encoder.encode_basestring_ascii if ensure_ascii else _encoder.encode_basestring
    )
    chunks = make(None, default, quote, None, colon, comma, sort_keys, False, True)

    def encode(obj: Any) -> str:
        try:
            return "".join(chunks(obj, 0))
        except RecursionError:
            pass
        return careful(obj)

    return encode
