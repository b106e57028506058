"""Taking an answer back to an older version touches what versions changed, and nothing else."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hallporter.contract.api_version import DATED, NEWEST, UNDATED, ApiVersion
from hallporter.contract.objects import Moment, WireObject
from hallporter.versions import catalogue
from hallporter.versions.answers import downgraded

scalars = st.none() | st.booleans() | st.integers(0, 2**53) | st.text(max_size=8)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(["created_at", "object"]), inner)
    ),
    max_leaves=12,
)


class Session(WireObject, frozen=True, tag="session"):
    """An object that versions changed, and what users may put beside its times."""

    public_metadata: dict[str, Any]
    created_at: Moment


metadata = st.dictionaries(st.text(max_size=8) | st.just("created_at"), anything, max_size=3)


@given(metadata)
def test_the_newest_version_changes_nothing(body: dict[str, Any]) -> None:
    answer = Session(public_metadata=body, created_at=1_700_000_000_000)
    assert downgraded(answer, NEWEST) is answer


@given(metadata, st.sampled_from([UNDATED, *DATED]))
def test_metadata_comes_through_every_version_as_it_was_put_in(
    body: dict[str, Any], version: ApiVersion
) -> None:
    answer = Session(public_metadata=body, created_at=1_700_000_000_000)
    assert msgspec.to_builtins(downgraded(answer, version))["public_metadata"] == body


@given(st.integers(0, 2**53))
def test_every_moment_is_in_seconds_for_the_undated(moment: int) -> None:
    answer = [Session(public_metadata={}, created_at=moment)]
    [shown] = msgspec.to_builtins(downgraded(answer, UNDATED))
    assert shown["created_at"] == moment // 1000


@given(st.dates().map(str) | st.text())
def test_whatever_a_request_names_some_version_serves_it(named: str) -> None:
    assert catalogue.known(named) in DATED
