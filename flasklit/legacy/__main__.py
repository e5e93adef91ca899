"""``python -m flasklit.legacy``: the older command line (chapter 53)"""

from .cli import main

main()
