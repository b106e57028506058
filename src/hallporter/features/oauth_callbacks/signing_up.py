"""Signing up by a visit to a provider that has come back."""

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SignUpId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.external_accounts import linking
from hallporter.features.sign_ins import actions as sign_in_actions
from hallporter.features.sign_ins import subjects
from hallporter.features.sign_ups import actions as sign_up_actions
from hallporter.features.sign_ups.actions import Outcome
from hallporter.features.visits import actions as visit_actions
from hallporter.features.visits import store as visit_store
from hallporter.features.visits.external_proofs import ExternalProof
from hallporter.features.visits.rows import ExternalVerificationRow


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
        own = await sign_up_actions.get_own(scope, browser, id)
        subject = await subjects.of_user(scope, owner.user_id)
        await sign_in_actions.refuse_signed_in(scope, own.client, subject)
        error: ApiError = linking.exists(scope, verification.strategy)
        settled = visit_actions.settled(scope, verification, error=error, identity=identity)
        async with scope.db.write() as tx:
            await visit_store.settle_verification(tx, settled)
        return own
    settled = visit_actions.settled(scope, verification, identity=identity)

    async def settle(tx: Write) -> None:
        if not await visit_store.settle_verification(tx, settled):
            raise errors.oauth.callback_invalid()

    return await sign_up_actions.add_external_proof(
        scope, browser, id, ExternalProof(settled, identity), settle
    )
