"""Taking an answer back to an older version touches what versions changed, and nothing else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hallporter.contract.api_version import DATED, NEWEST, UNDATED
from hallporter.versions import catalogue

scalars = st.none() | st.booleans() | st.integers(0, 2**53) | st.text(max_size=8)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(["created_at", "object"]), inner)
    ),
    max_leaves=12,
)


@given(anything)
def test_the_newest_version_changes_nothing(body: Any) -> None:
    assert catalogue.downgraded(body, NEWEST) == body


@given(anything, st.sampled_from([UNDATED, *DATED]))
def test_metadata_comes_through_every_version_as_it_was_put_in(body: Any, version: Any) -> None:
    user = {"object": "user", "public_metadata": body, "created_at": 1_700_000_000_000}
    assert catalogue.downgraded(user, version)["public_metadata"] == body


@given(st.integers(0, 2**53))
def test_every_moment_is_in_seconds_for_the_undated(moment: int) -> None:
    body = [{"object": "client", "id": "client_1", "sessions": [{"created_at": moment}]}]
    shown = catalogue.downgraded(body, UNDATED)
    assert shown[0]["sessions"][0]["created_at"] == moment // 1000


@given(st.dates().map(str) | st.text())
def test_whatever_a_request_names_some_version_serves_it(named: str) -> None:
    assert catalogue.known(named) in DATED
