"""What a noun hands in to the tests that go over every operation."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def none(_: Victim) -> dict[str, str]:
    """Return no ids: none of its own stands in a path."""
    return {}


@dataclass(frozen=True)
class Part:
    """Calls of each of its operations, and one of everything of somebody's that has an id."""

    walks: tuple[Callable[[Walker], None], ...]
    ids: Callable[[Victim], dict[str, str]] = none
    """By the names that ids have in paths."""
