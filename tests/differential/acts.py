"""What views and hooks of a described application do, step by step.

A step is a list: the name of an act and its arguments. Each act gets the kit of the
application it runs in; what it finds out goes into the kit's notes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.datastructures import Headers
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule

from .values import make
from .values import Oops

ACTS: dict[str, Callable[..., Any]] = {}


def act(function: Callable[..., Any]) -> Callable[..., Any]:
    ACTS[function.__name__.rstrip("_")] = function
    return function


class Answer:
    """What a step returned for the view or hook it belongs to, ``None`` included."""

    def __init__(self, value: Any) -> None:
        self.value = value


def run(kit: Any, steps: list[list[Any]]) -> Any:
    """Do one step after the other until one of them answers."""
    for name, *arguments in steps:
        result = ACTS[name](kit, *arguments)
        if isinstance(result, Answer):
            return result.value
    return None


def show(value: Any) -> Any:
    """A value in a form that is the same for equal values of both packages."""
    if isinstance(value, FileStorage):
        head = show(list(value.headers))
        return ["file", value.name, value.filename, head, value.read()]
    if isinstance(value, MultiDict):
        return [type(value).__name__, show(list(value.items(multi=True)))]
    if isinstance(value, Headers):
        return ["headers", [list(pair) for pair in value]]
    if isinstance(value, MethodNotAllowed):
        return [type(value).__name__, sorted(value.valid_methods or ())]
    if isinstance(value, HTTPException):
        return [type(value).__name__, value.code, value.description]
    if isinstance(value, Rule):
        return ["rule", value.rule, value.endpoint, sorted(value.methods or ())]
    if isinstance(value, BaseException):
        return [type(value).__name__, str(value)]
    if isinstance(value, (set, frozenset)):
        return ["set", sorted(map(repr, value))]
    if isinstance(value, dict):
        return ["dict", [[repr(key), show(item)] for key, item in value.items()]]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(show, value)]
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return [type(value).__name__, repr(value)]
    if type(value).__repr__ is object.__repr__:
        return type(value).__name__
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text


@act
def answer(kit: Any, description: Any) -> Answer:
    return Answer(make(kit, description))


@act
def note(kit: Any, *what: Any) -> None:
    kit.note("note", *what)


@act
def raise_(kit: Any, kind: str, *arguments: Any) -> None:
    raise kit.exception(kind)(*arguments)


@act
def abort(kit: Any, code: Any, *arguments: Any) -> None:
    if isinstance(code, list):
        code = make(kit, code)
    kit.package.abort(code, *arguments)


@act
def redirect(kit: Any, *arguments: Any) -> Answer:
    return Answer(kit.package.redirect(*arguments))


@act
def echo(kit: Any, name: str) -> None:
    """Read an attribute of the request, and let what goes wrong go on."""
    kit.note("request", name, show(read_request(kit, name)))


@act
def peek(kit: Any, name: str) -> None:
    """Read an attribute of the request, and note what goes wrong."""
    try:
        found = show(read_request(kit, name))
    except Exception as problem:
        found = ["raised", kit.told(problem)]
    kit.note("request", name, found)


def read_request(kit: Any, name: str) -> Any:
    request = kit.package.request
    special = SPECIAL.get(name)
    return special(request) if special is not None else getattr(request, name)


def _accept(request: Any) -> Any:
    return [list(request.accept_mimetypes), request.accept_languages.best]


def _set_limit(request: Any) -> Any:
    request.max_content_length = 12
    return request.max_content_length


#: What is read of a request by more than the name of an attribute.
SPECIAL: dict[str, Callable[[Any], Any]] = {
    "accept": _accept,
    "args[a]": lambda request: request.args["a"],
    "args.getlist": lambda request: request.args.getlist("a"),
    "args.get int": lambda request: request.args.get("a", 7, type=int),
    "args.to_dict": lambda request: request.args.to_dict(flat=False),
    "form[a]": lambda request: request.form["a"],
    "form.getlist": lambda request: request.form.getlist("a"),
    "form keys": lambda request: list(request.form),
    "cookies[a]": lambda request: request.cookies["a"],
    "cookies.get": lambda request: request.cookies.get("a"),
    "files[f]": lambda request: request.files["f"],
    "get_data text": lambda request: request.get_data(as_text=True),
    "get_data uncached": lambda request: request.get_data(cache=False),
    "get_data parsing": lambda request: request.get_data(parse_form_data=True),
    "get_json silent": lambda request: request.get_json(silent=True),
    "get_json force": lambda request: request.get_json(force=True),
    "get_json uncached": lambda request: request.get_json(cache=False),
    "stream.read": lambda request: request.stream.read(),
    "stream.read some": lambda request: request.stream.read(3),
    "stream.readline": lambda request: request.stream.readline(),
    "header X-One": lambda request: request.headers.get("X-One"),
    "headers sorted": lambda request: sorted(map(list, request.headers)),
    "environ method": lambda request: request.environ["REQUEST_METHOD"],
    "range": lambda request: request.range,
    "repr": lambda request: repr(request._get_current_object()),
    "set limit": _set_limit,
    "json_module": lambda request: (
        type(request.json_module).__name__ if request.json_module else None
    ),
    "class": lambda request: type(request._get_current_object()).__name__,
    "dir": lambda request: sorted(
        name for name in vars(request._get_current_object()) if name in _LASTING
    ),
}
_LASTING = frozenset({"url_rule", "view_args"})


@act
def set_request(kit: Any, name: str, value: Any) -> None:
    setattr(kit.package.request, name, value)


@act
def set_view_arg(kit: Any, name: str, value: Any) -> None:
    if kit.package.request.view_args is not None:
        kit.package.request.view_args[name] = value


@act
def environ(kit: Any, name: str, value: Any) -> None:
    """Edit the environ. Flask has read the cookies by then only if it has a key."""
    if name == "HTTP_COOKIE" and not kit.app.secret_key:
        return
    kit.package.request.environ[name] = value


@act
def session(kit: Any, what: str, *arguments: Any) -> None:
    found = SESSION[what](kit.package.session, *arguments)
    kit.note("session", what, show(found))


def _setattr(session: Any, name: str, value: Any) -> None:
    setattr(session._get_current_object(), name, value)


SESSION: dict[str, Callable[..., Any]] = {
    "set": lambda session, key, value: session.__setitem__(key, value),
    "get": lambda session, key: session.get(key),
    "item": lambda session, key: session[key],
    "in": lambda session, key: key in session,
    "len": len,
    "bool": bool,
    "iter": list,
    "items": dict,
    "clear": lambda session: session.clear(),
    "pop": lambda session, key: session.pop(key, None),
    "del": lambda session, key: session.__delitem__(key),
    "update": lambda session, values: session.update(values),
    "setdefault": lambda session, key: session.setdefault(key, []),
    "append": lambda session, key: session.setdefault(key, []).append(1),
    "attribute": _setattr,
    "flags": lambda session: [session.new, session.modified, session.accessed],
    "permanent": lambda session: session.permanent,
    "big": lambda session, size: session.__setitem__("big", "x" * size),
    "odd": lambda session: session.__setitem__("odd", (1, b"\xff", {"t": (2,)})),
}


@act
def flash(kit: Any, *arguments: Any) -> None:
    kit.package.flash(*arguments)


@act
def flashed(kit: Any, options: dict[str, Any]) -> None:
    kit.note("flashed", show(kit.package.get_flashed_messages(**options)))


@act
def g(kit: Any, what: str, name: str, *value: Any) -> None:
    g = kit.package.g
    if what == "set":
        setattr(g, name, value[0])
    elif what == "get":
        kit.note("g", name, show(g.get(name)))
    else:
        kit.note("g", show(sorted(g)))


@act
def url_for(
    kit: Any, endpoint: str, values: dict[str, Any], options: dict[str, Any]
) -> None:
    try:
        found = kit.package.url_for(endpoint, **options, **values)
    except Exception as problem:
        found = ["raised", kit.told(problem)]
    kit.note("url_for", endpoint, found)


@act
def after_this_request(kit: Any, steps: list[Any]) -> None:
    @kit.package.after_this_request
    def this(response: Any) -> Any:
        kit.note("after this request")
        kit.response = response
        answer = run(kit, steps)
        return response if answer is None else answer


@act
def change(kit: Any, response: Any, what: str, *arguments: Any) -> None:
    CHANGES[what](response, *arguments)


class OwnHeaders(Headers):
    """Headers that are not exactly Werkzeug's."""


