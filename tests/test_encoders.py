"""Encoder and decoder classes of former editions, and JSON keys in the configuration."""

import copy
import gc
import json
import linecache
import pickle
import subprocess
import sys
import warnings
import weakref
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from markupsafe import Markup
from werkzeug.test import Client

import flasklit
from flasklit import Blueprint
from flasklit import Config
from flasklit import Flask
from flasklit import jsonify
from flasklit import render_template_string
from flasklit import request
from flasklit.former.encoders import FormerProvider
from flasklit.former.encoders import JSONDecoder
from flasklit.former.encoders import JSONEncoder
from flasklit.json.provider import DefaultJSONProvider
from flasklit.json.provider import JSONProvider


class Note:
    def __init__(self, text: str) -> None:
        self.text = text


class NoteEncoder(JSONEncoder):
    def default(self, o: Any) -> Any:
        return {"note": o.text} if isinstance(o, Note) else super().default(o)


class ShortEncoder(JSONEncoder):
    def default(self, o: Any) -> Any:
        return o.text if isinstance(o, Note) else super().default(o)


class PairsDecoder(JSONDecoder):
    def __init__(self, **options: Any) -> None:
        super().__init__(object_pairs_hook=list, **options)


def dropped(name: str, edition: str = "2.3") -> Any:
    return pytest.warns(DeprecationWarning, match=f"^'{name}' was dropped .* {edition}")


def set_quietly(owner: Any, **values: Any) -> None:
    with warnings.catch_warnings(action="ignore"):
        for name, value in values.items():
            setattr(owner, name, value)


def configure(app: Flask, **values: Any) -> None:
    with warnings.catch_warnings(action="ignore"):
        app.config.update(values)


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


# The names


@pytest.mark.parametrize(
    "name", ["JSONEncoder", "JSONDecoder", "htmlsafe_dumps", "htmlsafe_dump"]
)
def test_names_of_the_module(name: str) -> None:
    with dropped(f"flasklit.json.{name}"):
        exec(f"from flasklit.json import {name}")
    with dropped(f"flasklit.json.{name}"):
        getattr(flasklit.json, name)


def test_no_such_name_of_the_module() -> None:
    with pytest.raises(AttributeError, match="json' has no attribute 'nope'"):
        flasklit.json.nope  # noqa: B018


def test_stock_classes() -> None:
    assert issubclass(JSONEncoder, json.JSONEncoder)
    assert issubclass(JSONDecoder, json.JSONDecoder)
    values = [date(2026, 5, 1), UUID(int=1), Decimal("1.10"), Markup("<b>")]
    assert json.loads(json.dumps(values, cls=JSONEncoder)) == [
        "Fri, 01 May 2026 00:00:00 GMT",
        "00000000-0000-0000-0000-000000000001",
        "1.10",
        "<b>",
    ]
    with pytest.raises(TypeError, match="Note is not JSON serializable"):
        json.dumps(Note("a"), cls=JSONEncoder)


def test_htmlsafe(app: Flask) -> None:
    with warnings.catch_warnings(action="ignore"):
        dumps, dump = flasklit.json.htmlsafe_dumps, flasklit.json.htmlsafe_dump
    set_quietly(app, json_encoder=NoteEncoder)
    file = StringIO()
    with app.app_context():
        dump(Note("</script>"), file)
        assert dumps(Note("&")) == Markup('{"note": "\\u0026"}')
    assert file.getvalue() == '{"note": "\\u003c/script\\u003e"}'


# The attributes of applications and blueprints


def test_attributes_of_an_application(app: Flask) -> None:
    with dropped("Flask.json_encoder"):
        assert app.json_encoder is JSONEncoder
    with dropped("Flask.json_decoder"):
        assert app.json_decoder is JSONDecoder
    with dropped("Flask.json_encoder"):
        app.json_encoder = NoteEncoder
    with dropped("Flask.json_decoder"):
        app.json_decoder = PairsDecoder
    with warnings.catch_warnings(action="ignore"):
        assert (app.json_encoder, app.json_decoder) == (NoteEncoder, PairsDecoder)
    assert (Flask.json_encoder, Flask.json_decoder) == (JSONEncoder, JSONDecoder)


def test_attributes_of_a_blueprint() -> None:
    blueprint = Blueprint("b", __name__)
    with dropped("Blueprint.json_encoder"):
        assert blueprint.json_encoder is None
    with dropped("Blueprint.json_decoder"):
        assert blueprint.json_decoder is None
    with dropped("Blueprint.json_encoder"):
        blueprint.json_encoder = NoteEncoder
    with dropped("Blueprint.json_decoder"):
        blueprint.json_decoder = PairsDecoder
    with warnings.catch_warnings(action="ignore"):
        assert blueprint.json_encoder is NoteEncoder
        assert blueprint.json_decoder is PairsDecoder


