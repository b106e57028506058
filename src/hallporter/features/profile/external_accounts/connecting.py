"""A signed-in user connects an account, renews its consent, and takes it away."""

from typing import Any

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import Browser, InPerson, Recent, SignedIn
from hallporter.contract.ids import ExternalAccountId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Anything, Id, Word
from hallporter.core.database import Write
from hallporter.delivery.oauth.identity import Identity
from hallporter.features import strategies
from hallporter.features.credentials import store as credential_store
from hallporter.features.events import users as user_events
from hallporter.features.external_accounts import linking
from hallporter.features.external_accounts import store as external_account_store
from hallporter.features.external_accounts.rows import ExternalAccountRow
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications import store as identification_store
from hallporter.features.sessions import identity as session_identity
from hallporter.features.sessions import store as session_store
from hallporter.features.users import store as user_store
from hallporter.features.verifications.prepared import ProofRequest
from hallporter.features.visits import actions as visit_actions
from hallporter.features.visits import connections
from hallporter.features.visits.actions import Begun, VisitFields
from hallporter.features.visits.rows import OAuthStateRow


class Connect(VisitFields, frozen=True, kw_only=True):
    """Which provider to connect, and the way there and back."""

    strategy: Word | None = None
    enterprise_connection_id: Id[str] | None = None
    additional_scope: Anything = None


class Reauthorize(VisitFields, frozen=True, kw_only=True):
    """What more to ask the provider for, and the way there and back."""

    additional_scope: Anything = None


class Connecting(msgspec.Struct, frozen=True):
    """An account under way, and where the browser is to go."""

    account: ExternalAccountRow
    url: str


async def connect(scope: Scope, caller: SignedIn[Recent], given: Connect) -> Connecting:
    """Begin to connect an account; it stays unverified until the provider has confirmed it."""
    strategy = given.strategy
    if given.enterprise_connection_id is not None or strategies.is_enterprise(strategy):
        param = "strategy" if given.enterprise_connection_id is None else "enterprise_connection_id"
        raise errors.oauth.enterprise_unsupported(param=param)
    if strategy is None:
        raise errors.form.missing(param="strategy")
    row = linking.account(scope, caller.user_id, strategy, Identity(issuer="", subject=""))
    begun = await _begin(scope, caller, row, given, given.additional_scope)
    row = replace(row, status="unverified", expire_at=begun.state.expire_at)
    async with scope.db.write() as tx:
        await external_account_store.delete_unverified(
            tx, scope.instance.id, caller.user_id, strategy
        )
        await external_account_store.insert_account(tx, row)
        user_events.changed(tx, scope, caller.user_id)
        await begun.keep(tx)
    return Connecting(row, begun.url)


async def reauthorize(
    scope: Scope, caller: SignedIn[InPerson], id: ExternalAccountId, given: Reauthorize
) -> Connecting:
    """Begin to renew the consent of an account, for more scopes or after an error."""
    row = await own(scope, caller.user_id, id)
    begun = await _begin(scope, caller, row, given, given.additional_scope)
    async with scope.db.write() as tx:
        await begun.keep(tx)
    return Connecting(row, begun.url)


async def returned(
    scope: Scope, browser: Browser, state: OAuthStateRow, identity: Identity
) -> None:
    """Take over what the provider has confirmed, for the user who set out and is still here."""
    user_id = await _still_signed_in(scope, browser, state)
    row = await own(scope, user_id, ExternalAccountId(state.subject_id))
    known = await external_account_store.account_by_subject(
        scope.db, scope.instance.id, identity.issuer, identity.subject
    )
    provider = connections.name(scope.instance, row.strategy)
    if known is not None and known.user_id != user_id:
        raise errors.oauth.identification_claimed(provider=provider)
    if row.is_verified and (known is None or known.id != row.id):
        raise errors.oauth.already_connected(provider=provider)
    async with scope.db.write() as tx:
        if known is not None:
            await linking.refresh(tx, scope, known, identity)
        else:
            await linking.attach(tx, scope, user_id, row.strategy, identity)
        await external_account_store.delete_unverified(tx, scope.instance.id, user_id, row.strategy)
        await _add_address(tx, scope, user_id, row.strategy, identity)
        await user_store.touch_user(tx, scope.instance.id, user_id, scope.now)
        user_events.changed(tx, scope, user_id)


