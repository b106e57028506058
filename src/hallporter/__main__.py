"""`python -m hallporter`: the command line."""

from hallporter.cli import app

app()
