"""The command line: one file per command, loaded when it is called."""

import sys

from hallporter.cli.commands import commands
from hallporter.core.operator_error import OperatorError


def app() -> None:
    """Run a command; what it refuses is said in a sentence."""
    try:
        commands()
    except OperatorError as error:
        from rich.console import Console
        from rich.text import Text

        Console(stderr=True).print(Text(str(error), style="red"), soft_wrap=True)
        sys.exit(1)
