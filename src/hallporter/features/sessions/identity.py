"""Whose browser is this? The one place where a shown client token becomes a client."""

import structlog

from hallporter.contract import errors
from hallporter.contract.callers import Browser, Credential
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND
from hallporter.features.clients import store as clients
from hallporter.features.clients.rows import ClientRow
from hallporter.features.sessions import events, store

log = structlog.get_logger()

# A request under way while its client's token rotated is late: it changes nothing, not even that.
_ROTATION_GRACE = 10 * SECOND


async def current_client(scope: Scope, browser: Browser) -> ClientRow | None:
    """Return the browser's client, or None when it has none or shows a token of long ago.

    Raises `superseded` when the token was replaced a moment ago: the browser has a newer one.
    """
    shown = browser.credential
    if shown is None:
        return None
    row = await clients.client_by_credential(
        scope.db, scope.instance.id, shown.client_id, shown.token_hash
    )
    if row is None:
        await pass_over(scope, shown)
    return row


async def outdated(scope: Scope, shown: Credential) -> ApiError:
    """Return how to refuse a client token that is not current, or opens nothing.

    Raises `superseded` when it was replaced a moment ago.
    """
    await pass_over(scope, shown)
    return errors.authentication.invalid()


async def pass_over(scope: Scope, shown: Credential) -> None:
    """Take a token for none that is not current; raise if it was replaced a moment ago.

    Replaced before that, its being shown again is noted: copies of old tokens are routine (apps
    with two SDKs, restored profiles), yet one may be a thief's. It opens nothing either way.
    """
    row = await clients.client_by_id(scope.db, scope.instance.id, shown.client_id)
    if row is None or row.token_hash == shown.token_hash:
        return
    # After the clock was set back the rotation may lie ahead.
    if row.rotated_at is not None and abs(scope.now - row.rotated_at) <= _ROTATION_GRACE:
        raise errors.authentication.superseded()
    ends = scope.instance.settings.session.end_on_replay
    log.warning(
        "rotated client token shown again",
        instance_id=scope.instance.id,
        client_id=row.id,
        sessions_ended=ends,
    )
    if ends:
        await _end_all(scope, row)


async def _end_all(scope: Scope, client: ClientRow) -> None:
    async with scope.db.write() as tx:
        await clients.lock_clients(tx, scope.instance.id, [client.id])
        ended = await store.end_sessions_of_client(
            tx, scope.instance.id, client.id, "revoked", scope.now
        )
        ended_on = events.ended(tx, scope, ended)
        await clients.sessions_changed(tx, scope.instance.id, ended_on, scope.now)
