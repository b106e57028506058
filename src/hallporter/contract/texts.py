"""Length limits: every text, list and object of an input has such a type.

The length is checked before anything reads the value. Parsing, normalising and hashing long texts
takes time, in which other requests wait.
"""

from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from hallporter.core.secret import Secret

IdT = TypeVar("IdT", bound=str)
Item = TypeVar("Item")

MAX_BYTES = "max_bytes"
LONGEST_NAME = 256
LONGEST_IDENTIFIER = 254

Word = Annotated[str, msgspec.Meta(max_length=128)]
"""What we give names to ourselves: a strategy, a channel, an order, a nonce."""
Id = Annotated[IdT, msgspec.Meta(max_length=128)]
"""`Id[UserId]`: what names something that is kept."""
Identifier = Annotated[str, msgspec.Meta(max_length=LONGEST_IDENTIFIER)]
"""An address, number, username or wallet; longer ones reach nobody (RFC 5321 §4.5.3.1.3)."""
Name = Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)]
"""What somebody or something is called. Names stand in indexes, which keep 2.7 kB of a row."""
Search = Annotated[str, msgspec.Meta(max_length=256)]
"""The words that a list is searched for."""
Url = Annotated[str, msgspec.Meta(max_length=8_192)]
"""As long as what web servers take in the first line of a request."""
Jwt = Annotated[str, msgspec.Meta(max_length=16_384)]
"""A token in the clear: twice what fits into cookies and headers."""
BackupCode = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Instant = Annotated[str, msgspec.Meta(max_length=64)]
"""A date and time (RFC 3339)."""


def bytes_at_most(most: int) -> msgspec.Meta:
    """Bound an object, or a list of objects, by the bytes of its JSON."""
    return msgspec.Meta(extra={MAX_BYTES: most})


AHundred = Annotated[list[Item], msgspec.Meta(max_length=100)]
"""`AHundred[Identifier]`: as many as one request names."""
Headers = Annotated[dict[str, list[str]], bytes_at_most(65_536)]
"""The headers of a request, each with its values."""
Anything = Annotated[Any, bytes_at_most(16_384)]
"""What its reader takes apart by itself."""


class GivenSecret(Secret):
    """A secret out of a request; inputs name one of its kinds, each with its greatest length."""

    __slots__ = ()
    longest: ClassVar[int]
    kind: ClassVar[str] = "str"
    """What the error calls it."""


class Password(GivenSecret):
    """A password: nobody's memory holds a longer one, whoever made it."""

    __slots__ = ()
    longest = 1_024
    kind = "password"


class Code(GivenSecret):
    """A code that works once, or a backup code."""

    __slots__ = ()
    longest = 128


class Digest(GivenSecret):
    """The digest of a password, or the key of an authenticator app."""

    __slots__ = ()
    longest = 512


class Token(GivenSecret):
    """A ticket, a code of a provider's, a JWT, a signature or a key."""

    __slots__ = ()
    longest = 16_384


class Answer(GivenSecret):
    """A browser's answer about a passkey, in JSON: its certificates come along."""

    __slots__ = ()
    longest = 65_536
