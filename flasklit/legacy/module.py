"""Where modules were imported from before blueprints (chapter 51)"""

from .restored import restored_names

__getattr__ = restored_names(__name__)
