"""The status of a sign-in is computed: it is the first condition that is not met yet."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.features.sign_ins.rows import SignInRow, SignInStatus


class Facts(msgspec.Struct, frozen=True):
    """The facts that decide the status."""

    is_identified: bool
    has_first_factor: bool
    must_choose_password: bool
    needs_second_factor: bool
    has_second_factor: bool
    needs_client_trust: bool
    has_client_trust: bool


class Condition(msgspec.Struct, frozen=True):
    """A status, and what keeps a sign-in in it."""

    status: SignInStatus
    is_unmet: Callable[[Facts], bool]


CONDITIONS = (
    Condition("needs_identifier", lambda facts: not facts.is_identified),
    Condition("needs_first_factor", lambda facts: not facts.has_first_factor),
    Condition("needs_new_password", lambda facts: facts.must_choose_password),
    Condition(
        "needs_second_factor",
        lambda facts: facts.needs_second_factor and not facts.has_second_factor,
    ),
    Condition(
        "needs_client_trust",
        lambda facts: facts.needs_client_trust and not facts.has_client_trust,
    ),
)

# Which steps each status opens.
OPENS: dict[SignInStatus, frozenset[str]] = {
    "needs_first_factor": frozenset({"prepare_first_factor", "attempt_first_factor"}),
    "needs_new_password": frozenset({"reset_password"}),
    "needs_second_factor": frozenset({"prepare_second_factor", "attempt_second_factor"}),
    "needs_client_trust": frozenset({"prepare_second_factor", "attempt_second_factor"}),
}


def status(facts: Facts) -> SignInStatus:
    """Return the first condition that is not met, or `complete`."""
    for condition in CONDITIONS:
        if condition.is_unmet(facts):
            return condition.status
    return "complete"


def settled(row: SignInRow, facts: Facts, now: int) -> SignInRow:
    """Return `row` with the status that follows from `facts`."""
    found = status(facts)
    if found == "needs_second_factor":
        # The proof of a new browser stands in for no factor that was set up meanwhile.
        row = replace(row, second_factor_strategy=None, second_factor_verification_id=None)
    return replace(row, status=found, updated_at=now)


def status_at(row: SignInRow, now: int) -> SignInStatus:
    """Return the stored status, time taken into account."""
    if row.status != "complete" and row.abandon_at <= now:
        return "abandoned"
    return row.status


def refuse_closed(row: SignInRow, step: str, now: int) -> None:
    """Raise unless the sign-in takes `step` now."""
    current = status_at(row, now)
    if step not in OPENS.get(current, frozenset()):
        raise errors.sign_in.not_allowed_now(status=current)


def facts_of(row: SignInRow, *, needs_second_factor: bool, needs_client_trust: bool) -> Facts:
    """Return the facts in a row. Its status still shows what the second proof was for."""
    is_proved = row.second_factor_strategy is not None
    is_of_client = row.status == "needs_client_trust"
    return Facts(
        is_identified=row.user_id is not None,
        has_first_factor=row.first_factor_strategy is not None,
        must_choose_password=row.new_password_required,
        needs_second_factor=needs_second_factor,
        has_second_factor=is_proved and not is_of_client,
        needs_client_trust=needs_client_trust,
        has_client_trust=is_proved and is_of_client,
    )
