"""Until when tokens of long life are good: so long their signing key has to be published."""

from hallporter.contract.scope import Scope
from hallporter.core.clock import DAY, SECOND
from hallporter.features.instances import store
from hallporter.features.instances.signing import LONGEST_SESSION_TOKEN

# By the id of a key; what was noted lies a day ahead, so that it is noted once a day at most.
_noted: dict[str, int] = {}


async def note(scope: Scope, ttl_seconds: int) -> None:
    """Note that the signing key signs a token of this life; ordinary ones need no note."""
    if ttl_seconds * SECOND <= LONGEST_SESSION_TOKEN:
        return
    kid, until = scope.instance.signing_key.kid, scope.now + ttl_seconds * SECOND
    if until <= _noted.get(kid, 0):
        return
    async with scope.db.write() as tx:
        await store.note_tokens_until(tx, scope.instance.id, kid, until + DAY)
    _noted[kid] = until + DAY
