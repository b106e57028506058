"""Whose browser is this? The only place that turns a client token into a client."""

import structlog

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser, Credential
from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND
from hallporter.features.clients import store as client_store
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
    row = await client_store.client_by_credential(
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
    """Treat an outdated token as none; raise if it was replaced a moment ago.

    If it was replaced earlier, the replay is recorded. Copies of old tokens are common (apps with
    two SDKs, restored profiles), but one may be stolen. It gives no access either way.
    """
    row = await client_store.client_by_id(scope.db, scope.instance.id, shown.client_id)
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
        await client_store.lock_clients(tx, scope.instance.id, [client.id])
        ended = await store.end_sessions_of_client(
            tx, scope.instance.id, client.id, "revoked", scope.now
        )
        ended_on = events.ended(tx, scope, ended)
        await client_store.sessions_changed(tx, scope.instance.id, ended_on, scope.now)
