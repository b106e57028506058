"""Ids that sort by time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallporter.core import random

# The examples of Segment's own implementation, and both ends.
VECTORS = {
    "0669f7efb5a1cd34b5f99d1154fb6853345c9735": "0ujtsYcgvSTl8PAuAdqWYSMnLOv",
    "066a029c73fc1aa3b2446246d6e89fcd909e8fe8": "0ujzPyRiIAffKhBux4PvQdDqMHY",
    "0" * 40: "0" * 27,
    "f" * 40: "aWgEPTl1tmebfsQzFP4bxwgy80V",
}


@pytest.mark.parametrize(("given_bytes", "text"), VECTORS.items())
def test_a_ksuid_is_written_as_segment_writes_it(given_bytes: str, text: str) -> None:
    assert random.ksuid_of(bytes.fromhex(given_bytes)) == text


@given(st.binary(min_size=20, max_size=20), st.binary(min_size=20, max_size=20))
def test_ksuids_sort_as_their_bytes_do(one: bytes, other: bytes) -> None:
    texts = random.ksuid_of(one), random.ksuid_of(other)
    assert {len(text) for text in texts} == {27}
    assert (texts[0] < texts[1]) == (one < other)


def test_a_later_second_sorts_later() -> None:
    now = 1_790_000_000_000
    assert random.ksuid(now) < random.ksuid(now + 1_000)
