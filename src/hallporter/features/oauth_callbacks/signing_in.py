"""Signing in by a visit to a provider that has come back."""

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser
from hallporter.contract.ids import SignInId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.external_accounts import linking
from hallporter.features.sign_ins import actions as sign_in_actions
from hallporter.features.sign_ins import hiding, machine, subjects
from hallporter.features.sign_ins.steps import Outcome
from hallporter.features.strategies import oauth
from hallporter.features.users import actions as user_actions
from hallporter.features.verifications.claims import Verdict
from hallporter.features.visits import actions as visit_actions
from hallporter.features.visits import store as visit_store
from hallporter.features.visits.rows import ExternalVerificationRow


async def returned(
    scope: Scope,
    browser: Browser,
    id: SignInId,
    verification: ExternalVerificationRow,
    identity: Identity,
) -> Outcome:
    """Go on with a sign-in whose visit has come back: to the end, or over to a sign-up."""
    own = await sign_in_actions.get_own(scope, browser, id)
    status = machine.status_at(own.sign_in, scope.now)
    if status not in ("needs_identifier", "needs_first_factor"):
        raise errors.sign_in.not_allowed_now(status=status)
    strategy = verification.strategy
    owner = await linking.owner_of(scope, identity)
    # The user of the sign-in is ignored here. Otherwise the result would reveal whether there is
    # one.
    named = None if hiding.hides(scope, own.sign_in) else own.sign_in.user_id
    if owner is None and named is None:
        await _leave_to_sign_up(scope, verification, identity)
        return own
    if owner is None or named not in (None, owner.user_id):
        raise linking.missing(scope, strategy)
    subject = await subjects.of_user(scope, owner.user_id)
    await sign_in_actions.refuse_signed_in(scope, own.client, subject)
    user_actions.refuse_locked(scope, subject.user)
    settled = visit_actions.settled(scope, verification, identity=None)

    async def claim(tx: Write) -> Verdict:
        if not await visit_store.settle_verification(tx, settled):
            return errors.oauth.callback_invalid()
        return await linking.refreshed(tx, scope, identity, owner)

    change = oauth.change_of(strategy, identity, owner)
    return await sign_in_actions.prove_begun(scope, own, subject, claim, strategy, change)


async def _leave_to_sign_up(
    scope: Scope, verification: ExternalVerificationRow, identity: Identity
) -> None:
    error: ApiError = linking.missing(scope, verification.strategy)
    settled = visit_actions.settled(scope, verification, error=error, identity=identity)
    async with scope.db.write() as tx:
        await visit_store.settle_verification(tx, settled)
