"""For how long what is over is kept."""

from typing import Annotated

import msgspec

from hallporter.contract.settings.values import Group

Days = Annotated[int, msgspec.Meta(ge=1, le=3_650)]


class RetentionSettings(Group, frozen=True):
    """For how many days is kept what is over: docs/operating/retention.md says what that means."""

    attempts_days: Days = 30
    """Sign-ins and sign-ups, and the codes, links and visits that belong to them."""
    messages_days: Days = 30
    """What became of mail and SMS, and in the inbox the messages themselves."""
    sessions_days: Days = 365
    """Sessions, from their end; as long a user's device is known."""
    events_days: Days = 90
    """What happened: who did what, to whom, from where."""
    clients_days: Days = 30
    """Browsers and devices of which no session, sign-in, sign-up or key is kept."""
