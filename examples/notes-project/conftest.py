"""Put this folder and the notes beside it on the import path."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "notes")]
