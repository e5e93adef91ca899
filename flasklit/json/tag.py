"""Tagged JSON: a compact form that gives Python's own types back (chapter 21)"""

from __future__ import annotations

from base64 import b64decode
from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup
from werkzeug.http import http_date
from werkzeug.http import parse_date

from . import dumps
from . import loads

_UNDEFINED = "{0.__name__} is a JSONTag and has to define {1}()."


class JSONTag:
    """How one Python type travels through JSON.

    A subclass names its :attr:`key` and defines :meth:`check`, :meth:`to_json`
    and :meth:`to_python`. It takes effect when it is registered with
    :meth:`TaggedJSONSerializer.register`.

    :param serializer: the serializer the tag belongs to; a container's tag
        hands the values inside it back to that serializer.
    """

    __slots__ = ("serializer",)

    #: The key of the one-item object that stands for the value in JSON. An
    #: empty key marks a type that is only passed through.
    key: str = ""

    def __init__(self, serializer: TaggedJSONSerializer) -> None:
        self.serializer = serializer

    def check(self, value: Any) -> bool:
        """Tell whether this tag is the one for ``value``."""
        raise NotImplementedError(_UNDEFINED.format(type(self), "check"))

    def to_json(self, value: Any) -> Any:
        """Turn ``value`` into something JSON has; the tag is put around it later."""
        raise NotImplementedError(_UNDEFINED.format(type(self), "to_json"))

    def to_python(self, value: Any) -> Any:
        """Turn what :meth:`to_json` returned, without the tag, back into the value."""
        raise NotImplementedError(_UNDEFINED.format(type(self), "to_python"))

    def tag(self, value: Any) -> Any:
        """Return the object that stands for ``value`` in JSON."""
        return {self.key: self.to_json(value)}


class TypeTag(JSONTag):
    """A tag that recognises its values by their type alone."""

    __slots__ = ()

    #: The type, subclasses included, that the tag is for.
    kind: type = object

    def check(self, value: Any) -> bool:
        return isinstance(value, self.kind)


class PassDict(TypeTag):
    """Tag the values of a dict; its keys are strings in JSON anyway."""

    __slots__ = ()
    kind = dict

    def to_json(self, value: Any) -> Any:
        tag = self.serializer.tag
        return {key: tag(content) for key, content in value.items()}

    tag = to_json


class PassList(TypeTag):
    """Tag the items of a list."""

    __slots__ = ()
    kind = list

    def to_json(self, value: Any) -> Any:
        return list(map(self.serializer.tag, value))

    tag = to_json


class TagTuple(TypeTag):
    """Send a tuple as a list."""

    __slots__ = ()
    kind = tuple
    key = " t"

    def to_json(self, value: Any) -> Any:
        return list(map(self.serializer.tag, value))

    def to_python(self, value: Any) -> Any:
        return tuple(value)


class TagBytes(TypeTag):
    """Send bytes as Base64 text (:rfc:`4648`)."""

    __slots__ = ()
    kind = bytes
    key = " b"

    def to_json(self, value: Any) -> Any:
        return str(b64encode(value), "ascii")

    def to_python(self, value: Any) -> Any:
        return b64decode(value)


class TagDateTime(TypeTag):
    """Send a date and time as an HTTP date: in UTC, to the second (:rfc:`9110`)."""

    __slots__ = ()
    kind = datetime
    key = " d"

    def to_json(self, value: Any) -> Any:
        return http_date(value)

    def to_python(self, value: Any) -> Any:
        return parse_date(value)


class TagUUID(TypeTag):
    """Send a UUID as its 32 hexadecimal digits."""

    __slots__ = ()
    kind = UUID
    key = " u"

    def to_json(self, value: Any) -> Any:
        return value.hex

    def to_python(self, value: Any) -> Any:
        return UUID(value)


class TagMarkup(JSONTag):
    """Send what an object's ``__html__`` returns; it comes back as ``Markup``."""

    __slots__ = ()
    key = " m"

    def check(self, value: Any) -> bool:
        return callable(getattr(value, "__html__", None))

    def to_json(self, value: Any) -> Any:
        return str(value.__html__())

    def to_python(self, value: Any) -> Any:
        return Markup(value)


class TagDict(TypeTag):
    """Keep an ordinary one-item dict whose key looks like a tag apart from one.

    The key travels with two underscores behind it.
    """

    __slots__ = ()
    kind = dict
    key = " di"

    def check(self, value: Any) -> bool:
        return super().check(value) and _looks_tagged(value, self.serializer.tags)

    def to_json(self, value: Any) -> Any:
        ((key, content),) = value.items()
        return {key + "__": self.serializer.tag(content)}

    def to_python(self, value: Any) -> Any:
        ((key, content),) = value.items()
        return {key.removesuffix("__"): content}


