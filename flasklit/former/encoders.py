"""Encoder and decoder classes, and JSON settings in the configuration (chapter 45)"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from typing import IO
from typing import TYPE_CHECKING

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from ..app import Flask
from ..dropped import Dropped
from ..globals import _cv_request
from ..json import dumps
from ..json.provider import _default
from ..json.provider import DefaultJSONProvider

if TYPE_CHECKING:
    from ..json.provider import JSONProvider


class JSONEncoder(json.JSONEncoder):
    """The standard library's encoder, with the extra types of the provider.

    ``date`` and ``datetime``, ``UUID``, ``Decimal``, dataclasses and anything
    with ``__html__``; a subclass adds its own in :meth:`default`.

    .. versionadded:: 0.10
    .. deprecated:: 2.2
        Use :class:`~flasklit.json.provider.DefaultJSONProvider`.
    """

    def default(self, o: Any) -> Any:
        """Convert a value of a type that JSON does not have.

        :param o: the value.
        :returns: a value of a type that JSON has.
        :raises TypeError: the type is unknown here, too.
        """
        return _default(o)


class JSONDecoder(json.JSONDecoder):
    """The standard library's decoder, unchanged.

    .. versionadded:: 0.10
    .. deprecated:: 2.2
        Use :class:`~flasklit.json.provider.JSONProvider`.
    """


class Setting:
    """An attribute of the provider that a key of the configuration decides.

    :param key: the key; without it, and while it is ``None``, the provider's
        own attribute counts.
    :param convert: turns the value of the key into that of the attribute.
    """

    def __init__(self, key: str, convert: Callable[[Any], Any] | None = None) -> None:
        self.key = key
        self.convert = convert

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.stock = getattr(super(owner, owner), name)

    def __get__(self, provider: Any, kind: type) -> Any:
        if provider is None:
            return self.stock
        value = provider._app.config.get(self.key)
        if self.convert is not None:
            value = self.convert(value)
        return vars(provider).get(self.name, self.stock) if value is None else value

    def __set__(self, provider: Any, value: Any) -> None:
        vars(provider)[self.name] = value


def _indent(regular: bool | None) -> bool | None:
    """The value of ``compact`` that ``JSONIFY_PRETTYPRINT_REGULAR`` means."""
    return False if regular else None


class FormerProvider(DefaultJSONProvider):
    """The stock provider, with the classes and settings of editions before 2.3.

    What a subclass of the stock provider overrides has the last word, as in 2.2.
    """

    ensure_ascii: Any = Setting("JSON_AS_ASCII")
    sort_keys: Any = Setting("JSON_SORT_KEYS")
    mimetype: Any = Setting("JSONIFY_MIMETYPE")
    compact: Any = Setting("JSONIFY_PRETTYPRINT_REGULAR", _indent)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Serialize, with the ``json_encoder`` of the blueprint or the application."""
        encoder = self._chosen("_json_encoder")
        if encoder is not None:
            kwargs = {"cls": encoder, "default": None, **kwargs}
        return super().dumps(obj, **kwargs)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse, with the ``json_decoder`` of the blueprint or the application."""
        decoder = self._chosen("_json_decoder")
        if decoder is not None:
            kwargs = {"cls": decoder, **kwargs}
        return super().loads(s, **kwargs)

    def _chosen(self, kind: str) -> type[Any] | None:
        context = _cv_request.get(None)
        if context is not None and context.app.json is self:
            blueprint = context.app.blueprints.get(context.request.blueprint or "")
            chosen: type[Any] | None = getattr(blueprint, kind, None)
            if chosen is not None:
                return chosen
        return getattr(self._app, kind, None)


def heed(provider: JSONProvider) -> None:
    """Let a provider ask for encoder classes and settings from now on.

    A provider that is not built on the stock one has no use for them and
    stays as it is.

    :param provider: the provider; its class is changed.
    """
    kind = type(provider)
    if not issubclass(kind, DefaultJSONProvider) or issubclass(kind, FormerProvider):
        return
    if kind is DefaultJSONProvider:
        provider.__class__ = FormerProvider
    else:
        namespace = {"__module__": kind.__module__, "__doc__": kind.__doc__}
        provider.__class__ = type(kind.__name__, (kind, FormerProvider), namespace)
    environment = provider._app.__dict__.get("jinja_env")
    if environment is not None:
        policies = environment.policies
        if getattr(policies["json.dumps_function"], "__self__", None) is provider:
            policies["json.dumps_function"] = provider.dumps


class ClassChoice:
    """The attribute of an application or a blueprint that names a class for JSON.

    :param stored: the attribute that keeps what was chosen.
    :param stock: the class of an application that has chosen none.
    """

    def __init__(self, stored: str, stock: type[Any]) -> None:
        self.stored = stored
        self.stock = stock

    def __get__(self, owner: Any, kind: type[Any]) -> type[Any] | None:
        chosen = getattr(kind if owner is None else owner, self.stored, None)
        if chosen is None and issubclass(kind, Flask):
            return self.stock
        return chosen

    def __set__(self, owner: Any, chosen: type[Any] | None) -> None:
        if isinstance(owner, Flask):
            heed_classes(owner)
        elif getattr(owner, self.stored, None) is None:
            owner._check_setup_finished(self.stored.lstrip("_"))
            owner.record(lambda state: heed_classes(state.app))
        setattr(owner, self.stored, chosen)


def heed_classes(app: Any) -> None:
    """Let an application's provider ask for classes, and any it gets later.

    :param app: the application.
    """
    app._chooses_json_classes = True
    heed(app.json)


#: The class that writes JSON.
json_encoder = ClassChoice("_json_encoder", JSONEncoder)

#: The class that reads JSON.
json_decoder = ClassChoice("_json_decoder", JSONDecoder)


def keep_classes(cls: Any) -> None:
    """Keep the encoder and decoder in a class body where a provider looks for them.

    :param cls: a subclass of the application or of a blueprint.
    """
    bodies = [vars(base) for base in cls.__mro__]
    for name in ("json_encoder", "json_decoder"):
        found = next(body[name] for body in bodies if name in body)
        if not isinstance(found, Dropped):
            hidden = (body.get(name) for body in bodies)
            setattr(cls, f"_{name}", found)
            setattr(cls, name, next(it for it in hidden if isinstance(it, Dropped)))
    if issubclass(cls, Flask):
        cls._chooses_json_classes = True
    else:
        cls.register = _heeding(cls.register)


def _heeding(register: Callable[..., None]) -> Callable[..., None]:
    @wraps(register)
    def wrapped(self: Any, app: Flask, *options: Any, **named: Any) -> None:
        heed_classes(app)
        register(self, app, *options, **named)

    return wrapped


def htmlsafe_dumps(obj: Any, **kwargs: Any) -> Markup:
    """JSON that may stand in a script element, as the filter ``tojson`` makes it.

    :param obj: the value.
    :param kwargs: as for :func:`flasklit.json.dumps`.

    .. deprecated:: 2.2
    """
    return htmlsafe_json_dumps(obj, dumps=dumps, **kwargs)


def htmlsafe_dump(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    """Write to a file what :func:`htmlsafe_dumps` returns.

    :param obj: the value.
    :param fp: a file open for writing text, in UTF-8.
    :param kwargs: as for :func:`flasklit.json.dumps`.

    .. deprecated:: 2.2
    """
    fp.write(htmlsafe_dumps(obj, **kwargs))
