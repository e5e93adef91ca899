"""``python -m flasklit.legacy``: the older command line (chapter 50)"""

from .cli import main

main()
