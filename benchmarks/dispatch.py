"""Microseconds a request: flasklit beside Flask, bottle, falcon and bare Werkzeug, in one process."""

from __future__ import annotations

import gc
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

App = Callable[..., Any]

TEMPLATE = (
    "<h1>Hello {{ name }}</h1>{% for item in items %}<li>{{ item }}</li>{% endfor %}"
)
CASES: dict[str, dict[str, Any]] = {
    "hello": {"path": "/"},
    "variable": {"path": "/hello/*"},
    "number": {"path": "/number/42"},
    "json": {"path": "/json"},
    "arguments": {"path": "/arguments", "query": "x=1&y=two"},
    "form": {"path": "/form", "method": "POST", "body": b"a=1&b=two"},
    "session": {"path": "/session", "cookie": True},
    "unread session": {"path": "/", "cookie": True},
    "template": {"path": "/template"},
    "template string": {"path": "/template-string"},
    "hooks": {"path": "/hooked/"},
    "handled error": {"path": "/error"},
    "not found": {"path": "/no/such/page"},
    "redirect": {"path": "/redirect"},
}


def run(quick: bool) -> dict[str, Any]:
    """Print a line for each case and return the figures."""
    rounds, seconds = (5, 0.004) if quick else (25, 0.01)
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder, "templates")
        templates.mkdir()
        (templates / "hello.html").write_text(TEMPLATE)
        apps = {
            "flask": flask_app("flask", folder),
            "flasklit": flask_app("flasklit", folder),
            "bottle": bottle_app(),
            "falcon": falcon_app(),
            "werkzeug": werkzeug_app(),
        }
        agree(apps["flask"], apps["flasklit"])
        print(f"{'µs (times as fast as Flask)':28}" + "".join(f"{n:>17}" for n in apps))
        figures = {case: measure(case, apps, rounds, seconds) for case in CASES}
    mean = statistics.geometric_mean(f["flasklit"]["ratio"] for f in figures.values())
    print(f"geometric mean of flasklit: {mean:.2f} times as fast as Flask")
    return {"cases": figures, "geometric mean": round(mean, 2)}


def measure(
    case: str, apps: dict[str, App], rounds: int, seconds: float
) -> dict[str, Any]:
    """Time a case for all who can run it, in turns, and print the line."""
    able = {
        n: a
        for n, a in apps.items()
        if n.startswith("flask") or case in ABLE.get(n, ())
    }
    cookies = {
        n: cookie(a) if CASES[case].get("cookie") else "" for n, a in able.items()
    }
    counts = {
        n: max(5, int(seconds / once(a, case, cookies[n], 20))) for n, a in able.items()
    }
    samples: dict[str, list[float]] = {n: [] for n in able}
    gc.collect()
    for turn in range(rounds):
        for name in list(able)[:: 1 if turn % 2 == 0 else -1]:
            samples[name].append(
                once(able[name], case, cookies[name], counts[name]) * 1e6
            )
    row = {}
    for name, times in samples.items():
        pairs = [
            flask / own for flask, own in zip(samples["flask"], times, strict=True)
        ]
        row[name] = {
            "µs": round(min(times), 2),
            "ratio": round(statistics.median(pairs), 2),
        }
    cells = (
        f"{row[n]['µs']:9.1f} x{row[n]['ratio']:6.2f}" if n in row else " " * 17
        for n in apps
    )
    print(f"{case:28}" + "".join(cells), flush=True)
    return row


def once(app: App, case: str, cookie: str, count: int) -> float:
    """Seconds a request, over a number of requests."""
    environ, body = request(case, cookie)
    varied = environ["PATH_INFO"].endswith("*")
    start = time.perf_counter()
    for number in range(count):
        this = environ.copy()
        this["wsgi.input"] = io.BytesIO(body)
        if varied:
            this["PATH_INFO"] = f"/hello/{number}"
        chunks = app(this, ignore)
        for _ in chunks:
            pass
        if hasattr(chunks, "close"):
            chunks.close()
    return (time.perf_counter() - start) / count


