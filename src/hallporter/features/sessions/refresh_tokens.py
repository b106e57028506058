"""Refresh tokens: each handshake issues one, and each is spent once, for its successor.

A token is `handle.secret`. The handle stays the same. The next secret is derived from the one
before with a key, so that parallel requests with one token all get the same successor.
"""

import base64
import hmac

import structlog

from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND
from hallporter.core.database import Write
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of, hash_of_token
from hallporter.features.sessions import store
from hallporter.features.sessions.rows import RefreshTokenRow, SessionRow

log = structlog.get_logger()

# Parallel requests of one page show one token, and the last of them arrives when it is spent.
_GRACE = 10 * SECOND


async def issue(tx: Write, scope: Scope, session: SessionRow) -> Secret:
    """Return a new refresh token for a session; those of other handshakes stay good."""
    handle, secret = random_token(), random_token()
    row = RefreshTokenRow(
        handle=handle,
        instance_id=scope.instance.id,
        session_id=session.id,
        token_hash=hash_of(secret),
        previous_token_hash=None,
        spent_at=None,
        successor_key=None,
        expire_at=session.expire_at,
        created_at=scope.now,
    )
    await store.insert_refresh_token(tx, row)
    return _joined(handle, secret)


async def spend(tx: Write, scope: Scope, session: SessionRow, shown: Secret) -> Secret | None:
    """Return the successor of a refresh token of this session; None when it is invalid.

    A token that was spent a moment ago gets the same successor again, while that one is unspent.
    One that was spent earlier is held by two parties. All tokens of its handshake end then, and the
    browser needs a new handshake (RFC 9700, section 4.14.2).
    """
    handle, dot, secret = shown.reveal().partition(".")
    if not dot:
        return await _spend_of_release_before(tx, scope, session, shown)
    key = random_token()
    successor = _successor(secret, key)
    if await store.spend_refresh_token(
        tx,
        scope.instance.id,
        session.id,
        handle,
        scope.now,
        shown_hash=hash_of(secret),
        new_hash=hash_of(successor),
        successor_key=key,
    ):
        return _joined(handle, successor)
    row = await store.refresh_token_by_handle(tx, scope.instance.id, session.id, handle)
    if row is None or row.token_hash == hash_of(secret):
        return None
    if row.successor_key is not None and _is_late(row, secret, scope.now):
        return _joined(handle, _successor(secret, row.successor_key))
    log.warning(
        "spent refresh token shown again", instance_id=scope.instance.id, session_id=session.id
    )
    await store.delete_refresh_token(tx, scope.instance.id, handle)
    return None


async def _spend_of_release_before(
    tx: Write, scope: Scope, session: SessionRow, shown: Secret
) -> Secret | None:
    if await store.take_old_refresh_token(
        tx, scope.instance.id, session.id, hash_of_token(shown), scope.now
    ):
        return await issue(tx, scope, session)
    return None


def _is_late(row: RefreshTokenRow, secret: str, now: int) -> bool:
    # After the clock was set back the spending may lie ahead.
    is_recent = row.spent_at is not None and abs(now - row.spent_at) <= _GRACE
    return is_recent and row.previous_token_hash == hash_of(secret)


def _successor(secret: str, key: str) -> str:
    """Return the secret that follows another: only who has that, and the key, can make it."""
    made = hmac.digest(key.encode(), secret.encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _joined(handle: str, secret: str) -> Secret:
    return Secret(f"{handle}.{secret}")
