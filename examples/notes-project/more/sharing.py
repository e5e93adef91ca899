"""Step 1: a link to one note, for somebody without an account, that ends."""

from itsdangerous import BadSignature
from itsdangerous import SignatureExpired
from itsdangerous import URLSafeTimedSerializer
from notes import accounts
from notes import db
from notes.store import Notebook

from flasklit import abort
from flasklit import Blueprint
from flasklit import current_app
from flasklit import Flask
from flasklit import render_template
from flasklit import url_for
from flasklit.typing import ResponseReturnValue

blueprint = Blueprint("sharing", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Add the two views; a link lasts a week unless ``SHARE_LIFETIME`` says otherwise."""
    app.config.setdefault("SHARE_LIFETIME", 7 * 24 * 60 * 60)
    app.register_blueprint(blueprint)


@blueprint.post("/notes/<row:note_id>/share")
def share(note_id: int) -> ResponseReturnValue:
    """Make a link to a note of one's own."""
    refusal = accounts.require()
    if refusal is not None:
        return refusal
    note = accounts.notebook().note(note_id)
    token = _signing().dumps([accounts.current().id, note.id])
    link = url_for("sharing.read", token=token, _external=True)
    return render_template("share.html", note=note, link=link), 201


@blueprint.get("/shared/<token>")
def read(token: str) -> ResponseReturnValue:
    """Show the note of a link that is genuine and young enough."""
    try:
        owner_id, note_id = _signing().loads(
            token, max_age=current_app.config["SHARE_LIFETIME"]
        )
    except SignatureExpired:
        abort(410, "This link has ended. Ask for a new one.")
    except BadSignature:
        abort(404)
    note = Notebook(db.connection(), owner_id).note(note_id)
    return render_template("shared.html", note=note)


def _signing() -> URLSafeTimedSerializer:
    """What signs the links: a salt of its own keeps them apart from sessions."""
    secret = current_app.secret_key
    assert secret is not None
    return URLSafeTimedSerializer(secret, salt="shared note")
