"""Signing in by a visit to a provider, or by the id token that one has given."""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId, VerificationId
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.clients import actions as clients
from hallporter.features.clients import store as client_store
from hallporter.features.external_accounts import connections, linking, store, tokens, visits
from hallporter.features.external_accounts.linking import Owner
from hallporter.features.external_accounts.rows import ExternalVerificationRow
from hallporter.features.external_accounts.visits import VisitFields
from hallporter.features.sessions import identity as browsers
from hallporter.features.sign_ins import actions as sign_ins
from hallporter.features.sign_ins import hiding, machine, subjects
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.sign_ins.changes import Change
from hallporter.features.sign_ups import store as sign_up_store
from hallporter.features.users import actions as users
from hallporter.features.verifications.strategy import Claim, Verdict


async def begin(scope: Scope, browser: Browser, strategy: str, given: VisitFields) -> Outcome:
    """Begin a sign-in by sending the browser to a provider."""
    _refuse_native(browser)
    connection = connections.for_signing_in(scope, strategy)
    client = await browsers.current_client(scope, browser)
    await sign_ins.refuse_second_session(scope, client)
    begun = await visits.begin(scope, connection, "sign_in", given)
    row = replace(
        sign_ins.new_row(scope), first_factor_verification_id=VerificationId(begun.verification.id)
    )
    async with scope.db.write() as tx:
        held = await clients.hold(tx, scope, browser, client)
        row = replace(row, client_id=held.id)
        await visits.keep(tx, begun, client_id=held.id, subject_id=row.id)
        await sign_in_store.insert_sign_in(tx, row)
        await client_store.set_sign_in(tx, scope.instance.id, held.id, row.id)
    return Outcome(row, held)


