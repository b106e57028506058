"""Ending this process with an error, because something that must go on cannot."""

import os
import signal
from collections.abc import Callable

from hallporter.core.operator_error import refuse_if

FailureCallback = Callable[[str], object]


def end_process(_what: str) -> None:
    """End this process as if it was asked to: what is under way is finished."""
    os.kill(os.getpid(), signal.SIGTERM)


class Ending:
    """Hears what cannot go on, asks the process to end, and says why once it has."""

    def __init__(self, end: FailureCallback = end_process) -> None:
        self._end = end
        self._because: list[str] = []

    def give_up(self, what: str) -> None:
        """Ask the process to end because of `what`."""
        self._because.append(what)
        self._end(what)

    def refuse(self) -> None:
        """Raise a Refusal if anything was given up: the process ends with an error."""
        refuse_if(
            f"Ended, because this does not go on any more: {what}. The log says why."
            for what in self._because
        )
