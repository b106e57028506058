"""Frontend API endpoints of one's own wallets."""

import msgspec
from msgspec import UNSET

from hallporter.contract.callers import InPerson, Recent, SignedIn
from hallporter.contract.ids import IdentificationId
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Identifier
from hallporter.edge.operation import frontend
from hallporter.features.envelope.envelope import own_reply
from hallporter.features.identifications import views as identification_views
from hallporter.features.identifications.views import Web3Wallet
from hallporter.features.profile.identifiers import own_identifiers
from hallporter.features.profile.identifiers.own_identifiers import PrepareIdentifier
from hallporter.features.profile.web3_wallets import actions
from hallporter.features.profile.web3_wallets.actions import AttemptWallet
from hallporter.features.strategies.strategy import Proof

_TYPE = "web3_wallet"


class NewWallet(msgspec.Struct, frozen=True, kw_only=True):
    """A further wallet."""

    web3_wallet: Identifier


@frontend.get("/v1/me/web3_wallets")
async def get_web3_wallets(scope: Scope, caller: SignedIn) -> list[Web3Wallet]:
    """Return one's wallets."""
    return [
        identification_views.web3_wallet(each)
        for each in await own_identifiers.listed(scope, caller, _TYPE)
    ]


@frontend.post("/v1/me/web3_wallets")
async def post_web3_wallets(scope: Scope, caller: SignedIn[Recent], given: NewWallet) -> Reply:
    """Add a wallet, to be verified next."""
    row = await actions.create(scope, caller, given.web3_wallet)
    return await _reply(scope, caller, identification_views.web3_wallet(row))


@frontend.get("/v1/me/web3_wallets/{web3_wallet_id}")
async def read_web3_wallet(
    scope: Scope, caller: SignedIn, web3_wallet_id: IdentificationId
) -> Reply:
    """Return one of one's wallets."""
    row = await own_identifiers.get(scope, caller, _TYPE, web3_wallet_id)
    return await _reply(scope, caller, identification_views.web3_wallet(row))


@frontend.post("/v1/me/web3_wallets/{web3_wallet_id}/prepare_verification")
async def prepare_web3_wallet_verification(
    scope: Scope,
    caller: SignedIn[InPerson],
    web3_wallet_id: IdentificationId,
    given: PrepareIdentifier,
) -> Reply:
    """Ask a wallet for its signature."""
    prepared = await own_identifiers.prepare(scope, caller, _TYPE, web3_wallet_id, given)
    nonce, message = prepared.shown.nonce or UNSET, prepared.shown.message or UNSET
    wallet = identification_views.web3_wallet(prepared.row, nonce=nonce, message=message)
    return await _reply(scope, caller, wallet)


@frontend.post("/v1/me/web3_wallets/{web3_wallet_id}/attempt_verification", costs="wrong_attempts")
async def attempt_web3_wallet_verification(
    scope: Scope, caller: SignedIn[InPerson], web3_wallet_id: IdentificationId, given: AttemptWallet
) -> Reply:
    """Verify a wallet by its signature."""
    proof = Proof(signature=given.signature)
    row = await own_identifiers.attempt(scope, caller, _TYPE, web3_wallet_id, proof)
    return await _reply(scope, caller, identification_views.web3_wallet(row))


@frontend.delete("/v1/me/web3_wallets/{web3_wallet_id}")
async def delete_web3_wallet(
    scope: Scope, caller: SignedIn[Recent], web3_wallet_id: IdentificationId
) -> Reply:
    """Remove a wallet."""
    await own_identifiers.delete(scope, caller, _TYPE, web3_wallet_id)
    deleted = Deleted(_TYPE, web3_wallet_id)
    return await own_reply(scope, caller, lambda _user: deleted)


async def _reply(scope: Scope, caller: SignedIn, wallet: Web3Wallet) -> Reply:
    return await own_reply(scope, caller, lambda _user: wallet)
