"""Sessions start, are touched, refreshed, and end."""

from typing import Any

import msgspec

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser, KnownBrowser, Recent, SignedIn
from hallporter.contract.ids import ClientId, SessionId, UserId
from hallporter.contract.scope import Scope
from hallporter.core.clock import DAY, MINUTE, SECOND
from hallporter.core.database import Where, Write
from hallporter.core.secret import Secret
from hallporter.features.clients import actions as client_actions
from hallporter.features.clients import store as client_store
from hallporter.features.clients.actions import ComingClient, HeldClient
from hallporter.features.clients.rows import ClientRow
from hallporter.features.credentials import store as credential_store
from hallporter.features.sessions import events, identity, refresh_tokens, store
from hallporter.features.sessions.rows import OwnSessionRow, SessionRow, StoredStatus
from hallporter.tokens import session_token

# An abandoned session is kept past its expiry, so that callers can see that it existed.
_ABANDON_AFTER = 30 * DAY
# Clerk, "Impersonation session lifetime": another user's account must not stay open for long.
_IDLE_IMPERSONATION = 10 * MINUTE


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is started from; times in ms.

    `actor` is who acts in the user's place, and `max_duration_in_seconds` for how long at most.
    """

    user_id: UserId
    strategy: str
    first_factor_verified_at: int | None
    second_factor_verified_at: int | None = None
    actor: dict[str, Any] | None = None
    max_duration_in_seconds: int | None = None


class Changed(msgspec.Struct, frozen=True):
    """A session that was started or ended, and the client under its new token."""

    session: SessionRow
    client: HeldClient


async def start(
    tx: Write, scope: Scope, client: HeldClient | ComingClient, new: NewSession
) -> Changed:
    """Sign a user in on a client: start the session and rotate the client's token.

    Raises if a user is being impersonated on the client. That is checked inside the write, where
    the client is locked. An impersonated session replaces the user's own session.
    """
    row = _new_row(scope, client.id, new)
    is_impersonation = new.actor is not None and row.is_impersonation
    row = msgspec.structs.replace(
        row, abandon_at=_abandon_at(row, scope, is_impersonation=is_impersonation)
    )
    entered = await client_actions.enter(tx, scope, client, row.id, new.strategy)
    settings = scope.instance.settings
    stored = await store.insert_session(
        tx,
        row,
        requires_mfa=settings.require_multi_factor,
        requires_organization=settings.force_organization_selection,
    )
    if stored is None:
        raise errors.session.impersonated()
    events.started(tx, scope, stored)
    if settings.single_session_mode or is_impersonation:
        replaced = await store.end_sessions_of_client(
            tx,
            scope.instance.id,
            client.id,
            "replaced",
            scope.now,
            but=row.id,
            of=None if settings.single_session_mode else new.user_id,
        )
        events.ended(tx, scope, replaced)
    return Changed(stored, entered)


def _new_row(scope: Scope, client_id: ClientId, new: NewSession) -> SessionRow:
    longest = scope.instance.settings.session.lifetime_seconds
    lifetime = min(longest, new.max_duration_in_seconds or longest) * SECOND
    return SessionRow(
        id=ids.SESSION.new(scope.now),
        instance_id=scope.instance.id,
        client_id=client_id,
        user_id=new.user_id,
        status="active",
        actor=msgspec.Raw(msgspec.json.encode(new.actor)),
        last_active_organization_id=None,
        first_factor_verified_at=new.first_factor_verified_at,
        second_factor_verified_at=new.second_factor_verified_at,
        refresh_token_hash=None,
        ip_address=scope.request.ip,
        user_agent=scope.request.user_agent,
        last_active_at=scope.now,
        expire_at=scope.now + lifetime,
        abandon_at=scope.now + max(lifetime, _ABANDON_AFTER),
        created_at=scope.now,
        updated_at=scope.now,
        tasks=[],
    )


def _abandon_at(row: SessionRow, scope: Scope, *, is_impersonation: bool) -> int:
    """Return until when a session may be left alone that was used just now."""
    idle = scope.instance.settings.session.inactivity_timeout_seconds
    limits = [] if idle is None else [idle * SECOND]
    if is_impersonation:
        limits.append(_IDLE_IMPERSONATION)
    # Without a limit, or where there is none any more, only its lifetime ends a session.
    return scope.now + min(limits) if limits else max(row.abandon_at, row.expire_at)


def _may_be_abandoned(row: SessionRow, scope: Scope) -> bool:
    """Tell whether inactivity ends this session, so that its use has to be recorded."""
    idle = scope.instance.settings.session.inactivity_timeout_seconds
    return idle is not None or row.is_impersonation or row.abandon_at < row.expire_at


async def own_session(scope: Scope, browser: KnownBrowser, id: SessionId) -> OwnSessionRow:
    """Return a live session of the browser's own client; 401 for any other (they may not exist)."""
    shown = browser.credential
    row = await store.session_by_credential(
        scope.db, scope.instance.id, id, shown.client_id, shown.token_hash
    )
    if row is None:
        raise await identity.outdated(scope, shown)
    if not row.is_live(scope.now):
        raise errors.session.not_active()
    return row


