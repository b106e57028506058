"""The message that a wallet signs, and how the signature is verified.

The message is not stored: its nonce is a keyed digest of the verification's id. The verification is
stored with the expected address in place of a code, so it is spent like a code.
"""

from datetime import UTC, datetime

import msgspec

from hallporter.contract import errors
from hallporter.contract.ids import ClientId, IdentificationId
from hallporter.contract.scope import Scope
from hallporter.core import ethereum, solana
from hallporter.core.clock import SECOND
from hallporter.core.secret import Secret
from hallporter.features.identifications import canonical
from hallporter.features.verifications import codes
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.prepared import Awaited
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.web3_wallets import kinds

_STATEMENT = "Sign this to show that the wallet is yours. It moves nothing and costs nothing."
_CHAIN_IDS = {"Ethereum": "1", "Solana": "mainnet"}
# "0x", 65 bytes in hex.
_LENGTH_BY_KEY = 132


class Challenge(msgspec.Struct, frozen=True):
    """What a wallet is asked: the message to sign, and the nonce in it."""

    nonce: str
    message: str


def new_challenge(
    scope: Scope, strategy: str, address: str, identification_id: IdentificationId | None
) -> Awaited:
    """Return a proof that waits for a signature by the key of `address`, which is canonical."""
    return Awaited(codes.new_verification(scope, strategy, address, identification_id))


def challenge(
    scope: Scope, row: VerificationRow, address: str, client_id: ClientId | None = None
) -> Challenge:
    """Return the message that the wallet signs (EIP-4361).

    It names the page that requests it, so wallets warn users who are asked to sign it on another
    page. `client_id` is the client that requests it, where the proof is not bound to one otherwise.
    """
    chain = kinds.CHAINS[row.strategy]
    origin = scope.request.origin or f"https://{scope.instance.home_domain}"
    nonce = scope.box.digest("wallet nonce", f"{row.id}:{client_id or ''}")[:32]
    lines = (
        f"{origin.partition('://')[2]} wants you to sign in with your {chain} account:",
        canonical.shown("web3_wallet", address),
        "",
        _STATEMENT,
        "",
        f"URI: {origin}",
        "Version: 1",
        f"Chain ID: {_CHAIN_IDS[chain]}",
        f"Nonce: {nonce}",
        f"Issued At: {_time(row.created_at)}",
        f"Expiration Time: {_time(row.expire_at)}",
    )
    return Challenge(nonce, "\n".join(lines))


def claim(
    scope: Scope,
    waiting: VerificationRow,
    address: str,
    signature: Secret | None,
    *,
    strategy: str,
    client_id: ClientId | None = None,
) -> Claim:
    """Return what judges a signature by the wallet of `address`, and spends the attempt."""
    expected = challenge(scope, waiting, address, client_id)
    signed_by = Secret(_signer(expected, address, signature))
    wrong = errors.form.signature_incorrect()
    return codes.claim(scope, waiting, signed_by, strategy=strategy, wrong=wrong)


def _signer(signed: Challenge, address: str, given: Secret | None) -> str:
    """Return the canonical address whose key has signed what was `signed`; an empty one for nobody.

    Raises for the signature of a contract: only its chain could tell whether that holds (ERC-1271,
    ERC-6492).
    """
    if given is None:
        raise errors.form.missing(param="signature")
    signature = given.reveal().strip()
    if kinds.chain_of(address) == "Solana":
        return address if solana.has_signed(address, signed.message, signature) else ""
    if len(signature) > _LENGTH_BY_KEY:
        raise errors.web3_wallet.contract_unsupported()
    return ethereum.signer(signed.message, signature) or ""


def _time(at: int) -> str:
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
