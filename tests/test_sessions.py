"""Sessions, held against Flask: the same cookies, the same headers, no work for nothing.

Wherever Flask has an answer, it is asked, and its answer is the expected one.
"""

import datetime
import hashlib
import pickle
import re
import threading
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

import flask
import flask.json.tag
import flask.sessions
import itsdangerous.timed
import pytest
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from itsdangerous import BadData
from itsdangerous import BadSignature
from itsdangerous import Signer
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.test import Client
from werkzeug.test import create_environ

import flasklit
import flasklit.json.provider
import flasklit.json.tag
import flasklit.sessions
from flasklit.cookies import may_be_permanent
from flasklit.sessions import opens_lazily
from flasklit.sessions import SecureCookieSessionInterface
from flasklit.signing import COMPRESS_FROM

NOW = 1_700_000_000
KEY = "a secret key"
PACKAGES = (flask, flasklit)


class SubDict(dict):
    pass


class SafeText(str):
    def __html__(self):
        return f"<{self}>"


names = st.text(max_size=4) | st.sampled_from(
    [" t", " di", " d", " b", " m", " u", " t__", "_permanent"]
)
atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.builds(Markup, st.text(max_size=5)),
    st.builds(SafeText, st.text(max_size=5)),
    st.uuids(),
    st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2100, 1, 1)),
)
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner),
        st.tuples(inner, inner),
        st.dictionaries(names, inner, max_size=4),
        st.dictionaries(names, inner, max_size=3).map(SubDict),
    ),
    max_leaves=12,
)
contents = st.dictionaries(names, values, max_size=4)