async def delete(scope: Scope, user_id: UserId, id: ExternalAccountId) -> None:
    """Take an account from its user, who keeps at least one way to be identified."""
    row = await own(scope, user_id, id)
    async with scope.db.write() as tx:
        # The lock first: of two deletions at once the second sees what the first has left.
        if await user_store.lock_user(tx, scope.instance.id, user_id) is None:
            raise errors.user.not_found()
        accounts = await external_account_store.accounts_of_user(tx, scope.instance.id, user_id)
        owned = await identification_store.identifications_of_user(tx, scope.instance.id, user_id)
        left = [each for each in accounts if each.is_verified and each.id != id]
        if row.is_verified and not left and not any(each.is_owned for each in owned):
            raise errors.user.last_identification()
        if not await external_account_store.delete_account(tx, scope.instance.id, id, user_id):
            raise errors.oauth.not_found()
        if row.is_verified:
            await credential_store.void_proofs(tx, scope.instance.id, user_id, scope.now)
        await user_store.touch_user(tx, scope.instance.id, user_id, scope.now)
        user_events.changed(tx, scope, user_id)


async def forget_tokens(scope: Scope, user_id: UserId, id: ExternalAccountId) -> None:
    """Drop what an account's provider gave for its own API."""
    row = await own(scope, user_id, id)
    async with scope.db.write() as tx:
        await external_account_store.delete_tokens(tx, scope.instance.id, row.id)


async def own(scope: Scope, user_id: UserId, id: ExternalAccountId) -> ExternalAccountRow:
    """Return an account of this user or raise 404."""
    row = await external_account_store.account_of_user(scope.db, scope.instance.id, id, user_id)
    if row is None:
        raise errors.oauth.not_found()
    return row


async def _begin(
    scope: Scope,
    caller: SignedIn[InPerson],
    row: ExternalAccountRow,
    given: VisitFields,
    additional: Any,
) -> Begun:
    return await visit_actions.begin(
        scope,
        connections.connection(scope, row.strategy),
        "connect",
        given,
        ProofRequest(row.id, caller.browser.credential.client_id, caller.user_id, row.id),
        is_native=caller.browser.transport == "native",
        user_id=caller.user_id,
        additional_scopes=_scopes(additional),
    )


def _scopes(given: Any) -> tuple[str, ...]:
    """Return the scopes of one text with blanks, or of a list, as different SDKs send them."""
    try:
        listed = msgspec.convert([] if given is None else given, list[str] | str)
    except msgspec.ValidationError as error:
        raise errors.form.format_invalid(param="additional_scope") from error
    words = listed.split() if isinstance(listed, str) else listed
    if len(words) > 50 or not all(word.isprintable() and len(word) <= 255 for word in words):
        raise errors.form.value_invalid(param="additional_scope")
    return tuple(words)


async def _still_signed_in(scope: Scope, browser: Browser, state: OAuthStateRow) -> UserId:
    client = await session_identity.current_client(scope, browser)
    live = (
        []
        if client is None
        else await session_store.live_sessions_of_client(
            scope.db, scope.instance.id, client.id, scope.now
        )
    )
    if state.user_id is None or not any(each.user_id == state.user_id for each in live):
        raise errors.oauth.callback_invalid()
    return state.user_id


async def _add_address(
    tx: Write, scope: Scope, user_id: UserId, strategy: str, identity: Identity
) -> None:
    """Give the user the address that the provider has verified, unless another user has it."""
    address = linking.proved_address(identity)
    if address is None or not scope.instance.settings.attributes.email_address.enabled:
        return
    owned = await identification_store.identifications_of_user(tx, scope.instance.id, user_id)
    if any(each.type == "email_address" and each.canonical == address for each in owned):
        return
    row = identification_actions.new_identification(
        scope,
        user_id,
        "email_address",
        address,
        verified_by=f"from_{strategy}",
        param="email_address",
    )
    # If another user has the address, the account is connected without it.
    await identification_store.insert_identification(tx, row)
