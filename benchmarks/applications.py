"""The application that answers the cases, for the Flask API and for its peers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from cases import CASES

App = Callable[..., Any]
Views = dict[str, Callable[..., Any]]

TEMPLATE = (
    "<h1>Hello {{ name }}</h1>{% for item in items %}<li>{{ item }}</li>{% endfor %}"
)
DOCUMENT = {"a": 1, "b": [1, 2, 3]}
SHARED = frozenset(
    {
        "hello",
        "param",
        "param_varied",
        "int_param",
        "args",
        "headers",
        "form_post",
        "json_post",
        "not_found",
        "method_not_allowed",
    }
)
#: What each has a way for. Bare Werkzeug has neither JSON views nor redirects.
ABLE = {
    "flask": frozenset(CASES),
    "flasklit": frozenset(CASES),
    "bottle": SHARED | {"json", "redirect", "abort", "head"},
    "falcon": SHARED | {"json", "redirect", "abort"},
    "werkzeug": SHARED | {"head"},
}


@contextmanager
def template_folder() -> Iterator[Path]:
    """A folder with the template of the cases."""
    with tempfile.TemporaryDirectory() as name:
        write_template(Path(name))
        yield Path(name)


def write_template(folder: Path) -> None:
    """Write ``templates/hello.html`` into a folder."""
    templates = folder / "templates"
    templates.mkdir(exist_ok=True)
    (templates / "hello.html").write_text(TEMPLATE, "utf-8")


def make(name: str, folder: Path) -> App:
    """The application of a framework.

    :param name: one of ``ABLE``.
    :param folder: what :func:`template_folder` gave.
    """
    if name.startswith("flask"):
        return flask_app(name, folder)
    return {"bottle": bottle_app, "falcon": falcon_app, "werkzeug": werkzeug_app}[
        name
    ]()


def flask_app(api: str, folder: Path) -> App:
    """All cases, for a module with the Flask API."""
    flask = import_module(api)
    app = flask.Flask("benchmark", root_path=str(folder))
    app.secret_key = "not a secret"
    for add in (plain_views, request_views, session_views, template_views, error_views):
        add(flask, app)
    app.register_blueprint(hooked_blueprint(flask))
    app.register_blueprint(nested_blueprints(flask), url_prefix="/outer")
    return app  # type: ignore[no-any-return]


def plain_views(flask: Any, app: Any) -> None:
    """Views that need nothing of the request but its URL."""
    response = flask.Response
    app.get("/", endpoint="hello")(lambda: "hello")
    app.get("/hello/<name>", endpoint="greet")(lambda name: f"hello {name}")
    app.get("/number/<int:n>", endpoint="number")(lambda n: str(n + 1))
    app.get("/json", endpoint="json")(lambda: DOCUMENT)
    app.get("/tuple", endpoint="tuple")(lambda: ("made", 201, {"X-Made": "now"}))
    app.get("/response", endpoint="response")(
        lambda: response("plain", mimetype="text/plain")
    )
    app.get("/folder/", endpoint="folder")(lambda: "folder")
    app.get("/moved", endpoint="moved")(lambda: flask.redirect("/elsewhere"))
    app.get("/url", endpoint="url")(lambda: flask.url_for("greet", name="ada"))
    app.get("/stream", endpoint="stream")(
        lambda: response((part for part in ("one", "two")), mimetype="text/plain")
    )


def request_views(flask: Any, app: Any) -> None:
    """Views that read the request."""
    request = flask.request

    @app.get("/arguments")
    def arguments() -> Any:
        return request.args.get("x", "") + request.args["y"]

    @app.post("/form")
    def form() -> Any:
        return request.form["a"] + request.form["b"]

    @app.get("/globals")
    def use_globals() -> Any:
        flask.g.seen = request.path
        return f"{request.method} {flask.g.seen}"

    app.get("/headers", endpoint="headers")(lambda: request.headers["User-Agent"])
    app.post("/document", endpoint="document")(lambda: str(request.get_json()["a"]))


def session_views(flask: Any, app: Any) -> None:
    """Views that read and write the session."""

    @app.get("/session")
    def count() -> Any:
        flask.session["visits"] = flask.session.get("visits", 0) + 1
        return "counted"

    app.get("/session/read", endpoint="read")(lambda: str(flask.session.get("visits")))


def template_views(flask: Any, app: Any) -> None:
    """Views that render."""

    @app.get("/template")
    def template() -> Any:
        return flask.render_template("hello.html", name="<ada>", items=[1, 2, 3])

    @app.get("/template/string")
    def template_string() -> Any:
        return flask.render_template_string("Hello {{ name }}", name="<ada>")


def error_views(flask: Any, app: Any) -> None:
    """Views that raise, and a handler for one of them."""

    @app.get("/broken")
    def broken() -> Any:
        raise KeyError("broken")

    app.register_error_handler(KeyError, lambda problem: ("handled", 418))
    app.get("/forbidden", endpoint="forbidden")(lambda: flask.abort(403))


def hooked_blueprint(flask: Any) -> Any:
    """A blueprint with one hook of each kind."""
    hooked = flask.Blueprint("hooked", "benchmark", url_prefix="/hooked")

    @hooked.before_request
    def before() -> None:
        flask.g.mark = "1"

    @hooked.after_request
    def after(response: Any) -> Any:
        response.headers["X-Mark"] = flask.g.mark
        return response

    hooked.teardown_request(lambda problem: None)
    hooked.get("/", endpoint="index")(lambda: "hooked")
    return hooked


def nested_blueprints(flask: Any) -> Any:
    """A blueprint in a blueprint."""
    outer = flask.Blueprint("outer", "benchmark")
    inner = flask.Blueprint("inner", "benchmark")
    inner.get("/item/<int:number>", endpoint="item")(lambda number: str(number))
    outer.register_blueprint(inner, url_prefix="/inner")
    return outer


def bottle_app() -> App:
    """The cases that bottle has a way for."""
    bottle = import_module("bottle")
    app, request = bottle.Bottle(), bottle.request
    app.route("/", "GET", lambda: "hello")
    app.route("/hello/<name>", "GET", lambda name: f"hello {name}")
    app.route("/number/<n:int>", "GET", lambda n: str(n + 1))
    app.route("/json", "GET", lambda: DOCUMENT)
    app.route(
        "/arguments", "GET", lambda: request.query.get("x", "") + request.query["y"]
    )
    app.route("/headers", "GET", lambda: request.headers["User-Agent"])
    app.route("/form", "POST", lambda: request.forms["a"] + request.forms["b"])
    app.route("/document", "POST", lambda: str(request.json["a"]))
    app.route("/moved", "GET", lambda: bottle.redirect("/elsewhere", 302))
    app.route("/forbidden", "GET", lambda: bottle.abort(403))
    return app  # type: ignore[no-any-return]


def falcon_app() -> App:
    """The cases that falcon has a way for."""
    falcon = import_module("falcon")
    app = falcon.App()

    def add(path: str, text: Callable[..., str], method: str = "get") -> None:
        def view(request: Any, response: Any, **values: Any) -> None:
            response.text = text(request, **values)

        add_view(path, view, method)

    def add_view(path: str, view: Callable[..., None], method: str = "get") -> None:
        resource = type("Resource", (), {f"on_{method}": staticmethod(view)})
        app.add_route(path, resource())

    def form(request: Any) -> str:
        media = request.get_media()
        return str(media["a"] + media["b"])

    def moved(request: Any, response: Any) -> None:
        raise falcon.HTTPFound("/elsewhere")

    def forbidden(request: Any, response: Any) -> None:
        raise falcon.HTTPForbidden

    add("/", lambda request: "hello")
    add("/hello/{name}", lambda request, name: f"hello {name}")
    add("/number/{n:int}", lambda request, n: str(n + 1))
    add(
        "/arguments",
        lambda request: request.get_param("x", default="") + request.get_param("y"),
    )
    add("/headers", lambda request: request.get_header("User-Agent"))
    add("/form", form, "post")
    add("/document", lambda request: str(request.get_media()["a"]), "post")
    add_view("/json", lambda request, response: setattr(response, "media", DOCUMENT))
    add_view("/moved", moved)
    add_view("/forbidden", forbidden)
    return app  # type: ignore[no-any-return]


def werkzeug_app() -> App:
    """Request, MapAdapter and Response without a framework around them."""
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import Map
    from werkzeug.routing import Rule
    from werkzeug.wrappers import Request
    from werkzeug.wrappers import Response

    views: dict[str, tuple[str, Callable[..., str]]] = {
        "/": ("GET", lambda request: "hello"),
        "/hello/<name>": ("GET", lambda request, name: f"hello {name}"),
        "/number/<int:n>": ("GET", lambda request, n: str(n + 1)),
        "/arguments": ("GET", lambda req: req.args.get("x", "") + req.args["y"]),
        "/headers": ("GET", lambda request: request.headers["User-Agent"]),
        "/form": ("POST", lambda request: request.form["a"] + request.form["b"]),
        "/document": ("POST", lambda request: str(request.get_json()["a"])),
    }
    url_map = Map(
        [Rule(rule, endpoint=rule, methods=[m]) for rule, (m, _) in views.items()]
    )

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        try:
            rule, values = url_map.bind_to_environ(environ).match()
            body = views[rule][1](Request(environ), **values)
            return Response(body, mimetype="text/html")(environ, start_response)
        except HTTPException as error:
            return error(environ, start_response)

    return app
