from flasklit import Flask
from flasklit import g
from flasklit import Response
from flasklit import session


class LongWay(Flask):
    def process_response(self, response: Response) -> Response:
        return super().process_response(response)


def create_app(kind: type[Flask] = Flask) -> Flask:
    app = kind("notes")
    app.secret_key = "for these pages only"
    notes = ["buy seeds", "mend the fence"]

    @app.before_request
    def count_visit() -> None:
        g.visits = session.get("visits", 0) + 1

    @app.get("/notes/<int:number>")
    def show(number: int) -> str:
        session["visits"] = g.visits
        return notes[number]

    @app.after_request
    def refuse_frames(response: Response) -> Response:
        response.headers["X-Frame-Options"] = "DENY"
        return response

    return app
