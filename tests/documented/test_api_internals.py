"""Useful Internals, Signals, Test Client, Command Line Interface."""

from __future__ import annotations

from typing import Any

import click
import pytest
from expecting import dropped

from flasklit import appcontext_popped
from flasklit import appcontext_pushed
from flasklit import appcontext_tearing_down
from flasklit import before_render_template
from flasklit import current_app
from flasklit import flash
from flasklit import Flask
from flasklit import g
from flasklit import get_flashed_messages
from flasklit import got_request_exception
from flasklit import message_flashed
from flasklit import render_template_string
from flasklit import request
from flasklit import request_finished
from flasklit import request_started
from flasklit import request_tearing_down
from flasklit import session
from flasklit import template_rendered
from flasklit.cli import AppGroup
from flasklit.cli import FlaskGroup
from flasklit.cli import pass_script_info
from flasklit.cli import run_command
from flasklit.cli import ScriptInfo
from flasklit.cli import shell_command
from flasklit.cli import with_appcontext
from flasklit.ctx import AppContext
from flasklit.ctx import RequestContext
from flasklit.signals import Namespace
from flasklit.testing import FlaskClient

documents = pytest.mark.documents
needs_blinker = pytest.mark.needs("blinker")


@documents("ctx.RequestContext", "ctx.RequestContext.push", "ctx.RequestContext.pop")
@documents("ctx.RequestContext.copy", "ctx.RequestContext.match_request")
def test_a_request_context(app: Flask) -> None:
    app.get("/page")(lambda: "")
    context = app.test_request_context("/page")
    assert isinstance(context, RequestContext)
    context.push()
    assert (request.path, request.endpoint) == ("/page", "<lambda>")
    copied = context.copy()
    context.pop()
    assert not request
    with copied:
        assert request == context.request
    with app.test_request_context("/page") as context:
        context.request.url_rule = None
        context.match_request()
        assert context.request.endpoint == "<lambda>"


@documents("ctx.AppContext", "ctx.AppContext.push", "ctx.AppContext.pop")
def test_an_application_context(app: Flask) -> None:
    context = app.app_context()
    assert isinstance(context, AppContext)
    context.push()
    assert current_app == app
    context.pop()
    assert not current_app


@documents("_request_ctx_stack", "_request_ctx_stack.app", "_request_ctx_stack.g")
@documents("_request_ctx_stack.request", "_request_ctx_stack.session")
@documents("_request_ctx_stack.url_adapter", "_request_ctx_stack.flashes")
def test_the_stack_of_request_contexts(app: Flask) -> None:
    with dropped("_request_ctx_stack"):
        from flasklit import _request_ctx_stack as stack
    assert stack.top is None
    with app.test_request_context("/a") as context:
        top = stack.top
        assert top is context
        top.connection = "an extension's"
        assert stack.top.connection == "an extension's"
        assert top.app is app
        assert top.request == request
        assert top.session == session
        with dropped(r"RequestContext\.g"):
            assert top.g == g
        assert top.url_adapter is not None
        assert top.url_adapter.path_info.strip("/") == "a"
        assert top.flashes is None
        session["_flashes"] = [("message", "hello")]
        assert get_flashed_messages() == ["hello"]
        assert stack.top.flashes == [("message", "hello")]
    other = app.test_request_context("/b")
    stack.push(other)
    assert request.path == "/b"
    assert stack.pop() is other
    assert stack.top is None


@documents("_app_ctx_stack")
def test_the_stack_of_application_contexts(app: Flask) -> None:
    with dropped("_app_ctx_stack"):
        from flasklit import _app_ctx_stack as stack
    assert stack.top is None
    with app.app_context() as context:
        assert stack.top is context
        stack.top.database = "connection"
        assert stack.top.database == "connection"
    assert stack.top is None


