"""Signing up by a visit to a provider, or by the id token that one has given."""

from hallporter.contract import errors
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignUpId
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.clients import store as client_store
from hallporter.features.clients.actions import HeldClient
from hallporter.features.external_accounts import connections, linking, store, tokens, visits
from hallporter.features.external_accounts.arrivals import Arrival
from hallporter.features.external_accounts.rows import ExternalVerificationRow
from hallporter.features.external_accounts.visits import Begun
from hallporter.features.sessions import identity as browsers
from hallporter.features.sign_ins import actions as sign_ins
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ins import subjects
from hallporter.features.sign_ups import actions as sign_ups
from hallporter.features.sign_ups.actions import Outcome
from hallporter.features.sign_ups.given import SignUpFields


async def begin(scope: Scope, browser: Browser, strategy: str, given: SignUpFields) -> Outcome:
    """Begin a sign-up by sending the browser to a provider."""
    begun = await _begun(scope, browser, strategy, given)
    return await sign_ups.create_sign_up(scope, browser, given, begun)


async def prepare(
    scope: Scope, browser: KnownBrowser, id: SignUpId, strategy: str, given: SignUpFields
) -> Outcome:
    """Send the browser to a provider for a sign-up under way: an invited one, or half a one."""
    begun = await _begun(scope, browser, strategy, given)
    return await sign_ups.update_sign_up(scope, browser, id, given, begun)


async def _begun(scope: Scope, browser: Browser, strategy: str, given: SignUpFields) -> Begun:
    if browser.transport == "native":
        raise errors.oauth.native_unsupported()
    connection = connections.for_signing_in(scope, strategy)
    return await visits.begin(scope, connection, "sign_up", given)


async def returned(
    scope: Scope,
    browser: KnownBrowser,
    id: SignUpId,
    verification: ExternalVerificationRow,
    identity: Identity,
) -> Outcome:
    """Go on with a sign-up whose visit has come back: to the end, or over to a sign-in."""
    owner = await linking.owner_of(scope, identity)
    if owner is not None:
        own = await sign_ups.get_own(scope, browser, id)
        client = await browsers.current_client(scope, browser)
        await sign_ins.refuse_signed_in(scope, client, await subjects.of_user(scope, owner.user_id))
        refused: ApiError = linking.exists(scope, verification.strategy)
        settled = visits.settled(scope, verification, refused=refused, identity=identity)
        async with scope.db.write() as tx:
            await store.settle_verification(tx, settled)
        return own
    settled = visits.settled(scope, verification, identity=identity)

    async def settle(tx: Write, _held: HeldClient) -> None:
        if not await store.settle_verification(tx, settled):
            raise errors.oauth.callback_invalid()

    return await sign_ups.arrive(scope, browser, id, Arrival(settled, identity), settle)


async def transfer(scope: Scope, browser: Browser, fields: SignUpFields) -> Outcome:
    """Sign up whom a sign-in's visit has turned out to be: somebody new."""
    client = await browsers.current_client(scope, browser)
    sign_in_id = None if client is None else client.sign_in_id
    sign_in = (
        None
        if sign_in_id is None
        else await sign_in_store.sign_in_by_id(scope.db, scope.instance.id, sign_in_id)
    )
    if client is None or sign_in is None or sign_in.first_factor_verification_id is None:
        raise errors.oauth.transfer_invalid()
    found = await store.verification_by_id(
        scope.db, scope.instance.id, sign_in.first_factor_verification_id
    )
    identity = None if found is None else visits.identity_of(scope, found)
    if found is None or identity is None:
        raise errors.oauth.transfer_invalid()

    async def settle(tx: Write, held: HeldClient) -> None:
        if not await store.transfer_verification(
            tx, scope.instance.id, found.id, client.id, scope.now
        ):
            raise errors.oauth.transfer_invalid()
        await client_store.set_sign_in(tx, scope.instance.id, held.id, None)

    return await sign_ups.create_arrived(scope, browser, fields, Arrival(found, identity), settle)


async def by_token(
    scope: Scope, browser: Browser, strategy: str, token: Secret | None, fields: SignUpFields
) -> Outcome:
    """Sign up whom an id token is about; raises `external_account_exists` for a known one."""
    identity = await tokens.identity_of(scope, strategy, token)
    provider = tokens.provider_strategy(strategy)
    if await linking.owner_of(scope, identity) is not None:
        raise linking.exists(scope, provider)
    verification = visits.proved(scope, provider, identity)

    async def settle(tx: Write, held: HeldClient) -> None:
        await store.insert_verification(tx, visits.of_client(verification, held.id))

    return await sign_ups.create_arrived(
        scope, browser, fields, Arrival(verification, identity), settle
    )