async def prepare(
    scope: Scope, browser: KnownBrowser, id: SignInId, strategy: str, given: VisitFields
) -> Outcome:
    """Send the browser to a provider for a sign-in whose user is known already."""
    _refuse_native(browser)
    connection = connections.for_signing_in(scope, strategy)
    own = await sign_ins.get_own(scope, browser, id)
    machine.refuse_closed(own.sign_in, "prepare_first_factor", scope.now)
    begun = await visits.begin(scope, connection, "sign_in", given)
    row = replace(
        own.sign_in,
        first_factor_verification_id=VerificationId(begun.verification.id),
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        await visits.keep(tx, begun, client_id=own.client.id, subject_id=row.id)
        if not await sign_in_store.update_sign_in(tx, row, was=own.sign_in.status):
            raise errors.sign_in.not_allowed_now(status="changed by another request")
    return Outcome(row, own.client)


async def returned(
    scope: Scope,
    browser: Browser,
    id: SignInId,
    verification: ExternalVerificationRow,
    identity: Identity,
) -> Outcome:
    """Go on with a sign-in whose visit has come back: to the end, or over to a sign-up."""
    own = await sign_ins.get_own(scope, browser, id)
    status = machine.status_at(own.sign_in, scope.now)
    if status not in ("needs_identifier", "needs_first_factor"):
        raise errors.sign_in.not_allowed_now(status=status)
    strategy = verification.strategy
    owner = await linking.owner_of(scope, identity)
    # Whom a hidden sign-in names counts for nothing: else what comes of the visit would tell.
    named = None if hiding.hides(scope, own.sign_in) else own.sign_in.user_id
    if owner is None and named is None:
        await _leave_to_sign_up(scope, verification, identity)
        return own
    if owner is None or named not in (None, owner.user_id):
        raise linking.missing(scope, strategy)
    subject = await subjects.of_user(scope, owner.user_id)
    client = await browsers.current_client(scope, browser)
    await sign_ins.refuse_signed_in(scope, client, subject)
    users.refuse_locked(scope, subject.user)
    settled = visits.settled(scope, verification, identity=None)

    async def claim(tx: Write) -> Verdict:
        if not await store.settle_verification(tx, settled):
            return errors.oauth.callback_invalid()
        return await _refreshed(tx, scope, identity, owner)

    change = _link(strategy, identity, owner)
    return await sign_ins.attempt_begun(scope, browser, own, subject, claim, strategy, change)


async def transfer(scope: Scope, browser: Browser) -> Outcome:
    """Sign in whom a sign-up's visit has turned out to be."""
    client = await browsers.current_client(scope, browser)
    sign_up_id = None if client is None else client.sign_up_id
    sign_up = (
        None
        if sign_up_id is None
        else await sign_up_store.sign_up_by_id(scope.db, scope.instance.id, sign_up_id)
    )
    if client is None or sign_up is None or sign_up.external_verification_id is None:
        raise errors.oauth.transfer_invalid()
    found = await store.verification_by_id(
        scope.db, scope.instance.id, sign_up.external_verification_id
    )
    identity = None if found is None else visits.identity_of(scope, found)
    if found is None or identity is None:
        raise errors.oauth.transfer_invalid()
    owner = await linking.owner_of(scope, identity)
    if owner is None:
        raise linking.missing(scope, found.strategy)

    async def claim(tx: Write) -> Verdict:
        taken = await store.transfer_verification(
            tx, scope.instance.id, found.id, client.id, scope.now
        )
        if not taken:
            return errors.oauth.transfer_invalid()
        await store.forget_identity(tx, scope.instance.id, found.id)
        await client_store.set_sign_up(tx, scope.instance.id, client.id, None)
        return await _refreshed(tx, scope, identity, owner)

    change = _link(found.strategy, identity, owner)
    return await _enter(scope, browser, found.strategy, owner, claim, change)


async def by_token(scope: Scope, browser: Browser, strategy: str, token: Secret | None) -> Outcome:
    """Sign in whom an id token is about.

    A stranger may be taken over by a sign-up, except from Google's own button: clerk-js expects to
    be told, and brings the token there itself.
    """
    identity = await tokens.identity_of(scope, strategy, token)
    provider = tokens.provider_strategy(strategy)
    owner = await linking.owner_of(scope, identity)
    if owner is None and strategy == tokens.ONE_TAP:
        raise linking.missing(scope, provider)
    if owner is None:
        return await _begin_for_sign_up(scope, browser, provider, identity)

    async def claim(tx: Write) -> Verdict:
        return await _refreshed(tx, scope, identity, owner)

    change = _link(provider, identity, owner)
    return await _enter(scope, browser, strategy, owner, claim, change)


async def _begin_for_sign_up(
    scope: Scope, browser: Browser, strategy: str, identity: Identity
) -> Outcome:
    client = await browsers.current_client(scope, browser)
    await sign_ins.refuse_second_session(scope, client)
    refused = linking.missing(scope, strategy)
    verification = visits.stranger(scope, strategy, identity, refused)
    async with scope.db.write() as tx:
        held = await clients.hold(tx, scope, browser, client)
        row = replace(
            sign_ins.new_row(scope),
            client_id=held.id,
            first_factor_verification_id=VerificationId(verification.id),
        )
        await store.insert_verification(tx, visits.of_client(verification, held.id))
        await sign_in_store.insert_sign_in(tx, row)
        await client_store.set_sign_in(tx, scope.instance.id, held.id, row.id)
    return Outcome(row, held)


async def _enter(
    scope: Scope,
    browser: Browser,
    strategy: str,
    owner: Owner,
    claim: Claim,
    change: Change | None,
) -> Outcome:
    client = await browsers.current_client(scope, browser)
    subject = await subjects.of_user(scope, owner.user_id)
    await sign_ins.refuse_second_session(scope, client)
    await sign_ins.refuse_signed_in(scope, client, subject)
    users.refuse_locked(scope, subject.user)
    return await sign_ins.attempt_new(scope, browser, client, subject, claim, strategy, change)


async def _leave_to_sign_up(
    scope: Scope, verification: ExternalVerificationRow, identity: Identity
) -> None:
    refused: ApiError = linking.missing(scope, verification.strategy)
    settled = visits.settled(scope, verification, refused=refused, identity=identity)
    async with scope.db.write() as tx:
        await store.settle_verification(tx, settled)


def _link(strategy: str, identity: Identity, owner: Owner) -> Change | None:
    """Return the account to be linked, which waits for a second factor; None if it is already."""
    return Change(strategy=strategy, identity=identity) if owner.account is None else None


async def _refreshed(tx: Write, scope: Scope, identity: Identity, owner: Owner) -> Verdict:
    if owner.account is not None:
        await linking.refresh(tx, scope, owner.account, identity)
    return None


def _refuse_native(browser: Browser) -> None:
    # The provider comes back in a browser that shows nothing of the app: whoever was talked into
    # the visit would sign the app in as themselves.
    if browser.transport == "native":
        raise errors.oauth.native_unsupported()
