"""Application Object: what runs before, after and around a view."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from expecting import dropped
from werkzeug.exceptions import BadRequestKeyError
from werkzeug.exceptions import Forbidden
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound

from flasklit import abort
from flasklit import Flask
from flasklit import g
from flasklit import request

documents = pytest.mark.documents


@documents("Flask.before_request", "Flask.before_request_funcs")
@documents("Flask.preprocess_request")
def test_before_request_functions_may_answer_instead_of_the_view(app: Flask) -> None:
    calls: list[str] = []

    @app.before_request
    def first() -> None:
        calls.append("first")

    @app.before_request
    def guard() -> Any:
        return None if "key" in request.args else ("no key", 403)

    app.get("/")(lambda: "the view")
    assert app.before_request_funcs == {None: [first, guard]}
    client = app.test_client()
    assert client.get("/?key=1").text == "the view"
    assert client.get("/").status_code == 403
    with app.test_request_context("/"):
        assert app.preprocess_request() == ("no key", 403)
    assert calls == ["first"] * 3


@documents("Flask.after_request", "Flask.after_request_funcs")
@documents("Flask.process_response")
def test_after_request_functions_run_backwards_on_the_response(app: Flask) -> None:
    @app.after_request
    def outer(response: Any) -> Any:
        response.data += b" outer"
        return response

    @app.after_request
    def inner(response: Any) -> Any:
        response.data += b" inner"
        return response

    app.get("/")(lambda: "view")
    assert app.after_request_funcs == {None: [outer, inner]}
    assert app.test_client().get("/").text == "view inner outer"
    with app.test_request_context("/"):
        processed = app.process_response(app.response_class("response"))
    assert processed.data == b"response inner outer"


@documents("Flask.teardown_request", "Flask.teardown_request_funcs")
@documents("Flask.do_teardown_request")
def test_teardown_request_functions_get_the_exception(app: Flask) -> None:
    seen: list[Any] = []
    note = app.teardown_request(lambda error: seen.append(error))
    assert app.teardown_request_funcs == {None: [note]}

    @app.get("/<word>")
    def view(word: str) -> str:
        return {"fine": "fine"}[word]

    client = app.test_client()
    assert client.get("/fine").text == "fine"
    with pytest.raises(KeyError) as caught:
        client.get("/bad")
    assert seen == [None, caught.value]
    with app.test_request_context("/fine"):
        app.do_teardown_request(error := ValueError())
    assert seen[2:] == [error, None]


@documents("Flask.teardown_appcontext", "Flask.teardown_appcontext_funcs")
@documents("Flask.do_teardown_appcontext", "Flask.app_context")
def test_teardown_appcontext_functions_run_with_each_application_context(
    app: Flask,
) -> None:
    seen: list[Any] = []
    note = app.teardown_appcontext(lambda error: seen.append(error))
    assert app.teardown_appcontext_funcs == [note]
    with app.app_context():
        app.do_teardown_appcontext(error := ValueError())
        assert seen == [error]
    assert seen == [error, None]
    app.test_client().get("/")
    assert seen == [error, None, None]


@documents("Flask.should_ignore_error")
def test_an_ignored_error_is_kept_from_the_teardown_functions() -> None:
    class Interrupted(Exception):
        pass

    class Mine(Flask):
        def should_ignore_error(self, error: BaseException | None) -> bool:
            return isinstance(error, Interrupted)

    app = Mine("sample")
    app.testing = True
    seen: list[Any] = []
    app.teardown_request(seen.append)  # type: ignore[type-var]

    @app.get("/")
    def view() -> str:
        raise Interrupted

    with pytest.raises(Interrupted):
        app.test_client().get("/")
    assert seen == [None]
    assert Flask("sample").should_ignore_error(Interrupted()) is False


@documents("Flask.errorhandler", "Flask.error_handler_spec")
def test_error_handlers_by_code_and_by_class(app: Flask) -> None:
    @app.errorhandler(404)
    def missing(error: Any) -> Any:
        return "nothing here", 404

    @app.errorhandler(LookupError)
    def lookup(error: Any) -> str:
        return f"looked up {error.args[0]}"

    @app.get("/<int:index>")
    def view(index: int) -> str:
        return ["zero"][index]

    client = app.test_client()
    assert client.get("/nowhere").text == "nothing here"
    assert client.get("/1").text == "looked up list index out of range"
    assert app.error_handler_spec[None][404][NotFound] is missing
    assert app.error_handler_spec[None][None][LookupError] is lookup


@documents("Flask.error_handler_spec")
def test_the_two_levels_of_old_editions_take_a_handler(app: Flask) -> None:
    with dropped("error_handler_spec"):
        app.error_handler_spec[None][404] = lambda error: ("as in 0.8", 404)  # type: ignore[assignment]
    assert app.test_client().get("/nowhere").text == "as in 0.8"


@documents("Flask.register_error_handler")
def test_register_error_handler_is_the_decorator_as_a_function(app: Flask) -> None:
    app.register_error_handler(404, lambda error: (error.name.lower(), 410))
    response = app.test_client().get("/")
    assert (response.text, response.status_code) == ("not found", 410)


@documents("Flask.handle_http_exception", "Flask.handle_user_exception")
def test_an_http_exception_without_a_handler_is_the_answer(app: Flask) -> None:
    class Refused(Exception):
        pass

    app.register_error_handler(Refused, lambda error: "refused politely")
    error = Forbidden()
    with app.test_request_context("/"):
        assert app.handle_http_exception(error) is error
        assert app.handle_user_exception(error) is error
        assert app.handle_user_exception(Refused()) == "refused politely"
        with pytest.raises(KeyError):  # noqa: PT012
            try:
                raise KeyError("unhandled")
            except KeyError as unhandled:
                app.handle_user_exception(unhandled)


@documents("Flask.handle_exception", "Flask.log_exception")
def test_an_unhandled_exception_is_logged_and_becomes_a_500(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = Flask("sample")

    @app.get("/break")
    def view() -> str:
        raise ZeroDivisionError("the cause")

    response = app.test_client().get("/break")
    assert response.status_code == 500
    (record,) = caplog.records
    assert "/break [GET]" in record.getMessage()
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ZeroDivisionError)
    with app.test_request_context("/other", method="POST"):
        app.log_exception((None, None, None))
        answer = app.handle_exception(ZeroDivisionError("by hand"))
    assert "/other [POST]" in caplog.records[1].getMessage()
    assert answer.status_code == 500


@documents("Flask.trap_http_exception")
def test_trapped_http_exceptions_are_raised(app: Flask) -> None:
    app.add_url_rule("/form", "form", lambda: request.form["missing"])
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    assert app.test_client().get("/form").status_code == 400
    app.config["TRAP_BAD_REQUEST_ERRORS"] = True
    assert app.trap_http_exception(BadRequestKeyError("missing")) is True
    assert app.trap_http_exception(NotFound()) is False
    with pytest.raises(BadRequestKeyError):
        app.test_client().get("/form")
    app.config["TRAP_HTTP_EXCEPTIONS"] = True
    assert app.trap_http_exception(NotFound()) is True
    with pytest.raises(HTTPException):
        app.test_client().get("/gone")


@documents("Flask.logger")
def test_the_logger_bears_the_name_and_is_made_once(app: Flask) -> None:
    assert isinstance(app.logger, logging.Logger)
    assert app.logger.name == app.name == "sample"
    assert app.logger is app.logger


@documents("Flask.before_first_request", "Flask.before_first_request_funcs")
@documents("Flask.got_first_request")
def test_before_first_request_runs_once_and_first(app: Flask) -> None:
    calls: list[str] = []
    app.before_request(lambda: calls.append("before"))
    with dropped("before_first_request"):

        @app.before_first_request
        def once() -> None:
            calls.append("once")

    with dropped("before_first_request_funcs"):
        assert app.before_first_request_funcs == [once]
    app.get("/")(lambda: "")
    with dropped("got_first_request"):
        assert app.got_first_request is False
    for _ in range(3):
        app.test_client().get("/")
    assert calls == ["once", "before", "before", "before"]
    with dropped("got_first_request"):
        assert app.got_first_request is True


@documents("Flask.before_first_request_funcs")
def test_a_function_may_be_appended_to_the_list(app: Flask) -> None:
    calls: list[str] = []
    with dropped("before_first_request_funcs"):
        app.before_first_request_funcs.append(lambda: calls.append("once"))
    for _ in range(2):
        app.test_client().get("/")
    assert calls == ["once"]


@documents("Flask.app_ctx_globals_class")
def test_g_is_of_the_applications_class() -> None:
    class Strict:
        def __getattr__(self, name: str) -> str:
            return f"no {name}"

    class Mine(Flask):
        app_ctx_globals_class = Strict  # type: ignore[assignment]

    with Mine("sample").app_context():
        assert g.user == "no user"
