"""Blueprints, where extensions look for them (chapter 49)"""

from __future__ import annotations

from ..blueprints import Blueprint as Blueprint
from ..blueprints import BlueprintSetupState as BlueprintSetupState
from ..blueprints import DeferredSetupFunction as DeferredSetupFunction
from ..blueprints import T_template_filter as T_template_filter
from ..blueprints import T_template_global as T_template_global
from ..blueprints import T_template_test as T_template_test
from .scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from .scaffold import Scaffold as Scaffold
from .scaffold import setupmethod as setupmethod
from .scaffold import T_after_request as T_after_request
from .scaffold import T_before_request as T_before_request
from .scaffold import T_error_handler as T_error_handler
from .scaffold import T_teardown as T_teardown
from .scaffold import T_template_context_processor as T_template_context_processor
from .scaffold import T_url_defaults as T_url_defaults
from .scaffold import T_url_value_preprocessor as T_url_value_preprocessor
