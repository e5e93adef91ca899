"""Where the settings come from.

Four sources, each stronger than the one before:

1. ``DEFAULTS`` below;
2. a file: the one ``NOTES_CONFIG`` names, else ``notes.toml`` or ``notes.py`` in
   the instance folder, if there is one;
3. environment variables that begin with ``NOTES_``, their values read as JSON
   where that is possible (``NOTES_MAX_CONTENT_LENGTH=1000000`` is a number);
4. the mapping given to ``create_app``.

The instance folder has to be known before any file in it can be read; only the
mapping and the variable ``NOTES_INSTANCE_PATH`` can therefore move it.
"""

import json
import os
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from typing import Final

from flasklit import Flask

ENVIRONMENT_PREFIX: Final = "NOTES"
INSTANCE_FILES: Final = ("notes.toml", "notes.py")

DEFAULTS: Final[Mapping[str, Any]] = {
    # Relative paths start in the instance folder.
    "DATABASE": "notes.sqlite3",
    "UPLOAD_FOLDER": "uploads",
    "CREATE_DATABASE": True,
    # Bytes in one request, so also the largest file that can be attached.
    "MAX_CONTENT_LENGTH": 4_000_000,
    "PASSWORD_METHOD": "scrypt",
    # Reverse proxies between the visitor and this process.
    "PROXY_HOPS": 0,
    # Seconds a login lasts, used or not; so no response has to renew the cookie,
    # and static files stay free of it.
    "PERMANENT_SESSION_LIFETIME": 14 * 24 * 60 * 60,
    "SESSION_REFRESH_EACH_REQUEST": False,
    "SESSION_COOKIE_NAME": "notes_session",
    "SESSION_COOKIE_SAMESITE": "Lax",
}


class SettingsError(RuntimeError):
    """A setting is missing or unusable; the message says which and what to do."""


def instance_path(overrides: Mapping[str, Any]) -> str | None:
    """Return the instance folder somebody asked for, or ``None`` for the usual one."""
    chosen = overrides.get("INSTANCE_PATH") or os.environ.get("NOTES_INSTANCE_PATH")
    return os.path.abspath(chosen) if chosen else None


def load(app: Flask, overrides: Mapping[str, Any]) -> None:
    """Fill ``app.config`` from all sources and make its folders.

    :raises SettingsError: when a setting cannot be used.
    """
    folder = Path(app.instance_path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    app.config.from_mapping(DEFAULTS)
    _load_file(app, folder)
    app.config.from_prefixed_env(ENVIRONMENT_PREFIX)
    app.config.from_mapping(overrides)

    if not isinstance(app.config["MAX_CONTENT_LENGTH"], int):
        raise SettingsError("MAX_CONTENT_LENGTH has to be a whole number of bytes.")
    for key in ("DATABASE", "UPLOAD_FOLDER"):
        app.config[key] = str(folder / app.config[key])
    Path(app.config["UPLOAD_FOLDER"]).mkdir(mode=0o700, parents=True, exist_ok=True)

    if app.config["SECRET_KEY"] is None:
        app.config["SECRET_KEY"] = _kept_secret(folder / "secret_key")
    if not isinstance(app.config["SECRET_KEY"], str | bytes):
        raise SettingsError(
            "SECRET_KEY is not text. A value from the environment that looks like a "
            "number is read as one: put it in double quotes inside the variable."
        )


def _load_file(app: Flask, folder: Path) -> None:
    named = os.environ.get("NOTES_CONFIG")
    if named:
        _load_one(app, named)
        return
    for name in INSTANCE_FILES:
        if (folder / name).exists():
            _load_one(app, name)
            return


def _load_one(app: Flask, name: str) -> None:
    match Path(name).suffix:
        case ".toml":
            app.config.from_file(name, tomllib.load, text=False)
        case ".json":
            app.config.from_file(name, json.load)
        case ".py":
            app.config.from_pyfile(name)
        case _:
            raise SettingsError(
                f"The settings file {name} has to end in .toml, .json or .py."
            )


def _kept_secret(path: Path) -> str:
    """Return the key in ``path``, which is written the first time.

    Worker processes that start together must end up with one key, and none may
    read a file that is half written.  A link to a finished draft gives both: it
    appears whole, and only the first one succeeds.
    """
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix="secret_key.")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
    return path.read_text("ascii").strip()