@contextmanager
def clock(now):
    """The time that signatures and expiry dates see."""

    class Frozen(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(now, tz)

    with (
        mock.patch.object(
            itsdangerous.timed, "time", SimpleNamespace(time=lambda: now)
        ),
        mock.patch.object(flask.sessions, "datetime", Frozen),
        mock.patch.object(flasklit.sessions, "datetime", Frozen),
    ):
        yield


def interface_of(package, key=KEY, fallbacks=None, **attributes):
    """An interface with its serializer for an application with these keys."""
    app = package.Flask(__name__)
    app.config.update(SECRET_KEY=key, SECRET_KEY_FALLBACKS=fallbacks)
    interface = package.sessions.SecureCookieSessionInterface()
    for name, value in attributes.items():
        setattr(interface, name, value)
    return app, interface, interface.get_signing_serializer(app)


def request_with(cookie=None, name="session", package=flasklit):
    headers = {} if cookie is None else {"Cookie": f"{name}={cookie}"}
    return package.Request(create_environ(headers=headers))


def verdict(serializer, token, **options):
    """What loading comes to: the value, or what is wrong with the token."""
    try:
        return repr(serializer.loads(token, **options))
    except BadData as problem:
        return type(problem), str(problem), getattr(problem, "payload", None)


# The tagged serializer


@settings(max_examples=200, deadline=None)
@given(values)
def test_tagged_text_is_flasks(value):
    theirs = flask.json.tag.TaggedJSONSerializer()
    ours = flasklit.json.tag.TaggedJSONSerializer()
    text = theirs.dumps(value)
    assert ours.dumps(value) == text
    assert repr(ours.loads(text)) == repr(theirs.loads(text))
    assert repr(ours.tag(value)) == repr(theirs.tag(value))


@settings(max_examples=100, deadline=None)
@given(values, st.sampled_from([None, 0, 3, -1]))
def test_a_registered_tag_is_asked_for_everything(value, index):
    found = []
    for package in PACKAGES:

        class TagInt(package.json.tag.JSONTag):
            __slots__ = ()
            key = " i"

            def check(self, value):
                return type(value) is int

            def to_json(self, value):
                return str(value)

            def to_python(self, value):
                return int(value)

        serializer = package.json.tag.TaggedJSONSerializer()
        serializer.register(TagInt, index=index)
        text = serializer.dumps(value)
        order = [type(tag).__name__ for tag in serializer.order]
        found.append((text, repr(serializer.loads(text)), order))
    assert found[0] == found[1]


def test_an_overridden_tag_method_sees_plain_values():
    class Shouting(flasklit.json.tag.TaggedJSONSerializer):
        def tag(self, value):
            return value.upper() if isinstance(value, str) else super().tag(value)

    assert Shouting().dumps({"a": "b"}) == '{"a":"B"}'


def test_a_key_is_registered_once_unless_forced():
    class Other(flasklit.json.tag.TagTuple):
        pass

    serializer = flasklit.json.tag.TaggedJSONSerializer()
    with pytest.raises(KeyError, match="' t' is registered already, by TagTuple"):
        serializer.register(Other)
    serializer.register(Other, force=True, index=0)
    assert type(serializer.tags[" t"]) is Other
    assert serializer.loads(serializer.dumps((1,))) == (1,)


def test_an_unfinished_tag_names_what_is_missing():
    class Unfinished(flasklit.json.tag.JSONTag):
        key = " x"

    tag = Unfinished(flasklit.json.tag.TaggedJSONSerializer())
    for method in ("check", "to_json", "to_python"):
        with pytest.raises(NotImplementedError, match=rf"Unfinished.*{method}\(\)"):
            getattr(tag, method)(1)


# Cookies and Flask's cookies

VARIANTS = [
    {},
    {"salt": "another salt"},
    {"digest_method": hashlib.sha256},
    {"key_derivation": "concat"},
    {"key_derivation": "django-concat"},
    {"key_derivation": "none"},
]


@settings(max_examples=100, deadline=None)
@given(
    contents,
    st.sampled_from(["k", b"bytes", "é" * 40, "z" * 100]),
    st.sampled_from(VARIANTS),
)
def test_cookies_are_interchangeable(items, key, variant):
    _, _, theirs = interface_of(flask, key, **variant)
    _, _, ours = interface_of(flasklit, key, **variant)
    with clock(NOW):
        written, by_us = theirs.dumps(items), ours.dumps(items)
        if (
            not written.startswith(".")
            or len(theirs.serializer.dumps(items).encode()) >= COMPRESS_FROM
        ):
            assert by_us == written
        for token in (written, by_us):
            expected = repr(theirs.loads(token))
            assert repr(ours.loads(token)) == expected
            assert repr(ours.loads(token, max_age=0)) == expected
            assert repr(theirs.loads(token, max_age=0)) == expected
            assert repr(ours.loads(token, return_timestamp=True)) == repr(
                theirs.loads(token, return_timestamp=True)
            )
        salted = ours.dumps(items, salt="q")
        expected = repr(theirs.loads(salted, salt="q"))
        assert repr(ours.loads(salted, salt="q")) == expected
        for token, salt in ((salted, None), (by_us, "q")):
            expected = verdict(theirs, token, salt=salt)
            assert verdict(ours, token, salt=salt) == expected


@pytest.mark.parametrize("stamp", [b"", b"a", b"?", b"AAAAAAAAAAAAAAAA", b"x.y"])
def test_a_time_that_was_signed_and_cannot_be_read(stamp: bytes) -> None:
    _, _, theirs = interface_of(flask, "key")
    _, _, ours = interface_of(flasklit, "key")
    payload = theirs.dump_payload({"a": 1})
    signed = payload + b"." + stamp
    token = (signed + b"." + theirs.make_signer().get_signature(signed)).decode()
    assert verdict(ours, token) == verdict(theirs, token)


def test_short_payloads_are_not_compressed():
    *_, serializer = interface_of(flasklit)
    shortest = COMPRESS_FROM - len('{"a":""}')
    below = serializer.dumps({"a": "x" * (shortest - 1)})
    assert not below.startswith(".")
    assert serializer.dumps({"a": "x" * shortest}).startswith(".")


@pytest.mark.parametrize("signer, reader", [PACKAGES, PACKAGES[::-1]])
@pytest.mark.parametrize("old", ["older", "oldest"])
def test_fallbacks_open_and_do_not_sign(signer, reader, old):
    *_, before = interface_of(signer, old)
    *_, rotated = interface_of(reader, "new", ["oldest", "older"])
    assert rotated.loads(before.dumps({"n": (1, 2)})) == {"n": (1, 2)}
    *_, after = interface_of(signer, "new")
    assert after.loads(rotated.dumps({"n": 1})) == {"n": 1}
    with pytest.raises(BadSignature):
        before.loads(rotated.dumps({"n": 1}))
    with pytest.raises(BadSignature):
        after.loads(before.dumps({"n": 1}))


ALPHABET = "aA0._-=! é"
SIGNED_NONSENSE = [
    b"abc",
    b"",
    b".",
    b"e30.",
    b"e30.!",
    b".e30.aaaa",
    b"e30.aaaaaaaaaaaaaaaaaaaaaa",
    b"ZZ.ZVPxAA",
    b"e30.ZVPxAA",
    b".e30.ZVPxAA",
]


@st.composite
def tampered(draw, token):
    """The token after an accident or an attack."""
    position = draw(st.integers(0, len(token) - 1))
    how = draw(st.sampled_from(["not", "change", "cut", "insert", "dots", "="]))
    match how:
        case "change":
            letter = draw(st.sampled_from(ALPHABET))
            return token[:position] + letter + token[position + 1 :]
        case "cut":
            return token[:position]
        case "insert":
            return token[:position] + draw(st.text(max_size=2)) + token[position:]
        case "dots":
            kept = token.replace(".", "", draw(st.integers(0, 2)))
            return "." * draw(st.integers(0, 4)) + kept
        case "=":
            return token + "="
    return token


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_tampered_and_expired_cookies_get_flasks_verdict(data):
    *_, theirs = interface_of(flask, "new", ["old", "older"])
    *_, ours = interface_of(flasklit, "new", ["old", "older"])
    *_, writer = interface_of(flask, data.draw(st.sampled_from(["new", "old", "bad"])))
    with clock(NOW):
        if data.draw(st.integers(0, 4)):
            items = st.dictionaries(st.text(max_size=3), st.text(max_size=80))
            token = data.draw(tampered(writer.dumps(data.draw(items))))
        else:
            nonsense = data.draw(st.sampled_from(SIGNED_NONSENSE))
            token = writer.make_signer(b"cookie-session")
            token = Signer.sign(token, nonsense).decode()
    assume(not any(0xD800 <= ord(letter) < 0xE000 for letter in token))
    with clock(NOW + data.draw(st.sampled_from([-1, 0, 100, 101]))):
        options = data.draw(st.sampled_from([{}, {"max_age": 100}, {"max_age": 0}]))
        assert verdict(ours, token, **options) == verdict(theirs, token, **options)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_tampered_cookie_becomes_a_session(data):
    app, interface, serializer = interface_of(flasklit)
    token = serializer.dumps({"user": "bob"})
    other = data.draw(tampered(token))
    # The last letter of 27 stands for 160 bits and 2 to spare, "=" for nothing, and
    # itsdangerous skips what is no letter of Base64 in a signature.
    signed, dot, signature = other.rpartition(".")
    letters = re.sub(r"[^\w-]", "", signature, flags=re.ASCII)
    assume(f"{signed}{dot}{letters}"[:-1] != token[:-1])
    assume(other.isascii() and other.isprintable() and not set(other) & set(' ";,\\'))
    session = interface.open_session(app, request_with(other))
    assert dict(session) == {}


def test_a_cookie_lives_as_long_as_configured():
    app, interface, serializer = interface_of(flasklit)
    app.permanent_session_lifetime = datetime.timedelta(seconds=60)
    with clock(NOW):
        cookie = serializer.dumps({"user": "ann"})
    for age, left in ((0, {"user": "ann"}), (60, {"user": "ann"}), (61, {}), (-1, {})):
        with clock(NOW + age):
            assert interface.open_session(app, request_with(cookie)) == left


# The serializer and its settings


def test_the_serializer_follows_its_settings():
    app, interface, first = interface_of(flasklit)

    def current():
        return interface.get_signing_serializer(app)

    assert current() is first
    app.secret_key = "other"
    assert current().secret_keys == [b"other"]
    fallbacks = app.config["SECRET_KEY_FALLBACKS"] = ["a"]
    assert current().secret_keys == [b"a", b"other"]
    fallbacks.append("b")
    assert current().secret_keys == [b"a", b"b", b"other"]
    interface.salt = "x"
    assert current().salt == b"x"
    interface.digest_method = hashlib.sha512
    assert current().make_signer().digest_method is hashlib.sha512
    interface.key_derivation = "concat"
    assert current().make_signer().key_derivation == "concat"
    interface.serializer = pickle
    assert current().loads(current().dumps({1})) == {1}
    for key in (None, "", b""):
        app.secret_key = key
        assert current() is None


def test_few_serializers_are_kept():
    app, interface, _ = interface_of(flasklit)
    for number in range(30):
        app.secret_key = f"key {number}"
        interface.get_signing_serializer(app)
    assert len(interface._serializers) <= 8


def test_one_serializer_for_many_threads():
    *_, old = interface_of(flask, "old")
    token = old.dumps({"a": 1})
    app, interface, _ = interface_of(flasklit, "new", ["old"])
    done, wrong = [], []

    def work(name):
        for number in range(200):
            serializer = interface.get_signing_serializer(app)
            items = {name: number}
            found = [serializer.loads(token), serializer.loads(serializer.dumps(items))]
            if found != [{"a": 1}, items]:
                wrong.append(found)
        done.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a", "b", "c", "d"]
    assert wrong == []


# Whole applications, side by side

ACTS = {
    "nothing": lambda session: None,
    "in": lambda session: "x" in session,
    "len": len,
    "iter": list,
    "bool": bool,
    "get": lambda session: session.get("x"),
    "set": lambda session: session.__setitem__("x", 1),
    "tuple": lambda session: session.update(a=(1, [b"2"])),
    "clear": lambda session: session.clear(),
    "pop": lambda session: session.pop("n", None),
    "permanent": lambda session: setattr(session, "permanent", True),
    "temporary": lambda session: setattr(session, "permanent", False),
    "setdefault": lambda session: session.setdefault("q", []),
    "modified": lambda session: setattr(session, "modified", True),
}
COOKIES = [
    None,
    "",
    "junk",
    ".junk",
    {},
    {"n": 1},
    {"_permanent": True},
    {"_permanent": False, "n": 1},
    {"_permanent": True, "long": "a" * 300},
    {"n": "_permanent"},
    {"n": "é_"},
]
VARIES = ["Accept", "cookie", "Cookie", "Accept,%20Cookie"]
CONFIGURATIONS = {
    "default": {},
    "no refresh": {"SESSION_REFRESH_EACH_REQUEST": False},
    "flags": {
        "SESSION_COOKIE_PARTITIONED": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": True,
    },
    "reach": {
        "SESSION_COOKIE_PATH": "/a b",
        "SESSION_COOKIE_DOMAIN": "example.com",
        "SESSION_COOKIE_HTTPONLY": False,
    },
    "root": {"APPLICATION_ROOT": "/root"},
    "no key": {"SECRET_KEY": None},
    "minute": {"PERMANENT_SESSION_LIFETIME": 60},
    "rotated": {"SECRET_KEY": "new", "SECRET_KEY_FALLBACKS": [KEY]},
}


def stock(sessions):
    return sessions.SecureCookieSessionInterface


def always_sets(sessions):
    class Always(stock(sessions)):
        def should_set_cookie(self, app, session):
            return True

    return Always


def own_attributes(sessions):
    class Own(stock(sessions)):
        def get_cookie_name(self, app):
            return "own"

        def get_cookie_domain(self, app):
            return "sub.example.com"

        def get_cookie_path(self, app):
            return "/p"

        def get_cookie_httponly(self, app):
            return False

        def get_cookie_secure(self, app):
            return True

        def get_cookie_samesite(self, app):
            return "Strict"

        def get_cookie_partitioned(self, app):
            return True

        def get_expiration_time(self, app, session):
            return datetime.datetime(2030, 1, 1)

    return Own


def own_serializer(sessions):
    class Signing(stock(sessions)):
        def get_signing_serializer(self, app):
            if super().get_signing_serializer(app) is None:
                return None
            return URLSafeTimedSerializer(
                KEY,
                serializer=self.serializer,
                signer_kwargs={"digest_method": hashlib.sha512},
            )

    return Signing


def own_session_class(sessions):
    class Born(sessions.SecureCookieSession):
        def __init__(self, initial=None):
            super().__init__(initial)
            self["born"] = 1

    class WithBorn(stock(sessions)):
        session_class = Born

    return WithBorn


def other_salt(sessions):
    return type("Salted", (stock(sessions),), {"salt": "other"})


def opens_differently(sessions):
    class Opening(stock(sessions)):
        def open_session(self, app, request):
            session = super().open_session(app, request)
            if session is not None:
                session["path"] = request.path
            return session

    return Opening


def never_opens(sessions):
    class Null(stock(sessions)):
        def open_session(self, app, request):
            return None

        def make_null_session(self, app):
            return sessions.SecureCookieSession()

    return Null


def saves_differently(sessions):
    class Saving(stock(sessions)):
        def save_session(self, app, session, response):
            response.headers["X-Saved"] = str(len(session))
            super().save_session(app, session, response)

    return Saving


INTERFACES = [
    stock,
    always_sets,
    own_attributes,
    own_serializer,
    own_session_class,
    other_salt,
    opens_differently,
    never_opens,
    saves_differently,
]


def application(package, make_interface=stock, **configuration):
    """An application with a view for every act and a session interface."""
    app = package.Flask(__name__)
    app.config.update({"SECRET_KEY": KEY, "PROPAGATE_EXCEPTIONS": False})
    app.config.update(configuration)
    app.session_interface = make_interface(package.sessions)()
    app.logger.disabled = True

    def view(act, vary=None):
        ACTS[act](package.session) if act != "nothing" else None
        return "done", {"Vary": vary} if vary else {}

    app.add_url_rule("/<act>", "act", view)
    app.add_url_rule("/<act>/<vary>", "act")
    return app


def answer(app, path, cookie, reader):
    """Status and headers, with what Flask reads in the cookie in its place."""
    name = app.session_interface.get_cookie_name(app)
    headers = {} if cookie is None else {"Cookie": f"a=b; {name}={cookie}; c=d"}
    response = Client(app, use_cookies=False).get(path, headers=headers)
    found = []
    for header, value in response.headers:
        if header == "Set-Cookie":
            name, _, rest = value.partition("=")
            token, _, attributes = rest.partition(";")
            content = reader.loads(token) if token else None
            value = name, repr(content), attributes
        found.append((header, value))
    return response.status, found


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
@pytest.mark.parametrize("make_interface", INTERFACES)
def test_every_answer_is_flasks(make_interface, configuration):
    config = CONFIGURATIONS[configuration]
    theirs, ours = (application(p, make_interface, **config) for p in PACKAGES)
    interface = theirs.session_interface
    reader = interface.get_signing_serializer(theirs)
    writer = interface.get_signing_serializer(application(flask, make_interface))
    paths = [f"/{act}" for act in ACTS]
    if make_interface is stock:
        for act in ("nothing", "in", "set"):
            paths += [f"/{act}/{vary}" for vary in VARIES]
    with clock(NOW):
        for content in COOKIES:
            cookie = writer.dumps(content) if isinstance(content, dict) else content
            for path in paths:
                expected = answer(theirs, path, cookie, reader)
                assert answer(ours, path, cookie, reader) == expected, (path, content)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=6), st.booleans())
