"""What is written down of what happens."""

from hallporter.contract.settings.values import Group


class EventSettings(Group, frozen=True):
    """What is written down of what happens."""

    objects: bool = False
    """Whether with each event its object is kept as it was then; until somebody is told of it."""
