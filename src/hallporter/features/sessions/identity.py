"""Whose browser is this? The one place where a shown client token becomes a client."""

import structlog

from hallporter.contract import errors
from hallporter.contract.callers import Browser, Credential
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND
from hallporter.features.clients import store as clients
from hallporter.features.clients.rows import ClientRow, OpenClientRow
from hallporter.features.sessions import store

log = structlog.get_logger()

# A request under way while its client's token rotated is late, not stolen.
_ROTATION_GRACE = 10 * SECOND


async def current_client(scope: Scope, browser: Browser) -> ClientRow | None:
    """Return the browser's client, or None when it has none or shows an outdated token."""
    shown = browser.credential
    if shown is None:
        return None
    row = await clients.client_by_credential(
        scope.db, scope.instance.id, shown.client_id, shown.token_hash
    )
    if row is None:
        await outdated(scope, shown)
    return row


async def open_client(scope: Scope, browser: Browser) -> OpenClientRow | None:
    """Return the browser's client with all that is open on it, in one round trip."""
    shown = browser.credential
    if shown is None:
        return None
    row = await clients.open_client_by_credential(
        scope.db, scope.instance.id, shown.client_id, shown.token_hash, scope.now
    )
    if row is None:
        await outdated(scope, shown)
    return row


async def outdated(scope: Scope, shown: Credential) -> ApiError:
    """Return how to refuse a client token that is not current.

    A rotated token shown again means that somebody has a copy: everything open on the client ends.
    """
    row = await clients.client_by_id(scope.db, scope.instance.id, shown.client_id)
    if row is None or row.previous_token_hash != shown.token_hash:
        return errors.authentication.invalid()
    if scope.now - (row.rotated_at or 0) <= _ROTATION_GRACE:
        return errors.authentication.superseded()
    log.warning("rotated client token shown again", client_id=row.id, ip=scope.visitor.ip)
    async with scope.db.write() as tx:
        await clients.lock_clients(tx, scope.instance.id, [row.id])
        ended = await store.end_sessions_of_client(
            tx, scope.instance.id, row.id, "revoked", scope.now
        )
        await clients.sessions_changed(tx, scope.instance.id, ended, scope.now)
    return errors.authentication.invalid()
