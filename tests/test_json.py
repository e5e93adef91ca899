"""JSON: the kept encoder writes, and the short way reads, what ``json`` would."""

import dataclasses
import json
import math
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.test import Client

from flasklit import Flask
from flasklit import jsonify
from flasklit.json.provider import DefaultJSONProvider


@dataclasses.dataclass
class Note:
    number: int
    made: date


class Text(str):
    """Text that is not of the type ``str``."""


class Unknown:
    """What no provider has heard of."""


class Moody:
    """Fails the first time it is converted."""

    def __init__(self) -> None:
        self.asked = 0

    def __html__(self) -> str:
        self.asked += 1
        if self.asked == 1:
            raise LookupError("not now")
        return "calm"


plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**80), 2**80),
    st.floats(),
    st.text(),
    st.text().map(Text),
)
known = st.one_of(
    st.dates(),
    st.datetimes(),
    st.uuids(),
    st.decimals(),
    st.text().map(Markup),
    st.builds(Note, st.integers(), st.dates()),
)
keys = st.text() | st.integers() | st.floats() | st.booleans() | st.none()
values = st.recursive(
    plain | known | st.builds(Unknown),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(), inner, max_size=4),
        st.dictionaries(keys, inner, max_size=3),
    ),
    max_leaves=12,
)
options: Any = st.sampled_from(
    [
        {},
        {"separators": (",", ":")},
        {"separators": [",", ":"]},
        {"separators": (";", "=")},
        {"indent": 2},
        {"sort_keys": False},
        {"ensure_ascii": False},
        {"allow_nan": False},
        {"default": repr},
        {"skipkeys": True},
    ]
)


