"""What keeps strangers out of accounts."""

from typing import Annotated

import msgspec

from hallporter.contract.settings.values import Group


class LockoutSettings(Group, frozen=True):
    """When wrong attempts lock an account."""

    enabled: bool = True
    """Whether wrong attempts lock an account."""
    max_attempts: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    """After how many since the user signed in last."""
    duration_in_minutes: Annotated[int, msgspec.Meta(ge=1, le=525_600)] = 60
    """For how long it is locked."""
