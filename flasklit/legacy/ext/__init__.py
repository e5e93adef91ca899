"""Extensions, under the names they had until Flask 1.0 (chapter 51)"""

import sys

from ...ext import ExtensionFinder

sys.meta_path.insert(0, ExtensionFinder(__name__, warns=False))