def use_everything(app: Flask) -> tuple[Any, ...]:
    """What each way through the application's JSON makes of a note and an object."""
    with app.test_request_context(json={"a": 1}):
        file = StringIO()
        flasklit.json.dump(Note("x"), file)
        return (
            flasklit.json.dumps(Note("x")),
            file.getvalue(),
            jsonify(Note("x")).get_data(as_text=True),
            render_template_string("{{ note|tojson }}", note=Note("x")),
            request.get_json(),
            flasklit.json.loads(b'{"a": 1}'),
            flasklit.json.load(StringIO('{"a": 1}')),
            app.test_client().post("/", json=Note("x")).get_json(),
        )


def add_echo(app: Flask) -> None:
    app.post("/")(lambda: jsonify(request.get_json()))


EVERYTHING = (
    '{"note": "x"}',
    '{"note": "x"}',
    '{"note":"x"}\n',
    '{"note": "x"}',
    [("a", 1)],
    [("a", 1)],
    [("a", 1)],
    [["note", "x"]],
)


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_everything_uses_the_classes(app: Flask, late: bool) -> None:
    add_echo(app)
    if late:
        app.jinja_env  # noqa: B018
        assert app.test_client().post("/", json={"b": 1}).json == {"b": 1}
    set_quietly(app, json_encoder=NoteEncoder, json_decoder=PairsDecoder)
    assert use_everything(app) == EVERYTHING


def test_classes_in_the_body_of_a_subclass() -> None:
    with dropped("Flask.json_decoder"), dropped("Flask.json_encoder"):

        class Garden(Flask):
            json_encoder = NoteEncoder
            json_decoder = PairsDecoder

    app = Garden(__name__)
    add_echo(app)
    assert use_everything(app) == EVERYTHING
    assert Garden.json_encoder is NoteEncoder
    with dropped("Flask.json_encoder"):
        assert app.json_encoder is NoteEncoder
    set_quietly(app, json_encoder=ShortEncoder)
    assert app.json.dumps(Note("x")) == '"x"'
    other = Garden(__name__)
    assert other.json.dumps(Note("x")) == '{"note": "x"}'


def test_subclass_of_a_subclass() -> None:
    with warnings.catch_warnings(action="ignore"):

        class Mixin:
            json_encoder = NoteEncoder

        class Garden(Mixin, Flask):
            pass

        class Plain(Garden):
            pass

        class Short(Garden):
            json_encoder = ShortEncoder

    apps = Garden(__name__), Plain(__name__), Short(__name__)
    dumped = [app.json.dumps(Note("x")) for app in apps]
    assert dumped == ['{"note": "x"}', '{"note": "x"}', '"x"']
    assert Mixin.json_encoder is NoteEncoder


def test_one_warning_at_the_line_at_fault(app: Flask) -> None:
    with warnings.catch_warnings(record=True, action="always") as caught:
        app.json_encoder = NoteEncoder
    lines = [linecache.getline(it.filename, it.lineno).strip() for it in caught]
    assert lines == ["app.json_encoder = NoteEncoder"]


def test_none_takes_the_choice_back(app: Flask) -> None:
    set_quietly(app, json_encoder=NoteEncoder)
    set_quietly(app, json_encoder=None)
    with warnings.catch_warnings(action="ignore"):
        assert app.json_encoder is JSONEncoder
    with pytest.raises(TypeError, match="Note is not JSON serializable"):
        app.json.dumps(Note("x"))


def test_arguments_win(app: Flask) -> None:
    set_quietly(app, json_encoder=NoteEncoder, json_decoder=PairsDecoder)
    assert app.json.dumps(Note("x"), cls=ShortEncoder) == '"x"'
    assert app.json.dumps(Note("x"), default=lambda o: 1) == "1"
    assert app.json.dumps([Note("x")], indent=1) == '[\n {\n  "note": "x"\n }\n]'
    assert app.json.loads('{"a": 1}', cls=json.JSONDecoder) == {"a": 1}


def add_type(app: Flask, kind: type) -> None:
    class Encoder(app.json_encoder):  # type: ignore[misc,name-defined]
        def default(self, o: Any) -> Any:
            return str(o) if isinstance(o, kind) else super().default(o)

    app.json_encoder = Encoder