def _close(response: Any, kit: Any) -> None:
    response.call_on_close(lambda: kit.note("closed"))


CHANGES: dict[str, Callable[..., Any]] = {
    "header": lambda response, name, value: response.headers.set(name, value),
    "add": lambda response, name, value: response.headers.add(name, value),
    "remove": lambda response, name: response.headers.remove(name),
    "status": lambda response, value: setattr(response, "status", value),
    "code": lambda response, value: setattr(response, "status_code", value),
    "data": lambda response, value: setattr(response, "data", value),
    "set_data": lambda response, value: response.set_data(value),
    "response": lambda response, value: setattr(response, "response", list(value)),
    "cookie": lambda response, name, options: response.set_cookie(name, **options),
    "uncookie": lambda response, name: response.delete_cookie(name),
    "vary": lambda response, value: response.vary.add(value),
    "mimetype": lambda response, value: setattr(response, "mimetype", value),
    "etag": lambda response: response.add_etag(),
    "location": lambda response, value: setattr(response, "location", value),
    "freeze": lambda response: response.freeze(),
    "cache": lambda response: setattr(response.cache_control, "max_age", 60),
    "own headers": lambda response: setattr(
        response, "headers", OwnHeaders(response.headers)
    ),
    "length": lambda response, value: setattr(response, "content_length", value),
}


