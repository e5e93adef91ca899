"""How values are written in pages."""

from datetime import datetime
from datetime import UTC

from flasklit import Flask


def init_app(app: Flask) -> None:
    """Make the formats available to templates as filters, and pages free of gaps.

    Call it before anything else touches the templates: their environment takes its
    options when it is made.
    """
    app.jinja_options = {
        **app.jinja_options,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.add_template_filter(iso_time)
    app.add_template_filter(readable_time)


def iso_time(seconds: int) -> str:
    """Write a time for programs: ``2024-03-01T09:30:00+00:00``."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def readable_time(seconds: int) -> str:
    """Write a time for people: ``1 Mar 2024, 09:30 UTC``."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"