def test_a_visit_moves_between_the_two(acts, change):
    """A client keeps its cookie while the application under it is exchanged."""
    apps = [application(package) for package in PACKAGES]
    reader = apps[0].session_interface.get_signing_serializer(apps[0])
    theirs, ours = Client(apps[0]), Client(apps[1])
    for number, act in enumerate(acts):
        ours.application = apps[number % 2 if change else 1]
        pages = [client.get(f"/{act}") for client in (theirs, ours)]
        assert pages[0].vary.as_set() == pages[1].vary.as_set()
        cookies = [client.get_cookie("session") for client in (theirs, ours)]
        read = [cookie and reader.loads(cookie.value) for cookie in cookies]
        assert read[0] == read[1]


# Sessions nobody opens


@pytest.fixture
def unopened(monkeypatch):
    """An application that says when its session is opened or signed."""
    events = []

    class Watched(flasklit.Flask):
        @property
        def secret_key(self):
            events.append("key")
            return KEY

    app = Watched(__name__)
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/in", "in", lambda: str("x" in flasklit.session))
    return app, events


def cookie_with(items, key=KEY):
    return interface_of(flask, key)[2].dumps(items)


@pytest.mark.parametrize(
    "cookie",
    [None, "", cookie_with({}), cookie_with({"n": 1}), cookie_with({"user": "ann"})],
    ids=["none", "empty", "without items", "a number", "a text"],
)
def test_an_unopened_session_costs_nothing(unopened, cookie):
    app, events = unopened
    requests = []
    app.teardown_request(lambda _: requests.append(flasklit.request.__dict__.copy()))
    client = Client(app)
    if cookie is not None:
        client.set_cookie("session", cookie)
    response = client.get("/")
    assert events == []
    assert "cookies" not in requests[0]
    assert list(response.headers.keys()) == ["Content-Type", "Content-Length"]


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("key", [KEY, "old"])
@pytest.mark.parametrize("filling", ["", "x" * 300])
def test_a_permanent_session_is_refreshed_though_untouched(package, key, filling):
    app = application(package, SECRET_KEY_FALLBACKS=["old"])
    client = Client(app)
    with clock(NOW):
        items = {"_permanent": True, "user": "ann", "filling": filling}
        client.set_cookie("session", cookie_with(items, key))
    with clock(NOW + 30 * 24 * 3600):
        response = client.get("/nothing")
        assert response.headers["Vary"] == "Cookie"
        assert "Expires=" in response.headers["Set-Cookie"]
    with clock(NOW + 60 * 24 * 3600):
        cookie = client.get_cookie("session").value
        assert interface_of(flask)[2].loads(cookie, max_age=31 * 24 * 3600) == items
        app.config["SESSION_REFRESH_EACH_REQUEST"] = False
        assert "Set-Cookie" not in client.get("/nothing").headers


