"""Moving an instance's own clock, so that what takes days can be tried in milliseconds."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
import structlog

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND
from hallporter.core.database import Write
from hallporter.features.instances import store as instance_store
from hallporter.features.testing import store
from hallporter.features.testing.rows import TestingClockRow

log = structlog.get_logger()

# Within what ids and tokens can tell.
EARLIEST = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp()) * SECOND
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * SECOND
# Also keeps the sum below what the database holds.
Moment = Annotated[int, msgspec.Meta(ge=-LATEST, le=LATEST)]


class MoveClock(msgspec.Struct, frozen=True, kw_only=True):
    """What to do with the clock: `set` it to a moment (`at`, ms since the epoch), `advance` it by
    some ms (`by`, back when negative), or `resume` real time."""

    action: Literal["set", "advance", "resume"]
    at: Moment | None = None
    by: Moment | None = None


async def ahead_by(scope: Scope) -> int:
    """Return by how many ms the instance is ahead of real time; refuses outside of test mode."""
    _refuse_real(scope)
    row = await store.testing_clock(scope.db, scope.instance.id)
    return 0 if row is None else row.ahead_by


async def move(scope: Scope, given: MoveClock) -> int:
    """Move the instance's clock and return by how many ms it is ahead of real time now."""
    _refuse_real(scope)
    by = _distance(scope, given)
    async with scope.db.write() as tx:
        # Every process reads the instance anew, its clock included.
        await instance_store.raise_revision(tx, scope.instance.id)
        ahead = await _moved(tx, scope, given, by)
        if not EARLIEST <= scope.real_now + ahead <= LATEST:
            raise errors.form.value_invalid(param="at" if given.action == "set" else "by")
    log.info("clock moved", instance=scope.instance.slug, ahead_by=ahead)
    return ahead


def _refuse_real(scope: Scope) -> None:
    if not scope.instance.settings.test_mode:
        raise errors.testing.test_mode_required()


def _distance(scope: Scope, given: MoveClock) -> int:
    """Return the ms to set or advance the clock by; refuses what does not go together."""
    wanted = {"set": "at", "advance": "by"}.get(given.action)
    for name in ("at", "by"):
        value: int | None = getattr(given, name)
        if name == wanted and value is None:
            raise errors.form.missing(param=name)
        if name != wanted and value is not None:
            raise errors.form.conditional_disallowed(param=name, given=f"the action {given.action}")
    if given.at is not None:
        return given.at - scope.real_now
    return given.by or 0


async def _moved(tx: Write, scope: Scope, given: MoveClock, by: int) -> int:
    if given.action == "resume":
        await store.forget_clock(tx, scope.instance.id)
        return 0
    change = store.set_clock if given.action == "set" else store.advance_clock
    row = await change(tx, TestingClockRow(scope.instance.id, by, scope.real_now))
    return 0 if row is None else row.ahead_by
