"""Modules as Flask 0.2 to 0.8 had them, on an application that has blueprints as well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateNotFound
from werkzeug.routing import BuildError

import flasklit
from flasklit import Blueprint
from flasklit import Flask
from flasklit import render_template
from flasklit import render_template_string
from flasklit import request
from flasklit import url_for
from flasklit.former.modules import Module

ADMIN = """
from flasklit import render_template, render_template_string, url_for
from flasklit.former.modules import Module

admin = Module(__name__, url_prefix="/admin")

@admin.route("/")
def index():
    return render_template("admin/index.html")

@admin.route("/dotted")
def dotted():
    return render_template("./admin/index.html")

@admin.route("/links")
def links():
    return " ".join([
        url_for("index"), url_for(".index"), url_for("admin.index"),
        url_for("static", filename="a.css"), url_for(".static", filename="a.css"),
        url_for("pages.index"), url_for(".pages.index"), url_for("index", page=2),
    ])

@admin.route("/template-links")
def template_links():
    return render_template_string("{{ url_for('index') }} {{ url_for('.index') }}")
"""


def warned() -> Any:
    return pytest.warns(DeprecationWarning, match="was dropped in Flask")


def register(app: Flask, module: Module, **options: Any) -> None:
    with pytest.warns(DeprecationWarning, match=r"'Flask.register_module'"):
        app.register_module(module, **options)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A package with a module ``admin`` that has templates and static files."""
    admin = tmp_path / "modulesite" / "admin"
    (admin / "static").mkdir(parents=True)
    (admin / "templates").mkdir()
    (tmp_path / "modulesite" / "__init__.py").touch()
    (admin / "__init__.py").write_text(ADMIN)
    (admin / "static" / "a.css").write_text("/* admin */")
    (admin / "templates" / "index.html").write_text("admin's index")
    (admin / "templates" / "only.html").write_text("admin's own")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("modulesite.admin")
    for name in [name for name in sys.modules if name.startswith("modulesite")]:
        del sys.modules[name]


@pytest.fixture
def app(tmp_path: Path, site: Any) -> Flask:
    app = Flask("modulesite", root_path=str(tmp_path))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "index.html").write_text("the index")
    app.add_url_rule("/", "index", lambda: url_for("index"))
    register(app, site.admin)
    pages = Blueprint("pages", __name__, url_prefix="/pages")
    pages.add_url_rule("/", "index", lambda: url_for("index") + " " + url_for(".index"))
    app.register_blueprint(pages)
    return app


# names


def test_module_is_where_it_was() -> None:
    with pytest.warns(DeprecationWarning, match="'flasklit.Module'") as seen:
        assert flasklit.Module is Module
    assert [warning.filename for warning in seen] == [__file__]
    with pytest.warns(DeprecationWarning, match="'flasklit.module.Module'"):
        assert import_module("flasklit.module").Module is Module


def test_the_name_is_the_last_part_of_the_import_name(site: Any) -> None:
    assert site.admin.name == "admin"
    assert Module(__name__, "frontend").name == "frontend"
    with pytest.raises(AssertionError, match="'modulesite' is no part of a package"):
        Module("modulesite")


def test_a_name_may_contain_dots() -> None:
    app = Flask(__name__)
    module = Module(__name__, "site.admin")
    module.add_url_rule("/", "index", lambda: url_for("index"))
    register(app, module)
    assert app.test_client().get("/").text == "/"
    assert set(app.view_functions) == {"static", "site.admin.index"}


# registration


def test_a_blueprint_is_no_module() -> None:
    app = Flask(__name__)
    with warned(), pytest.raises(AssertionError, match="is no module"):
        app.register_module(Blueprint("pages", __name__))


def test_modules_can_be_switched_off() -> None:
    app = Flask(__name__)
    with pytest.warns(DeprecationWarning, match=r"'Flask.enable_modules'"):
        assert app.enable_modules is True
    with pytest.warns(DeprecationWarning, match=r"'Flask.enable_modules'"):
        app.enable_modules = False
    with warned(), pytest.raises(RuntimeError, match="'enable_modules' is off"):
        app.register_module(Module(__name__, "admin"))
    with pytest.warns(DeprecationWarning, match=r"'Flask.enable_modules'"):
        app.enable_modules = True
    register(app, Module(__name__, "admin"))


def test_a_subclass_can_switch_modules_off() -> None:
    class Modern(Flask):
        enable_modules = False

    app = Modern(__name__)
    with warned(), pytest.raises(RuntimeError, match="'enable_modules' is off"):
        app.register_module(Module(__name__, "admin"))
    app.enable_modules = True
    register(app, Module(__name__, "admin"))


