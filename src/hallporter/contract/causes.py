"""Who caused a change, as far as it is known."""

from typing import Literal

import msgspec

Kind = Literal["user", "secret_key", "visitor", "console", "job"]
"""A user (also an impersonated one), a server, an unknown sender, a command, or a job."""


class Cause(msgspec.Struct, frozen=True):
    """Who caused something; `id` is that of the user or the secret key, if it is known."""

    kind: Kind
    id: str = ""
    session_id: str = ""
    """Of the user; who acts in their place is what the session knows."""


ANONYMOUS = Cause("visitor")
