"""What happens to clients: they come to be, and their token rotates."""

from dataclasses import dataclass

from hallporter.contract import errors, ids
from hallporter.contract.callers import Browser
from hallporter.contract.ids import ClientId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.clients import store
from hallporter.features.clients.rows import ClientRow
from hallporter.tokens import client_token


@dataclass(frozen=True, slots=True)
class HeldClient:
    """A client that this request may act for; `rotating_token` is set when it must be sent."""

    id: ClientId
    token_hash: str
    rotating_token: str | None = None


async def hold(tx: Write, scope: Scope, browser: Browser, found: ClientRow | None) -> HeldClient:
    """Return the client to act for: `found`, or a new one made now."""
    if found is not None:
        return HeldClient(id=found.id, token_hash=found.token_hash)
    return await create(tx, scope, browser)


async def create(tx: Write, scope: Scope, browser: Browser) -> HeldClient:
    """Make a client for a browser that has none."""
    rotating_token = client_token.new_rotating_token()
    row = ClientRow(
        id=ids.CLIENT.new(scope.now),
        instance_id=scope.instance.id,
        token_hash=client_token.hash_of(rotating_token),
        previous_token_hash=None,
        rotated_at=None,
        sign_in_id=None,
        sign_up_id=None,
        last_active_session_id=None,
        last_authentication_strategy=None,
        created_at=scope.now,
        updated_at=scope.now,
    )
    await store.insert_client(tx, row)
    if browser.dev_browser_hash is not None:
        await store.link_dev_browser(tx, scope.instance.id, browser.dev_browser_hash, row.id)
    return HeldClient(row.id, row.token_hash, rotating_token)


async def rotate(tx: Write, scope: Scope, held: HeldClient) -> HeldClient:
    """Give the client a new token; the old one dies with this write (session fixation).

    Raises `superseded` when another request has rotated it since it was read.
    """
    rotating_token = client_token.new_rotating_token()
    new_hash = client_token.hash_of(rotating_token)
    if not await store.rotate_token(
        tx, scope.instance.id, held.id, held.token_hash, new_hash, scope.now
    ):
        raise errors.authentication.superseded()
    return HeldClient(held.id, new_hash, rotating_token)
