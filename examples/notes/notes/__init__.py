"""A notebook for several people: accounts, notes, attached files, a JSON view.

``create_app`` is the only name the outside needs.  Each module below it is one
concern: ``settings`` (configuration), ``db`` (connections and schema), ``store``
(every query about notes), ``accounts``, ``pages``, ``files`` and ``api`` (the
blueprints), ``csrf`` and ``errors`` (what holds for all of them).
"""

from collections.abc import Mapping
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from flasklit import Flask
from flasklit import request
from flasklit import Response

from . import accounts
from . import api
from . import csrf
from . import db
from . import errors
from . import files
from . import formats
from . import pages
from . import settings

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the application, and what it needs on disk if that is not there yet.

    :param config: settings that win over every other source, for tests above all.
    :returns: an application ready to serve.
    :raises settings.SettingsError: when a setting cannot be used.
    :raises db.SchemaMismatch: when the database belongs to another release.
    """
    overrides = config or {}
    app = Flask(
        __name__,
        instance_path=settings.instance_path(overrides),
        instance_relative_config=True,
    )
    settings.load(app, overrides)

    formats.init_app(app)
    db.init_app(app)
    errors.init_app(app)
    for blueprint in (
        accounts.blueprint,
        pages.blueprint,
        files.blueprint,
        api.blueprint,
    ):
        app.register_blueprint(blueprint)
    csrf.init_app(app)  # after the blueprints, so that a refusal knows who is asking
    app.after_request(guard_response)

    hops = app.config["PROXY_HOPS"]
    if hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops
        )
    return app


def guard_response(response: Response) -> Response:
    """Keep private pages out of caches and everything out of foreign frames.

    Whatever is not a static file may show who is logged in, an error page
    included, so no cache may store it and none may serve it to another cookie.
    """
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
