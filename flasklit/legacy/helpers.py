"""Functions for views as they were at 0.11 (chapters 51, 52, 53)"""

from __future__ import annotations

import io
import os
from mimetypes import guess_type
from typing import Any
from typing import IO
from typing import TYPE_CHECKING

from .. import helpers as current
from ..former.functions import get_env as get_env
from ..scaffold import Scaffold
from .restored import restored_names

if TYPE_CHECKING:
    from datetime import datetime

    from ..wrappers import Response

__getattr__ = restored_names(__name__)


def get_debug_flag() -> bool:
    """Whether debug mode is asked for, by ``FLASK_DEBUG`` or ``FLASK_ENV``."""
    if current.environment_setting("DEBUG"):
        return current.get_debug_flag()
    return get_env() == "development"


def send_file(
    filename_or_fp: os.PathLike[str] | str | IO[Any],
    mimetype: str | None = None,
    as_attachment: bool = False,
    attachment_filename: str | None = None,
    add_etags: bool = True,
    cache_timeout: int | None = None,
    conditional: bool = False,
    last_modified: datetime | int | float | None = None,
) -> Response:
    """Answer with the contents of a file.

    :param filename_or_fp: a path, relative to the application's root path, or a
        file; one of text is encoded.
    :param mimetype: the media type; by default guessed from the name, or
        ``application/octet-stream``.
    :param as_attachment: ask the browser to save the file.
    :param attachment_filename: the name to save it under.
    :param add_etags: compute an entity tag.
    :param cache_timeout: for how many seconds a client may keep the file.
    :param conditional: honour conditional and range requests.
    :param last_modified: when the file was last modified.

    .. versionchanged:: 1.0
        ``last_modified``.
    """
    if isinstance(filename_or_fp, io.TextIOBase):
        buffer = getattr(filename_or_fp, "buffer", None)
        filename_or_fp = buffer or io.BytesIO(filename_or_fp.read().encode())
    if mimetype is None:
        open_file = hasattr(filename_or_fp, "read")
        name: Any = attachment_filename if open_file else filename_or_fp
        mimetype = guess_type(name or "")[0] or "application/octet-stream"
    return current.send_file(
        filename_or_fp,
        mimetype,
        as_attachment,
        attachment_filename,
        conditional,
        add_etags,
        last_modified,
        cache_timeout,
    )


def send_from_directory(
    directory: os.PathLike[str] | str,
    filename: os.PathLike[str] | str,
    **options: Any,
) -> Response:
    """Answer with a file below a folder; conditional unless told otherwise.

    :param directory: the folder, relative to the application's root path.
    :param filename: the path below the folder; it may come from the client.
    :param options: the other arguments of :func:`send_file`.
    :raises werkzeug.exceptions.NotFound: the path leaves the folder, or there
        is no such file.
    """
    today = {_TODAY.get(name, name): value for name, value in options.items()}
    return current.send_from_directory(directory, filename, **today)


_TODAY = {
    "attachment_filename": "download_name",
    "add_etags": "etag",
    "cache_timeout": "max_age",
}
_PackageBoundObject = Scaffold
