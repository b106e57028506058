"""A native app collects what its visit to a provider has come to.

The provider comes back in a browser that shows nothing of the app: whoever was talked into the
visit would sign a stranger's app in as themselves. So the browser is sent to the app's redirect
URL with a nonce, and only the app that began and that is told it there goes on (Clerk's SDKs:
`reload` with `rotatingTokenNonce`).
"""

import msgspec

from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import AtTask, KnownBrowser
from hallporter.contract.ids import SignInId, SignUpId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token
from hallporter.core.secret import hash_of_token
from hallporter.features.oauth_callbacks import returning, signing_in, signing_up
from hallporter.features.profile.external_accounts import connecting
from hallporter.features.sessions import identity as session_identity
from hallporter.features.sign_ins.steps import Outcome as SignInOutcome
from hallporter.features.sign_ups.actions import Outcome as SignUpOutcome
from hallporter.features.visits import actions as visit_actions
from hallporter.features.visits import store as visit_store
from hallporter.features.visits.rows import OAuthStateRow


class Collect(msgspec.Struct, frozen=True, kw_only=True):
    """What an app's redirect URL was told, if a visit has just come back."""

    rotating_token_nonce: Token | None = None


async def sign_in(
    scope: Scope, browser: KnownBrowser, id: SignInId, query: Collect
) -> SignInOutcome | None:
    """Go on with a sign-in whose visit is back; None where nothing is new of it.

    Why it failed, if it did, is told where SDKs look for it.
    """
    state = await _collected(scope, browser, id, query)
    if state is None:
        return None
    try:
        visit = await returning.verification_of(scope, state)
        identity = visit_actions.identity_left(scope, state)
        return await signing_in.returned(scope, browser, id, visit, identity)
    except ApiError as error:
        await returning.note(scope, state, error)
        return None


async def sign_up(
    scope: Scope, browser: KnownBrowser, id: SignUpId, query: Collect
) -> SignUpOutcome | None:
    """Go on with a sign-up likewise."""
    state = await _collected(scope, browser, id, query)
    if state is None:
        return None
    try:
        visit = await returning.verification_of(scope, state)
        identity = visit_actions.identity_left(scope, state)
        return await signing_up.returned(scope, browser, id, visit, identity)
    except ApiError as error:
        await returning.note(scope, state, error)
        return None


async def account(scope: Scope, caller: AtTask, query: Collect) -> None:
    """Connect the account whose visit is back, if one is."""
    state = await _collected(scope, caller.browser, caller.user_id, query)
    if state is None:
        return
    try:
        identity = visit_actions.identity_left(scope, state)
        await connecting.returned(scope, caller.browser, state, identity)
    except ApiError as error:
        await returning.note(scope, state, error)


async def _collected(
    scope: Scope, browser: KnownBrowser, of: str, query: Collect
) -> OAuthStateRow | None:
    nonce = query.rotating_token_nonce
    # Expo shows an empty one for none.
    if not nonce:
        return None
    # A late request spends nothing, nor does who holds an old token.
    client = await session_identity.current_client(scope, browser)
    if client is None:
        return None
    async with scope.db.write() as tx:
        state = await visit_store.collect_state(
            tx, scope.instance.id, hash_of_token(nonce), client.id, of
        )
    return None if state is None or state.expire_at <= scope.now else state
