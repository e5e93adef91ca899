"""Sessions, Session Interface, Message Flashing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from datetime import UTC
from typing import Any

import pytest
from expecting import dropped
from itsdangerous import URLSafeTimedSerializer

from flasklit import flash
from flasklit import Flask
from flasklit import get_flashed_messages
from flasklit import session
from flasklit.sessions import NullSession
from flasklit.sessions import SecureCookieSession
from flasklit.sessions import SecureCookieSessionInterface
from flasklit.sessions import session_json_serializer
from flasklit.sessions import SessionInterface
from flasklit.sessions import SessionMixin

documents = pytest.mark.documents


@documents("session", "session.modified")
def test_the_session_lasts_from_request_to_request(app: Flask) -> None:
    @app.get("/<word>")
    def add(word: str) -> str:
        words = session.setdefault("words", [])
        words.append(word)
        session.modified = True
        return " ".join(words)

    client = app.test_client()
    assert [client.get(path).text for path in ("/a", "/b")] == ["a", "a b"]


@documents("session.new", "session.permanent")
@documents("sessions.SessionMixin.new", "sessions.SessionMixin.permanent")
def test_new_and_permanent(app: Flask) -> None:
    @app.get("/")
    def view() -> str:
        session.permanent = True
        session["seen"] = True
        return str(session.permanent)

    client = app.test_client()
    response = client.get("/")
    assert response.text == "True"
    assert "Expires=" in response.headers["Set-Cookie"]
    with client:
        client.get("/")
        assert session.new is False
        session.permanent = False
        assert session.permanent is False


@documents("sessions.SessionMixin", "sessions.SessionMixin.modified")
@documents("sessions.SecureCookieSession")
def test_a_session_notices_changes_of_its_own() -> None:
    visits = SecureCookieSession({"a": 1})
    assert isinstance(visits, SessionMixin)
    assert (visits.modified, visits["a"], visits.modified) == (False, 1, False)
    visits["a"] = 2
    assert visits.modified
    assert SessionMixin.modified is True


@documents("sessions.NullSession")
def test_a_null_session_can_be_read_only(app: Flask) -> None:
    app.secret_key = None
    with app.test_request_context():
        assert isinstance(session._get_current_object(), NullSession)  # type: ignore[attr-defined]
        assert session.get("a") is None
        with pytest.raises(RuntimeError, match="secret key"):
            session["a"] = 1


@documents("sessions.NullSession")
def test_a_null_session_takes_the_parameters_of_0_8() -> None:
    with dropped("NullSession"):
        empty = NullSession({"a": 1}, secret_key=None, new=True)
    assert empty["a"] == 1


@documents("sessions.SessionInterface", "sessions.SessionInterface.open_session")
@documents("sessions.SessionInterface.save_session")
@documents("sessions.SessionInterface.make_null_session")
@documents("sessions.SessionInterface.null_session_class")
@documents("sessions.SessionInterface.is_null_session")
@documents("sessions.SessionInterface.pickle_based")
def test_an_interface_of_ones_own(app: Flask) -> None:
    class Kept(SessionInterface):
        """Keeps one session in memory."""

        def __init__(self) -> None:
            self.kept: SecureCookieSession | None = SecureCookieSession()

        def open_session(self, app: Flask, request: Any) -> SecureCookieSession | None:
            return self.kept

        def save_session(self, app: Flask, session: Any, response: Any) -> None:
            response.headers["X-Saved"] = str(dict(session))

    app.session_interface = interface = Kept()
    app.get("/")(lambda: session.setdefault("a", "1"))
    assert app.test_client().get("/").headers["X-Saved"] == "{'a': '1'}"
    interface.kept = None
    with app.test_request_context():
        assert interface.is_null_session(session._get_current_object())  # type: ignore[attr-defined]
    assert type(interface.make_null_session(app)) is interface.null_session_class
    assert not interface.is_null_session(SecureCookieSession())
    assert interface.pickle_based is False


@documents("sessions.SessionInterface.get_cookie_domain")
@documents("sessions.SessionInterface.get_cookie_path")
@documents("sessions.SessionInterface.get_cookie_httponly")
@documents("sessions.SessionInterface.get_cookie_secure")
@documents("sessions.SessionInterface.get_expiration_time")
@documents("sessions.SessionInterface.should_set_cookie")
def test_the_cookie_follows_the_settings(app: Flask) -> None:
    interface = SessionInterface()
    app.config.update(APPLICATION_ROOT="/app")
    assert interface.get_cookie_domain(app) is None
    assert interface.get_cookie_path(app) == "/app"
    assert interface.get_cookie_httponly(app) is True
    assert interface.get_cookie_secure(app) is False
    app.config.update(
        SESSION_COOKIE_DOMAIN=".site.example",
        SESSION_COOKIE_PATH="/here",
        SESSION_COOKIE_HTTPONLY=False,
        SESSION_COOKIE_SECURE=True,
    )
    assert interface.get_cookie_domain(app) == ".site.example"
    assert interface.get_cookie_path(app) == "/here"
    assert interface.get_cookie_httponly(app) is False
    assert interface.get_cookie_secure(app) is True
    visits = SecureCookieSession()
    assert interface.get_expiration_time(app, visits) is None
    assert interface.should_set_cookie(app, visits) is False
    visits.permanent = True
    expires = interface.get_expiration_time(app, visits)
    assert expires is not None
    assert expires - datetime.now(UTC) <= app.permanent_session_lifetime
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    visits.modified = False
    assert interface.should_set_cookie(app, visits) is False
    app.config["SESSION_REFRESH_EACH_REQUEST"] = True
    assert interface.should_set_cookie(app, visits) is True


@documents("sessions.SecureCookieSessionInterface")
@documents("sessions.SecureCookieSessionInterface.salt")
@documents("sessions.SecureCookieSessionInterface.digest_method")
@documents("sessions.SecureCookieSessionInterface.key_derivation")
@documents("sessions.SecureCookieSessionInterface.serializer")
@documents("sessions.SecureCookieSessionInterface.session_class")
@documents("sessions.session_json_serializer")
def test_the_cookie_is_signed_as_the_attributes_say(app: Flask) -> None:
    class Mine(SecureCookieSession):
        pass

    class Interface(SecureCookieSessionInterface):
        salt = "another salt"
        digest_method = staticmethod(hashlib.sha256)
        key_derivation = "django-concat"
        session_class = Mine

    assert SecureCookieSessionInterface.serializer is session_json_serializer
    app.session_interface = Interface()

    @app.get("/")
    def view() -> str:
        session["pair"] = (1, 2)
        return type(session._get_current_object()).__name__  # type: ignore[attr-defined]

    client = app.test_client()
    assert client.get("/").text == "Mine"
    cookie = client.get_cookie("session")
    assert cookie is not None
    theirs = URLSafeTimedSerializer(
        str(app.secret_key),
        salt="another salt",
        serializer=session_json_serializer,
        signer_kwargs={
            "key_derivation": "django-concat",
            "digest_method": hashlib.sha256,
        },
    )
    assert theirs.loads(cookie.value) == {"pair": (1, 2)}
    text = session_json_serializer.dumps({"pair": (1, 2)})
    assert session_json_serializer.loads(text) == {"pair": (1, 2)}


@documents("flash", "get_flashed_messages")
def test_flashed_messages_are_shown_once(app: Flask) -> None:
    @app.get("/flash")
    def put() -> str:
        flash("saved")
        flash("careful", "warning")
        return ""

    app.add_url_rule("/", "show", lambda: str(get_flashed_messages(**options)))
    options: dict[str, Any] = {"with_categories": True}
    client = app.test_client()
    client.get("/flash")
    assert client.get("/").text == "[('message', 'saved'), ('warning', 'careful')]"
    assert client.get("/").text == "[]"
    client.get("/flash")
    options = {"category_filter": ["warning"]}
    assert client.get("/").text == "['careful']"
