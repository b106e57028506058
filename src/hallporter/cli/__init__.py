"""The command line: one file per command."""

import typer

from hallporter.cli import serve

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("serve")(serve.serve)


@app.callback()
def hallporter() -> None:
    """Authentication and user management that speaks Clerk's API."""
