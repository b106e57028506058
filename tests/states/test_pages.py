"""The pages in docs/states say what the tables in the code say."""

import pytest

from tests.states import session, sign_in, sign_up
from tests.states.__main__ import FOLDER, pages
from tests.states.diagram import NOTHING, moves


@pytest.mark.parametrize("name", sorted(pages()))
def test_pages_are_up_to_date(name: str) -> None:
    written = (FOLDER / name).read_text()
    assert written == pages()[name], "run `make states ARGS=--write`"


def test_there_is_no_other_page() -> None:
    assert {path.name for path in FOLDER.iterdir()} == pages().keys()


def test_nothing_leaves_what_has_ended() -> None:
    for found in (moves(sign_in.transitions()), moves(sign_up.transitions())):
        assert not {"complete", "abandoned"}.intersection(before for before, _ in found)
    found = session.statuses_moves()
    assert not {"ended", "removed", "replaced", "revoked"}.intersection(each for each, _ in found)
    assert not {("expired", live) for live in session.LIVE} & found


def test_nobody_is_signed_in_past_a_second_factor() -> None:
    found = moves(sign_in.transitions())
    assert ("needs_second_factor", "complete") in found
    assert ("needs_new_password", "needs_first_factor") not in found
    assert (NOTHING, "needs_new_password") not in found
