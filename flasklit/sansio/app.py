"""The application, under the name that Flask gives to its first half (chapter 49)"""

from __future__ import annotations

from ..app import Flask as App
from ..app import T_shell_context_processor as T_shell_context_processor
from ..blueprints import T_template_filter as T_template_filter
from ..blueprints import T_template_global as T_template_global
from ..blueprints import T_template_test as T_template_test
from ..foundation import _make_timedelta as _make_timedelta
from .scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from .scaffold import find_package as find_package
from .scaffold import Scaffold as Scaffold
from .scaffold import setupmethod as setupmethod
from .scaffold import T_teardown as T_teardown

__all__ = ["App"]
