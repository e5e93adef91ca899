"""Connections to the SQLite database, and its schema."""

import sqlite3
from contextlib import closing
from time import monotonic
from time import sleep
from typing import Final

import click
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Map

from flasklit import current_app
from flasklit import Flask
from flasklit import g
from flasklit.cli import with_appcontext

SCHEMA_VERSION: Final = 1
LARGEST_ROW_ID: Final = 2**63 - 1
SECONDS_TO_WAIT_FOR_A_LOCK: Final = 10.0


class SchemaMismatch(RuntimeError):
    """The database was written by a release with another schema."""


class RowConverter(IntegerConverter):
    """A part of a URL that can be the number of a row, as in ``<row:note_id>``.

    SQLite counts in 64 bits.  A larger number is no row's, so it does not match.
    """

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ROW_ID)


def init_app(app: Flask) -> None:
    """Create the database unless told not to, and close connections after use."""
    app.url_map.converters["row"] = RowConverter
    app.teardown_appcontext(_close)
    app.cli.add_command(create_command)
    if app.config["CREATE_DATABASE"]:
        create(app)


def connection() -> sqlite3.Connection:
    """Return the connection of this request, opening it on first use.

    Use it as a context manager to write: the block is one transaction, committed
    at its end and rolled back by an exception.
    """
    if "connection" not in g:
        g.connection = _open(current_app.config["DATABASE"])
    opened: sqlite3.Connection = g.connection
    return opened


def create(app: Flask) -> bool:
    """Create the tables if the database has none.

    Several processes may do this at once: the script takes the write lock first
    and skips what it finds. Where SQLite does not wait for the lock, we do.

    :returns: whether there was anything to create.
    :raises SchemaMismatch: when the tables belong to another release.
    """
    patience_ends = monotonic() + SECONDS_TO_WAIT_FOR_A_LOCK
    while True:
        try:
            return _create_once(app)
        except sqlite3.OperationalError as problem:
            busy = problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or monotonic() > patience_ends:
                raise
            sleep(0.02)


def _create_once(app: Flask) -> bool:
    with closing(_open(app.config["DATABASE"])) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version == SCHEMA_VERSION:
            return False
        if version != 0:
            raise SchemaMismatch(
                f"{app.config['DATABASE']} has schema {version}, this release needs "
                f"{SCHEMA_VERSION}. Use the release that wrote it, or another DATABASE."
            )
        with app.open_resource("schema.sql", "r") as script:
            database.executescript(script.read())
        return True


@click.command("create-db")
@with_appcontext
def create_command() -> None:
    """Create the database if it does not exist."""
    path = current_app.config["DATABASE"]
    if create(current_app):
        click.echo(f"Created {path}.")
    else:
        click.echo(f"{path} exists and is up to date.")


def _open(path: str) -> sqlite3.Connection:
    # IMMEDIATE: a transaction takes the write lock when it begins, where waiting
    # is possible, not in its middle, where SQLite could only give up.
    database = sqlite3.connect(
        path, timeout=SECONDS_TO_WAIT_FOR_A_LOCK, isolation_level="IMMEDIATE"
    )
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = ON")
    return database


def _close(_error: BaseException | None) -> None:
    opened: sqlite3.Connection | None = g.pop("connection", None)
    if opened is not None:
        opened.close()
