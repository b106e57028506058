"""How long sessions live."""

from typing import Annotated

import msgspec

from hallporter.contract.settings.values import YEAR_SECONDS, File, Group


class SessionSettings(Group, frozen=True):
    """How long a session may live, and what is told of it."""

    lifetime_seconds: Annotated[int, msgspec.Meta(ge=60, le=10 * YEAR_SECONDS)] = 7 * 86_400
    """How long it may live at all; seven days, unless set."""
    inactivity_timeout_seconds: Annotated[int, msgspec.Meta(ge=60, le=10 * YEAR_SECONDS)] | None = (
        None
    )
    """After what time without any use it ends before that; unset: never, as at Clerk.

    Without use means: no token renewed, by page or by server.
    """
    tell_of_new_devices: bool = False
    """Whether users hear by mail of a sign-in where they had no session before."""
    city_database: File = ""
    """The path of a MaxMind DB file with cities, if there is one: it places users' devices."""
    end_on_replay: bool = False
    """Whether a client token that was replaced ends all sessions of its client if shown again.

    One that was replaced up to ten seconds ago does not. Otherwise it counts for nothing, and is
    logged: copies of old tokens are routine in apps with two SDKs and restored browser profiles.
    """
