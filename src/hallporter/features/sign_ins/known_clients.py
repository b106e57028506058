"""Users who sign in on a client where they were signed in before.

It is looked up only when an IP address has used up its wrong attempts. Somebody who guesses
passwords from a shared address must not lock out the others behind it.
"""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId, UserId
from hallporter.contract.scope import Scope
from hallporter.features.clients.rows import ClientRow
from hallporter.features.sessions import identity
from hallporter.features.sessions import store as session_store
from hallporter.features.sign_ins import store, subjects
from hallporter.features.sign_ins.given import CreateSignIn
from hallporter.features.strategies.strategy import GivenProof


async def user_of_new(scope: Scope, *, caller: Browser, given: CreateSignIn) -> UserId | None:
    """Return who is named, if they were signed in on this client before."""
    client = await identity.current_client(scope, caller)
    if client is None or not given.identifier:
        return None
    subject = await subjects.of_identifier(scope, given.identifier)
    return await _known(scope, client, None if subject.user is None else subject.user.id)


async def user_of_begun(
    scope: Scope, *, caller: KnownBrowser, sign_in_id: SignInId, given: GivenProof
) -> UserId | None:
    """Return the user of a sign-in who was signed in on this client before."""
    client = await identity.current_client(scope, caller)
    if client is None:
        return None
    row = await store.sign_in_of_client(scope.db, scope.instance.id, sign_in_id, client.id)
    return await _known(scope, client, None if row is None else row.user_id)


async def _known(scope: Scope, client: ClientRow, user_id: UserId | None) -> UserId | None:
    if user_id is None:
        return None
    is_known = await session_store.is_known_on_client(
        scope.db, scope.instance.id, client.id, user_id, but=None
    )
    return user_id if is_known else None
