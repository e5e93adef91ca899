"""Classes that a described application may be told to use, made for either package.

Each function gets the kit and the class to begin with, and returns a subclass.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import datetime
from typing import Any

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import Aborter
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import Gone
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.routing import IntegerConverter
from werkzeug.routing import ValidationError

Kind = Callable[[Any, type], type]


def with_attributes(**attributes: Any) -> Kind:
    """A subclass with other class attributes."""
    return lambda kit, base: type("Own", (base,), dict(attributes))


def spying(*names: str) -> Kind:
    """A subclass whose methods note that they are called."""

    def make(kit: Any, base: type) -> type:
        methods = {name: spy(kit, base, name) for name in names}
        return type("Own", (base,), methods)

    return make


def spy(kit: Any, base: type, name: str) -> Callable[..., Any]:
    """A method that notes its calls."""

    def method(self: Any, *args: Any, **options: Any) -> Any:
        kit.note("calls", name)
        return getattr(super(kit.owner(self, method), self), name)(*args, **options)

    method.__name__ = name
    return method


# Requests


def _rewritten_path(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def __init__(self, environ: Any, *args: Any, **options: Any) -> None:
            super().__init__(environ, *args, **options)
            self.path = self.path.lower()

    return Own


def _overriding_method(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def __init__(self, environ: Any, *args: Any, **options: Any) -> None:
            super().__init__(environ, *args, **options)
            override = self.headers.get("X-HTTP-Method-Override")
            if override:
                self.method = override

    return Own


def _path_property(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        @property
        def path(self) -> str:
            return str(self.__dict__["own_path"])

        @path.setter
        def path(self, value: str) -> None:
            self.__dict__["own_path"] = value + "~"

    return Own


def _args_property(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        @property
        def args(self) -> Any:
            return {"a": "mine"}

    return Own


def _no_blueprints(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        @property
        def blueprints(self) -> list[str]:
            return []

    return Own


def _json_errors(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def on_json_loading_failed(self, e: Any) -> Any:
            return {"failed": e is not None}

    return Own


def _query_property(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def __init__(self, environ: Any, *args: Any, **options: Any) -> None:
            environ = {
                **environ,
                "QUERY_STRING": environ.get("QUERY_STRING", "") + "&o=1",
            }
            super().__init__(environ, *args, **options)

    return Own


class Parameters(ImmutableMultiDict):  # type: ignore[type-arg]
    """Where the last value wins."""

    def __getitem__(self, key: str) -> Any:
        return self.getlist(key)[-1] if key in self else super().__getitem__(key)


REQUESTS: dict[str, Kind] = {
    "rewritten path": _rewritten_path,
    "overriding method": _overriding_method,
    "path property": _path_property,
    "args property": _args_property,
    "no blueprints": _no_blueprints,
    "json errors": _json_errors,
    "other environ": _query_property,
    "ordered": with_attributes(parameter_storage_class=Parameters),
    "dict storage": with_attributes(dict_storage_class=Parameters),
    "limits": with_attributes(max_content_length=20, max_form_parts=2),
    "memory": with_attributes(max_form_memory_size=5),
    "trusting": with_attributes(trusted_hosts=["example.com", ".trusted.example"]),
    "no form": with_attributes(want_form_data_parsed=False),
    "spying": spying("_load_form_data", "get_data", "close", "get_json"),
    "plain": with_attributes(),
}


# Responses


def _own_headers(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def get_wsgi_headers(self, environ: Any) -> Any:
            headers = super().get_wsgi_headers(environ)
            headers["X-Own"] = environ["REQUEST_METHOD"]
            return headers

    return Own


def _own_init(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.headers["X-Own"] = str(len(args))

    return Own


def _own_data(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def set_data(self, value: Any) -> None:
            super().set_data(value.strip())

        def iter_encoded(self) -> Any:
            return (chunk.upper() for chunk in super().iter_encoded())

    return Own


def _own_type(kit: Any, base: Any) -> type:
    """Turns what other frameworks return into a response."""

    class Own(base):  # type: ignore[misc]
        @classmethod
        def force_type(cls, response: Any, environ: Any = None) -> Any:
            kit.note("forces", type(response).__name__)
            if isinstance(response, (set, float)):
                response = cls(repr(response))
            return super().force_type(response, environ)

    return Own


RESPONSES: dict[str, Kind] = {
    "headers": _own_headers,
    "init": _own_init,
    "data": _own_data,
    "type": _own_type,
    "spying": spying("get_wsgi_response", "get_app_iter", "close", "__call__"),
    "spying cookies": spying("set_cookie", "delete_cookie"),
    "text": with_attributes(default_mimetype="text/plain"),
    "json": with_attributes(default_mimetype="application/json"),
    "no mimetype": with_attributes(default_mimetype=None),
    "status": with_attributes(default_status=404),
    "uncounted": with_attributes(automatically_set_content_length=False),
    "absolute": with_attributes(autocorrect_location_header=True),
    "explicit": with_attributes(implicit_sequence_conversion=False),
    "plain": with_attributes(),
}


# Sessions


def _always_sets(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def should_set_cookie(self, app: Any, session: Any) -> bool:
            kit.note("should_set_cookie")
            return True

    return Own


def _own_cookie(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def get_cookie_name(self, app: Any) -> str:
            return "own"

        def get_cookie_path(self, app: Any) -> str:
            return "/p"

        def get_cookie_samesite(self, app: Any) -> str:
            return "Strict"

        def get_expiration_time(self, app: Any, session: Any) -> datetime:
            return datetime(2030, 1, 1)

    return Own


def _opens(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def open_session(self, app: Any, request: Any) -> Any:
            kit.note("opens", request.path, request.endpoint)
            session = super().open_session(app, request)
            if session is not None:
                session["path"] = request.path
            return session

    return Own


def _never_opens(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def open_session(self, app: Any, request: Any) -> Any:
            return None

        def make_null_session(self, app: Any) -> Any:
            return kit.package.sessions.SecureCookieSession()

    return Own


def _saves(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def save_session(self, app: Any, session: Any, response: Any) -> None:
            response.headers["X-Saved"] = str(len(session))
            super().save_session(app, session, response)

    return Own


def _in_memory(kit: Any, base: Any) -> type:
    """Sessions that are kept on the server."""
    store: dict[str, dict[str, Any]] = {}

    class Own(kit.package.sessions.SessionInterface):  # type: ignore[misc, name-defined]
        def open_session(self, app: Any, request: Any) -> Any:
            name = request.cookies.get("own", "none")
            return kit.package.sessions.SecureCookieSession(store.setdefault(name, {}))

        def save_session(self, app: Any, session: Any, response: Any) -> None:
            if session.modified:
                number = str(len(store))
                store[number] = dict(session)
                response.set_cookie("own", number)

    return Own


def _fails(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def open_session(self, app: Any, request: Any) -> Any:
            if "fail" in request.path:
                raise ValueError("no session today")
            if "abort" in request.path:
                raise Gone
            return super().open_session(app, request)

    return Own


def _born(kit: Any, base: Any) -> type:
    class Born(kit.package.sessions.SecureCookieSession):  # type: ignore[misc, name-defined]
        def __init__(self, initial: Any = None) -> None:
            super().__init__(initial)
            self["born"] = 1

    return type("Own", (base,), {"session_class": Born})


SESSIONS: dict[str, Kind] = {
    "always": _always_sets,
    "cookie": _own_cookie,
    "opens": _opens,
    "never": _never_opens,
    "saves": _saves,
    "memory": _in_memory,
    "fails": _fails,
    "born": _born,
    "salt": with_attributes(salt="other"),
    "pickle": with_attributes(serializer=pickle, salt="pickled"),
    "spying": spying("open_session", "save_session", "is_null_session"),
    "plain": with_attributes(),
}


# JSON providers


def _own_dumps(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def dumps(self, obj: Any, **options: Any) -> str:
            return " " + super().dumps(obj, **options)

    return Own


def _own_response(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def response(self, *args: Any, **named: Any) -> Any:
            made = super().response(*args, **named)
            made.headers["X-JSON"] = "1"
            return made

    return Own


def _own_default(kit: Any, base: Any) -> type:
    return type("Own", (base,), {"default": staticmethod(lambda value: "default")})


def _repr_provider(kit: Any, base: Any) -> type:
    class Own(kit.package.json.provider.JSONProvider):  # type: ignore[misc, name-defined]
        def dumps(self, obj: Any, **options: Any) -> str:
            return repr(obj)

        def loads(self, s: Any, **options: Any) -> Any:
            return {"loaded": len(s)}

    return Own


PROVIDERS: dict[str, Kind] = {
    "dumps": _own_dumps,
    "response": _own_response,
    "default": _own_default,
    "repr": _repr_provider,
    "text": with_attributes(mimetype="text/json"),
    "unsorted": with_attributes(sort_keys=False),
    "letters": with_attributes(ensure_ascii=False),
    "spread": with_attributes(compact=False),
    "tight": with_attributes(compact=True),
    "spying": spying("response"),
    "plain": with_attributes(),
}


# Applications


def _wraps_answers(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def make_response(self, rv: Any) -> Any:
            if rv is None:
                rv = "nothing"
            if isinstance(rv, (set, float)):
                rv = repr(rv)
            return super().make_response(rv)

    return Own


def _explains_errors(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def handle_http_exception(self, e: HTTPException) -> Any:
            answer = super().handle_http_exception(e)
            return ("explained", e.code) if answer is e and e.code else answer

    return Own


def _answers_first(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def preprocess_request(self) -> Any:
            if kit.package.request.method == "PUT":
                return "first"
            return super().preprocess_request()

        def dispatch_request(self) -> Any:
            if kit.package.request.method == "PATCH":
                return {"second": True}
            return super().dispatch_request()

    return Own


def _shouts(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def process_response(self, response: Any) -> Any:
            response = super().process_response(response)
            response.headers["X-Processed"] = "1"
            return response

    return Own


def _ignores(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def should_ignore_error(self, error: Any) -> bool:
            kit.note("ignores", type(error).__name__)
            return isinstance(error, KeyError)

    return Own


def _binds(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def create_url_adapter(self, request: Any) -> Any:
            adapter = super().create_url_adapter(request)
            if request is not None and request.headers.get("X-One"):
                adapter.path_info = adapter.path_info.lower()
            return adapter

    return Own


def _own_globals(kit: Any, base: Any) -> type:
    class Globals(base.app_ctx_globals_class):  # type: ignore[misc]
        drawer = "empty"

    return type("Own", (base,), {"app_ctx_globals_class": Globals})


def _own_aborter(kit: Any, base: Any) -> type:
    class Own(Aborter):
        def __call__(self, code: Any, *args: Any, **options: Any) -> Any:
            kit.note("aborts", code if isinstance(code, int) else type(code).__name__)
            super().__call__(code, *args, **options)

    return type("Own", (base,), {"aborter_class": Own})


def _traps(kit: Any, base: Any) -> type:
    class Own(base):  # type: ignore[misc]
        def trap_http_exception(self, e: Any) -> bool:
            return isinstance(e, BadRequest) or bool(super().trap_http_exception(e))

    return Own


APPLICATIONS: dict[str, Kind] = {
    "wraps answers": _wraps_answers,
    "explains errors": _explains_errors,
    "answers first": _answers_first,
    "shouts": _shouts,
    "ignores": _ignores,
    "binds": _binds,
    "globals": _own_globals,
    "aborter": _own_aborter,
    "traps": _traps,
    "options": spying("make_default_options_response", "raise_routing_exception"),
    "dispatch": spying("full_dispatch_request", "dispatch_request", "finalize_request"),
    "hooks": spying("preprocess_request", "process_response", "do_teardown_request"),
    "errors": spying("handle_exception", "handle_user_exception", "log_exception"),
    "answers": spying("make_response", "handle_http_exception"),
    "contexts": spying("request_context", "do_teardown_appcontext", "wsgi_app"),
    "urls": spying("url_for", "inject_url_defaults", "handle_url_build_error"),
    "plain": with_attributes(),
}


# Converters: Werkzeug's, so the same classes for both packages


class Words(BaseConverter):
    """Werkzeug's default pattern, values that are no texts."""

    def to_python(self, value: str) -> list[str]:
        return value.split("+")

    def to_url(self, value: Any) -> str:
        return "+".join(value)


