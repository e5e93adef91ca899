"""The notes as JSON."""

from datetime import datetime

import pytest
from visitors import json_of
from visitors import Visitor


def facts(visitor: Visitor) -> dict[str, str]:
    answer: dict[str, str] = json_of(visitor.get("/api/session"))
    return answer


def test_the_session_tells_name_and_token(ada: Visitor) -> None:
    assert facts(ada) == {"account": "ada", "csrf_token": ada.token("/notes/new")}


def test_a_list_of_ones_own_notes(ada: Visitor, ben: Visitor) -> None:
    place = ada.write("tea", "green")
    ben.write("coffee")
    response = ada.get("/api/notes")
    assert response.mimetype == "application/json"
    [note] = json_of(response)["notes"]
    assert note["title"] == "tea"
    assert note["url"] == f"/api{place}"
    assert datetime.fromisoformat(note["created_at"]).tzinfo is not None
    assert json_of(ada.get("/api/notes?q=coffee")) == {"notes": []}


def test_one_note_in_full(ada: Visitor) -> None:
    place = ada.write("tea", "g" * 1000)
    note = json_of(ada.get(f"/api{place}"))
    assert (note["title"], note["body"]) == ("tea", "g" * 1000)
    assert note["attachments"] == []


def test_writing_with_the_token_in_the_header(ada: Visitor) -> None:
    response = ada.client.post(
        "/api/notes",
        json={"title": " tea ", "body": "green"},
        headers={"X-CSRF-Token": facts(ada)["csrf_token"]},
    )
    assert response.status_code == 201
    assert json_of(response)["title"] == "tea"
    assert json_of(ada.get(response.location)) == json_of(response)


def test_half_a_character_cannot_break_the_database(ada: Visitor) -> None:
    response = ada.client.post(
        "/api/notes",
        data=r'{"title": "half \ud83d", "body": "\udca9"}',
        content_type="application/json",
        headers={"X-CSRF-Token": facts(ada)["csrf_token"]},
    )
    assert response.status_code == 201
    assert (json_of(response)["title"], json_of(response)["body"]) == ("half ?", "?")


def test_writing_without_the_token(ada: Visitor) -> None:
    response = ada.client.post("/api/notes", json={"title": "tea", "body": ""})
    assert response.status_code == 403
    assert json_of(response)["error"] == "Forbidden"
    assert json_of(ada.get("/api/notes")) == {"notes": []}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([], "Send an object"),
        ({"title": 1}, "Send an object"),
        ({"title": "t", "body": None}, "Send an object"),
        ({"title": "t"}, "Send an object"),
        ({"title": "", "body": ""}, "A note needs a title."),
    ],
)
def test_what_cannot_be_written(ada: Visitor, sent: object, said: str) -> None:
    token = facts(ada)["csrf_token"]
    response = ada.client.post("/api/notes", json=sent, headers={"X-CSRF-Token": token})
    assert response.status_code == 422
    assert said in json_of(response)["message"]


def test_bodies_that_are_not_json(ada: Visitor) -> None:
    headers = {"X-CSRF-Token": facts(ada)["csrf_token"]}
    broken = ada.client.post(
        "/api/notes", data="{", content_type="application/json", headers=headers
    )
    assert (broken.status_code, json_of(broken)["error"]) == (400, "Bad Request")
    form = ada.client.post("/api/notes", data={"title": "t"}, headers=headers)
    assert (form.status_code, json_of(form)["error"]) == (415, "Unsupported Media Type")


def test_errors_are_json_too(ada: Visitor, ben: Visitor, stranger: Visitor) -> None:
    place = ada.write("tea")
    for response in (ben.get(f"/api{place}"), ada.get("/api/no/such/thing")):
        assert response.status_code == 404
        assert json_of(response)["error"] == "Not Found"
    response = stranger.get("/api/notes")
    assert response.status_code == 401
    assert json_of(response)["error"] == "Unauthorized"
    assert response.headers["WWW-Authenticate"].startswith("Session ")
    response = ada.client.delete(
        "/api/notes", headers={"X-CSRF-Token": facts(ada)["csrf_token"]}
    )
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
