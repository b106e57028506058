"""A sign-in goes on once the link that it waits for was opened."""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features import strategies
from hallporter.features.sign_ins import actions, machine, steps, subjects
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.sign_ins.steps import Outcome
from hallporter.features.strategies.strategy import Subject
from hallporter.features.users import actions as user_actions
from hallporter.features.verifications import links
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.rows import EmailLinkRow

_WAITING = ("needs_first_factor", "needs_client_trust")


async def open_here(scope: Scope, browser: Browser, link: EmailLinkRow) -> Outcome:
    """Spend a link in the browser that asked for it, and sign in there."""
    own = await actions.get_own(scope, browser, SignInId(link.subject_id))
    machine.refuse_closed(own.sign_in, _step(own.sign_in), scope.now)
    if own.sign_in.awaited_verification_id != link.verification_id:
        raise errors.verification.failed()

    async def claim(tx: Write) -> Verdict:
        if not await verification_store.spend_email_link(tx, link, link.client_id, scope.now):
            raise errors.verification.already_verified()
        return None

    subject = await subjects.of_sign_in(scope, own.sign_in)
    if not strategies.EMAIL_LINK.is_held(subject):
        raise errors.verification.failed()
    return await _enter(scope, own, subject, claim)


async def poll(scope: Scope, browser: KnownBrowser, id: SignInId) -> Outcome:
    """Return a sign-in; a link that was opened in another browser completes it here."""
    own = await actions.get_own(scope, browser, id)
    if machine.status_at(own.sign_in, scope.now) not in _WAITING:
        return own
    subject = await subjects.of_sign_in(scope, own.sign_in)
    is_held = strategies.EMAIL_LINK.is_held(subject)
    if not (is_held and links.is_opened(subject.verification)):
        return replace(own, subject=subject)
    opened_at = None if subject.verification is None else subject.verification.updated_at
    if await steps.end_void(scope, own.sign_in, subject, opened_at=opened_at):
        return Outcome(replace(own.sign_in, abandon_at=scope.now), own.client, subject)
    return await _enter(scope, own, subject, _proved)


async def _enter(scope: Scope, own: Outcome, subject: Subject, claim: Claim) -> Outcome:
    await steps.refuse_void(scope, own.sign_in, subject)
    user_actions.refuse_locked(scope, subject.user)
    await actions.refuse_second_session(scope, own.client)
    await actions.refuse_signed_in(scope, own.client, subject)
    return await actions.prove_begun(scope, own, subject, claim, links.STRATEGY)


def _step(row: SignInRow) -> str:
    return "attempt_second_factor" if row.asks_for_second else "attempt_first_factor"


async def _proved(_tx: Write) -> Verdict:
    # The statement that stores the sign-in asks whether it still waits: it is entered once.
    return None