def test_chain_of_extensions(app: Flask) -> None:
    with warnings.catch_warnings(action="ignore"):
        add_type(app, complex)
        add_type(app, range)
    assert app.json.dumps([1j, range(3), date(2026, 5, 1)]) == (
        '["1j", "range(0, 3)", "Fri, 01 May 2026 00:00:00 GMT"]'
    )


# Blueprints


def make_blueprints(app: Flask, inner: Any, outer: Any) -> Client:
    def echo() -> Any:
        note = render_template_string("{{ n|tojson }}", n=Note("x"))
        return [Note("x"), request.get_json(), note]

    app.post("/")(echo)
    outer.post("/outer")(echo)
    inner.post("/inner")(echo)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    return Client(app)


def test_blueprints_own_classes(app: Flask) -> None:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    set_quietly(app, json_encoder=NoteEncoder)
    set_quietly(outer, json_encoder=ShortEncoder)
    set_quietly(inner, json_decoder=PairsDecoder)
    client = make_blueprints(app, inner, outer)
    sent = {"a": 1}
    assert client.post("/", json=sent).json == [
        {"note": "x"},
        {"a": 1},
        '{"note": "x"}',
    ]
    assert client.post("/outer", json=sent).json == ["x", {"a": 1}, '"x"']
    assert client.post("/inner", json=sent).json == [
        {"note": "x"},
        [["a", 1]],
        '{"note": "x"}',
    ]
    assert app.json.dumps(Note("x")) == '{"note": "x"}'


def test_classes_in_the_body_of_a_blueprints_subclass(app: Flask) -> None:
    with dropped("Blueprint.json_encoder"), dropped("Blueprint.json_decoder"):

        class Short(Blueprint):
            json_encoder = ShortEncoder
            json_decoder = PairsDecoder

    outer, inner = Blueprint("outer", __name__), Short("inner", __name__)
    app.json.default = lambda o: "plain"  # type: ignore[attr-defined]
    client = make_blueprints(app, inner, outer)
    sent = {"a": 1}
    assert client.post("/inner", json=sent).json == ["x", [["a", 1]], '"x"']
    assert client.post("/outer", json=sent).json == ["plain", {"a": 1}, '"plain"']


def test_blueprint_after_its_registration(app: Flask) -> None:
    late, early = Blueprint("late", __name__), Blueprint("early", __name__)
    set_quietly(early, json_encoder=NoteEncoder)
    early.post("/")(lambda: [Note("x")])
    app.register_blueprint(late)
    app.register_blueprint(early)
    with (
        warnings.catch_warnings(action="ignore"),
        pytest.raises(AssertionError, match="'json_encoder' can no longer be called"),
    ):
        late.json_encoder = NoteEncoder
    set_quietly(early, json_encoder=ShortEncoder)
    assert Client(app).post("/").json == ["x"]


def test_the_request_of_another_application(app: Flask) -> None:
    other = Flask("other")
    blueprint = Blueprint("b", __name__)
    set_quietly(app, json_encoder=NoteEncoder)
    set_quietly(blueprint, json_encoder=ShortEncoder)
    blueprint.get("/")(lambda: {"own": Note("x"), "other": app.json.dumps(Note("x"))})
    other.register_blueprint(blueprint)
    assert Client(other).get("/").json == {"own": "x", "other": '{"note": "x"}'}


# Providers


def test_nothing_changes_for_those_who_choose_nothing(app: Flask) -> None:
    blueprint = Blueprint("b", __name__)
    app.register_blueprint(blueprint)
    configure(app, JSON=1, SECRET_KEY="x")
    assert type(app.json) is DefaultJSONProvider
    assert "json_encoder" not in vars(Flask)


