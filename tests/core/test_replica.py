"""How fresh a replica is known to be, whatever its primary does."""

import pytest

from hallporter.core.replica import MOST_SECONDS_BEHIND, Freshness, Position

SYSTEM = 7_300_000_000_000_000_000


def at(byte: int, *, timeline: int = 1, system: int = SYSTEM) -> Position:
    return Position(system, timeline, byte)


def test_a_replica_that_nobody_has_asked_is_not_fresh() -> None:
    assert not Freshness().is_enough(0)


def test_a_primary_at_rest_leaves_it_fresh() -> None:
    freshness = Freshness()
    for second in range(60):
        freshness.note(second, at(100))
        freshness.replayed(at(100))
        assert freshness.is_enough(second + 0.9)


def test_it_is_as_old_as_the_newest_position_that_it_has_reached() -> None:
    freshness = Freshness()
    for second, byte in ((10.0, 100), (10.5, 200), (11.0, 300)):
        freshness.note(second, at(byte))
    freshness.replayed(at(250))
    assert freshness.is_enough(10.5 + MOST_SECONDS_BEHIND)
    assert not freshness.is_enough(10.5 + MOST_SECONDS_BEHIND + 0.01)


def test_one_that_follows_ever_slower_falls_behind_and_catches_up() -> None:
    freshness = Freshness()
    for second in range(100):
        freshness.note(second, at(second * 1_000))
        freshness.replayed(at(0))
    assert not freshness.is_enough(99)
    freshness.replayed(at(98_500))
    assert freshness.is_enough(99)


@pytest.mark.parametrize("stranger", [at(900, timeline=2), at(900, system=SYSTEM + 1)])
def test_a_position_of_another_history_says_nothing(stranger: Position) -> None:
    freshness = Freshness()
    freshness.note(0, at(100))
    freshness.replayed(stranger)
    assert not freshness.is_enough(0)


def test_what_failed_is_not_fresh_until_it_is_measured_again() -> None:
    freshness = Freshness()
    freshness.note(0, at(100))
    freshness.replayed(at(100))
    freshness.forget()
    assert not freshness.is_enough(0)
    freshness.note(0.5, at(100))
    freshness.replayed(at(100))
    assert freshness.is_enough(0.5)
