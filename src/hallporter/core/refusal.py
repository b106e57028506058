"""The exception that keeps the process from starting."""


class Refusal(RuntimeError):
    """Say in one sentence, for the operator, why the process will not start."""
