"""Ids that sort by time."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hallporter.core import random

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_EPOCH = 1_400_000_000


def read(ksuid: str) -> tuple[int, int]:
    """Return the seconds and the chance of a KSUID, as Segment's own implementation reads it."""
    number = 0
    for digit in ksuid:
        number = number * 62 + _DIGITS.index(digit)
    return number >> 128, number & (1 << 128) - 1


def test_ksuids_of_segment_are_read_as_they_were_meant() -> None:
    for text, expected in {
        "0ujtsYcgvSTl8PAuAdqWYSMnLOv": "0669f7efb5a1cd34b5f99d1154fb6853345c9735",
        "0ujzPyRiIAffKhBux4PvQdDqMHY": "066a029c73fc1aa3b2446246d6e89fcd909e8fe8",
        "aWgEPTl1tmebfsQzFP4bxwgy80V": "f" * 40,
    }.items():
        seconds, chance = read(text)
        assert f"{seconds:08x}{chance:032x}" == expected


@given(st.integers(_EPOCH, _EPOCH + 2**32 - 1), st.integers(0, 999))
def test_a_ksuid_is_of_its_second(second: int, ms: int) -> None:
    made = random.ksuid(second * 1000 + ms)
    assert len(made) == 27
    assert read(made)[0] == second - _EPOCH


def test_ksuids_sort_by_second() -> None:
    now = 1_790_000_000_000
    made = [random.ksuid(now + 1_000 * second) for second in range(100)]
    assert made == sorted(made)


def test_chance_is_spread_over_all_that_it_may_be() -> None:
    chances = [read(random.ksuid(1_790_000_000_000))[1] for _ in range(4_000)]
    assert len(set(chances)) == 4_000
    sixteenths = Counter(chance >> 124 for chance in chances)
    # 250 each; six standard deviations are 92.
    assert all(150 < sixteenths[each] < 350 for each in range(1, 15))
    last = Counter(random.ksuid(1_790_000_000_000)[-1] for _ in range(6_200))
    assert all(40 < last[digit] < 170 for digit in _DIGITS)
