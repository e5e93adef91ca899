"""Step 3: tokens, with which programs use the API without a browser."""

import hashlib
import secrets
import sqlite3
from contextlib import closing

from notes import accounts
from notes import csrf
from notes import db
from notes.accounts import Account
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from flasklit import Blueprint
from flasklit import Flask
from flasklit import g
from flasklit import jsonify
from flasklit import request
from flasklit.typing import ResponseReturnValue

blueprint = Blueprint("tokens", __name__, url_prefix="/api")

TABLE = """
CREATE TABLE IF NOT EXISTS api_token (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    digest TEXT NOT NULL UNIQUE
)
"""


def init_app(app: Flask) -> None:
    """Make the table, add the views, and let tokens in."""
    with closing(sqlite3.connect(app.config["DATABASE"])) as database:
        database.execute(TABLE)
    app.register_blueprint(blueprint)
    # In the place of the check of forms: after it would be too late.
    before = app.before_request_funcs[None]
    before[before.index(csrf.check)] = admit


def admit() -> None:
    """Find out whose token came along; without one, check the form as before.

    A page elsewhere can make a browser send cookies. It cannot make it send a token
    it does not have, so such a request needs no second proof.
    """
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer":
        csrf.check()
        return
    row = (
        db.connection()
        .execute(
            """
            SELECT account.id, name FROM api_token JOIN account ON account.id = account_id
            WHERE digest = ?
            """,
            (_digest(authorization.token or ""),),
        )
        .fetchone()
    )
    if row is None:
        raise Unauthorized(
            "This token is not known, or not any more.",
            www_authenticate=WWWAuthenticate("bearer", {"realm": "notes"}),
        )
    g.account = Account(**dict(row))


@blueprint.before_request
def require_account() -> ResponseReturnValue | None:
    """Send a stranger to the login page."""
    return accounts.require()


@blueprint.post("/tokens")
def make() -> ResponseReturnValue:
    """Make a token; it is shown this once, and kept as a digest only."""
    token = secrets.token_urlsafe(32)
    database = db.connection()
    with database:
        (token_id,) = database.execute(
            "INSERT INTO api_token (account_id, digest) VALUES (?, ?) RETURNING id",
            (accounts.current().id, _digest(token)),
        ).fetchone()
    return jsonify(id=token_id, token=token), 201


@blueprint.delete("/tokens/<row:token_id>")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token of one's own."""
    database = db.connection()
    with database:
        database.execute(
            "DELETE FROM api_token WHERE id = ? AND account_id = ?",
            (token_id, accounts.current().id),
        )
    return "", 204


def _digest(token: str) -> str:
    """What is kept of a token. It is random and long, so one round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
