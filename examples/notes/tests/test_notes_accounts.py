"""Registering, logging in and out."""

import hashlib
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from visitors import Visit
from visitors import Visitor

from flasklit import Flask


def accounts(app: Flask) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(app.config["DATABASE"])) as database:
        return database.execute("SELECT name, password_hash FROM account").fetchall()


def test_registering_logs_in(ada: Visitor) -> None:
    page = ada.get("/")
    assert page.status_code == 200
    assert "ada" in page.text


def test_only_a_hash_of_the_password_is_kept(app: Flask, ada: Visitor) -> None:
    [(name, password_hash)] = accounts(app)
    assert name == "ada"
    assert password_hash.startswith("pbkdf2:")
    assert "correct horse" not in password_hash


@pytest.mark.parametrize(
    ("name", "password", "complaint"),
    [
        ("a", "long enough", "A name has"),
        ("two words", "long enough", "A name has"),
        ("-dash", "long enough", "A name has"),
        ("carla", "short", "A password has"),
        ("carla", "x" * 1001, "A password has"),
    ],
)
def test_what_cannot_be_registered(
    app: Flask, stranger: Visitor, name: str, password: str, complaint: str
) -> None:
    page = stranger.post("/register", name=name, password=password)
    assert page.status_code == 422
    assert complaint in page.text
    assert f'value="{name}"' in page.text
    assert accounts(app) == []


def test_a_name_is_taken_whatever_its_case(ada: Visitor, stranger: Visitor) -> None:
    page = stranger.post("/register", name="ADA", password="another secret")
    assert page.status_code == 422
    assert "taken" in page.text


def test_logging_in(ada: Visitor, stranger: Visitor) -> None:
    answer = stranger.post("/login", name="Ada", password="correct horse")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "ada" in stranger.get("/").text


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong horse"), ("nobody", "correct horse")]
)
def test_a_failed_login_does_not_say_why(
    ada: Visitor, stranger: Visitor, name: str, password: str
) -> None:
    page = stranger.post("/login", name=name, password=password)
    assert page.status_code == 422
    assert "Name and password do not match." in page.text
    assert stranger.get("/").status_code == 303


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_every_failed_login_costs_one_derivation(
    ada: Visitor, stranger: Visitor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    derivations: list[str] = []
    derive = hashlib.pbkdf2_hmac

    def counted(method: str, *details: Any, **more: Any) -> bytes:
        derivations.append(method)
        return derive(method, *details, **more)

    monkeypatch.setattr(hashlib, "pbkdf2_hmac", counted)
    stranger.post("/login", name=name, password="wrong horse")
    assert derivations == ["sha256"]


def test_login_starts_a_new_session(ada: Visitor, stranger: Visitor) -> None:
    before = stranger.token()
    with stranger.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    stranger.post("/login", name="ada", password="correct horse")
    assert stranger.token("/notes/new") != before
    with stranger.client.session_transaction() as session:
        assert "planted" not in session


def test_logout_voids_copies_of_the_cookie(
    app: Flask, ada: Visitor, stranger: Visitor
) -> None:
    cookie = ada.client.get_cookie("notes_session")
    assert cookie is not None
    answer = ada.post("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert ada.client.get_cookie("notes_session") is None

    stranger.client.set_cookie("notes_session", cookie.value)
    assert stranger.get("/").status_code == 303


def test_a_login_ends_with_its_lifetime(app: Flask, ada: Visitor) -> None:
    assert ada.get("/").status_code == 200
    with closing(sqlite3.connect(app.config["DATABASE"])) as database, database:
        database.execute(
            "UPDATE login SET created_at = created_at - ?",
            (app.config["PERMANENT_SESSION_LIFETIME"] + 1,),
        )
    assert ada.get("/").status_code == 303


def test_a_stranger_is_led_to_the_login_and_back(
    ada: Visitor, stranger: Visitor
) -> None:
    answer = stranger.get("/?q=tea")
    assert (answer.status_code, answer.location) == (303, "/login?next=/?q%3Dtea")
    answer = stranger.client.post(
        answer.location,
        data={
            "csrf_token": stranger.token(),
            "name": "ada",
            "password": "correct horse",
        },
    )
    assert answer.location == "/?q=tea"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example/",
        "/\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "javascript:alert(1)",
        "notes/1",
    ],
)
def test_login_never_leads_to_another_site(
    ada: Visitor, stranger: Visitor, target: str
) -> None:
    answer = stranger.client.post(
        "/login",
        query_string={"next": target},
        data={
            "csrf_token": stranger.token(),
            "name": "ada",
            "password": "correct horse",
        },
    )
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_session_cookie_is_out_of_reach_for_scripts(visit: Visit) -> None:
    visitor = visit("carla")
    cookie = visitor.client.get_cookie("notes_session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
