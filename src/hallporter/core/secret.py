"""A string that does not print itself."""

import hashlib
from typing import Final


class Secret:
    """Hold a password, code or token so that logs and tracebacks cannot show it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def reveal(self) -> str:
        """Return the text itself; every call is a place to look twice."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._text)


def hash_of_token(token: Secret) -> str:
    """Return the hash under which a random token is stored and found."""
    return hash_of(token.reveal())


def hash_of(token: str) -> str:
    """Return the same of a token that is plain text already.

    Nobody tries out 256 bits, so it is quick; it is none for what people choose.
    """
    return hashlib.sha256(token.encode()).hexdigest()
