"""What went wrong with a message on its way out."""


class NotSentError(Exception):
    """A message was not accepted. If the error is permanent it is not tried again.

    The text gives the operator the reason, without addresses.
    """

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