def test_the_modules_of_the_past_are_not_imported(tmp_path: Path) -> None:
    program = """
import sys
from flasklit import Blueprint, Flask
app = Flask("app")
app.config.update(SECRET_KEY="x")
app.get("/")(lambda: {"a": 1})
app.register_blueprint(Blueprint("b", "app"))
app.test_client().get("/")
print([name for name in sys.modules if name.startswith("flasklit.former.")])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        env={"PYTHONPATH": str(Path(flasklit.__file__).parents[1])},
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


class OwnProvider(DefaultJSONProvider):
    sort_keys = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return f" {super().dumps(obj, **kwargs)}"


class ForeignProvider(JSONProvider):
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        assert not kwargs
        return repr(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        assert not kwargs
        return s


def test_subclass_of_the_stock_provider(app: Flask) -> None:
    provider = app.json = OwnProvider(app)
    provider.mimetype = "application/note+json"
    set_quietly(app, json_encoder=NoteEncoder)
    configure(app, JSON_SORT_KEYS=True, JSON_AS_ASCII=False)
    assert app.json is provider
    assert isinstance(provider, OwnProvider)
    assert type(provider).__name__ == "OwnProvider"
    assert provider.dumps({"b": Note("é"), "a": 1}) == ' {"b": {"note": "é"}, "a": 1}'
    assert provider.response(1).mimetype == "application/note+json"


def test_provider_on_top_of_no_library_we_know(app: Flask) -> None:
    app.json = ForeignProvider(app)
    set_quietly(app, json_encoder=NoteEncoder, json_decoder=PairsDecoder)
    configure(app, JSON_SORT_KEYS=False)
    assert type(app.json) is ForeignProvider
    assert (app.json.dumps([1]), app.json.loads("[1]")) == ("[1]", "[1]")
    with warnings.catch_warnings(action="ignore"):
        assert app.json_encoder is NoteEncoder


def test_provider_assigned_later(app: Flask) -> None:
    set_quietly(app, json_encoder=NoteEncoder)
    configure(app, JSON_AS_ASCII=False)
    app.json = DefaultJSONProvider(app)
    assert app.json.dumps(Note("é")) == '{"note": "é"}'


def test_provider_kept_from_before(app: Flask) -> None:
    kept = DefaultJSONProvider(app)
    configure(app, JSON_SORT_KEYS=False)
    assert kept.dumps({"b": 1, "a": 2}) == '{"b": 1, "a": 2}'


def test_function_of_the_environment_is_left_alone(app: Flask) -> None:
    app.jinja_env.policies["json.dumps_function"] = lambda o, **kwargs: "own"
    set_quietly(app, json_encoder=NoteEncoder)
    with app.app_context():
        assert render_template_string("{{ 1|tojson }}") == "own"


def test_application_is_freed() -> None:
    app = Flask(__name__)
    set_quietly(app, json_encoder=NoteEncoder)
    configure(app, JSON_SORT_KEYS=False)
    reference = weakref.ref(app)
    gc.collect()
    gc.disable()
    try:
        del app
        assert reference() is None
    finally:
        gc.enable()


# The keys of the configuration


KEYS = (
    "JSON_AS_ASCII",
    "JSON_SORT_KEYS",
    "JSONIFY_MIMETYPE",
    "JSONIFY_PRETTYPRINT_REGULAR",
)


def answer(app: Flask) -> tuple[str, str]:
    response = app.json.response({"b": "é", "a": 1})
    return response.get_data(as_text=True), response.mimetype or ""


@pytest.mark.parametrize(
    ("key", "value", "text", "mimetype"),
    [
        ("JSON_AS_ASCII", False, '{"a":1,"b":"é"}\n', "application/json"),
        ("JSON_AS_ASCII", True, '{"a":1,"b":"\\u00e9"}\n', "application/json"),
        ("JSON_SORT_KEYS", False, '{"b":"\\u00e9","a":1}\n', "application/json"),
        ("JSON_SORT_KEYS", None, '{"a":1,"b":"\\u00e9"}\n', "application/json"),
        ("JSONIFY_MIMETYPE", "text/json", '{"a":1,"b":"\\u00e9"}\n', "text/json"),
        (
            "JSONIFY_PRETTYPRINT_REGULAR",
            True,
            '{\n  "a": 1,\n  "b": "\\u00e9"\n}\n',
            "application/json",
        ),
        (
            "JSONIFY_PRETTYPRINT_REGULAR",
            False,
            '{"a":1,"b":"\\u00e9"}\n',
            "application/json",
        ),
    ],
)
def test_key(app: Flask, key: str, value: Any, text: str, mimetype: str) -> None:
    before = answer(app)
    with dropped(key):
        app.config[key] = value
    assert answer(app) == (text, mimetype)
    del app.config[key]
    assert answer(app) == before


def test_debug_mode_indents(app: Flask) -> None:
    configure(app, JSONIFY_PRETTYPRINT_REGULAR=False)
    app.debug = True
    assert answer(app)[0].startswith("{\n  ")
    app.json.compact = True  # type: ignore[attr-defined]
    assert answer(app)[0].startswith('{"')


class Settings:
    JSON_SORT_KEYS = False


def from_file(app: Flask, folder: Path) -> None:
    (folder / "settings.json").write_text('{"JSON_SORT_KEYS": false}')
    app.config.from_file(folder / "settings.json", json.load)


def from_pyfile(app: Flask, folder: Path) -> None:
    (folder / "settings.cfg").write_text("JSON_SORT_KEYS = False")
    app.config.from_pyfile(folder / "settings.cfg")


def from_environment(app: Flask, folder: Path) -> None:
    with patch.dict("os.environ", FLASK_JSON_SORT_KEYS="false"):
        app.config.from_prefixed_env()


def united(app: Flask, folder: Path) -> None:
    app.config |= {"JSON_SORT_KEYS": False}


WAYS: dict[str, Callable[[Flask, Path], Any]] = {
    "item": lambda app, _: app.config.__setitem__("JSON_SORT_KEYS", False),
    "update": lambda app, _: app.config.update(JSON_SORT_KEYS=False),
    "update, pairs": lambda app, _: app.config.update([("JSON_SORT_KEYS", False)]),
    "setdefault": lambda app, _: app.config.setdefault("JSON_SORT_KEYS", False),
    "|=": united,
    "from_object": lambda app, _: app.config.from_object(Settings),
    "from_mapping": lambda app, _: app.config.from_mapping(JSON_SORT_KEYS=False),
    "from_file": from_file,
    "from_pyfile": from_pyfile,
    "from_prefixed_env": from_environment,
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_set_a_key(app: Flask, way: str, tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True, action="always") as caught:
        WAYS[way](app, tmp_path)
    assert answer(app)[0] == '{"b":"\\u00e9","a":1}\n'
    assert app.config["JSON_SORT_KEYS"] is False
    assert [(it.category, it.filename) for it in caught] == [
        (DeprecationWarning, __file__)
    ]


def test_setdefault_gives_what_is_there(app: Flask) -> None:
    assert app.config.setdefault("TESTING", 1) is False
    assert app.config.setdefault("OTHER", 1) == 1
    assert app.config["OTHER"] == 1
    assert app.config.setdefault("NOTHING") is None


def test_key_among_the_defaults() -> None:
    class Unsorted(Flask):
        default_config = {**Flask.default_config, "JSON_SORT_KEYS": False}

    with dropped("JSON_SORT_KEYS"):
        app = Unsorted(__name__)
    assert answer(app)[0] == '{"b":"\\u00e9","a":1}\n'


def test_configuration_of_another_class() -> None:
    class Loose(Flask):
        def make_config(self, instance_relative: bool = False) -> Any:
            made = super().make_config(instance_relative)
            return {**made, "JSON_SORT_KEYS": False}

    assert answer(Loose(__name__))[0] == '{"b":"\\u00e9","a":1}\n'


def test_patched_for_a_while(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answer(app)
    with warnings.catch_warnings(action="ignore"):
        with patch.dict(app.config, JSON_SORT_KEYS=False):
            assert answer(app)[0] == '{"b":"\\u00e9","a":1}\n'
        assert answer(app) == before
        with monkeypatch.context() as patched:
            patched.setitem(app.config, "JSON_AS_ASCII", False)
            assert answer(app)[0] == '{"a":1,"b":"é"}\n'
    assert answer(app) == before


def test_attribute_and_key(app: Flask) -> None:
    app.json.sort_keys = False  # type: ignore[attr-defined]
    configure(app, JSON_AS_ASCII=False)
    assert isinstance(app.json, FormerProvider)
    assert answer(app)[0] == '{"b":"é","a":1}\n'
    configure(app, JSON_SORT_KEYS=True)
    assert answer(app)[0] == '{"a":1,"b":"é"}\n'
    assert FormerProvider.sort_keys is DefaultJSONProvider.sort_keys


def test_two_applications(app: Flask) -> None:
    other = Flask("other")
    configure(app, JSON_SORT_KEYS=False)
    assert answer(other)[0] == '{"a":1,"b":"\\u00e9"}\n'


def test_copies_of_a_configuration(app: Flask) -> None:
    configure(app, JSON_SORT_KEYS=False, OWN=1)
    with warnings.catch_warnings(action="ignore"):
        copies = [
            copy.copy(app.config),
            copy.deepcopy(app.config),
            pickle.loads(pickle.dumps(app.config)),
        ]
        for other in copies:
            other["JSON_SORT_KEYS"] = True
    assert answer(app)[0] == '{"b":"\\u00e9","a":1}\n'
    for other in copies:
        assert type(other) is Config
        assert other == {**app.config, "JSON_SORT_KEYS": True}
        assert other.root_path == app.root_path


def test_configuration_without_an_application() -> None:
    config = Config("/", {"OWN": 1})
    with dropped("JSON_AS_ASCII"):
        config["JSON_AS_ASCII"] = False
    assert config == {"OWN": 1, "JSON_AS_ASCII": False}
