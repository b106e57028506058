"""A passkey: something the user has, which asks for something they know or are."""

import structlog

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.passkeys import ceremony
from hallporter.features.passkeys import store as passkeys
from hallporter.features.passkeys.rows import PasskeyRow
from hallporter.features.verifications import store
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject, Verdict
from hallporter.features.verifications.waiting import not_waited_for

log = structlog.get_logger()


class Passkey:
    """An answer to a challenge, signed by a key that a device keeps."""

    name = ceremony.STRATEGY

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer itself to users who have registered one."""
        has_one = subject.user is not None and subject.user.passkey_rows()
        return [Factor(strategy=self.name)] if has_one else []

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Make a challenge, for any passkey where nobody is known yet; nothing is sent."""
        if not scope.instance.settings.attributes.passkey.enabled:
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        if subject.user is not None and not self.factors(subject):
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        return SentCode(ceremony.new_verification(scope), "", Secret(""), is_sent=False)

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Judge the signature; the write then spends the challenge and moves the counter on."""
        waiting = subject.verification
        if waiting is None or waiting.strategy != self.name:
            raise not_waited_for(waiting)
        row = await registered(scope, proof)
        if subject.user is None or row.user_id != subject.user.id:
            raise errors.passkey.not_registered()
        given = proof.public_key_credential
        count = None if given is None else ceremony.used(scope, waiting.id, given, row)
        instance_id = scope.instance.id

        async def claim(tx: Write) -> Verdict:
            holds = count is not None
            if not await store.spend(tx, instance_id, waiting.id, scope.now, holds=holds):
                return errors.verification.expired()
            if count is None or not await _use(tx, scope, row, count):
                return errors.passkey.verification_failed()
            return None

        return claim


async def _use(tx: Write, scope: Scope, row: PasskeyRow, count: int) -> bool:
    """Move the counter on; where it stands still the settings decide (WebAuthn Level 3 §7.2).

    The highest stays: whichever of two copies is behind is noted at each of its uses.
    """
    if await passkeys.use_passkey(tx, scope.instance.id, row.id, count, scope.now):
        return True
    is_taken = scope.instance.settings.passkey.counter == "record" and await passkeys.note_passkey(
        tx, scope.instance.id, row.id, scope.now
    )
    log.warning(
        "passkey counter did not go on",
        instance_id=scope.instance.id,
        user_id=row.user_id,
        passkey_id=row.id,
        taken=is_taken,
    )
    return is_taken


async def registered(scope: Scope, proof: Proof) -> PasskeyRow:
    """Return the passkey that a proof names; raises when nobody has registered it."""
    named = ceremony.parsed(proof.public_key_credential).id
    row = await passkeys.passkey_by_credential(scope.db, scope.instance.id, named.rstrip("="))
    if row is None:
        raise errors.passkey.not_registered()
    return row
