"""Step 2: a search for words, in an index that SQLite keeps."""

import re
import sqlite3
from contextlib import closing

from notes import accounts
from notes import db
from notes.store import EXCERPT_LENGTH
from notes.store import Note

from flasklit import Blueprint
from flasklit import Flask
from flasklit import render_template
from flasklit import request
from flasklit.typing import ResponseReturnValue

blueprint = Blueprint("searching", __name__)
blueprint.before_request(accounts.require)

# The index holds no text of its own, it points to the notes. Triggers tell it of
# every change, whoever makes it. `rebuild` takes in the notes from before.
INDEX = """
BEGIN IMMEDIATE;
CREATE VIRTUAL TABLE note_words USING fts5(
    title, body, content='note', content_rowid='id'
);
CREATE TRIGGER note_words_added AFTER INSERT ON note BEGIN
    INSERT INTO note_words (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER note_words_removed AFTER DELETE ON note BEGIN
    INSERT INTO note_words (note_words, rowid, title, body)
    VALUES ('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER note_words_changed AFTER UPDATE OF title, body ON note BEGIN
    INSERT INTO note_words (note_words, rowid, title, body)
    VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO note_words (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
INSERT INTO note_words (note_words) VALUES ('rebuild');
COMMIT;
"""


def init_app(app: Flask) -> None:
    """Make the index if there is none, and add the page."""
    with closing(sqlite3.connect(app.config["DATABASE"])) as database:
        if not database.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'note_words'"
        ).fetchone():
            database.executescript(INDEX)
    app.register_blueprint(blueprint)


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """List one's own notes that have all the words, the best first."""
    wanted = request.args.get("q", "").strip()
    return render_template("index.html", notes=find(wanted), wanted=wanted)


def find(wanted: str) -> list[Note]:
    """Find notes of the present account.

    :param wanted: words, or beginnings of words, in any order.
    """
    words = re.findall(r"\w+", wanted)
    if not words:
        return []
    rows = db.connection().execute(
        """
        SELECT id, note.title, substr(note.body, 1, :length) AS body,
               created_at, updated_at
        FROM note_words JOIN note ON note.id = note_words.rowid
        WHERE note_words MATCH :words AND owner_id = :owner
        ORDER BY rank
        """,
        {
            "length": EXCERPT_LENGTH,
            # In quotes a word is a word, `AND` and `NEAR` included.
            "words": " ".join(f'"{word}"*' for word in words),
            "owner": accounts.current().id,
        },
    )
    return [Note(**dict(row)) for row in rows]