def request(case: str, cookie: str = "") -> tuple[dict[str, Any], bytes]:
    """The environ of a case, as a server would make it, and the body."""
    wanted = CASES[case]
    body = wanted.get("body", b"")
    environ = {
        "REQUEST_METHOD": wanted.get("method", "GET"),
        "SCRIPT_NAME": "",
        "PATH_INFO": wanted["path"],
        "QUERY_STRING": wanted.get("query", ""),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "example.com",
        "HTTP_ACCEPT": "text/html,*/*;q=0.8",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_USER_AGENT": "benchmark",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    return environ, body


def ignore(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
    """What the server would do with status and headers."""


def answer(
    app: App, case: str, cookie: str = ""
) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body of a case."""
    environ, body = request(case, cookie)
    environ["wsgi.input"] = io.BytesIO(body)
    seen: list[Any] = []
    chunks = app(
        environ, lambda status, headers, exc_info=None: seen.extend((status, headers))
    )
    data = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return seen[0], seen[1], data


def cookie(app: App) -> str:
    """A session cookie of an application."""
    headers = answer(app, "session")[1]
    return next(v.partition(";")[0] for k, v in headers if k.lower() == "set-cookie")


def agree(flask: App, flasklit: App) -> None:
    """Stop if the two answer a case differently."""
    for case in CASES:
        theirs, ours = answer(flask, case), answer(flasklit, case)
        if theirs[0] != ours[0] or theirs[2] != ours[2]:
            raise SystemExit(f"{case}: Flask answers {theirs}, flasklit {ours}")


def flask_app(api: str, folder: str) -> App:
    """The application of the cases, for a module with the Flask API."""
    flask = import_module(api)
    app = flask.Flask("benchmark", root_path=folder)
    app.secret_key = "not a secret"
    app.get("/", endpoint="hello")(lambda: "hello")
    app.get("/hello/<name>", endpoint="variable")(lambda name: f"hello {name}")
    app.get("/number/<int:n>", endpoint="number")(lambda n: str(n + 1))
    app.get("/json", endpoint="json")(lambda: {"a": 1, "b": [1, 2, 3]})
    app.get("/redirect", endpoint="redirect")(lambda: flask.redirect("/elsewhere"))

    @app.get("/arguments")
    def arguments() -> Any:
        return flask.request.args.get("x", "") + flask.request.args["y"]

    @app.post("/form")
    def form() -> Any:
        return flask.request.form["a"] + flask.request.form["b"]

    @app.get("/session")
    def session() -> Any:
        flask.session["visits"] = 1
        return "counted"

    @app.get("/template")
    def template() -> Any:
        return flask.render_template("hello.html", name="<you>", items=[1, 2, 3])

    @app.get("/template-string")
    def template_string() -> Any:
        return flask.render_template_string("Hello {{ name }}", name="<you>")

    @app.get("/error")
    def error() -> Any:
        raise KeyError("error")

    app.register_error_handler(KeyError, lambda problem: ("handled", 418))
    hooked = flask.Blueprint("hooked", "benchmark", url_prefix="/hooked")
    hooked.before_request(lambda: None)
    hooked.after_request(lambda response: response)
    hooked.teardown_request(lambda problem: None)
    hooked.get("/", endpoint="index")(lambda: "hooked")
    app.register_blueprint(hooked)
    return app  # type: ignore[no-any-return]


ABLE = {
    "bottle": {
        "hello",
        "variable",
        "number",
        "json",
        "arguments",
        "form",
        "not found",
        "redirect",
    },
    "falcon": {
        "hello",
        "variable",
        "number",
        "json",
        "arguments",
        "form",
        "not found",
        "redirect",
    },
    "werkzeug": {"hello", "variable", "number", "arguments", "form", "not found"},
}


def bottle_app() -> App:
    """The cases that bottle has a way for."""
    import bottle

    app = bottle.Bottle()
    app.route("/", "GET", lambda: "hello")
    app.route("/hello/<name>", "GET", lambda name: f"hello {name}")
    app.route("/number/<n:int>", "GET", lambda n: str(n + 1))
    app.route("/json", "GET", lambda: {"a": 1, "b": [1, 2, 3]})
    app.route("/redirect", "GET", lambda: bottle.redirect("/elsewhere", 302))
    query, forms = (lambda: bottle.request.query), (lambda: bottle.request.forms)
    app.route("/arguments", "GET", lambda: query().get("x", "") + query()["y"])
    app.route("/form", "POST", lambda: forms()["a"] + forms()["b"])
    return app  # type: ignore[no-any-return]


def falcon_app() -> App:
    """The cases that falcon has a way for."""
    import falcon

    app = falcon.App()

    def add(path: str, view: Callable[..., Any], method: str = "get") -> None:
        app.add_route(
            path, type("Resource", (), {f"on_{method}": staticmethod(view)})()
        )

    def form(request: Any, response: Any) -> None:
        media = request.get_media()
        response.text = media["a"] + media["b"]

    def redirect(request: Any, response: Any) -> None:
        raise falcon.HTTPFound("/elsewhere")

    def arguments(request: Any, response: Any) -> None:
        response.text = request.get_param("x", default="") + request.get_param("y")

    add("/", lambda request, response: setattr(response, "text", "hello"))
    add(
        "/hello/{name}",
        lambda request, response, name: setattr(response, "text", f"hello {name}"),
    )
    add(
        "/number/{n:int}",
        lambda request, response, n: setattr(response, "text", str(n + 1)),
    )
    add(
        "/json",
        lambda request, response: setattr(response, "media", {"a": 1, "b": [1, 2, 3]}),
    )
    add("/arguments", arguments)
    add("/form", form, "post")
    add("/redirect", redirect)
    return app  # type: ignore[no-any-return]


def werkzeug_app() -> App:
    """Request, MapAdapter and Response without a framework around them."""
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import Map
    from werkzeug.routing import Rule
    from werkzeug.wrappers import Request
    from werkzeug.wrappers import Response

    views: dict[str, Callable[..., str]] = {
        "/": lambda request: "hello",
        "/hello/<name>": lambda request, name: f"hello {name}",
        "/number/<int:n>": lambda request, n: str(n + 1),
        "/arguments": lambda request: request.args.get("x", "") + request.args["y"],
        "/form": lambda request: request.form["a"] + request.form["b"],
    }
    url_map = Map([Rule(rule, endpoint=rule) for rule in views])

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        try:
            rule, values = url_map.bind_to_environ(environ).match()
            body = views[rule](Request(environ), **values)
            return Response(body, mimetype="text/html")(environ, start_response)
        except HTTPException as error:
            return error(environ, start_response)

    return app