def test_a_provider_that_escapes_letters_does_not_hide_the_mark():
    class Escaping(flasklit.json.provider.DefaultJSONProvider):
        def dumps(self, obj, **options):
            return super().dumps(obj, **options).replace("_perm", r"_\u0070erm")

    app = application(flasklit)
    app.json = Escaping(app)
    client = Client(app)
    client.get("/permanent")
    payload = client.get_cookie("session").value.partition(".")[0]
    assert payload == urlsafe_b64encode(rb'{"_\u0070ermanent":true}').decode()
    assert "Set-Cookie" in client.get("/nothing").headers


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"nothing"}))
def test_mere_access_varies_by_cookie(act):
    for content in ({}, {"n": 1}):
        client = Client(application(flasklit))
        client.set_cookie("session", cookie_with(content))
        assert client.get(f"/{act}").headers["Vary"] == "Cookie"
        client.set_cookie("session", cookie_with(content))
        assert "Vary" not in client.get("/nothing").headers


def test_an_interface_of_ones_own_is_always_asked():
    calls = []

    class Own(flasklit.sessions.SessionInterface):
        def open_session(self, app, request):
            calls.append(("open", request.path, request.url_rule))
            return flasklit.sessions.SecureCookieSession()

        def save_session(self, app, session, response):
            calls.append(("save", response.status_code))

    app = application(flasklit)
    app.session_interface = Own()
    Client(app).get("/nothing")
    assert calls == [("open", "/nothing", None), ("save", 200)]


