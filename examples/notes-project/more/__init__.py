"""The notes with links to share, a search index and tokens for programs."""

from collections.abc import Mapping
from typing import Any

import notes

from flasklit import Flask

from . import searching
from . import sharing
from . import tokens


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the notes, then put the three parts on top.

    :param config: settings, as for ``notes.create_app``.
    """
    app = notes.create_app(config)
    for part in (sharing, searching, tokens):
        part.init_app(app)
    return app
