"""What ``python -m flasklit`` runs."""

from .cli import main

main()
