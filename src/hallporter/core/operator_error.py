"""The exception for the operator: a command or the server cannot start."""

from collections.abc import Iterable


class OperatorError(RuntimeError):
    """Says in one sentence why a command or the server cannot start."""


def refuse_if(sentences: Iterable[str]) -> None:
    """Raise one error with all of the sentences, if there are any."""
    said = "\n".join(sentences)
    if said:
        raise OperatorError(said)