def outcome(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a call returns, or the type and text of what it raises."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error), str(error)


def provider() -> DefaultJSONProvider:
    return DefaultJSONProvider(Flask(__name__))


@given(values, options, st.booleans(), st.booleans())
@example("é", {}, False, True)
@example([math.nan, math.inf, -0.0], {}, True, True)
@example({"b": 1, "a": {2: None}}, {}, True, False)
@example({"b": 1, 2: "a"}, {}, True, True)
@example({(1,): 2}, {"separators": (",", ":")}, True, False)
def test_dumps(value: Any, given: Any, ensure_ascii: bool, sort_keys: bool) -> None:
    ours = provider()
    ours.ensure_ascii = ensure_ascii
    ours.sort_keys = sort_keys
    settings = {
        "ensure_ascii": ensure_ascii,
        "sort_keys": sort_keys,
        "default": ours.default,
    }
    wanted = outcome(json.dumps, value, **{**settings, **given})
    assert outcome(ours.dumps, value, **given) == wanted


@given(values)
def test_dumps_after_a_failure(value: Any) -> None:
    """What was being written when an error came is not taken for a cycle."""
    ours = provider()
    holder = {"value": [value], "moody": [Moody()]}
    assert outcome(ours.dumps, holder)[0] is not ValueError
    holder["value"] = []
    assert ours.dumps(holder) == '{"moody": ["calm"], "value": []}'


def test_cycles() -> None:
    ours = provider()
    items: list[Any] = []
    items.append({"items": items})
    for _ in range(2):
        with pytest.raises(ValueError, match="Circular reference") as caught:
            ours.dumps(items)
        assert caught.value.__context__ is None
    items.clear()
    assert ours.dumps(items) == "[]"


def test_deep_but_no_cycle() -> None:
    value: Any = 1
    for _ in range(sys.getrecursionlimit() // 4):
        value = [value]
    assert provider().dumps(value) == json.dumps(value)


def test_threads_share_an_encoder() -> None:
    """Each converts the same list while the others are in the middle of it."""
    ours = provider()
    value = [{"when": datetime(2026, 5, 1), "id": UUID(int=7)} for _ in range(50)]
    wanted = json.dumps(value, default=ours.default, sort_keys=True)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = set(pool.map(ours.dumps, [value] * 100))
    finally:
        sys.setswitchinterval(interval)
    assert found == {wanted}


def test_settings_change_at_any_time() -> None:
    ours = provider()
    assert ours.dumps({"ü": Decimal("1.10")}) == '{"\\u00fc": "1.10"}'
    ours.ensure_ascii = False
    assert ours.dumps({"ü": Decimal("1.10")}) == '{"ü": "1.10"}'
    ours.default = float
    assert ours.dumps({"ü": Decimal("1.10")}) == '{"ü": 1.1}'
    ours.ensure_ascii = True
    del ours.default
    assert ours.dumps({"ü": Decimal("1.10")}) == '{"\\u00fc": "1.10"}'


def test_encoders_are_few() -> None:
    ours = provider()
    for number in range(10):
        ours.default = lambda o, number=number: number
        assert ours.dumps(Unknown()) == str(number)
    assert len(ours._encoders) == 4


texts = st.one_of(
    values.map(lambda value: outcome(json.dumps, value, default=str)).filter(
        lambda text: isinstance(text, str)
    ),
    st.text(alphabet='[]{}",:0123e-+. \n\t\ufefftrufalsn\\', max_size=8),
)
margins = st.text(alphabet=" \n\t\r\ufeff\u00a0", max_size=2)


@given(texts, margins, margins, st.sampled_from([str, str.encode, Text]))
@example("", "", "", str)
@example("1", "", "2", str)
@example("[1]", "\ufeff", "", str)
@example("[1] 2", "", "", str)
def test_loads(text: str, before: str, after: str, form: Callable[[str], Any]) -> None:
    source = form(before + text + after)
    for settings in ({}, {"parse_float": Decimal}):
        got = outcome(provider().loads, source, **settings)
        # Representations, for NaN is not equal to itself.
        assert repr(got) == repr(outcome(json.loads, source, **settings))


@given(st.dictionaries(st.text(), plain, max_size=3) | st.lists(plain, max_size=3))
def test_views_return_data(value: Any) -> None:
    app = Flask(__name__)
    with app.app_context():
        wanted = jsonify(value)
    got = app.make_response((value, 201))
    assert got.status_code == 201
    assert (got.data, got.mimetype) == (wanted.data, wanted.mimetype)
    assert json.loads(got.data, parse_constant=str) == json.loads(
        json.dumps(value), parse_constant=str
    )


@pytest.mark.parametrize(
    "compact, debug, wanted",
    [
        (None, False, b'{"a":[1]}\n'),
        (None, True, b'{\n  "a": [\n    1\n  ]\n}\n'),
        (True, True, b'{"a":[1]}\n'),
        (False, False, b'{\n  "a": [\n    1\n  ]\n}\n'),
    ],
)
def test_layout(compact: bool | None, debug: bool, wanted: bytes) -> None:
    app = Flask(__name__)
    app.debug = debug
    app.json.compact = compact
    app.json.mimetype = "application/vnd.note+json"
    response = app.make_response({"a": [1]})
    assert response.data == wanted
    assert response.mimetype == "application/vnd.note+json"


def test_overridden_dumps_is_asked() -> None:
    class Shouting(DefaultJSONProvider):
        def dumps(self, obj: Any, **kwargs: Any) -> str:
            return super().dumps(obj, **kwargs).upper()

    class ShoutingFlask(Flask):
        json_provider_class = Shouting

    app = ShoutingFlask(__name__)
    app.add_url_rule("/", "index", lambda: {"a": "b"})
    assert Client(app).get("/").text == '{"A":"B"}\n'


def test_provider_does_not_hold_its_application() -> None:
    app = Flask(__name__)
    held = sys.getrefcount(app)
    ours = DefaultJSONProvider(app)
    ours.dumps({"a": date(2026, 5, 1)})
    assert sys.getrefcount(app) == held
