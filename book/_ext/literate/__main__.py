"""Entry point of ``python -m literate``."""

import sys

from literate.cli import main

if __name__ == "__main__":
    sys.exit(main())
