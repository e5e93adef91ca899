"""Where settings come from, and what the first start creates."""

import json
import sqlite3
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from notes import create_app
from notes.db import SchemaMismatch
from notes.settings import SettingsError

from flasklit import Flask

Start = Callable[..., Flask]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


@pytest.fixture
def start(instance: Path) -> Start:
    def create(**config: Any) -> Flask:
        return create_app({"INSTANCE_PATH": str(instance), **config})

    return create


def test_each_source_wins_over_the_one_before(
    instance: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert start().config["MAX_CONTENT_LENGTH"] == 4_000_000
    (instance / "notes.toml").write_text("MAX_CONTENT_LENGTH = 1000\n")
    assert start().config["MAX_CONTENT_LENGTH"] == 1000
    monkeypatch.setenv("NOTES_MAX_CONTENT_LENGTH", "2000")
    assert start().config["MAX_CONTENT_LENGTH"] == 2000
    assert start(MAX_CONTENT_LENGTH=3000).config["MAX_CONTENT_LENGTH"] == 3000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.toml", "PROXY_HOPS = 2\n"),
        ("own.json", json.dumps({"PROXY_HOPS": 2})),
        ("own.py", "PROXY_HOPS = 1 + 1\n"),
    ],
)
def test_a_variable_names_the_file(
    tmp_path: Path,
    instance: Path,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: str,
) -> None:
    (instance / "notes.toml").write_text("PROXY_HOPS = 7\n")
    named = tmp_path / name
    named.write_text(content)
    monkeypatch.setenv("NOTES_CONFIG", str(named))
    assert start().config["PROXY_HOPS"] == 2


def test_a_python_file_in_the_instance_folder(instance: Path, start: Start) -> None:
    (instance / "notes.py").write_text("SECRET_KEY = 'from the file'\n")
    assert start().config["SECRET_KEY"] == "from the file"
    assert not (instance / "secret_key").exists()


def test_a_named_file_has_to_exist(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES_CONFIG", "missing.toml")
    with pytest.raises(FileNotFoundError, match=r"missing\.toml"):
        start()


def test_a_file_of_an_unknown_kind(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES_CONFIG", "notes.ini")
    with pytest.raises(SettingsError, match=r"notes\.ini"):
        start()


@pytest.mark.parametrize("limit", [None, "4 MB", 1.5])
def test_a_limit_that_is_no_number_of_bytes(start: Start, limit: object) -> None:
    with pytest.raises(SettingsError, match="MAX_CONTENT_LENGTH"):
        start(MAX_CONTENT_LENGTH=limit)


def test_a_secret_of_digits_needs_quotes(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES_SECRET_KEY", "12345678")
    with pytest.raises(SettingsError, match="double quotes"):
        start()
    monkeypatch.setenv("NOTES_SECRET_KEY", '"12345678"')
    assert start().config["SECRET_KEY"] == "12345678"


def test_the_instance_folder_can_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "elsewhere"
    monkeypatch.setenv("NOTES_INSTANCE_PATH", str(folder))
    app = create_app()
    assert app.config["DATABASE"] == str(folder / "notes.sqlite3")
    assert (folder / "notes.sqlite3").exists()
    assert (folder / "uploads").is_dir()


def test_the_secret_is_made_once_and_private(instance: Path, start: Start) -> None:
    first = start().config["SECRET_KEY"]
    assert len(first) == 64
    assert start().config["SECRET_KEY"] == first
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) & 0o077 == 0


def test_first_starts_at_the_same_moment_agree(instance: Path, start: Start) -> None:
    with ThreadPoolExecutor(8) as pool:
        apps = list(pool.map(lambda _: start(), range(16)))
    assert len({app.config["SECRET_KEY"] for app in apps}) == 1
    assert sorted(path.name for path in instance.glob("secret_key*")) == ["secret_key"]


def test_the_command_creates_the_database(instance: Path, start: Start) -> None:
    app = start(CREATE_DATABASE=False)
    path = instance / "notes.sqlite3"
    assert not path.exists()
    result = app.test_cli_runner().invoke(args=["create-db"])
    assert result.exit_code == 0, result.output
    assert result.output == f"Created {path}.\n"
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM note").fetchone() == (0,)

    result = app.test_cli_runner().invoke(args=["create-db"])
    assert result.output == f"{path} exists and is up to date.\n"


def test_a_later_start_keeps_what_is_there(instance: Path, start: Start) -> None:
    start()
    with closing(sqlite3.connect(instance / "notes.sqlite3")) as database, database:
        database.execute("INSERT INTO account (name, password_hash) VALUES ('a', 'b')")
    start()
    with closing(sqlite3.connect(instance / "notes.sqlite3")) as database:
        assert database.execute("SELECT name FROM account").fetchall() == [("a",)]


def test_a_database_of_another_release_is_left_alone(
    instance: Path, start: Start
) -> None:
    with closing(sqlite3.connect(instance / "notes.sqlite3")) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(SchemaMismatch, match="schema 99"):
        start()


@pytest.mark.parametrize(("hops", "address"), [(0, "127.0.0.1"), (1, "192.0.2.7")])
def test_a_proxy_is_believed_only_when_announced(
    start: Start, caplog: pytest.LogCaptureFixture, hops: int, address: str
) -> None:
    client = start(PROXY_HOPS=hops, TESTING=True).test_client()
    client.get("/login")
    with client.session_transaction() as session:
        token = session["csrf_token"]
    client.post(
        "/login",
        data={"csrf_token": token, "name": "x", "password": "y"},
        headers={"X-Forwarded-For": "192.0.2.7"},
    )
    assert f"Failed login for 'x' from {address}" in caplog.text


def test_the_database_is_created_when_another_process_lets_go(
    instance: Path, start: Start
) -> None:
    """SQLite does not wait when the journal's mode is changed; workers start at once."""
    path = instance / "notes.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        letting_go = threading.Timer(0.2, other.execute, ["COMMIT"])
        letting_go.start()
        try:
            start(DATABASE=str(path))
        finally:
            letting_go.join()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM account").fetchone() == (0,)