PATCHED = ["open_session", "save_session", "make_null_session", "is_null_session"]


@pytest.mark.parametrize("name", PATCHED)
@pytest.mark.parametrize("where", ["class", "instance"])
def test_methods_patched_at_run_time_are_called(name, where):
    app = application(flasklit)
    client = Client(app)
    assert client.get("/nothing").status_code == 200
    target = SecureCookieSessionInterface if where == "class" else app.session_interface
    original = getattr(target, name)
    calls = []

    def wrapper(*arguments):
        calls.append(name)
        return original(*arguments)

    with mock.patch.object(target, name, wrapper):
        assert not opens_lazily(app.session_interface)
        client.get("/nothing")
    assert bool(calls) == (name != "make_null_session")
    assert opens_lazily(app.session_interface)


def test_rules_patched_at_run_time_are_followed():
    app = application(flasklit)
    client = Client(app)
    client.set_cookie("session", cookie_with({"n": 1}))
    assert "Set-Cookie" not in client.get("/nothing").headers
    always = mock.Mock(return_value=True)
    for target in (SecureCookieSessionInterface, app.session_interface):
        for refresh in (True, False):
            app.config["SESSION_REFRESH_EACH_REQUEST"] = refresh
            with mock.patch.object(target, "should_set_cookie", always):
                assert "Set-Cookie" in client.get("/nothing").headers
    app.config["SESSION_REFRESH_EACH_REQUEST"] = True
    other = interface_of(flask, "other key")[2]
    client.set_cookie("session", other.dumps({"n": 1}))
    for target in (SecureCookieSessionInterface, app.session_interface):
        serializer = mock.Mock(return_value=other)
        with mock.patch.object(target, "get_signing_serializer", serializer):
            client.get("/nothing")
        assert serializer.called


