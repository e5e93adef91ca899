"""Extensions, under the names they had until Flask 1.0 (chapter 48)"""

import sys

from ...ext import ExtensionFinder

sys.meta_path.append(ExtensionFinder(__name__, warns=False))
