"""Files attached to notes."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from notes.files import display_name
from notes.files import NAME_LIMIT
from visitors import Visitor
from werkzeug.test import TestResponse

from flasklit import Flask

EVERY_BYTE = bytes(range(256)) * 40


def attach(visitor: Visitor, place: str, content: bytes, name: str) -> TestResponse:
    return visitor.post(f"{place}/files/", file=(BytesIO(content), name))


def link(visitor: Visitor, place: str) -> str:
    found = re.search(r'href="(/notes/\d+/files/\d+)"', visitor.get(place).text)
    assert found, "the note shows no file"
    return found[1]


def stored(app: Flask) -> list[Path]:
    return sorted(Path(app.config["UPLOAD_FOLDER"]).iterdir())


def test_a_file_comes_back_as_it_was_sent(ada: Visitor) -> None:
    place = ada.write("with file")
    answer = attach(ada, place, EVERY_BYTE, "data.bin")
    assert (answer.status_code, answer.location) == (303, place)
    assert "10.2 kB" in ada.get(place).text
    with ada.get(link(ada, place)) as download:
        assert download.status_code == 200
        assert download.data == EVERY_BYTE
        assert download.headers["Content-Disposition"] == (
            "attachment; filename=data.bin"
        )
        assert download.headers["Cache-Control"] == "no-store"


def test_an_uploaded_page_is_never_shown_as_one(ada: Visitor) -> None:
    place = ada.write("with page")
    attach(ada, place, b"<script>alert(1)</script>", "page.html")
    with ada.get(link(ada, place)) as download:
        assert download.headers["Content-Disposition"].startswith("attachment")
        assert download.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\my plan.txt", "my plan.txt"),
        ("Übersicht 要約.txt", "Übersicht 要約.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("two\r\nlines.txt", "twolines.txt"),
        ("..", "file"),
        ("folder/", "file"),
        (".bashrc", "bashrc"),
    ],
)
def test_the_name_that_is_shown(sent: str, shown: str) -> None:
    assert display_name(sent) == shown


def test_a_long_name_keeps_its_suffix() -> None:
    name = display_name("x" * 300 + ".pdf")
    assert len(name) == NAME_LIMIT
    assert name.endswith("x.pdf")


def test_on_disk_nothing_has_the_name_that_was_sent(app: Flask, ada: Visitor) -> None:
    place = ada.write("two files of one name")
    attach(ada, place, b"one", "../same.txt")
    attach(ada, place, b"two", "../same.txt")
    files = stored(app)
    assert sorted(file.read_bytes() for file in files) == [b"one", b"two"]
    assert all(re.fullmatch("[0-9a-f]{32}", file.name) for file in files)


def test_a_name_in_another_script_survives_the_download(ada: Visitor) -> None:
    place = ada.write("t")
    attach(ada, place, b"x", "要約.txt")
    with ada.get(link(ada, place)) as download:
        disposition = download.headers["Content-Disposition"]
        assert "filename*=UTF-8''%E8%A6%81%E7%B4%84.txt" in disposition


def test_others_cannot_touch_a_file(app: Flask, ada: Visitor, ben: Visitor) -> None:
    place = ada.write("with file")
    attach(ada, place, b"secret", "data.bin")
    path = link(ada, place)
    own = ben.write("ben's own")

    assert ben.get(path).status_code == 404
    assert ben.get(path.replace(place, own)).status_code == 404
    assert ben.post(f"{path}/delete").status_code == 404
    assert attach(ben, place, b"planted", "x.bin").status_code == 404
    assert [file.read_bytes() for file in stored(app)] == [b"secret"]


def test_strangers_cannot_download(ada: Visitor, stranger: Visitor) -> None:
    place = ada.write("with file")
    attach(ada, place, b"secret", "data.bin")
    answer = stranger.get(link(ada, place))
    assert answer.status_code == 303
    assert answer.location.startswith("/login")


def test_removing_a_file_removes_it_from_disk(app: Flask, ada: Visitor) -> None:
    place = ada.write("with file")
    attach(ada, place, b"x", "data.bin")
    path = link(ada, place)
    assert ada.post(f"{path}/delete").status_code == 303
    assert stored(app) == []
    assert ada.get(path).status_code == 404
    assert ada.post(f"{path}/delete").status_code == 404


def test_deleting_a_note_removes_its_files(app: Flask, ada: Visitor) -> None:
    place = ada.write("with files")
    attach(ada, place, b"x", "one.bin")
    attach(ada, place, b"y", "two.bin")
    assert len(stored(app)) == 2
    ada.post(f"{place}/delete")
    assert stored(app) == []


def test_a_form_without_a_file_is_explained(app: Flask, ada: Visitor) -> None:
    place = ada.write("t")
    page = ada.post(f"{place}/files/")
    assert page.status_code == 422
    assert "Choose a file first." in page.text
    assert stored(app) == []


def test_the_size_limit_is_a_setting(app: Flask, ada: Visitor) -> None:
    place = ada.write("t")
    app.config["MAX_CONTENT_LENGTH"] = 5_000
    assert attach(ada, place, b"x" * 4_000, "fits.bin").status_code == 303
    page = attach(ada, place, b"x" * 5_000, "too-large.bin")
    assert page.status_code == 413
    assert "The limit is 5.0 kB." in page.text
    assert "up to 5.0 kB" in ada.get(place).text
    assert len(stored(app)) == 1


def test_nothing_is_left_on_disk_when_the_database_refuses(
    app: Flask, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ada.write("t")

    def refuse(*_details: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("notes.store.Notebook.attach", refuse)
    with pytest.raises(RuntimeError, match="disk full"):
        attach(ada, place, b"x", "data.bin")
    assert stored(app) == []
