"""Accounts: registering, logging in and out, and who is making this request."""

import re
import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import Final

from werkzeug.security import check_password_hash
from werkzeug.security import generate_password_hash

from flasklit import Blueprint
from flasklit import current_app
from flasklit import g
from flasklit import redirect
from flasklit import render_template
from flasklit import request
from flasklit import session
from flasklit import url_for
from flasklit.typing import ResponseReturnValue

from . import db
from .store import Notebook

NAME_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
PASSWORD_MINIMUM: Final = 8
PASSWORD_MAXIMUM: Final = 1000
# A path on this site. Browsers take two slashes for the start of a host name, a
# backslash for a slash, and skip tabs and line ends: none of them may get through.
LOCAL_TARGET: Final = re.compile(r"/(?!/)[^\\\x00-\x20]*")

blueprint = Blueprint("accounts", __name__)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with a name here."""

    id: int
    name: str


@blueprint.before_app_request
def identify() -> None:
    """Find out who is asking; ``g.account`` is ``None`` for a stranger.

    Static files are the same for everyone, so their requests do not even open the
    session, and their responses stay cacheable.
    """
    g.account = None
    if request.endpoint == "static" or "login" not in session:
        return
    row = (
        db.connection()
        .execute(
            """
            SELECT account.id, name FROM login JOIN account ON account.id = account_id
            WHERE token = ? AND created_at > ?
            """,
            (session["login"], _oldest_login()),
        )
        .fetchone()
    )
    if row is not None:
        g.account = Account(**dict(row))


def current() -> Account:
    """Return the account of this request, in views that require one."""
    account: Account = g.account
    return account


def notebook() -> Notebook:
    """Return the notebook of whoever makes this request."""
    return Notebook(db.connection(), current().id)


def require() -> ResponseReturnValue | None:
    """Send a stranger to the login page, and from there back to where they were."""
    if g.account is not None:
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", next=wanted), 303)


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Create an account and log in with it."""
    if request.method == "GET":
        return render_template("register.html")

    name = request.form.get("name", "").strip()
    password = request.form.get("password", "")
    problems = _problems(name, password)
    if not problems:
        account_id = _add_account(name, password)
        if account_id is not None:
            _log_in(account_id)
            return redirect(url_for("pages.index"), 303)
        problems.append("That name is taken.")
    return render_template("register.html", name=name, problems=problems), 422


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Log in, then continue to the page named by ``next``."""
    if request.method == "GET":
        return render_template("login.html")

    name = request.form.get("name", "").strip()
    account_id = _verify(name, request.form.get("password", ""))
    if account_id is None:
        current_app.logger.warning(
            "Failed login for %r from %s", name, request.remote_addr
        )
        problems = ["Name and password do not match."]
        return render_template("login.html", name=name, problems=problems), 422
    _log_in(account_id)
    return redirect(_local_target(request.args.get("next", "")), 303)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End this login for good: the cookie is deleted, and a copy of it is void."""
    database = db.connection()
    with database:
        database.execute(
            "DELETE FROM login WHERE token = ?", (session.get("login", ""),)
        )
    session.clear()
    return redirect(url_for("accounts.login"), 303)


def _problems(name: str, password: str) -> list[str]:
    found = []
    if not NAME_PATTERN.fullmatch(name):
        found.append(
            "A name has 2 to 40 letters, digits, dots, hyphens or underscores, "
            "and begins with a letter or digit."
        )
    if not PASSWORD_MINIMUM <= len(password) <= PASSWORD_MAXIMUM:
        found.append(
            f"A password has {PASSWORD_MINIMUM} to {PASSWORD_MAXIMUM} characters."
        )
    return found


def _hash(password: str) -> str:
    return generate_password_hash(password, current_app.config["PASSWORD_METHOD"])


def _add_account(name: str, password: str) -> int | None:
    """Store an account; ``None`` when the name is taken.

    The table decides, not a query before it: of two people who ask for one name at
    the same moment, exactly one gets it.
    """
    password_hash = _hash(password)
    database = db.connection()
    try:
        with database:
            (account_id,) = database.execute(
                "INSERT INTO account (name, password_hash) VALUES (?, ?) RETURNING id",
                (name, password_hash),
            ).fetchone()
    except sqlite3.IntegrityError:
        return None
    return int(account_id)


def _verify(name: str, password: str) -> int | None:
    """Return the account these credentials belong to, if any.

    An unknown name costs one derivation just as a wrong password does: how long
    the answer takes must not tell which names exist.
    """
    row = (
        db.connection()
        .execute("SELECT id, password_hash FROM account WHERE name = ?", (name,))
        .fetchone()
    )
    known_hash = _decoy() if row is None else row["password_hash"]
    matches = check_password_hash(known_hash, password)
    return int(row["id"]) if row is not None and matches else None


def _decoy() -> str:
    """Return a hash in today's method that no password has."""
    return f"{current_app.config['PASSWORD_METHOD']}$salt$none"


def _log_in(account_id: int) -> None:
    """Start a fresh session for an account; nothing from before it is kept."""
    token = secrets.token_urlsafe(32)
    database = db.connection()
    with database:
        database.execute("DELETE FROM login WHERE created_at <= ?", (_oldest_login(),))
        database.execute(
            "INSERT INTO login (token, account_id, created_at) VALUES (?, ?, ?)",
            (token, account_id, int(time.time())),
        )
    session.clear()
    session["login"] = token
    session.permanent = True


def _oldest_login() -> int:
    lifetime = current_app.permanent_session_lifetime
    return int(time.time() - lifetime.total_seconds())


def _local_target(wanted: str) -> str:
    """Return ``wanted`` if it is a path on this site, else the start page."""
    return wanted if LOCAL_TARGET.fullmatch(wanted) else url_for("pages.index")
