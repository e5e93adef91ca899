"""The application as an object, for servers that want one: ``gunicorn wsgi:app``."""

from notes import create_app

app = create_app()
