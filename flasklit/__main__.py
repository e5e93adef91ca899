"""What ``python -m flasklit`` runs (chapter 24)"""

from .cli import main

main()