def test_options_win_over_the_module() -> None:
    app = Flask(__name__, subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com"
    module = Module(__name__, "admin", url_prefix="/admin", subdomain="a")
    module.add_url_rule("/", "index", lambda: "index")
    register(app, module, url_prefix="/boss", subdomain="b")
    response = app.test_client().get("http://b.example.com/boss/")
    assert response.text == "index"


# endpoints


def test_endpoints_in_a_request_of_the_module(app: Flask) -> None:
    assert app.test_client().get("/admin/links").text.split() == [
        "/admin/",
        "/",
        "/admin/",
        "/admin/static/a.css",
        "/static/a.css",
        "/pages/",
        "/pages/",
        "/admin/?page=2",
    ]


def test_endpoints_elsewhere_follow_the_rules_of_blueprints(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/").text == "/"
    assert client.get("/pages/").text == "/ /pages/"
    with app.test_request_context("/unknown"):
        assert url_for("index") == "/"
        assert url_for("admin.index") == "/admin/"
    app.config["SERVER_NAME"] = "example.com"
    with app.app_context():
        assert url_for("index") == "http://localhost/".replace(
            "localhost", "example.com"
        )


def test_endpoints_in_templates(app: Flask) -> None:
    assert app.test_client().get("/admin/template-links").text == "/admin/ /"


def test_endpoints_in_an_environment_made_before(site: Any) -> None:
    app = Flask("modulesite")
    app.add_url_rule("/", "index", lambda: "")
    app.jinja_env.filters["shout"] = str.upper
    register(app, site.admin)
    assert app.test_client().get("/admin/template-links").text == "/admin/ /"


def test_an_overridden_url_for_is_called(site: Any) -> None:
    class Marking(Flask):
        def url_for(self, /, endpoint: str, **values: Any) -> str:
            return f"<{endpoint}>"

    app = Marking("modulesite")
    app.jinja_env.globals["url_for"] = lambda endpoint: f"[{endpoint}]"
    register(app, site.admin)
    with app.test_request_context("/admin/"):
        assert url_for("index") == "<admin.index>"
        assert render_template_string("{{ url_for('index') }}") == "[index]"


def test_the_rules_of_modules_apply_once(site: Any) -> None:
    app = Flask("modulesite")
    register(app, site.admin)
    built = app.url_for
    register(app, Module(__name__, "other"))
    assert app.url_for is built


def test_applications_without_modules_keep_their_method() -> None:
    assert "url_for" not in vars(Flask(__name__))


# templates and static files


def test_templates_are_found_below_the_name(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/admin/").text == "admin's index"
    assert client.get("/admin/dotted").text == "admin's index"
    with app.test_request_context("/admin/"):
        assert render_template("index.html") == "the index"
        for name in ["only.html", "missing.html", "admin/missing.html", "../only.html"]:
            with pytest.raises(TemplateNotFound) as caught:
                render_template(name)
            assert caught.value.name == name


def test_the_application_can_override_a_template(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "templates" / "admin").mkdir()
    (tmp_path / "templates" / "admin" / "index.html").write_text("overridden")
    assert app.test_client().get("/admin/").text == "overridden"


def test_templates_are_listed_with_the_name(app: Flask) -> None:
    assert app.jinja_env.list_templates() == [
        "admin/index.html",
        "admin/only.html",
        "index.html",
    ]


def test_static_files(app: Flask) -> None:
    client = app.test_client()
    with client.get("/admin/static/a.css") as response:
        assert response.text == "/* admin */"
    assert client.get("/admin/static/../__init__.py").status_code == 404


def test_static_path(site: Any) -> None:
    app = Flask("modulesite")
    module = Module("modulesite.admin", url_prefix="/a", static_path="/files")
    register(app, module)
    with app.test_client().get("/a/files/a.css") as response:
        assert response.text == "/* admin */"


def test_without_a_folder_there_is_no_static_route() -> None:
    app = Flask(__name__)
    register(app, Module(__name__, "admin", url_prefix="/admin"))
    with app.test_request_context(), pytest.raises(BuildError):
        url_for("admin.static", filename="a.css")


# hooks and handlers


def test_hooks_and_handlers() -> None:
    app = Flask(__name__)
    admin = Module(__name__, "admin", url_prefix="/admin")
    seen: list[str] = []

    def note(name: str, answer: bool = False) -> Any:
        def hook(*arguments: Any) -> Any:
            seen.append(name)
            return arguments[0] if answer else None

        return hook

    admin.before_request(note("before"))
    admin.after_request(note("after", answer=True))
    admin.before_app_request(note("before app"))
    admin.after_app_request(note("after app", answer=True))
    admin.context_processor(lambda: {"here": "admin"})
    admin.app_context_processor(lambda: {"everywhere": "all"})

    @admin.app_errorhandler(404)
    def missing(error: Any) -> Any:
        return "not here", 404

    @admin.errorhandler(ZeroDivisionError)
    def divided(error: Any) -> Any:
        return "divided", 500

    def show() -> str:
        return render_template_string("{{ here }} {{ everywhere }}")

    app.add_url_rule("/", "show", show)
    admin.add_url_rule("/", view_func=show)
    admin.add_url_rule("/fail", "fail", lambda: 1 // 0)
    register(app, admin)
    client = app.test_client()
    assert client.get("/").text == " all"
    assert seen == ["before app", "after app"]
    del seen[:]
    assert client.get("/admin/").text == "admin all"
    assert seen == ["before app", "before", "after", "after app"]
    assert client.get("/nowhere").text == "not here"
    assert client.get("/admin/fail").text == "divided"


def test_the_endpoint_decorator_names_endpoints_of_the_application() -> None:
    app = Flask(__name__)
    module = Module(__name__, __name__)
    module.endpoint("bar")(lambda: "bar")
    register(app, module)
    app.add_url_rule("/bar", "bar")
    assert app.test_client().get("/bar").text == "bar"


def test_the_module_of_a_request(app: Flask) -> None:
    for path, name in [("/admin/", "admin"), ("/pages/", None), ("/", None)]:
        with app.test_request_context(path), warned():
            assert request.module == name
