"""The sign-in's status is computed: it is the first gate that is still closed."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.features.sign_ins.rows import SignInRow, SignInStatus


class Facts(msgspec.Struct, frozen=True):
    """What the gates look at."""

    is_identified: bool
    has_first_factor: bool
    must_choose_password: bool
    needs_second_factor: bool
    has_second_factor: bool
    needs_client_trust: bool
    has_client_trust: bool


class Gate(msgspec.Struct, frozen=True):
    """A status, and the facts that keep a sign-in in it and let it out, by their names."""

    status: SignInStatus
    opened_by: str | None = None
    closed_by: str | None = None
    """None: closed to everybody at first."""

    def is_closed(self, facts: Facts) -> bool:
        """Tell whether it keeps a sign-in of which these facts hold."""
        is_meant = self.closed_by is None or getattr(facts, self.closed_by)
        return is_meant and not (self.opened_by is not None and getattr(facts, self.opened_by))


GATES = (
    Gate("needs_identifier", opened_by="is_identified"),
    Gate("needs_first_factor", opened_by="has_first_factor"),
    Gate("needs_new_password", closed_by="must_choose_password"),
    Gate("needs_second_factor", closed_by="needs_second_factor", opened_by="has_second_factor"),
    Gate("needs_client_trust", closed_by="needs_client_trust", opened_by="has_client_trust"),
)

SECOND: frozenset[SignInStatus] = frozenset({"needs_second_factor", "needs_client_trust"})
"""Statuses in which what is proved next comes after the first factor."""

# Which steps each status opens.
OPENS: dict[SignInStatus, frozenset[str]] = {
    "needs_first_factor": frozenset({"prepare_first_factor", "attempt_first_factor"}),
    "needs_new_password": frozenset({"reset_password"}),
    "needs_second_factor": frozenset({"prepare_second_factor", "attempt_second_factor"}),
    "needs_client_trust": frozenset({"prepare_second_factor", "attempt_second_factor"}),
}


def status(facts: Facts) -> SignInStatus:
    """Return the first gate that is closed, or complete."""
    for gate in GATES:
        if gate.is_closed(facts):
            return gate.status
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
    """Return the facts that a row tells; its status still says what the second proof was for."""
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