values_of_cookies = st.sampled_from(
    ["P", "Q", "compressed P", "quoted P", "escaped P", "P  ", "", "session", "="]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["session", "xsession", "a", "session ", " session", "s"]),
            values_of_cookies,
        ),
        max_size=3,
    ),
    st.sampled_from([";", "; ", " ;", ";;"]),
    st.sampled_from(["=", " =", "= ", ""]),
)
def test_no_permanent_session_is_overlooked(parts, separator, equals):
    app, interface, serializer = interface_of(flasklit)
    permanent = serializer.dumps({"_permanent": True})
    meanings = {
        "P": permanent,
        "P  ": permanent + "  ",
        "quoted P": f'"{permanent}"',
        "escaped P": '"{}"'.format("".join(f"\\{ord(c):03o}" for c in permanent)),
        "Q": serializer.dumps({"n": 1}),
        "compressed P": serializer.dumps({"_permanent": True, "z": "a" * 200}),
    }
    header = separator.join(
        name + equals + meanings.get(value, value) for name, value in parts
    )
    request = flasklit.Request(create_environ(headers={"Cookie": header}))
    if interface.open_session(app, request).permanent:
        fresh = flasklit.Request(create_environ(headers={"Cookie": header}))
        assert interface.must_refresh(app, fresh)


