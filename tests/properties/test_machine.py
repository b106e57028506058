"""Whatever is known of a sign-in, its status follows and opens only what it should."""

from hypothesis import given
from hypothesis import strategies as st

from hallporter.features.sign_ins.machine import CONDITIONS, OPENS, Facts, status

facts = st.builds(
    Facts,
    is_identified=st.booleans(),
    has_first_factor=st.booleans(),
    must_choose_password=st.booleans(),
    needs_second_factor=st.booleans(),
    has_second_factor=st.booleans(),
    needs_client_trust=st.booleans(),
    has_client_trust=st.booleans(),
)


@given(facts)
def test_nobody_is_complete_without_every_proof_that_is_asked_for(known: Facts) -> None:
    if status(known) != "complete":
        return
    assert known.is_identified
    assert known.has_first_factor
    assert not known.must_choose_password
    assert known.has_second_factor or not known.needs_second_factor
    assert known.has_client_trust or not known.needs_client_trust


@given(facts)
def test_the_status_is_the_first_condition_that_is_not_met(known: Facts) -> None:
    closed = [condition.status for condition in CONDITIONS if condition.is_unmet(known)]
    assert status(known) == (closed[0] if closed else "complete")


@given(facts)
def test_a_finished_sign_in_takes_no_step(known: Facts) -> None:
    if status(known) == "complete":
        assert status(known) not in OPENS
