"""A browser is back from a provider: is the visit its own, who is it, and where does it go on?"""

from typing import Annotated

import msgspec
import structlog
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId, SignUpId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Name, Token, Url, Word
from hallporter.core.clock import MINUTE
from hallporter.core.random import token as random_token
from hallporter.core.secret import hash_of
from hallporter.delivery.oauth import exchange
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.http import ExchangeError, ProviderError
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.clients.actions import HeldClient
from hallporter.features.events import users as user_events
from hallporter.features.external_accounts import store as external_account_store
from hallporter.features.oauth_callbacks import signing_in, signing_up
from hallporter.features.profile.external_accounts import connecting
from hallporter.features.redirect_urls import actions as redirect_url_actions
from hallporter.features.sessions import identity as session_identity
from hallporter.features.visits import actions as visit_actions
from hallporter.features.visits import connections
from hallporter.features.visits import store as visit_store
from hallporter.features.visits.rows import ExternalVerificationRow, OAuthStateRow

log = structlog.get_logger()

# What providers say when the user turned back.
_DENIALS = frozenset(
    {"access_denied", "consent_required", "user_cancelled_authorize", "user_cancelled_login"}
)
_LONGEST_NAME = 255
# An app shows what it was told at once.
_PATIENCE = 5 * MINUTE


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider sends a browser back with (RFC 6749 §4.1.2, RFC 9207 §2)."""

    state: Word | None = None
    code: Token | None = None
    error: Name | None = None
    iss: Url | None = None
    user: Annotated[str, msgspec.Meta(max_length=4_096)] | None = None
    """Apple: the name, at the first visit only, as JSON."""


class Landing(msgspec.Struct, frozen=True):
    """Where the browser goes on; `client` is set when its token changed with a new session."""

    url: str
    client: HeldClient | None = None


async def receive(scope: Scope, browser: Browser, given: Return) -> Landing:
    """Continue the sign-in, sign-up or connection that a visit was for.

    It raises only when the visit is not of this browser. Every other error is stored on the
    attempt, where Clerk's components expect it.
    """
    # A late request spends nothing: it comes again.
    await session_identity.current_client(scope, browser)
    state = await _take(scope, browser, given)
    if state.expire_at <= scope.now:
        return Landing(state.redirect_url)
    try:
        identity = await _identity(scope, state, given)
        if state.is_native:
            return await _leave_to_app(scope, state, identity)
        return await _go_on(scope, browser, state, identity)
    except ApiError as error:
        await note(scope, state, error)
        return Landing(state.redirect_url)


async def verification_of(scope: Scope, state: OAuthStateRow) -> ExternalVerificationRow:
    """Return what a sign-in or sign-up waits for; raises where it is there no more."""
    id = state.verification_id
    row = (
        None
        if id is None
        else await visit_store.verification_by_id(scope.db, scope.instance.id, id)
    )
    if row is None:
        raise errors.oauth.callback_invalid()
    return row


async def note(scope: Scope, state: OAuthStateRow, error: ApiError) -> None:
    """Keep why a visit failed, where the components look for it."""
    async with scope.db.write() as tx:
        if state.purpose == "connect":
            await external_account_store.note_error(
                tx,
                scope.instance.id,
                state.subject_id,
                visit_actions.error_of(error),
                scope.now,
            )
            if state.user_id is not None:
                user_events.changed(tx, scope, state.user_id)
        if state.verification_id is not None:
            row = await visit_store.verification_by_id(tx, scope.instance.id, state.verification_id)
            if row is not None:
                await visit_store.settle_verification(
                    tx, visit_actions.settled(scope, row, error=error)
                )


async def _take(scope: Scope, browser: Browser, given: Return) -> OAuthStateRow:
    if not given.state:
        raise errors.oauth.callback_invalid()
    client_id = None if browser.credential is None else browser.credential.client_id
    async with scope.db.write() as tx:
        state = await visit_store.take_state(tx, scope.instance.id, hash_of(given.state), client_id)
    # It was on the list when the visit began: an operator may have taken it off meanwhile.
    if state is None or (
        state.is_native and not await redirect_url_actions.is_listed(scope, state.redirect_url)
    ):
        raise errors.oauth.callback_invalid()
    return state


async def _leave_to_app(scope: Scope, state: OAuthStateRow, identity: Identity) -> Landing:
    """Keep who it was until the app shows what its redirect URL is told.

    Whoever is back need not be whose app began: they may have been talked into the visit.
    """
    nonce = random_token()
    left = replace(
        state,
        state_hash=hash_of(nonce),
        secrets_encrypted=visit_actions.sealed(scope, identity),
        is_back=True,
        expire_at=scope.now + _PATIENCE,
    )
    async with scope.db.write() as tx:
        await visit_store.insert_state(tx, left)
    sign = "&" if "?" in state.redirect_url else "?"
    return Landing(f"{state.redirect_url}{sign}rotating_token_nonce={nonce}")


async def _identity(scope: Scope, state: OAuthStateRow, given: Return) -> Identity:
    connection = connections.connection(scope, state.strategy)
    provider = connection.provider.name
    if given.error is not None:
        if given.error in _DENIALS:
            raise errors.oauth.access_denied(provider=provider)
        log.warning("provider refused", strategy=state.strategy, error=given.error[:80])
        raise errors.oauth.token_exchange_failed(provider=provider)
    if given.code is None:
        raise errors.oauth.token_exchange_failed(provider=provider)
    try:
        if await exchange.is_other_issuer(connection, given.iss):
            raise ExchangeError("the reply names another issuer than was visited")
        visit = visit_actions.visit_of(scope, state)
        found = await exchange.redeem(connection, visit, given.code, scope.real_now)
    except ProviderError as error:
        raise _failure(state, connection, error) from error
    return _named(found, given.user)


def _failure(state: OAuthStateRow, connection: Connection, failed: ProviderError) -> ApiError:
    log.warning("visit failed", strategy=state.strategy, reason=str(failed))
    kind = (
        errors.oauth.token_exchange_failed
        if isinstance(failed, ExchangeError)
        else errors.oauth.fetch_user_failed
    )
    return kind(provider=connection.provider.name)


async def _go_on(
    scope: Scope, browser: Browser, state: OAuthStateRow, identity: Identity
) -> Landing:
    if state.purpose == "connect":
        await connecting.returned(scope, browser, state, identity)
        return Landing(state.action_complete_redirect_url or state.redirect_url)
    verification = await verification_of(scope, state)
    if browser.credential is None:
        raise errors.oauth.callback_invalid()
    if state.purpose == "sign_in":
        signed_in = await signing_in.returned(
            scope, browser, SignInId(state.subject_id), verification, identity
        )
        is_complete, client = signed_in.sign_in.status == "complete", signed_in.client
    else:
        known = KnownBrowser(browser.credential, browser.dev_browser_hash, browser.transport)
        signed_up = await signing_up.returned(
            scope, known, SignUpId(state.subject_id), verification, identity
        )
        is_complete, client = signed_up.sign_up.status == "complete", signed_up.client
    if not is_complete:
        return Landing(state.redirect_url)
    return Landing(state.action_complete_redirect_url or state.redirect_url, client)


class _AppleName(msgspec.Struct, frozen=True):
    firstName: str | None = None  # Apple's spelling
    lastName: str | None = None


class _AppleUser(msgspec.Struct, frozen=True):
    name: _AppleName = _AppleName()


def _named(found: Identity, user: str | None) -> Identity:
    """Return the identity with the names that Apple sends beside it.

    They are not signed, so nothing else is taken from there.
    """
    if user is None or found.first_name is not None or found.last_name is not None:
        return found
    try:
        name = msgspec.json.decode(user, type=_AppleUser).name
    except (msgspec.DecodeError, RecursionError):
        return found
    return replace(found, first_name=_short(name.firstName), last_name=_short(name.lastName))


def _short(name: str | None) -> str | None:
    return name if name and len(name) <= _LONGEST_NAME and "\0" not in name else None
