"""What went wrong with a message on its way out."""


class NotSentError(Exception):
    """Whoever was to take a message did not; a permanent refusal is final, others are tried again.

    The text says why in words for the operator, without addresses.
    """

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
