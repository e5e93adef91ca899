"""What the tests of the documented names expect alike."""

from __future__ import annotations

from typing import Any

import pytest


def dropped(name: str) -> Any:
    """Expect the warning about a name that Flask has dropped."""
    return pytest.warns(DeprecationWarning, match=name)
