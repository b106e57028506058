"""How often a code or a link may be asked for: by whom it would reach, and within one attempt."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE, SECOND
from hallporter.core.database import Write
from hallporter.features.verifications import store

# So many at once, and then one for each interval that has passed.
_AT_ONCE = 6
_PER_ADDRESS = 5 * MINUTE
_PER_ATTEMPT = MINUTE


async def spend(tx: Write, scope: Scope, address: str, *, regarding: str) -> None:
    """Count a message to `address` for the attempt `regarding`; raises 429 when it is one too many.

    A refusal undoes the write, so what was refused counts for nothing.
    """
    # The address is not stored: it may be a stranger's, who never asked for anything.
    by_address = scope.box.digest("sending limit", address)
    intervals = {by_address: _PER_ADDRESS, regarding: _PER_ATTEMPT}
    # In one order, whoever asks: two such requests do not wait for each other.
    subjects = sorted(intervals)
    rates = [intervals[each] for each in subjects]
    instance_id, now = scope.instance.id, scope.now
    if await store.spend_sendings(tx, instance_id, subjects, rates, now, at_once=_AT_ONCE):
        return
    wait = await store.wait_for_sendings(tx, instance_id, subjects, rates, now, at_once=_AT_ONCE)
    raise errors.verification.asked_too_often(retry_after_seconds=max(1, -(-wait // SECOND)))
