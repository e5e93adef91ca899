"""The application that serves the built book."""

import gzip
from pathlib import Path

from flasklit import Flask
from flasklit import redirect
from flasklit import request
from flasklit import Response
from flasklit.typing import ResponseReturnValue

#: What gets smaller; pictures and archives do not.
COMPRESSED = frozenset(
    {
        "application/json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/markdown",
        "text/plain",
    }
)
SITE = Path(__file__).parents[2] / "build" / "html"


def create_app(site: str | Path = SITE) -> Flask:
    """Make an application whose static files are the site.

    :param site: the folder that ``sphinx-build`` wrote.
    :raises FileNotFoundError: the site is not built.
    """
    if not (Path(site) / "index.html").is_file():
        raise FileNotFoundError(f"There is no site in {site}. Build it: nox -s book")
    app = Flask(__name__, static_folder=site, static_url_path="")

    @app.get("/")
    def index() -> ResponseReturnValue:
        return app.send_static_file("index.html")

    @app.get("/<path:folder>/")
    def page(folder: str) -> ResponseReturnValue:
        return redirect(f"/{folder}/index.html")

    @app.errorhandler(404)
    def not_found(error: Exception) -> ResponseReturnValue:
        # As text, for a browser must not be told that it has this page already.
        return Path(site, "404.html").read_text("utf-8"), 404

    app.after_request(compressed)
    return app


def compressed(response: Response) -> Response:
    """Compress a page, a style or a script for a client that takes it (:rfc:`9110`)."""
    small_enough = response.status_code == 200 and response.mimetype in COMPRESSED
    if small_enough and request.accept_encodings["gzip"]:
        response.direct_passthrough = False
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
        tag, _ = response.get_etag()
        if tag is not None:
            response.set_etag(tag, weak=True)
    return response
