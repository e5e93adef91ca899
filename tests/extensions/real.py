"""Extensions as they are installed, each answering a request. `nox -s extensions` runs this.

The file imports `flask`: with `pytest --as-flask` that is flasklit, without the option Flask.
"""

from datetime import date
from pathlib import Path
from typing import Any

import flask
import pytest
from flask import Flask

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A new application, in an empty folder.

    It is not called ``app``, because pytest-flask keeps a context around the tests of that.
    """
    monkeypatch.chdir(tmp_path)
    app = Flask("shop", root_path=str(tmp_path), instance_path=str(tmp_path))
    app.secret_key = "a key of some length, for those that want one"
    app.testing = True
    return app


@pytest.fixture
def db(shop: Flask) -> Any:
    """A database with a table of notes, and one note."""
    from flask_sqlalchemy import SQLAlchemy

    shop.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
    db = SQLAlchemy()

    class Note(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        text = db.Column(db.String)

    db.Note = Note
    db.init_app(shop)
    with shop.app_context():
        db.create_all()
        db.session.add(Note(text="milk"))
        db.session.commit()
    return db


def test_this_is_flask() -> None:
    assert flask.__spec__.name in ("flask", "flasklit", "flasklit.legacy")


def test_sqlalchemy(shop: Flask, db: Any) -> None:
    @shop.get("/<int:number>")
    def show(number: int) -> str:
        return str(db.get_or_404(db.Note, number).text)

    client = shop.test_client()
    assert client.get("/1").text == "milk"
    assert client.get("/2").status_code == 404


def test_migrate(shop: Flask, db: Any) -> None:
    from flask_migrate import Migrate

    Migrate(shop, db)
    with shop.app_context():
        db.drop_all()
    runner = shop.test_cli_runner()
    for command in ("init", "migrate", "upgrade", "current"):
        result = runner.invoke(args=["db", command])
        assert result.exit_code == 0, result.output
    with shop.app_context():
        assert db.session.query(db.Note).count() == 0


def test_login(shop: Flask) -> None:
    from flask_login import current_user
    from flask_login import FlaskLoginClient
    from flask_login import login_required
    from flask_login import login_user
    from flask_login import LoginManager
    from flask_login import logout_user
    from flask_login import UserMixin

    class User(UserMixin):
        def __init__(self, id: str) -> None:
            self.id = id

    manager = LoginManager(shop)
    manager.login_view = "enter"
    manager.user_loader(User)

    @shop.get("/enter")
    def enter() -> str:
        login_user(User("ann"), remember=True)
        return "entered"

    @shop.get("/leave")
    def leave() -> str:
        logout_user()
        return "left"

    @shop.get("/me")
    @login_required
    def me() -> str:
        return str(current_user.id)

    client = shop.test_client()
    assert "/enter?next=" in client.get("/me").location
    client.get("/enter")
    assert client.get("/me").text == "ann"
    client.delete_cookie("session")
    assert client.get("/me").text == "ann"
    client.get("/leave")
    assert client.get("/me").status_code == 302
    shop.test_client_class = FlaskLoginClient
    assert shop.test_client(user=User("bob")).get("/me").text == "bob"


def test_wtf(shop: Flask) -> None:
    from flask_wtf import CSRFProtect
    from flask_wtf import FlaskForm
    from wtforms import StringField
    from wtforms.validators import DataRequired

    class Form(FlaskForm):
        name = StringField(validators=[DataRequired()])

    CSRFProtect(shop)

    @shop.route("/", methods=["GET", "POST"])
    def index() -> str:
        form = Form()
        if form.validate_on_submit():
            return f"hello {form.name.data}"
        return flask.render_template_string("{{ csrf_token() }}")

    client = shop.test_client()
    token = client.get("/").text
    assert client.post("/", data={"name": "Ann"}).status_code == 400
    sent = {"name": "Ann", "csrf_token": token}
    assert client.post("/", data=sent).text == "hello Ann"


def test_caching(shop: Flask) -> None:
    from flask_caching import Cache

    cache = Cache(shop, config={"CACHE_TYPE": "SimpleCache"})
    calls = []

    @shop.get("/")
    @cache.cached(timeout=60)
    def index() -> str:
        calls.append("index")
        return str(double(2))

    @cache.memoize(60)
    def double(number: int) -> int:
        calls.append("double")
        return 2 * number

    client = shop.test_client()
    assert [client.get("/").text for _ in range(3)] == ["4"] * 3
    assert calls == ["index", "double"]


def test_cors(shop: Flask) -> None:
    from flask_cors import CORS

    CORS(shop)
    shop.get("/")(lambda: "hello")
    client = shop.test_client()
    origin = {"Origin": "https://a.example"}
    assert client.get("/", headers=origin).headers["Access-Control-Allow-Origin"]
    asked = {**origin, "Access-Control-Request-Method": "GET"}
    answer = client.options("/", headers=asked)
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


def test_limiter(shop: Flask) -> None:
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address

    Limiter(
        get_remote_address, app=shop, default_limits=["2/day"], storage_uri="memory://"
    )
    shop.get("/")(lambda: "hello")
    client = shop.test_client()
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]


def test_smorest(shop: Flask) -> None:
    from flask.views import MethodView
    from flask_smorest import Api
    from flask_smorest import Blueprint
    from marshmallow import fields
    from marshmallow import Schema

    shop.config.update(API_TITLE="notes", API_VERSION="1", OPENAPI_VERSION="3.0.2")
    shop.config["OPENAPI_URL_PREFIX"] = "/api"
    blueprint = Blueprint("notes", __name__, url_prefix="/notes")

    class Note(Schema):
        text = fields.String(required=True)

    @blueprint.route("/")
    class Notes(MethodView):
        @blueprint.response(200, Note(many=True))
        def get(self) -> list[dict[str, str]]:
            return [{"text": "milk"}]

        @blueprint.arguments(Note)
        @blueprint.response(201, Note)
        def post(self, note: dict[str, str]) -> dict[str, str]:
            return note

    Api(shop).register_blueprint(blueprint)
    client = shop.test_client()
    assert client.get("/notes/").json == [{"text": "milk"}]
    assert client.post("/notes/", json={"text": "bread"}).status_code == 201
    assert client.post("/notes/", json={}).status_code == 422
    assert "/notes/" in client.get("/api/openapi.json").json["paths"]


def test_apiflask(tmp_path: Path) -> None:
    from apiflask import APIFlask
    from apiflask import Schema
    from apiflask.fields import String

    class Note(Schema):
        text = String(required=True)

    app = APIFlask("shop", root_path=str(tmp_path))

    @app.post("/notes")
    @app.input(Note)
    @app.output(Note, status_code=201)
    def add(json_data: dict[str, str]) -> dict[str, str]:
        return json_data

    client = app.test_client()
    assert client.post("/notes", json={"text": "milk"}).status_code == 201
    assert client.post("/notes", json={}).status_code == 422
    assert "/notes" in client.get("/openapi.json").json["paths"]


@pytest.mark.parametrize("package", ["flask_restful", "flask_restx"])
def test_restful_and_restx(package: str, shop: Flask) -> None:
    module = pytest.importorskip(package)

    class Double(module.Resource):  # type: ignore[name-defined,misc]
        def get(self, number: int) -> dict[str, int]:
            return {"double": 2 * number}

    module.Api(shop).add_resource(Double, "/double/<int:number>")
    client = shop.test_client()
    assert client.get("/double/3").json == {"double": 6}
    assert client.get("/double/x").status_code == 404
    assert client.post("/double/3").status_code == 405


def test_flasgger(shop: Flask) -> None:
    from flasgger import Swagger

    Swagger(shop)

    @shop.get("/hello")
    def hello() -> str:
        """Greet.
        ---
        responses:
          200:
            description: A greeting.
        """
        return "hello"

    paths = shop.test_client().get("/apispec_1.json").json["paths"]
    assert "A greeting." in str(paths["/hello"])


def test_pydantic(shop: Flask) -> None:
    from flask_pydantic import validate
    from pydantic import BaseModel

    class Note(BaseModel):
        text: str

    @shop.post("/")
    @validate()
    def add(body: Note) -> Note:
        return body

    client = shop.test_client()
    assert client.post("/", json={"text": "milk"}).json == {"text": "milk"}
    assert client.post("/", json={}).status_code == 400


def test_marshmallow(shop: Flask) -> None:
    from flask_marshmallow import Marshmallow

    marshmallow = Marshmallow(shop)

    class Note(marshmallow.Schema):  # type: ignore[name-defined,misc]
        text = marshmallow.String()
        where = marshmallow.URLFor("show", values={"number": "<number>"})

    @shop.get("/<int:number>")
    def show(number: int) -> Any:
        return Note().dump({"text": "milk", "number": number})

    assert shop.test_client().get("/3").json == {"text": "milk", "where": "/3"}


def test_admin(shop: Flask, db: Any) -> None:
    from flask_admin import Admin
    from flask_admin.contrib.sqla import ModelView
    from flask_babel import Babel

    Babel(shop)
    Admin(shop, name="shop").add_view(ModelView(db.Note, db))
    client = shop.test_client()
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/note/new/", data={"text": "bread"}).status_code == 302
    assert "bread" in client.get("/admin/note/").text


def test_babel(shop: Flask) -> None:
    from flask_babel import Babel
    from flask_babel import format_date

    Babel(shop, locale_selector=lambda: flask.request.accept_languages[0][0])
    shop.get("/")(lambda: format_date(date(2020, 5, 1), "MMMM"))
    client = shop.test_client()
    assert client.get("/", headers={"Accept-Language": "de"}).text == "Mai"
    assert client.get("/", headers={"Accept-Language": "en"}).text == "May"


def test_mail(shop: Flask) -> None:
    from flask_mail import Mail
    from flask_mail import Message

    shop.config["MAIL_DEFAULT_SENDER"] = "shop@a.example"
    mail = Mail(shop)

    @shop.get("/")
    def send() -> str:
        with mail.record_messages() as outbox:
            mail.send(Message("Hello", ["ann@a.example"], "milk"))
        return str(outbox[0].body)

    assert shop.test_client().get("/").text == "milk"


def test_mailman(shop: Flask) -> None:
    from flask_mailman import EmailMessage
    from flask_mailman import Mail

    shop.config["MAIL_BACKEND"] = "locmem"
    mail = Mail(shop)

    @shop.get("/")
    def send() -> str:
        EmailMessage("Hello", "milk", "shop@a.example", ["ann@a.example"]).send()
        return str(mail.outbox[0].body)

    assert shop.test_client().get("/").text == "milk"


def test_session(shop: Flask) -> None:
    from cachelib.file import FileSystemCache
    from flask_session import Session

    shop.config["SESSION_TYPE"] = "cachelib"
    shop.config["SESSION_CACHELIB"] = FileSystemCache("sessions")
    Session(shop)

    @shop.get("/")
    def count() -> str:
        flask.session["visits"] = flask.session.get("visits", 0) + 1
        return str(flask.session["visits"])

    client = shop.test_client()
    assert [client.get("/").text for _ in range(3)] == ["1", "2", "3"]
    assert list(Path("sessions").iterdir())


def test_jwt_extended(shop: Flask) -> None:
    from flask_jwt_extended import create_access_token
    from flask_jwt_extended import get_jwt_identity
    from flask_jwt_extended import jwt_required
    from flask_jwt_extended import JWTManager

    JWTManager(shop)
    shop.get("/token")(lambda: create_access_token("ann"))

    @shop.get("/me")
    @jwt_required()
    def me() -> str:
        return str(get_jwt_identity())

    client = shop.test_client()
    bearer = f"Bearer {client.get('/token').text}"
    assert client.get("/me").status_code == 401
    assert client.get("/me", headers={"Authorization": bearer}).text == "ann"


def test_httpauth(shop: Flask) -> None:
    from flask_httpauth import HTTPBasicAuth

    auth = HTTPBasicAuth()
    auth.verify_password(lambda name, password: name if password == "milk" else None)
    shop.get("/")(auth.login_required(lambda: auth.current_user()))
    client = shop.test_client()
    assert client.get("/", auth=("ann", "bread")).status_code == 401
    assert client.get("/", auth=("ann", "milk")).text == "ann"


def test_principal(shop: Flask) -> None:
    from flask_principal import Identity
    from flask_principal import identity_changed
    from flask_principal import Permission
    from flask_principal import Principal
    from flask_principal import RoleNeed

    Principal(shop)
    staff = Permission(RoleNeed("staff"))

    @shop.get("/<role>")
    def enter(role: str) -> str:
        identity = Identity("ann")
        identity.provides.add(RoleNeed(role))
        identity_changed.send(shop, identity=identity)
        return str(staff.can())

    client = shop.test_client()
    assert client.get("/guest").text == "False"
    assert client.get("/staff").text == "True"


def test_security(shop: Flask, db: Any) -> None:
    from flask_security import auth_required
    from flask_security import hash_password
    from flask_security import Security
    from flask_security import SQLAlchemyUserDatastore
    from flask_security.models import fsqla_v3

    shop.config["SECURITY_PASSWORD_SALT"] = "salt"
    shop.config["SECURITY_PASSWORD_HASH"] = "pbkdf2_sha256"
    shop.config["WTF_CSRF_ENABLED"] = False
    fsqla_v3.FsModels.set_db_info(db)

    class Role(db.Model, fsqla_v3.FsRoleMixin):  # type: ignore[name-defined,misc]
        pass

    class User(db.Model, fsqla_v3.FsUserMixin):  # type: ignore[name-defined,misc]
        pass

    store = SQLAlchemyUserDatastore(db, User, Role)
    shop.security = Security(shop, store)  # type: ignore[attr-defined]
    shop.get("/me")(auth_required()(lambda: "entered"))
    with shop.app_context():
        db.create_all()
        store.create_user(email="ann@a.example", password=hash_password("password"))
        db.session.commit()
    client = shop.test_client()
    assert client.get("/me").status_code == 302
    form = {"email": "ann@a.example", "password": "password"}
    assert client.post("/login", data=form).status_code == 302
    assert client.get("/me").text == "entered"


def test_bcrypt(shop: Flask) -> None:
    from flask_bcrypt import Bcrypt

    shop.config["BCRYPT_LOG_ROUNDS"] = 4
    bcrypt = Bcrypt(shop)
    kept = bcrypt.generate_password_hash("milk")
    shop.get("/<word>")(lambda word: str(bcrypt.check_password_hash(kept, word)))
    client = shop.test_client()
    assert client.get("/milk").text == "True"
    assert client.get("/bread").text == "False"


def test_talisman(shop: Flask) -> None:
    from flask_talisman import Talisman

    Talisman(shop)
    shop.get("/")(lambda: "hello")
    client = shop.test_client()
    assert client.get("/").location == "https://localhost/"
    answer = client.get("/", base_url="https://localhost")
    assert "default-src" in answer.headers["Content-Security-Policy"]


def test_compress(shop: Flask) -> None:
    from flask_compress import Compress

    Compress(shop)
    shop.get("/")(lambda: flask.Response("milk " * 500, mimetype="text/html"))
    client = shop.test_client()
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < 500


def test_debugtoolbar(shop: Flask) -> None:
    from flask_debugtoolbar import DebugToolbarExtension

    shop.debug = True
    DebugToolbarExtension(shop)
    shop.get("/")(lambda: "<html><body>hello</body></html>")
    assert 'id="flDebug"' in shop.test_client().get("/").text


def test_dance(shop: Flask) -> None:
    from flask_dance.contrib.github import make_github_blueprint

    shop.register_blueprint(make_github_blueprint("id", "secret"), url_prefix="/enter")
    answer = shop.test_client().get("/enter/github", base_url="https://localhost")
    assert answer.location.startswith("https://github.com/login/oauth/authorize")


def test_socketio(shop: Flask) -> None:
    from flask_socketio import emit
    from flask_socketio import SocketIO

    sockets = SocketIO(shop, async_mode="threading")

    @sockets.on("ask")
    def answer(thing: str) -> None:
        emit("answer", f"{thing}: {flask.request.sid}")  # type: ignore[attr-defined]

    client = sockets.test_client(shop)
    client.emit("ask", "milk")
    assert client.get_received()[0]["args"][0].startswith("milk: ")


def test_prometheus(shop: Flask) -> None:
    from prometheus_client import CollectorRegistry
    from prometheus_flask_exporter import PrometheusMetrics

    PrometheusMetrics(shop, registry=CollectorRegistry())
    shop.get("/")(lambda: "hello")
    client = shop.test_client()
    client.get("/")
    assert 'path="/",status="200"' in client.get("/metrics").text


def test_opentelemetry(shop: Flask) -> None:
    from opentelemetry.instrumentation.flask import FlaskInstrumentor

    FlaskInstrumentor().instrument_app(shop)
    shop.get("/")(lambda: ",".join(sorted(flask.request.environ)))
    assert "opentelemetry" in shop.test_client().get("/").text
    FlaskInstrumentor.uninstrument_app(shop)
    FlaskInstrumentor().instrument()
    try:
        assert flask.Flask is not Flask
        other = flask.Flask("other")
        other.get("/")(lambda: "hello")
        assert other.test_client().get("/").text == "hello"
    finally:
        FlaskInstrumentor().uninstrument()


def test_sentry(shop: Flask) -> None:
    import sentry_sdk
    from sentry_sdk.integrations.flask import FlaskIntegration

    sent = []
    sentry_sdk.init(
        dsn="https://key@a.example/1",
        integrations=[FlaskIntegration()],
        before_send=lambda event, hint: sent.append(event),  # type: ignore[arg-type,return-value]
        traces_sample_rate=1.0,
        before_send_transaction=lambda event, hint: sent.append(event),  # type: ignore[arg-type,return-value]
    )
    shop.testing = False
    shop.get("/<int:number>")(lambda number: str(1 // number))
    try:
        assert shop.test_client().get("/0").status_code == 500
    finally:
        sentry_sdk.init()
    kinds = [
        event["exception"]["values"][0]["type"]
        for event in sent
        if "exception" in event
    ]
    assert set(kinds) == {"ZeroDivisionError"}
    assert sent[0]["request"]["url"] == "http://localhost/0"


@pytest.fixture
def app(shop: Flask) -> Flask:
    """The application, under the name that pytest-flask looks for."""
    return shop


def test_pytest_flask(app: Flask, client: Any, accept_json: Any) -> None:
    answer = client.get("/nothing", headers=accept_json)
    assert answer.status_code == 404
    assert flask.url_for("static", filename="a") == "/static/a"
