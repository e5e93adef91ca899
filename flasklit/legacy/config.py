"""The configuration as it was at 0.11 (chapter 51)"""

from __future__ import annotations

from ..config import Config as CurrentConfig
from .restored import restored
from .restored import restored_names

__getattr__ = restored_names(__name__)


@restored
class Config(CurrentConfig):
    """A configuration with all the ways to fill it that there ever were."""

    warns = False
