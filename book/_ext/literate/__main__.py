"""Entry point of ``python -m literate``."""

import gc
import sys

from literate.cli import main

if __name__ == "__main__":
    # A command builds a book of long-lived objects and ends; only `watch` goes on.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    sys.exit(main())
