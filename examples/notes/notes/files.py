"""Files attached to notes.

On disk a file has a random name, so nothing a browser sends can choose a path, name
an existing file or be run by a web server that looks into the folder.  The name its
owner gave it stays in the database, is shown, and is offered again at download.
Downloads are always attachments: a page that somebody uploads never runs here.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from flasklit import abort
from flasklit import Blueprint
from flasklit import current_app
from flasklit import redirect
from flasklit import request
from flasklit import send_from_directory
from flasklit import url_for
from flasklit.typing import ResponseReturnValue

from . import accounts
from .store import Attachment

NAME_LIMIT: Final = 120

blueprint = Blueprint("files", __name__, url_prefix="/notes/<row:note_id>/files")
blueprint.before_request(accounts.require)


@blueprint.post("/")
def add(note_id: int) -> ResponseReturnValue:
    """Attach the uploaded file to a note."""
    book = accounts.notebook()
    book.note(note_id)  # nothing is written for a note that is not theirs
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        abort(422, "Choose a file first.")

    stored_as = secrets.token_hex(16)
    path = _folder() / stored_as
    try:
        upload.save(path)
        name = display_name(upload.filename)
        book.attach(note_id, name, stored_as, path.stat().st_size)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return _see_note(note_id)


@blueprint.get("/<row:attachment_id>")
def download(note_id: int, attachment_id: int) -> ResponseReturnValue:
    """Send a file to its owner, under the name they know it by."""
    attachment = accounts.notebook().attachment(note_id, attachment_id)
    return send_from_directory(
        _folder(),
        attachment.stored_as,
        as_attachment=True,
        download_name=attachment.name,
    )


@blueprint.post("/<row:attachment_id>/delete")
def delete(note_id: int, attachment_id: int) -> ResponseReturnValue:
    """Delete one file of a note."""
    discard([accounts.notebook().detach(note_id, attachment_id)])
    return _see_note(note_id)


def discard(attachments: Iterable[Attachment]) -> None:
    """Delete the files of attachments that are no longer in the database.

    In this order a crash leaves a file nobody refers to, never a reference to a
    file that is gone.
    """
    for attachment in attachments:
        (_folder() / attachment.stored_as).unlink(missing_ok=True)


def display_name(sent: str) -> str:
    """Return what to call a file whose browser called it ``sent``.

    Folders go, with either kind of slash, and so do control characters and marks
    that change the direction of writing; letters of every script stay.  A name that
    is too long loses its middle, not its suffix.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    name = "".join(filter(str.isprintable, last)).strip(" .")
    if len(name) > NAME_LIMIT:
        suffix = Path(name).suffix[:20]
        name = name[: NAME_LIMIT - len(suffix)] + suffix
    return name or "file"


def _folder() -> Path:
    return Path(current_app.config["UPLOAD_FOLDER"])


def _see_note(note_id: int) -> ResponseReturnValue:
    return redirect(url_for("pages.show", note_id=note_id), 303)
