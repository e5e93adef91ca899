"""The application that serves the built book."""

from pathlib import Path

from flasklit import Flask
from flasklit import redirect
from flasklit.typing import ResponseReturnValue

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

    return app
