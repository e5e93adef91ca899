"""The context-bound objects and the stacks below them (chapter 51)"""

from .restored import restored_names

__getattr__ = restored_names(__name__)