async def touch(scope: Scope, browser: KnownBrowser, id: SessionId) -> SessionRow:
    """Make a session the client's last active one; note the activity at most once a minute."""
    row = await own_session(scope, browser, id)
    is_noted = not _is_due(row, scope)
    if is_noted and row.is_last_active:
        return row
    async with scope.db.write() as tx:
        await client_store.select_session(tx, scope.instance.id, row.client_id, id, scope.now)
        if is_noted:
            return row
        return await _seen(tx, scope, row)


async def to_mint_from(scope: Scope, browser: KnownBrowser, id: SessionId) -> SessionRow:
    """Return a live session of the browser's client, for which a token is minted.

    If inactivity ends the session, this counts as activity. Other sessions are not written to.
    """
    row = await own_session(scope, browser, id)
    if not _may_be_abandoned(row, scope) or not _is_due(row, scope):
        return row
    async with scope.db.write() as tx:
        return await _seen(tx, scope, row)


def _is_due(row: SessionRow, scope: Scope) -> bool:
    """Tell whether activity is recorded again: once a minute, or before the session would end."""
    is_soon_over = row.abandon_at - scope.now < MINUTE
    return is_soon_over or scope.now - row.last_active_at >= MINUTE


async def _seen(tx: Write, scope: Scope, row: SessionRow) -> SessionRow:
    """Note that a session is used, from where and by what."""
    return await _noted(tx, scope, row, scope.request.ip, scope.request.user_agent)


async def _noted(
    tx: Write, scope: Scope, row: SessionRow, ip: str | None, user_agent: str
) -> SessionRow:
    now = scope.now
    noted = msgspec.structs.replace(
        row,
        last_active_at=now,
        updated_at=now,
        abandon_at=_abandon_at(row, scope, is_impersonation=row.is_impersonation),
    )
    await store.touch_session(tx, noted, ip, user_agent)
    return noted


async def end_own(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, status: StoredStatus
) -> Changed:
    """End one of the client's own sessions; its token rotates."""
    row = await own_session(scope, browser, session_id)
    held = HeldClient(row.client_id, browser.credential.token_hash)
    async with scope.db.write() as tx:
        rotated = await client_actions.rotate(tx, scope, held)
        ended = await store.end_sessions(tx, scope.instance.id, [row.id], status, scope.now)
        events.ended(tx, scope, ended)
        await client_store.sessions_changed(tx, scope.instance.id, [held.id], scope.now)
    return Changed(msgspec.structs.replace(row, status=status, updated_at=scope.now), rotated)


async def end_all_own(scope: Scope, browser: KnownBrowser, status: StoredStatus) -> HeldClient:
    """End every session of the client; its token rotates."""
    client = await require_client(scope, browser)
    held = HeldClient(client.id, client.token_hash)
    async with scope.db.write() as tx:
        rotated = await client_actions.rotate(tx, scope, held)
        ended = await store.end_sessions_of_client(
            tx, scope.instance.id, held.id, status, scope.now
        )
        events.ended(tx, scope, ended)
        await client_store.sessions_changed(tx, scope.instance.id, [held.id], scope.now)
    return rotated


async def require_client(scope: Scope, browser: KnownBrowser) -> ClientRow:
    """Return the browser's client or answer 401."""
    known = Browser(browser.credential, browser.dev_browser_hash, browser.transport)
    client = await identity.current_client(scope, known)
    if client is None:
        raise await identity.outdated(scope, browser.credential)
    return client


