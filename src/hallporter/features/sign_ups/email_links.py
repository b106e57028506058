"""A sign-up goes on once the link that it waits for was opened."""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SignUpId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.sign_ups import actions, external_proofs, machine
from hallporter.features.sign_ups.actions import Outcome
from hallporter.features.sign_ups.proofs import of_sign_up
from hallporter.features.verifications import links
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.claims import Verdict
from hallporter.features.verifications.rows import EmailLinkRow


async def open_here(scope: Scope, browser: KnownBrowser, link: EmailLinkRow) -> Outcome:
    """Spend a link in the browser that asked for it, and go on signing up there."""
    id = SignUpId(link.subject_id)
    own = await actions.get_own(scope, browser, id)
    if own.sign_up.email_address_verification_id != link.verification_id:
        raise errors.verification.failed()

    async def claim(tx: Write) -> Verdict:
        if not await verification_store.spend_email_link(tx, link, link.client_id, scope.now):
            raise errors.verification.already_verified()
        return None

    return await actions.prove_address(scope, browser, id, claim)


async def poll(scope: Scope, browser: KnownBrowser, id: SignUpId) -> Outcome:
    """Return a sign-up; a link that was opened in another browser counts here."""
    own = await actions.get_own(scope, browser, id)
    if machine.status_at(own.sign_up, scope.now) != "missing_requirements":
        return own
    proofs = await of_sign_up(scope, own.sign_up)
    if not links.is_opened(proofs.email_address):
        return replace(own, proofs=proofs)
    external_proof = await external_proofs.of_sign_up(scope, own.sign_up)
    wanted = machine.requirements(
        own.sign_up,
        scope.instance.settings,
        proved=proofs.proved,
        is_proved_elsewhere=external_proof is not None,
    )
    if not wanted.are_met:
        return replace(own, proofs=proofs)
    return await actions.prove_address(scope, browser, id, _proved)


async def _proved(_tx: Write) -> Verdict:
    # The statement that stores the sign-up asks whether it is as it was read.
    return None
