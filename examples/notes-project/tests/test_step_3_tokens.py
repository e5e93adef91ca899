"""Step 3: tokens, with which programs use the API without a browser."""

import sqlite3
from contextlib import closing

from flasklit import Flask
from flasklit.testing import FlaskClient

NOTE = {"title": "Tea", "body": "green"}


def token_of(visitor) -> dict:
    response = visitor.post("/api/tokens")
    assert response.status_code == 201, response.text
    return response.get_json()


def bearer(made: dict) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['token']}"}


def test_a_program_reads_and_writes_with_a_token(ada, stranger: FlaskClient) -> None:
    headers = bearer(token_of(ada))
    written = stranger.post("/api/notes", json=NOTE, headers=headers)
    assert written.status_code == 201
    listed = stranger.get("/api/notes", headers=headers).get_json()["notes"]
    assert [note["title"] for note in listed] == ["Tea"]
    assert "Tea" in ada.get("/").text


def test_without_a_token_nothing_has_changed(ada, stranger: FlaskClient) -> None:
    assert stranger.get("/api/notes").status_code == 401
    assert stranger.post("/api/notes", json=NOTE).status_code == 403
    assert ada.client.post("/api/notes", json=NOTE).status_code == 403
    assert ada.client.post("/api/tokens").status_code == 403
    assert stranger.get("/api/tokens").status_code in (303, 405)


def test_a_guessed_token_is_refused_whatever_the_cookie(ada) -> None:
    response = ada.get("/api/notes", headers={"Authorization": "Bearer guessed"})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_a_token_acts_for_its_owner(ada, ben) -> None:
    ada.write("Tea")
    headers = bearer(token_of(ben))
    assert ada.get("/api/notes", headers=headers).get_json() == {"notes": []}


def test_a_revoked_token_is_worth_nothing(ada, ben, stranger: FlaskClient) -> None:
    made = token_of(ada)
    headers, path = bearer(made), f"/api/tokens/{made['id']}"
    others = bearer(token_of(ben))
    assert stranger.delete(path, headers=others).status_code == 204
    assert stranger.get("/api/notes", headers=headers).status_code == 200
    assert stranger.delete(path, headers=headers).status_code == 204
    assert stranger.get("/api/notes", headers=headers).status_code == 401


def test_the_database_does_not_know_the_token(app: Flask, ada) -> None:
    made = token_of(ada)
    with closing(sqlite3.connect(app.config["DATABASE"])) as database:
        kept = "\n".join(database.iterdump())
    assert made["token"] not in kept
