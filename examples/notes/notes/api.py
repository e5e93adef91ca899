"""The notes as JSON, for scripts that hold a session.

``GET /api/session`` names the account and gives the token that ``POST /api/notes``
wants to see in the header ``X-CSRF-Token``.
"""

from typing import Any

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from flasklit import abort
from flasklit import Blueprint
from flasklit import g
from flasklit import jsonify
from flasklit import request
from flasklit import url_for
from flasklit.typing import ResponseReturnValue

from . import accounts
from . import csrf
from .formats import iso_time
from .store import Attachment
from .store import Draft
from .store import Note

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.before_request
def require_account() -> None:
    """Answer a stranger with 401; a script has no use for the login page."""
    if g.account is None:
        raise Unauthorized(
            "Log in first and send the session cookie.",
            www_authenticate=WWWAuthenticate("session", {"realm": "notes"}),
        )


@blueprint.get("/session")
def session_facts() -> ResponseReturnValue:
    """Tell who is logged in, and the token of the session."""
    return jsonify(account=accounts.current().name, csrf_token=csrf.token())


@blueprint.get("/notes")
def list_notes() -> ResponseReturnValue:
    """List the notes, or those that contain the text ``q``."""
    found = accounts.notebook().notes(containing=request.args.get("q", "").strip())
    return jsonify(notes=[_summary(note) for note in found])


@blueprint.get("/notes/<row:note_id>")
def read_note(note_id: int) -> ResponseReturnValue:
    """Return one note in full."""
    book = accounts.notebook()
    return jsonify(_full(book.note(note_id), book.attachments(note_id)))


@blueprint.post("/notes")
def add_note() -> ResponseReturnValue:
    """Write a note from ``{"title": …, "body": …}``."""
    match request.get_json():
        case {"title": str(title), "body": str(body)}:
            draft = Draft.clean(title, body)
        case _:
            abort(422, 'Send an object with the texts "title" and "body".')
    if problems := draft.problems():
        abort(422, " ".join(problems))

    book = accounts.notebook()
    note_id = book.add(draft)
    place = url_for("api.read_note", note_id=note_id)
    return jsonify(_full(book.note(note_id), [])), 201, {"Location": place}


def _summary(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "title": note.title,
        "created_at": iso_time(note.created_at),
        "updated_at": iso_time(note.updated_at),
        "url": url_for("api.read_note", note_id=note.id),
    }


def _full(note: Note, attachments: list[Attachment]) -> dict[str, Any]:
    return {
        **_summary(note),
        "body": note.body,
        "attachments": [
            {
                "name": attachment.name,
                "size": attachment.size,
                "url": url_for(
                    "files.download", note_id=note.id, attachment_id=attachment.id
                ),
            }
            for attachment in attachments
        ],
    }