@given(st.dictionaries(names, st.text(max_size=30), max_size=5))
@settings(max_examples=200, deadline=None)
def test_the_mark_is_found_wherever_it_stands(items):
    *_, serializer = interface_of(flasklit)
    for marked in ({"_permanent": True, **items}, {**items, "_permanent": True}):
        if marked["_permanent"] is True:
            assert may_be_permanent(serializer.dumps(marked))


def test_cookies_from_elsewhere_are_asked_for():
    cookie = cookie_with({"_permanent": True})

    class Own(flasklit.Request):
        @property
        def cookies(self):
            return {"session": cookie}

    app, interface, _ = interface_of(flasklit)
    assert interface.must_refresh(app, Own(create_environ()))
    assert not interface.must_refresh(app, flasklit.Request(create_environ()))
    app.config["SESSION_COOKIE_NAME"] = "é"
    request = flasklit.Request(create_environ(headers={"Cookie": f"é={cookie}"}))
    if interface.open_session(app, request).permanent:
        assert interface.must_refresh(app, request)


# What a view sees


def test_a_copied_context_shares_the_session():
    app = application(flasklit)

    @app.get("/copied")
    def copied():
        @flasklit.copy_current_request_context
        def elsewhere():
            flasklit.session["from"] = "elsewhere"

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return dict(flasklit.session)

    assert Client(app).get("/copied").json == {"from": "elsewhere"}


def test_a_session_without_a_key_reads_as_empty_and_refuses_changes():
    session = flasklit.sessions.NullSession()
    assert session.get("a", 1) == 1
    assert dict(session) == {}
    assert not session.permanent
    changes = [
        lambda: session.__setitem__("a", 1),
        lambda: session.__delitem__("a"),
        lambda: session.__ior__({}),
        lambda: session.update(a=1),
        lambda: session.setdefault("a"),
        lambda: session.pop("a", None),
        lambda: session.popitem(),
        lambda: session.clear(),
        lambda: setattr(session, "permanent", True),
    ]
    for change in changes:
        with pytest.raises(RuntimeError, match="no secret key is set"):
            change()