@documents("request_started", "request_finished", "request_tearing_down")
@documents("got_request_exception", "appcontext_pushed", "appcontext_popped")
@documents("appcontext_tearing_down")
@needs_blinker
def test_signals_of_a_request(app: Flask) -> None:
    seen: list[str] = []
    signals = {
        "pushed": appcontext_pushed,
        "started": request_started,
        "exception": got_request_exception,
        "finished": request_finished,
        "tearing down": request_tearing_down,
        "context tearing down": appcontext_tearing_down,
        "popped": appcontext_popped,
    }

    def note(name: str) -> Any:
        def receiver(sender: Flask, **extra: Any) -> None:
            assert sender is app
            if name == "finished":
                assert extra["response"].status_code in {200, 500}
            if name == "exception":
                assert isinstance(extra["exception"], ZeroDivisionError)
            seen.append(name)

        return receiver

    receivers = {name: note(name) for name in signals}
    for name, signal in signals.items():
        signal.connect(receivers[name], app)
    app.testing = False
    app.logger.disabled = True
    app.add_url_rule("/<int:number>", "divide", lambda number: str(1 // number))
    client = app.test_client()
    order = ["pushed", "started", "exception", "finished", "tearing down"]
    order += ["context tearing down", "popped"]
    client.get("/0")
    assert seen == order
    seen.clear()
    client.get("/1")
    assert seen == [name for name in order if name != "exception"]
    app.logger.disabled = False


@documents("template_rendered", "before_render_template", "message_flashed")
@needs_blinker
def test_signals_of_templates_and_messages(app: Flask) -> None:
    seen: list[Any] = []

    def before(sender: Flask, template: Any, context: Any, **extra: Any) -> None:
        context["word"] = "changed"

    def after(sender: Flask, template: Any, context: Any, **extra: Any) -> None:
        seen.append(context["word"])

    def flashed(sender: Flask, message: str, category: str, **extra: Any) -> None:
        seen.append((message, category))

    with (
        app.test_request_context(),
        before_render_template.connected_to(before, app),
        template_rendered.connected_to(after, app),
        message_flashed.connected_to(flashed, app),
    ):
        assert render_template_string("{{ word }}", word="given") == "changed"
        flash("hello", "note")
    assert seen == ["changed", ("hello", "note")]


@documents("signals.Namespace", "signals.Namespace.signal")
@needs_blinker
def test_signals_of_ones_own() -> None:
    names = Namespace()
    saved = names.signal("saved", doc="Something was saved.")
    assert names.signal("saved") is saved
    seen: list[Any] = []

    def receiver(sender: Any, **extra: Any) -> None:
        seen.append((sender, extra))

    saved.connect(receiver)
    saved.send("sender", what="a note")
    assert seen == [("sender", {"what": "a note"})]


@documents("signals_available", "signals.signals_available")
@needs_blinker
def test_signals_available_tells_of_blinker() -> None:
    from flasklit import signals

    with dropped("signals_available"):
        from flasklit import signals_available
    assert signals_available is True
    with dropped("signals_available"):
        assert signals.signals_available is True


@documents("testing.FlaskClient", "testing.FlaskClient.session_transaction")
def test_the_client_can_prepare_a_session(app: Flask) -> None:
    app.get("/")(lambda: session["name"])
    client = app.test_client()
    assert isinstance(client, FlaskClient)
    with client.session_transaction() as prepared:
        prepared["name"] = "anna"
    with client:
        assert client.get("/").text == "anna"
        assert session["name"] == "anna"


@documents("cli.FlaskGroup", "cli.ScriptInfo", "cli.ScriptInfo.create_app")
@documents("cli.ScriptInfo.load_app", "cli.ScriptInfo.data", "cli.pass_script_info")
def test_a_group_makes_the_application_with_a_factory(app: Flask) -> None:
    from click.testing import CliRunner

    group = FlaskGroup(create_app=lambda *arguments: app)

    @group.command()
    @pass_script_info
    def name(info: ScriptInfo) -> None:
        info.data["asked"] = True
        click.echo(f"{info.load_app().name} {info.data} {info.create_app is not None}")

    result = CliRunner().invoke(group, ["name"])
    assert result.output == "sample {'asked': True} True\n"


@documents("cli.ScriptInfo.app_import_path", "cli.ScriptInfo.load_app")
def test_script_info_imports_the_application(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample_site.py").write_text(
        "from flasklit import Flask\napplication = Flask('found')\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    info = ScriptInfo(app_import_path="sample_site:application")
    assert info.app_import_path == "sample_site:application"
    assert info.load_app().name == "found"
    assert info.load_app() is info.load_app()


@documents("cli.AppGroup", "cli.AppGroup.command", "cli.AppGroup.group")
@documents("cli.with_appcontext")
def test_commands_of_an_app_group_run_in_the_context(app: Flask) -> None:
    users = AppGroup("users")

    @users.command("count")
    def count() -> None:
        click.echo(f"in {current_app.name}")

    @users.command("bare", with_appcontext=False)
    def bare() -> None:
        click.echo(f"outside: {not current_app}")

    @users.group("more")
    def more() -> None:
        pass

    @more.command("deep")
    def deep() -> None:
        click.echo(f"deep in {current_app.name}")

    @click.command("plain")
    @with_appcontext
    def plain() -> None:
        click.echo(f"plainly in {current_app.name}")

    app.cli.add_command(users)
    app.cli.add_command(plain)
    runner = app.test_cli_runner()
    outputs = [
        runner.invoke(args=arguments).output
        for arguments in (
            ["users", "count"],
            ["users", "bare"],
            ["users", "more", "deep"],
            ["plain"],
        )
    ]
    assert outputs == [
        "in sample\n",
        "outside: True\n",
        "deep in sample\n",
        "plainly in sample\n",
    ]


@documents("cli.run_command")
def test_the_run_command_serves_the_application(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: dict[str, Any] = {}

    def run_simple(host: str, port: int, served: Any, **options: Any) -> None:
        called.update(options, host=host, port=port, served=served)

    monkeypatch.setattr("flasklit.cli.run_simple", run_simple)
    arguments = ["--host", "127.0.0.2", "--port", "8000", "--without-threads"]
    result = app.test_cli_runner().invoke(run_command, arguments)
    assert result.exit_code == 0, result.output
    assert called["served"] is app
    assert (called["host"], called["port"]) == ("127.0.0.2", 8000)
    assert called["threaded"] is False


@documents("cli.shell_command")
def test_the_shell_command_knows_the_application(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: dict[str, Any] = {}

    def interact(banner: str, local: dict[str, Any]) -> None:
        started.update(local, banner=banner)

    monkeypatch.setattr("code.interact", interact)
    app.shell_context_processor(lambda: {"answer": 42})
    result = app.test_cli_runner().invoke(shell_command)
    assert result.exit_code == 0, result.output
    assert (started["app"], started["answer"]) == (app, 42)
    assert "sample" in started["banner"]
