"""``python -m live``: make what the live examples of the site need."""

from __future__ import annotations

import sys

from live.cli import main

if __name__ == "__main__":
    sys.exit(main())
