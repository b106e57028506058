"""What is open on the client of the browser that asks."""

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.scope import Scope
from hallporter.features.browsers import store
from hallporter.features.browsers.rows import OpenClientRow
from hallporter.features.clients.rows import ClientRow
from hallporter.features.sessions import identity


async def open_client(scope: Scope, browser: Browser) -> OpenClientRow | None:
    """Return what `identity.current_client` does, with all that is open on it."""
    shown = browser.credential
    if shown is None:
        return None
    row = await store.open_client_by_credential(
        scope.db, scope.instance.id, shown.client_id, shown.token_hash, scope.now
    )
    if row is None:
        await identity.pass_over(scope, shown)
    return row


def refuse_beside_impersonation(client: OpenClientRow | None) -> None:
    """Raise if a user is impersonated on the client: no other session is opened beside that."""
    opened = [] if client is None else client.sessions
    if any(each.session.is_impersonation for each in opened):
        raise errors.session.impersonated()


def refuse_second_actor(client: ClientRow | None) -> None:
    """Raise if a user is impersonated on this client already."""
    opened = client.sessions if isinstance(client, OpenClientRow) else []
    if any(each.session.acted_by() is not None for each in opened):
        raise errors.session.impersonated()
