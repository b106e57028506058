"""Dev browsers: a token in the address stands for a client where cookies do not reach."""

import msgspec

from hallporter.contract import errors, ids
from hallporter.contract.ids import ClientId
from hallporter.contract.scope import Scope
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.clients import store
from hallporter.features.clients.rows import DevBrowserRow
from hallporter.features.limits import actions as limit_actions


class MadeDevBrowser(msgspec.Struct, frozen=True):
    """A new dev browser and its token. The token is never shown again."""

    row: DevBrowserRow
    token: Secret


async def create(scope: Scope, client_id: ClientId | None = None) -> MadeDevBrowser:
    """Make a dev browser, for a client or for one yet to come."""
    token = Secret(f"{ids.DEV_BROWSER.prefix}_{random_token()}")
    row = DevBrowserRow(
        id=ids.DEV_BROWSER.new(scope.now),
        instance_id=scope.instance.id,
        token_hash=hash_of_token(token),
        client_id=client_id,
        created_at=scope.now,
    )
    cost = limit_actions.by_sender(scope, "clients")
    async with scope.db.write() as tx:
        await limit_actions.spend(tx, scope.instance.id, cost, scope.now)
        await store.insert_dev_browser(tx, row)
    return MadeDevBrowser(row, token)


async def create_for_host(scope: Scope, client_id: ClientId | None) -> MadeDevBrowser:
    """Make one for a page that shares our host; raises in production, where nothing reads it."""
    if scope.instance.environment_type == "production":
        raise errors.authentication.dev_browser_in_production()
    return await create(scope, client_id)
