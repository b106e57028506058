"""The exception that keeps the process from starting."""

from collections.abc import Iterable


class Refusal(RuntimeError):
    """Say in one sentence, for the operator, why the process will not start."""


def refuse_if(sentences: Iterable[str]) -> None:
    """Raise a Refusal that says all of the sentences, if there are any."""
    said = "\n".join(sentences)
    if said:
        raise Refusal(said)
