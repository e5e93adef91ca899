"""``python -m flasklit.legacy``: the older command line (chapter 52)"""

from .cli import main

main()