_PLAIN = frozenset({str, int, float, bool, type(None)})
_STOCK_TAGS: list[type[JSONTag]] = [
    TagDict,
    PassDict,
    TagTuple,
    PassList,
    TagBytes,
    TagMarkup,
    TagUUID,
    TagDateTime,
]


class TaggedJSONSerializer:
    """Dump a value to compact JSON and load it back with its Python types.

    Beyond what JSON has, it keeps ``tuple``, ``bytes``, ``Markup``, ``UUID``,
    ``datetime`` and dicts that look like a tag. :attr:`tags` maps the keys to
    the tags; :attr:`order` lists the tags in the order in which they are asked.
    """

    __slots__ = ("order", "tags")

    #: The tag classes every new serializer registers, in this order.
    default_tags: list[type[JSONTag]] = _STOCK_TAGS.copy()

    def __init__(self) -> None:
        self.tags: dict[str, JSONTag] = {}
        self.order: list[JSONTag] = []
        for tag_class in self.default_tags:
            self.register(tag_class)

    def register(
        self,
        tag_class: type[JSONTag],
        force: bool = False,
        index: int | None = None,
    ) -> None:
        """Add a tag.

        :param tag_class: the class; it is called with this serializer.
        :param force: replace the tag that has the same key.
        :param index: where to insert it in :attr:`order`, because the first
            tag that says yes wins; ``None`` means at the end. A tag for a
            subclass goes before the tag for its base class.
        :raises KeyError: if the key is taken and ``force`` is false.
        """
        tag = tag_class(self)
        if tag.key:
            if tag.key in self.tags and not force:
                raise KeyError(
                    f"The tag {tag.key!r} is registered already, by"
                    f" {type(self.tags[tag.key]).__name__}. Choose another key,"
                    " or pass force=True to replace it."
                )
            self.tags[tag.key] = tag
        self.order.insert(len(self.order) if index is None else index, tag)

    def tag(self, value: Any) -> Any:
        """Return ``value`` in the form that goes into JSON."""
        chosen = next((tag for tag in self.order if tag.check(value)), None)
        return value if chosen is None else chosen.tag(value)

    def untag(self, value: dict[str, Any]) -> Any:
        """Return what ``value``, a dict from JSON, stands for: mostly itself."""
        if not _looks_tagged(value, self.tags):
            return value
        ((key, content),) = value.items()
        return self.tags[key].to_python(content)

    def dumps(self, value: Any) -> str:
        """Dump ``value`` to JSON without spaces, types tagged."""
        if not self._goes_as_it_is(value):
            value = self.tag(value)
        return dumps(value, separators=(",", ":"))

    def loads(self, value: str) -> Any:
        """Load what :meth:`dumps` returned."""
        return self._untag_all(loads(value))

    def _goes_as_it_is(self, value: Any) -> bool:
        """Tell whether tagging would only copy ``value``.

        Tags that were added, or a ``tag`` of a subclass, may want anything, so
        they must be asked.
        """
        return (
            type(self).tag is TaggedJSONSerializer.tag
            and list(map(type, self.order)) == _STOCK_TAGS
            and _is_plain(value, self.tags)
        )

    def _untag_all(self, value: Any) -> Any:
        """Untag from the inside out, in place: the parsed value is nobody else's."""
        if isinstance(value, dict):
            for key, content in value.items():
                if type(content) not in _PLAIN:
                    value[key] = self._untag_all(content)
            return self.untag(value)
        if isinstance(value, list):
            value[:] = map(self._untag_all, value)
        return value


def _looks_tagged(value: dict[Any, Any], tags: dict[str, JSONTag]) -> bool:
    """Tell whether a dict has one item and the key of a tag."""
    return len(value) == 1 and next(iter(value)) in tags


def _is_plain(value: Any, tags: dict[str, JSONTag]) -> bool:
    """Tell whether ``value`` holds exactly JSON's types, all the way down."""
    kind = type(value)
    if kind is dict:
        if _looks_tagged(value, tags):
            return False
        contents = value.values()
    elif kind is list:
        contents = value
    else:
        return kind in _PLAIN
    for content in contents:
        if type(content) not in _PLAIN and not _is_plain(content, tags):
            return False
    return True
