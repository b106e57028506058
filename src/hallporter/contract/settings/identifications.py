"""What identifiers of users may be."""

from typing import Annotated

import msgspec

from hallporter.contract.settings.values import Group


class UsernameSettings(Group, frozen=True):
    """What a username may be that users choose for themselves."""

    min_length: Annotated[int, msgspec.Meta(ge=4, le=64)] = 4
    """How many characters it has at least."""
    max_length: Annotated[int, msgspec.Meta(ge=4, le=64)] = 64
    """How many characters it has at most."""
    allow_extended_special_characters: bool = False
    """Whether they may hold `.`, `!`, `$`, `#`, `+`, `^`, `~` and a grave accent, too.

    None begins with `+`.
    """
