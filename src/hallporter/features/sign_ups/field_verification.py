"""Prepare and attempt the verification of a sign-up's field.

A code, link or challenge is created before the write and stored within it. An answer is judged by
the statement that spends it.
"""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Code, Token, Url, Word
from hallporter.core.database import Write
from hallporter.features import strategies
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.sign_ups import machine
from hallporter.features.sign_ups.given import CreateSignUp
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.strategies.strategy import Identifier, OfIdentifier, Proof
from hallporter.features.verifications import limits
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.prepared import Prepared, ProofRequest
from hallporter.features.verifications.rows import VerificationRow


class PrepareVerification(msgspec.Struct, frozen=True, kw_only=True):
    """How to prove the address, number or wallet; `redirect_url` is where a link leads."""

    strategy: Word
    redirect_url: Url | None = None
    channel: Word | None = None


class AttemptVerification(msgspec.Struct, frozen=True, kw_only=True):
    """The proof of the address, the number or the wallet."""

    strategy: Word
    code: Code | None = None
    signature: Token | None = None


class PreparedField(msgspec.Struct, frozen=True):
    """A field, and the verification that was prepared for it."""

    field: str
    prepared: Prepared


def strategy_of(scope: Scope, name: str) -> OfIdentifier:
    """Return the strategy that proves a field, where the instance has both."""
    strategies.refuse_enterprise(name)
    found = strategies.of_identifier(name)
    attribute = machine.attribute(scope.instance.settings, found.type)
    if not attribute.enabled or not found.proves(attribute):
        raise errors.verification.strategy_invalid(param="strategy")
    return found


async def made(scope: Scope, row: SignUpRow, given: PrepareVerification) -> PreparedField:
    """Create the code, link or challenge for a field of the sign-up.

    Raises 429 after too many requests.
    """
    strategy = strategy_of(scope, given.strategy)
    prepared = await _made(scope, row, strategy, given)
    await limits.spend(scope, prepared, regarding=_regarding(row, strategy.type))
    return PreparedField(strategy.type, prepared)


async def at_once(scope: Scope, row: SignUpRow, given: CreateSignUp) -> PreparedField | None:
    """Prepare the verification that a new sign-up asks for; clerk-js does so for WhatsApp."""
    found = strategies.OF_IDENTIFIERS.get(given.strategy or "")
    if found is None:
        return None
    preparation = PrepareVerification(
        strategy=found.name, redirect_url=given.redirect_url, channel=given.channel
    )
    return await made(scope, row, preparation)


async def _made(
    scope: Scope, row: SignUpRow, strategy: OfIdentifier, given: PrepareVerification
) -> Prepared:
    identifier: str | None = getattr(row, strategy.type)
    if identifier is None or not strategy.fits(identifier):
        raise errors.verification.strategy_invalid(param="strategy")
    proof = Proof(redirect_url=given.redirect_url, channel=given.channel)
    if strategy.is_sent and await identification_actions.is_hidden_from(
        scope, None, strategy.type, identifier
    ):
        return strategy.prepare_decoy(scope, identifier, proof, "sign_up_with_account")
    return strategy.ask(scope, Identifier(identifier), proof)


async def send(tx: Write, scope: Scope, row: SignUpRow, prepared: PreparedField) -> SignUpRow:
    """Send it and return the sign-up that waits for it. It replaces the one before."""
    regarding = _regarding(row, prepared.field)
    request = ProofRequest(row.id, row.client_id, row.client_id, regarding, "sign_up")
    await prepared.prepared.send(tx, scope, request)
    return replace(row, **{f"{prepared.field}_verification_id": prepared.prepared.verification_id})


def _regarding(row: SignUpRow, field: str) -> str:
    return f"{row.id} {field}"


def claim(
    scope: Scope,
    row: SignUpRow,
    strategy: OfIdentifier,
    waiting: VerificationRow | None,
    given: AttemptVerification,
) -> Claim:
    """Return what judges the answer to the `waiting` verification, and spends it."""
    proof = Proof(code=given.code, signature=given.signature)
    of = Identifier(getattr(row, strategy.type) or "")
    return strategy.answer(scope, waiting, of, proof)