@act
def responds(kit: Any, what: str, *arguments: Any) -> Answer | None:
    """Change, or look at, the response that an after-function was given."""
    response = kit.response
    if what == "see":
        length = response.content_length
        head = [[name, value] for name, value in response.headers]
        status = [response.status, response.status_code]
        shown = [
            [name, "..."] if name in {"Allow", "Set-Cookie"} else [name, value]
            for name, value in head
        ]
        kit.note("response", status, response.mimetype, length, shown)
    elif what == "body":
        kit.note("body", response.get_data(), response.is_streamed)
    elif what == "close":
        _close(response, kit)
    elif what == "conditional":
        response.make_conditional(kit.package.request)
    elif what == "replace":
        return Answer(kit.package.make_response(make(kit, arguments[0])))
    else:
        CHANGES[what](response, *arguments)
    return None


@act
def render(kit: Any, name: str, context: dict[str, Any]) -> None:
    kit.note("rendered", kit.package.render_template(name, **context))


@act
def context_of(kit: Any) -> None:
    """What the contexts are."""
    package = kit.package
    request_context = package.globals.request_ctx._get_current_object()
    app_context = package.globals.app_ctx._get_current_object()
    kit.note(
        "contexts",
        type(request_context).__name__,
        type(app_context).__name__,
        package.current_app._get_current_object() is kit.app,
        request_context.app is app_context.app,
        package.has_request_context(),
        package.has_app_context(),
    )


@act
def inner(kit: Any, path: str) -> None:
    """A request inside of a request."""
    from .ask import environ_of

    if kit.nested:
        return
    kit.nested = True
    inner_environ = environ_of({"path": path})
    got: list[Any] = []
    body = kit.app(inner_environ, lambda status, headers, exc=None: got.append(status))
    text = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    kit.nested = False
    kit.note("inner", got, text, kit.package.request.path)


@act
def pushed(kit: Any, path: str) -> None:
    """A context of another request, pushed by hand."""
    from .ask import environ_of

    if kit.nested:
        return
    kit.nested = True
    with kit.app.request_context(environ_of({"path": path})):
        kit.note("pushed", kit.package.request.path, kit.package.request.endpoint)
    kit.nested = False


@act
def popped(kit: Any, path: str) -> None:
    """Contexts pushed and popped without a ``with`` statement."""
    from .ask import environ_of

    if kit.nested:
        return
    kit.nested = True
    context = kit.app.request_context(environ_of({"path": path}))
    context.push()
    kit.note("popped", kit.package.request.path)
    context.pop()
    context = kit.app.app_context()
    context.push()
    context.pop()
    kit.nested = False


@act
def crossed(kit: Any) -> None:
    """Contexts popped in the wrong order, where that harms nobody."""
    from .ask import environ_of

    def cross(kind: str) -> None:
        make = getattr(kit.app, kind)
        arguments = [environ_of({})] if kind == "request_context" else []
        outer, inner = make(*arguments), make(*arguments)
        outer.push()
        inner.push()
        try:
            outer.pop()
        except AssertionError as problem:
            kit.note("crossed", kit.told(problem))

    if not kit.nested:
        kit.nested = True
        for kind in ("request_context", "app_context"):
            copy_context().run(cross, kind)
        kit.nested = False


@act
def teardown(kit: Any) -> None:
    """The teardown functions, called by hand."""
    if not kit.nested:
        kit.nested = True
        kit.app.do_teardown_request()
        kit.app.do_teardown_appcontext()
        kit.nested = False


@act
def log(kit: Any, text: str) -> None:
    kit.package.current_app.logger.warning(text)


@act
def config(kit: Any, name: str) -> None:
    kit.note("config", name, show(kit.package.current_app.config[name]))


@act
def handled(kit: Any) -> None:
    """The exception that an error handler was given."""
    problem = kit.problem
    original = getattr(problem, "original_exception", None)
    kit.note("handles", kit.told(problem), original and kit.told(original))


__all__ = ["ACTS", "Oops", "run", "show"]
