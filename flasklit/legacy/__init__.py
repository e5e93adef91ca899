"""The API as it was at Flask 0.11, a namespace of its own (chapters 51, 52)"""

from __future__ import annotations

from ..aliases import alias_missing
from .app import Flask as Flask
from .blueprints import Blueprint as Blueprint
from .config import Config as Config
from .helpers import send_file as send_file
from .helpers import send_from_directory as send_from_directory
from .restored import restored_names
from .wrappers import Request as Request
from .wrappers import Response as Response

__version__ = "0.11.1"

alias_missing(__name__, "flasklit")

__getattr__ = restored_names(__name__)


def __dir__() -> list[str]:
    return list(__getattr__("__all__"))