async def revoke(scope: Scope, id: SessionId) -> SessionRow:
    """End a session for the Backend API; raises 404 when there is none with this id."""
    row = await get(scope, id)
    async with scope.db.write() as tx:
        await client_store.lock_clients(tx, scope.instance.id, [row.client_id])
        ended = await store.end_sessions(tx, scope.instance.id, [id], "revoked", scope.now)
        ended_on = events.ended(tx, scope, ended)
        await client_store.sessions_changed(tx, scope.instance.id, ended_on, scope.now)
    if not ended:
        return row
    return msgspec.structs.replace(row, status="revoked", updated_at=scope.now)


async def of_user(scope: Scope, caller: SignedIn) -> list[SessionRow]:
    """Return the caller's live sessions, on whichever client they are."""
    return await store.live_sessions_of_user(scope.db, scope.instance.id, caller.user_id, scope.now)


async def revoke_own(scope: Scope, caller: SignedIn[Recent], id: SessionId) -> SessionRow:
    """End one of the caller's sessions wherever it is; raises 404 for anybody else's."""
    row = await store.session_by_id(scope.db, scope.instance.id, id)
    if row is None or row.user_id != caller.user_id:
        raise errors.session.not_found()
    return await revoke(scope, id)


async def end_all_of_user(
    tx: Write, scope: Scope, user_id: UserId, *, but: SessionId | None = None
) -> None:
    """End every session of a user on every client, except `but`, and what is to become one."""
    await client_store.lock_clients_of_user(tx, scope.instance.id, user_id)
    await credential_store.void_proofs(tx, scope.instance.id, user_id, scope.now)
    ended = await store.end_sessions_of_user(
        tx, scope.instance.id, user_id, "revoked", scope.now, but=but
    )
    ended_on = events.ended(tx, scope, ended)
    await client_store.sessions_changed(tx, scope.instance.id, ended_on, scope.now)


async def settle(tx: Write, scope: Scope, user_id: UserId) -> None:
    """Remove finished tasks from a user's pending sessions. Call it after clients are locked."""
    settled = await store.settle_tasks(tx, scope.instance.id, user_id, scope.now)
    events.settled(tx, scope, settled)


async def get(scope: Scope, id: SessionId) -> SessionRow:
    """Return a session of the instance or raise 404."""
    row = await store.session_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.session.not_found()
    return row


async def live(scope: Scope, id: SessionId) -> SessionRow:
    """Return a session that has not ended; raises 404 for a stranger, 401 for an ended one."""
    row = await get(scope, id)
    if not row.is_live(scope.now):
        raise errors.session.not_active()
    return row


class Refreshed(msgspec.Struct, frozen=True):
    """A session whose token was renewed, and the refresh token for the next time."""

    session: SessionRow
    refresh_token: Secret


async def refresh(
    scope: Scope, id: SessionId, *, expired_token: str, refresh_token: Secret
) -> Refreshed:
    """Spend a refresh token, for the session it was given for."""
    try:
        claims = session_token.verify_ignoring_expiry(scope.instance, expired_token)
    except ApiError as error:
        raise errors.session.expired_token_invalid(param="expired_token") from error
    if claims.sid != id:
        raise errors.session.refresh_sid_mismatch(param="expired_token")
    row = await store.session_by_id(scope.db, scope.instance.id, id)
    if row is None or not row.is_live(scope.now):
        raise errors.session.refresh_not_active()
    async with scope.db.write() as tx:
        successor = await refresh_tokens.spend(tx, scope, row, refresh_token)
        if successor is not None and _may_be_abandoned(row, scope) and _is_due(row, scope):
            # It is the app's server that asks: where its user is does not show.
            row = await _noted(tx, scope, row, row.ip_address, row.user_agent or "")
    # The replay is recorded before the error is raised, so that it has its effect.
    if successor is None:
        raise errors.session.refresh_token_invalid(param="refresh_token")
    return Refreshed(row, successor)


def listed(
    scope: Scope, *, client_id: str | None, user_id: str | None, status: str | None
) -> Where:
    """Return the condition for a list of sessions with these filters."""
    where = Where("instance_id = $1", scope.instance.id)
    if client_id is not None:
        where.add("client_id = {}", client_id)
    if user_id is not None:
        where.add("user_id = {}", user_id)
    if status is not None:
        status_at = store.STATUS_AT.format(now=where.bind(scope.now))
        where.add(f"{status_at} = {{}}", status)
    return where
