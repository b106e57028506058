"""Asking for the proof of a factor: what is sent, or to be signed, is made first, then written."""

from msgspec.structs import replace

from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.passkeys import ceremony
from hallporter.features.sign_ins import hidden_steps, hiding
from hallporter.features.sign_ins.given import CreateSignIn
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.trusted_devices import store as trusted_devices
from hallporter.features.trusted_devices.ceremony import Asked
from hallporter.features.users import actions as users
from hallporter.features.verifications import decoys, limits, links, mailing, sending, strategies
from hallporter.features.verifications import store as verifications
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.links import SentLink
from hallporter.features.verifications.strategies.email_link import EmailLink
from hallporter.features.verifications.strategies.trusted_device import TrustedDevice
from hallporter.features.verifications.strategy import Proof, Strategy, Subject

Sent = SentCode | SentLink | Asked | Decoy


async def of_anybody(scope: Scope, row: SignInRow, given: CreateSignIn) -> Sent | None:
    """Return the challenge to any passkey, or to a device: the answer says whose it is."""
    if given.strategy not in (ceremony.STRATEGY, TrustedDevice.name):
        return None
    proof = Proof(strategy=given.strategy, trusted_device_id=given.trusted_device_id)
    strategy = strategies.first_factor(given.strategy, scope.instance.settings)
    return await made(strategy, scope, row, Subject(), proof)


async def at_once(
    scope: Scope, row: SignInRow, subject: Subject, given: CreateSignIn
) -> Sent | None:
    """Make what the strategy sends with which a sign-in begins, if it begins with one."""
    if given.strategy is None or given.strategy == "password":
        return None
    proof = Proof(
        strategy=given.strategy,
        email_address_id=given.email_address_id,
        phone_number_id=given.phone_number_id,
        redirect_url=given.redirect_url,
        trusted_device_id=given.trusted_device_id,
        channel=given.channel,
    )
    strategy = strategies.first_factor(given.strategy, scope.instance.settings)
    return await made(strategy, scope, row, subject, proof)


async def made(
    strategy: Strategy, scope: Scope, row: SignInRow, subject: Subject, proof: Proof
) -> Sent:
    """Make what `strategy` sends, or asks to be signed; raises 429 when it was asked too often."""
    sent = await _made(strategy, scope, row, subject, proof)
    if not isinstance(sent, Asked):
        await limits.spend(
            scope, sent, regarding=row.id, user_id=row.user_id, client_id=row.client_id
        )
    return sent


async def _made(
    strategy: Strategy, scope: Scope, row: SignInRow, subject: Subject, proof: Proof
) -> Sent:
    if hiding.hides(scope, row):
        return hidden_steps.prepare(scope, row, subject, proof)
    users.refuse_locked(scope, subject.user)
    if isinstance(strategy, EmailLink):
        return strategy.link(scope, subject, proof)
    if isinstance(strategy, TrustedDevice):
        return await strategy.ask(scope, subject, proof.trusted_device_id)
    return strategy.prepare(scope, subject, proof)


async def send(tx: Write, scope: Scope, row: SignInRow, sent: Sent) -> SignInRow:
    """Send it and return the sign-in that waits for it; a new code kills the old one."""
    if isinstance(sent, Decoy):
        await decoys.send(tx, scope, sent, owner=row.client_id)
    elif isinstance(sent, SentCode):
        await sending.send(tx, scope, sent, regarding=row.id, owner=row.client_id)
    elif isinstance(sent, Asked):
        await verifications.insert_verification(tx, sent.verification, owner=row.client_id)
        await trusted_devices.insert_challenge(tx, sent.row(row.client_id))
    else:
        request = links.Asked("sign_in", row.id, row.client_id)
        await mailing.send_link(tx, scope, sent, request, regarding=row.id, owner=row.client_id)
    if row.asks_for_second:
        return replace(row, second_factor_verification_id=sent.verification.id)
    return replace(row, first_factor_verification_id=sent.verification.id)
