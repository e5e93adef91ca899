"""Request and response as they were at 0.11 (chapters 51, 52, 53)"""

from __future__ import annotations

from typing import Any

from ..wrappers import Request as CurrentRequest
from ..wrappers import Response as CurrentResponse
from .restored import restored
from .restored import restored_names

__getattr__ = restored_names(__name__)


@restored
class Request(CurrentRequest):
    """A request that has no JSON when its mimetype is another."""

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Answer a body that is no JSON.

        :param e: what the parser raised; ``None`` if the mimetype is another,
            which is no failure.
        """
        return None if e is None else super().on_json_loading_failed(e)

    @property
    def blueprints(self) -> list[str]:
        """The name of the blueprint; dots in it name no parents."""
        name = self.blueprint
        return [] if name is None else [name]


class Response(CurrentResponse):
    """A response with an absolute ``Location``."""

    autocorrect_location_header = True
