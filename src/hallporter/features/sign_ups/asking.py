"""Asking for the proof of a field, and judging the answer.

What is sent, or to be signed, is made first, then written; an answer is judged where it is spent.
"""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.ids import ClientId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Code, Token, Url, Word
from hallporter.core.database import Write
from hallporter.features.identifications import actions as identifications
from hallporter.features.sign_ups import machine
from hallporter.features.sign_ups.proofs import FIELDS, Field
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.verifications import (
    codes,
    decoys,
    limits,
    links,
    mailing,
    sending,
    strategies,
)
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.links import Asked, SentLink
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.strategy import Claim
from hallporter.features.web3_wallets import ceremony, kinds

Sent = SentCode | SentLink | Decoy


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


def proved_field(scope: Scope, strategy: str) -> Field:
    """Return the field that a strategy proves, where the instance has both."""
    strategies.refuse_enterprise(strategy)
    field = FIELDS.get(strategy)
    if field is None:
        raise errors.verification.strategy_invalid(param="strategy")
    attribute = machine.attribute(scope.instance.settings, field)
    if not attribute.enabled or strategy not in attribute.verifications:
        raise errors.verification.strategy_invalid(param="strategy")
    return field


async def made(scope: Scope, row: SignUpRow, given: PrepareVerification) -> Sent:
    """Make the code, the link or the challenge for what the sign-up has given.

    Raises 429 when it was asked too often.
    """
    field = proved_field(scope, given.strategy)
    sent = await _made(scope, row, field, given)
    await limits.spend(scope, sent, regarding=_regarding(row, field))
    return sent


async def _made(scope: Scope, row: SignUpRow, field: Field, given: PrepareVerification) -> Sent:
    address = getattr(row, field)
    if address is None:
        raise errors.verification.strategy_invalid(param="strategy")
    if given.strategy in kinds.CHAINS:
        if not kinds.fits(given.strategy, address):
            raise errors.verification.strategy_invalid(param="strategy")
        return ceremony.new_challenge(scope, given.strategy, address, None)
    if await identifications.is_hidden_from(scope, None, field, address):
        return decoys.made(
            scope,
            given.strategy,
            address,
            channel=given.channel,
            redirect_url=given.redirect_url,
            notice="sign_up_with_account",
        )
    if given.strategy == links.STRATEGY:
        return links.new_link(scope, address, None, given.redirect_url)
    return codes.new_code(scope, given.strategy, address, None, given.channel)


async def send(
    tx: Write, scope: Scope, row: SignUpRow, client_id: ClientId, sent: Sent
) -> SignUpRow:
    """Send it and return the sign-up that waits for it; it kills the one before."""
    field = FIELDS[sent.verification.strategy]
    regarding = _regarding(row, field)
    if isinstance(sent, SentLink):
        request = Asked("sign_up", row.id, client_id)
        await mailing.send_link(tx, scope, sent, request, regarding=regarding, owner=client_id)
    elif isinstance(sent, Decoy):
        await decoys.send(tx, scope, sent, owner=client_id)
    else:
        await sending.send(tx, scope, sent, regarding=regarding, owner=client_id)
    return replace(row, **{f"{field}_verification_id": sent.verification.id})


def _regarding(row: SignUpRow, field: Field) -> str:
    return f"{row.id} {field}"


def claim(
    scope: Scope, row: SignUpRow, waiting: VerificationRow | None, given: AttemptVerification
) -> Claim:
    """Return what judges the answer to a proof that is `waiting`, and spends it."""
    strategy = given.strategy
    if strategy == links.STRATEGY:
        raise errors.verification.strategy_invalid(param="strategy")
    if strategy in kinds.CHAINS:
        if waiting is None or row.web3_wallet is None:
            raise errors.verification.missing()
        wallet, signature = row.web3_wallet, given.signature
        return ceremony.claim(scope, waiting, wallet, signature, strategy=strategy)
    return codes.claim(scope, waiting, given.code, strategy=strategy)
