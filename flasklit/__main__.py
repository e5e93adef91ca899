"""What ``python -m flasklit`` runs (chapter 40)"""

from .cli import main

main()
