"""Writing, reading, changing and deleting notes."""

import pytest
from notes.store import BODY_LIMIT
from visitors import Visitor


def test_an_empty_notebook_invites_to_write(ada: Visitor) -> None:
    page = ada.get("/")
    assert "Nothing here yet" in page.text
    assert 'href="/notes/new"' in page.text


def test_a_note_from_first_draft_to_deletion(ada: Visitor) -> None:
    place = ada.write("Shopping   list", "tea\r\nbread & butter")
    page = ada.get(place)
    assert "<h1>Shopping list</h1>" in page.text
    assert "tea\nbread &amp; butter" in page.text

    assert "bread &amp; butter</textarea>" in ada.get(f"{place}/edit").text
    answer = ada.post(f"{place}/edit", title="Shopping", body="tea only")
    assert (answer.status_code, answer.location) == (303, place)
    assert "tea only" in ada.get(place).text
    assert "bread" not in ada.get(place).text

    answer = ada.post(f"{place}/delete")
    assert (answer.status_code, answer.location) == (303, "/")
    assert ada.get(place).status_code == 404
    assert "Shopping" not in ada.get("/").text


def test_a_deleted_note_leaves_its_number_unused(ada: Visitor) -> None:
    first = ada.write("first")
    ada.post(f"{first}/delete")
    assert ada.write("second") != first


def test_the_list_puts_the_latest_first(ada: Visitor) -> None:
    ada.write("first note")
    ada.write("second note")
    page = ada.get("/").text
    assert page.index("second note") < page.index("first note")


def test_search_looks_at_titles_and_texts_and_takes_signs_literally(
    ada: Visitor,
) -> None:
    ada.write("Recipe", "100% rye")
    ada.write("Rye field", "poem")
    ada.write("Other", "nothing of it")
    page = ada.get("/", query_string={"q": "RYE"}).text
    assert "Recipe" in page
    assert "Rye field" in page
    assert "Other" not in page
    page = ada.get("/", query_string={"q": "0%"}).text
    assert "Recipe" in page
    assert "Rye field" not in page
    assert "Nothing found" in ada.get("/", query_string={"q": "_"}).text


def test_the_form_comes_back_with_what_was_written(ada: Visitor) -> None:
    page = ada.post("/notes/new", title="  ", body="kept <b>text</b>")
    assert page.status_code == 422
    assert "A note needs a title." in page.text
    assert "kept &lt;b&gt;text&lt;/b&gt;" in page.text

    place = ada.write("title")
    page = ada.post(f"{place}/edit", title="x" * 201, body="")
    assert page.status_code == 422
    assert "longer than 200" in page.text
    assert "<h1>title</h1>" in ada.get(place).text


def test_a_text_can_be_too_long(ada: Visitor) -> None:
    page = ada.post("/notes/new", title="t", body="x" * (BODY_LIMIT + 1))
    assert page.status_code == 422
    assert "longer than 100,000 characters" in page.text
    ada.write("t", "x" * BODY_LIMIT)


def test_markup_in_a_note_is_only_text(ada: Visitor) -> None:
    place = ada.write("<script>alert(1)</script>", "see https://example.org/?a=1&b=2")
    for page in (ada.get(place).text, ada.get("/").text):
        assert "<script" not in page
        assert "&lt;script&gt;" in page
    assert 'href="https://example.org/?a=1&amp;b=2"' in ada.get(place).text


def test_a_first_empty_line_survives_editing(ada: Visitor) -> None:
    place = ada.write("t", "\r\nsecond line")
    # A browser drops one line end directly after <textarea>; one more is kept.
    assert ">\n\nsecond line</textarea>" in ada.get(f"{place}/edit").text


@pytest.mark.parametrize("path", ["", "/edit"])
def test_others_cannot_read_a_note(ada: Visitor, ben: Visitor, path: str) -> None:
    place = ada.write("private thoughts")
    page = ben.get(place + path)
    assert page.status_code == 404
    assert "private thoughts" not in page.text
    assert page.text == ben.get("/notes/999999" + path).text


def test_a_number_no_row_can_have(ada: Visitor) -> None:
    assert ada.get(f"/notes/{2**63 - 1}").status_code == 404
    assert ada.get(f"/notes/{2**63}").status_code == 404


def test_others_cannot_change_a_note(ada: Visitor, ben: Visitor) -> None:
    place = ada.write("private thoughts", "mine")
    assert ben.post(f"{place}/edit", title="x", body="y").status_code == 404
    assert ben.post(f"{place}/delete").status_code == 404
    assert "mine" in ada.get(place).text


@pytest.mark.parametrize("path", ["/", "/notes/new", "/notes/1", "/notes/1/edit"])
def test_strangers_are_asked_to_log_in(stranger: Visitor, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")


def test_private_pages_are_kept_out_of_caches(ada: Visitor) -> None:
    for path in ("/", ada.write("t"), "/no/such/page", "/login"):
        response = ada.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Cookie" in response.vary
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_static_files_are_cacheable_and_the_same_for_all(ada: Visitor) -> None:
    with ada.get("/static/notes.css") as response:
        assert response.status_code == 200
        assert response.mimetype == "text/css"
        assert "no-store" not in response.headers["Cache-Control"]
        assert "Vary" not in response.headers
        assert "Set-Cookie" not in response.headers
        assert response.headers["ETag"]
