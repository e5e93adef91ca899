"""Where Module was imported from until Flask dropped it (chapter 48)"""

from .dropped import dropped_names

__getattr__ = dropped_names(__name__)