class Even(BaseConverter):
    """Refuses half of what its pattern lets through."""

    regex = r"\d+"

    def to_python(self, value: str) -> int:
        if int(value[-1:]) % 2:
            raise ValidationError
        return int(value)


class Gate(BaseConverter):
    """Raises exceptions that are no refusals."""

    def to_python(self, value: str) -> str:
        if value.startswith("a"):
            raise Gone
        if value.startswith("b"):
            raise ValueError(value)
        return value


class Capitals(BaseConverter):
    regex = "[A-Z]+"
    weight = 60


class Branching(BaseConverter):
    """Takes more than one part."""

    regex = "a(?:/b)*"


class OnePart(BaseConverter):
    regex = "[^/]{1,}"
    part_isolating = False


class Lines(BaseConverter):
    """Takes anything, also nothing."""

    regex = ".*"
    part_isolating = False
    weight = 300


class Regex(BaseConverter):
    """The pattern is in the rule."""

    def __init__(self, url_map: Any, pattern: str) -> None:
        super().__init__(url_map)
        self.regex = pattern


class Hexadecimal(IntegerConverter):
    """An integer, in another way."""

    regex = "[0-9a-f]+"
    num_convert = staticmethod(lambda value: int(value, 16))  # type: ignore[assignment]


CONVERTERS = {
    "words": Words,
    "even": Even,
    "gate": Gate,
    "capitals": Capitals,
    "branching": Branching,
    "onepart": OnePart,
    "lines": Lines,
    "regex": Regex,
    "hexadecimal": Hexadecimal,
}
