"""Step 1: a link to one note, for somebody without an account, that ends."""

import re

from flasklit import Flask
from flasklit.testing import FlaskClient


def link_in(text: str) -> str:
    found = re.search(r'href="http://localhost(/shared/[^"]+)"', text)
    assert found, text
    return found[1]


def test_a_stranger_reads_a_shared_note(ada, stranger: FlaskClient) -> None:
    place = ada.write("Tea", "Green, three minutes.")
    page = ada.post(f"{place}/share")
    assert page.status_code == 201
    shared = stranger.get(link_in(page.text))
    assert shared.status_code == 200
    assert "three minutes" in shared.text
    assert "Edit" not in shared.text


def test_the_link_leads_to_this_note_only(ada, stranger: FlaskClient) -> None:
    place = ada.write("Tea")
    ada.write("Secret")
    link = link_in(ada.post(f"{place}/share").text)
    assert stranger.get("/notes/2").status_code == 303
    for bent in (link[:-1], link + "A", "/shared/2", "/shared/WzEsMl0"):
        assert stranger.get(bent).status_code == 404, bent


def test_the_link_ends(app: Flask, ada, stranger: FlaskClient) -> None:
    link = link_in(ada.post(f"{ada.write('Tea')}/share").text)
    app.config["SHARE_LIFETIME"] = -1
    page = stranger.get(link)
    assert page.status_code == 410
    assert "has ended" in page.text


def test_a_deleted_note_is_gone_for_everybody(ada, stranger: FlaskClient) -> None:
    place = ada.write("Tea")
    link = link_in(ada.post(f"{place}/share").text)
    ada.post(f"{place}/delete")
    assert stranger.get(link).status_code == 404


def test_one_shares_what_is_ones_own(ada, ben, stranger: FlaskClient) -> None:
    place = ada.write("Tea")
    assert ben.post(f"{place}/share").status_code == 404
    assert stranger.post(f"{place}/share").status_code == 403


def test_a_session_is_no_link_and_a_link_no_session(ada, stranger: FlaskClient) -> None:
    link = link_in(ada.post(f"{ada.write('Tea')}/share").text)
    cookie = ada.client.get_cookie("notes_session").value
    assert stranger.get(f"/shared/{cookie}").status_code == 404
    stranger.set_cookie("notes_session", link.removeprefix("/shared/"))
    assert stranger.get("/").status_code == 303
