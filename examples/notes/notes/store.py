"""Every query about notes and attachments.

A ``Notebook`` is tied to one owner when it is made, and each of its queries names
that owner.  No view can forget the check, and a note of somebody else is
indistinguishable from one that does not exist.
"""

import sqlite3
import time
from dataclasses import dataclass
from typing import Final

TITLE_LIMIT: Final = 200
BODY_LIMIT: Final = 100_000
EXCERPT_LENGTH: Final = 240


class Missing(LookupError):
    """The owner of the notebook has no such note or attachment."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as stored; in a listing ``body`` holds only its beginning."""

    id: int
    title: str
    body: str
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a note; ``size`` is in bytes."""

    id: int
    name: str
    stored_as: str
    size: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants a note to say."""

    title: str = ""
    body: str = ""

    @classmethod
    def clean(cls, title: str, body: str) -> "Draft":
        """Fold the blanks of the title, and line ends as browsers send them.

        JSON can spell half a character (``"\\ud83d"``), which no database can store:
        it becomes a question mark.
        """
        title, body = (text.encode(errors="replace").decode() for text in (title, body))
        return cls(" ".join(title.split()), body.replace("\r\n", "\n").rstrip())

    def problems(self) -> list[str]:
        """Say in sentences why this cannot be stored; nothing when it can."""
        found = []
        if not self.title:
            found.append("A note needs a title.")
        if len(self.title) > TITLE_LIMIT:
            found.append(f"The title is longer than {TITLE_LIMIT} characters.")
        if len(self.body) > BODY_LIMIT:
            found.append(f"The text is longer than {BODY_LIMIT:,} characters.")
        return found


class Notebook:
    """The notes of one owner.

    :param database: an open connection.
    :param owner_id: the account whose notes these are.
    """

    def __init__(self, database: sqlite3.Connection, owner_id: int) -> None:
        self.database = database
        self.owner_id = owner_id

    def notes(self, containing: str = "") -> list[Note]:
        """Return all notes, or those that contain a text, latest change first."""
        rows = self.database.execute(
            """
            SELECT id, title, substr(body, 1, :length) AS body, created_at, updated_at
            FROM note
            WHERE owner_id = :owner
              AND instr(lower(title || char(10) || body), lower(:text)) > 0
            ORDER BY updated_at DESC, id DESC
            """,
            {"length": EXCERPT_LENGTH, "owner": self.owner_id, "text": containing},
        )
        return [Note(**dict(row)) for row in rows]

    def note(self, note_id: int) -> Note:
        """Return one note.

        :raises Missing: when the owner has no note with this number.
        """
        row = self.database.execute(
            """
            SELECT id, title, body, created_at, updated_at
            FROM note WHERE id = ? AND owner_id = ?
            """,
            (note_id, self.owner_id),
        ).fetchone()
        if row is None:
            raise Missing(f"note {note_id}")
        return Note(**dict(row))

    def add(self, draft: Draft) -> int:
        """Store a new note and return its number."""
        now = int(time.time())
        with self.database:
            (note_id,) = self.database.execute(
                """
                INSERT INTO note (owner_id, title, body, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?) RETURNING id
                """,
                (self.owner_id, draft.title, draft.body, now, now),
            ).fetchone()
        return int(note_id)

    def change(self, note_id: int, draft: Draft) -> None:
        """Replace what a note says.

        :raises Missing: when the owner has no note with this number.
        """
        with self.database:
            changed = self.database.execute(
                """
                UPDATE note SET title = ?, body = ?, updated_at = ?
                WHERE id = ? AND owner_id = ?
                """,
                (draft.title, draft.body, int(time.time()), note_id, self.owner_id),
            ).rowcount
        if not changed:
            raise Missing(f"note {note_id}")

    def remove(self, note_id: int) -> list[Attachment]:
        """Delete a note and return its attachments, whose files are left to delete.

        :raises Missing: when the owner has no note with this number.
        """
        with self.database:
            self.database.execute("BEGIN IMMEDIATE")
            attachments = self.attachments(note_id)
            removed = self.database.execute(
                "DELETE FROM note WHERE id = ? AND owner_id = ?",
                (note_id, self.owner_id),
            ).rowcount
        if not removed:
            raise Missing(f"note {note_id}")
        return attachments

    def attachments(self, note_id: int) -> list[Attachment]:
        """Return what is attached to a note, in the order it was added."""
        rows = self.database.execute(
            """
            SELECT attachment.id, name, stored_as, size
            FROM attachment JOIN note ON note.id = note_id
            WHERE note_id = ? AND owner_id = ?
            ORDER BY attachment.id
            """,
            (note_id, self.owner_id),
        )
        return [Attachment(**dict(row)) for row in rows]

    def attachment(self, note_id: int, attachment_id: int) -> Attachment:
        """Return one attachment.

        :raises Missing: when the note is not the owner's or has no such attachment.
        """
        for attachment in self.attachments(note_id):
            if attachment.id == attachment_id:
                return attachment
        raise Missing(f"attachment {attachment_id} of note {note_id}")

    def attach(self, note_id: int, name: str, stored_as: str, size: int) -> None:
        """Record a stored file as part of a note.

        :raises Missing: when the owner has no note with this number.
        """
        with self.database:
            added = self.database.execute(
                """
                INSERT INTO attachment (note_id, name, stored_as, size)
                SELECT id, ?, ?, ? FROM note WHERE id = ? AND owner_id = ?
                """,
                (name, stored_as, size, note_id, self.owner_id),
            ).rowcount
        if not added:
            raise Missing(f"note {note_id}")

    def detach(self, note_id: int, attachment_id: int) -> Attachment:
        """Forget an attachment and return it; its file is left to delete.

        :raises Missing: when the note is not the owner's or has no such attachment.
        """
        attachment = self.attachment(note_id, attachment_id)
        with self.database:
            self.database.execute(
                "DELETE FROM attachment WHERE id = ?", (attachment.id,)
            )
        return attachment
