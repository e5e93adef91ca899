"""Forged forms, and the pages that explain errors."""

import logging

import pytest
from visitors import json_of
from visitors import Visitor

from flasklit import Flask

FORMS = ["/login", "/register", "/logout", "/notes/new", "/notes/1/delete"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", [None, "", "guessed", "ü"])
def test_a_form_without_the_right_token(
    ada: Visitor, path: str, token: str | None
) -> None:
    ada.write("t")
    fields = {"name": "ada", "password": "correct horse", "title": "x"}
    if token is not None:
        fields["csrf_token"] = token
    page = ada.client.post(path, data=fields)
    assert page.status_code == 403
    assert "did not come from this site" in page.text
    assert "ada" in ada.get("/").text
    assert ada.get("/notes/1").status_code == 200


def test_the_token_of_another_session_is_worth_nothing(
    ada: Visitor, ben: Visitor
) -> None:
    token = ben.token("/notes/new")
    page = ada.client.post("/notes/new", data={"csrf_token": token, "title": "x"})
    assert page.status_code == 403


def test_a_session_without_a_token_accepts_none(stranger: Visitor) -> None:
    assert stranger.client.post("/login", data={"csrf_token": ""}).status_code == 403


def test_an_unknown_address(ada: Visitor) -> None:
    page = ada.get("/no/such/page")
    assert page.status_code == 404
    assert "<h1>Not Found</h1>" in page.text
    assert "There is nothing at this address" in page.text
    assert "ada" in page.text


def test_a_wrong_method_keeps_its_header(ada: Visitor) -> None:
    page = ada.get("/logout")
    assert page.status_code == 405
    assert "POST" in page.headers["Allow"]
    assert "<h1>Method Not Allowed</h1>" in page.text


def test_a_failure_is_logged_and_hidden(
    app: Flask,
    ada: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_details: object, **_more: object) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr("notes.store.Notebook.notes", fail)
    app.testing = False
    with caplog.at_level(logging.ERROR):
        page = ada.get("/")
        answer = ada.get("/api/notes")
    assert page.status_code == 500
    assert "<h1>Internal Server Error</h1>" in page.text
    assert "Something broke on our side" in page.text
    assert "the secret reason" not in page.text
    assert "the secret reason" in caplog.text
    assert answer.status_code == 500
    assert json_of(answer)["error"] == "Internal Server Error"
    assert "the secret reason" not in answer.text
