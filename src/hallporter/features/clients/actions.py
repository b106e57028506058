"""Create clients and rotate their tokens."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.callers import Browser
from hallporter.contract.ids import ClientId, InstanceId, SessionId, SignInId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.core.secret import hash_of
from hallporter.features.clients import store
from hallporter.features.clients.rows import ClientRow
from hallporter.features.limits import actions as limit_actions
from hallporter.features.limits.actions import Spending
from hallporter.tokens import client_token


class HeldClient(msgspec.Struct, frozen=True):
    """A client that this request may act for; `rotating_token` is set when it must be sent."""

    id: ClientId
    token_hash: str
    rotating_token: str | None = None
    made: ClientRow | None = None
    """The whole row, if this request created it. No other request knows the client then."""


class ComingClient(msgspec.Struct, frozen=True):
    """A client that this request will make, once it is known what is to be on it."""

    id: ClientId
    row: ClientRow
    rotating_token: str
    dev_browser_hash: str | None
    cost: list[Spending]
    """What it costs the sender of the request."""


def held_or_coming(
    scope: Scope, browser: Browser, found: ClientRow | None
) -> HeldClient | ComingClient:
    """Return the client to act for: `found`, or a new one that is not stored yet."""
    if found is None:
        return coming(scope, browser)
    _refuse_on_satellite(scope)
    return HeldClient(found.id, found.token_hash)


def coming(scope: Scope, browser: Browser, *, is_counted: bool = True) -> ComingClient:
    """Return a new client for a browser that has none; raises 429 for who has made too many.

    What a server makes is not counted.
    """
    _refuse_on_satellite(scope)
    cost = limit_actions.by_sender(scope, "clients") if is_counted else []
    if cost:
        limit_actions.refuse_remembered(scope.instance.id, cost, scope.now)
    rotating_token = client_token.new_rotating_token()
    row = ClientRow(
        id=ids.CLIENT.new(scope.now),
        instance_id=scope.instance.id,
        token_hash=hash_of(rotating_token),
        previous_token_hash=None,
        rotated_at=None,
        sign_in_id=None,
        sign_up_id=None,
        last_active_session_id=None,
        last_authentication_strategy=None,
        created_at=scope.now,
        updated_at=scope.now,
    )
    return ComingClient(row.id, row, rotating_token, browser.dev_browser_hash, cost)


async def hold(tx: Write, client: HeldClient | ComingClient) -> HeldClient:
    """Return the client to act for, made now if there was none."""
    return await make(tx, client) if isinstance(client, ComingClient) else client


async def make(tx: Write, new: ComingClient) -> HeldClient:
    """Make a client that has nothing on it yet."""
    return await _make(tx, new, new.row)


async def take_up(
    tx: Write, client: HeldClient | ComingClient, instance_id: InstanceId, sign_in_id: SignInId
) -> HeldClient:
    """Make a sign-in the one that is under way on a client."""
    if isinstance(client, ComingClient):
        return await _make(tx, client, replace(client.row, sign_in_id=sign_in_id))
    await store.set_sign_in(tx, instance_id, client.id, sign_in_id)
    return client


async def enter(
    tx: Write,
    scope: Scope,
    client: HeldClient | ComingClient,
    session_id: SessionId,
    strategy: str,
) -> HeldClient:
    """Make a new session the client's last active one, under a new token.

    This write ends the previous token, against session fixation. A token that has not been sent yet
    is kept. Raises `superseded` when another request has rotated the token since it was read.
    """
    if isinstance(client, ComingClient):
        entered = replace(
            client.row, last_active_session_id=session_id, last_authentication_strategy=strategy
        )
        return await _make(tx, client, entered)
    _refuse_on_satellite(scope)
    rotating_token = client_token.new_rotating_token()
    new_hash = hash_of(rotating_token)
    if not await store.session_started(
        tx,
        scope.instance.id,
        client.id,
        client.token_hash,
        new_hash,
        session_id,
        strategy,
        scope.now,
    ):
        raise errors.authentication.superseded()
    return HeldClient(client.id, new_hash, rotating_token)


async def _make(tx: Write, new: ComingClient, row: ClientRow) -> HeldClient:
    if new.cost:
        await limit_actions.spend(tx, row.instance_id, new.cost, row.created_at)
    await store.insert_client(tx, row)
    if new.dev_browser_hash is not None:
        await store.link_dev_browser(tx, row.instance_id, new.dev_browser_hash, row.id)
    return HeldClient(row.id, row.token_hash, new.rotating_token, made=row)


def _refuse_on_satellite(scope: Scope) -> None:
    """Refuse what begins something: a satellite knows only what was linked to it."""
    if scope.satellite is not None:
        raise errors.satellite.not_allowed()


async def rotate(tx: Write, scope: Scope, held: HeldClient) -> HeldClient:
    """Give the client a new token, which ends the old one (session fixation).

    Raises `superseded` when another request has rotated the token since it was read. On a satellite
    the token stays: the browser holds it on another domain, where this reply cannot replace it.
    """
    if scope.satellite is not None:
        return held
    rotating_token = client_token.new_rotating_token()
    new_hash = hash_of(rotating_token)
    if not await store.rotate_token(
        tx, scope.instance.id, held.id, held.token_hash, new_hash, scope.now
    ):
        raise errors.authentication.superseded()
    return HeldClient(held.id, new_hash, rotating_token)
