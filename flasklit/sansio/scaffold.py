"""What applications and blueprints share, where extensions look for it (chapter 49)"""

from __future__ import annotations

from ..foundation import find_package as find_package
from ..helpers import get_root_path as get_root_path
from ..scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from ..scaffold import F as F
from ..scaffold import Scaffold as Scaffold
from ..scaffold import setupmethod as setupmethod
from ..scaffold import T_after_request as T_after_request
from ..scaffold import T_before_request as T_before_request
from ..scaffold import T_error_handler as T_error_handler
from ..scaffold import T_route as T_route
from ..scaffold import T_teardown as T_teardown
from ..scaffold import T_template_context_processor as T_template_context_processor
from ..scaffold import T_url_defaults as T_url_defaults
from ..scaffold import T_url_value_preprocessor as T_url_value_preprocessor
