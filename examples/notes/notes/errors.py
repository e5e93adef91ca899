"""What a visitor sees when something goes wrong."""

from collections.abc import Mapping
from typing import Final

from jinja2.filters import do_filesizeformat
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound
from werkzeug.exceptions import RequestEntityTooLarge

from flasklit import current_app
from flasklit import Flask
from flasklit import json
from flasklit import render_template
from flasklit import request
from flasklit.typing import ResponseReturnValue

from .store import Missing

# How many times the size limit is read and dropped so that a visitor sees the answer.
PATIENCE: Final = 16
CHUNK: Final = 65_536

EXPLANATIONS: Final[Mapping[int, str]] = {
    403: "You may not do this.",
    404: "There is nothing at this address, or it is not yours to see.",
    413: "What you sent is larger than this site accepts.",
    500: "Something broke on our side, and it has been logged. Try again in a moment.",
}


def init_app(app: Flask) -> None:
    """Give every HTTP error this site's page, and JSON under ``/api``."""
    app.register_error_handler(HTTPException, explain)
    app.register_error_handler(Missing, not_found)


def not_found(_error: Missing) -> ResponseReturnValue:
    """Treat what is not in somebody's notebook as any other wrong address."""
    return explain(NotFound())


def explain(error: HTTPException) -> ResponseReturnValue:
    """Answer with the error's status and headers, and a body that helps."""
    if isinstance(error, RequestEntityTooLarge):
        _drop_body()
    response = error.get_response(request.environ)
    code, message = error.code or 500, _message(error)
    if request.path.startswith("/api/"):
        response.data = json.dumps({"error": error.name, "message": message})
        response.content_type = "application/json"
    else:
        response.data = render_template(
            "error.html", code=code, name=error.name, message=message
        )
        response.content_type = "text/html; charset=utf-8"
    return response


def _drop_body() -> None:
    """Receive what was refused for its announced size, unless that is enormous.

    A browser looks for an answer once it has sent everything.  If the server closes
    the connection before, all the visitor sees is that it was lost.  A body without
    a length, or refused in its middle, is left alone: nobody knows what is still to
    come.
    """
    length = request.content_length or 0
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    if not limit < length <= PATIENCE * limit:
        return
    stream = request.environ["wsgi.input"]
    while length > 0 and (chunk := stream.read(min(length, CHUNK))):
        length -= len(chunk)


def _message(error: HTTPException) -> str:
    """Return what the view said about the error, else our words, else the standard's."""
    said = error.description or ""
    if isinstance(error, RequestEntityTooLarge):
        limit = do_filesizeformat(current_app.config["MAX_CONTENT_LENGTH"])
        return f"{EXPLANATIONS[413]} The limit is {limit}."
    if said == type(error).description:
        return EXPLANATIONS.get(error.code or 500, said)
    return said
