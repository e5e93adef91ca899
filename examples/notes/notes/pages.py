"""The pages on which somebody reads and writes notes."""

from flasklit import Blueprint
from flasklit import current_app
from flasklit import redirect
from flasklit import render_template
from flasklit import request
from flasklit import url_for
from flasklit.typing import ResponseReturnValue

from . import accounts
from . import files
from .store import Draft

blueprint = Blueprint("pages", __name__)
blueprint.before_request(accounts.require)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """List the notes, or those that contain the search text."""
    wanted = request.args.get("q", "").strip()
    notes = accounts.notebook().notes(containing=wanted)
    return render_template("index.html", notes=notes, wanted=wanted)


@blueprint.get("/notes/<row:note_id>")
def show(note_id: int) -> ResponseReturnValue:
    """Show one note with its attachments."""
    book = accounts.notebook()
    return render_template(
        "note.html",
        note=book.note(note_id),
        attachments=book.attachments(note_id),
        limit=current_app.config["MAX_CONTENT_LENGTH"],
    )


@blueprint.route("/notes/new", methods=["GET", "POST"])
def write() -> ResponseReturnValue:
    """Write a new note."""
    if request.method == "GET":
        return render_template("editor.html", draft=Draft())
    draft = _sent_draft()
    if problems := draft.problems():
        return render_template("editor.html", draft=draft, problems=problems), 422
    return _see(accounts.notebook().add(draft))


@blueprint.route("/notes/<row:note_id>/edit", methods=["GET", "POST"])
def edit(note_id: int) -> ResponseReturnValue:
    """Change a note."""
    book = accounts.notebook()
    note = book.note(note_id)
    if request.method == "GET":
        draft = Draft(note.title, note.body)
        return render_template("editor.html", draft=draft, note=note)
    draft = _sent_draft()
    if problems := draft.problems():
        page = render_template("editor.html", draft=draft, note=note, problems=problems)
        return page, 422
    book.change(note_id, draft)
    return _see(note_id)


@blueprint.post("/notes/<row:note_id>/delete")
def delete(note_id: int) -> ResponseReturnValue:
    """Delete a note together with its files."""
    files.discard(accounts.notebook().remove(note_id))
    return redirect(url_for("pages.index"), 303)


def _sent_draft() -> Draft:
    return Draft.clean(request.form.get("title", ""), request.form.get("body", ""))


def _see(note_id: int) -> ResponseReturnValue:
    return redirect(url_for("pages.show", note_id=note_id), 303)
