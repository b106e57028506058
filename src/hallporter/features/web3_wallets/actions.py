"""Users add wallets of their own and prove them; servers take wallets away."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import Guarded, SignedIn
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token, Url, Word
from hallporter.features.identifications import canonical
from hallporter.features.identifications import store as identifications
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.users import actions as users
from hallporter.features.users import own_identifiers
from hallporter.features.users.own_identifiers import Type
from hallporter.features.verifications import store as verifications
from hallporter.features.web3_wallets import ceremony, kinds
from hallporter.features.web3_wallets.ceremony import Challenge

_TYPE: Type = "web3_wallet"


class PrepareWallet(msgspec.Struct, frozen=True, kw_only=True):
    """Which wallet is to sign; it leads nowhere else, whatever `redirect_url` says."""

    strategy: Word
    redirect_url: Url | None = None


class AttemptWallet(msgspec.Struct, frozen=True, kw_only=True):
    """The wallet's answer."""

    signature: Token


class Asked(msgspec.Struct, frozen=True):
    """A wallet, and what it is asked to sign."""

    row: IdentificationRow
    challenge: Challenge


async def create(scope: Scope, caller: Guarded, given: str) -> IdentificationRow:
    """Give the user a wallet, which counts for nothing until it is proved.

    One that waits for its proof is taken up again: the components go on only by beginning anew.
    """
    own_identifiers.refuse_immutable(scope, _TYPE)
    spelled = canonical.web3_wallet(given, param=_TYPE)
    own_identifiers.enabled(scope, _TYPE)
    for each in await own_identifiers.listed(scope, caller, _TYPE):
        if each.canonical == spelled and not each.is_owned:
            return each
    return await own_identifiers.create(scope, caller, _TYPE, given)


async def prepare(
    scope: Scope, caller: SignedIn, id: IdentificationId, given: PrepareWallet
) -> Asked:
    """Ask a wallet for its signature; this kills what it was asked before."""
    row = await own_identifiers.get(scope, caller, _TYPE, id)
    verifiable = own_identifiers.enabled(scope, _TYPE).verifications
    strategy = given.strategy
    if strategy not in kinds.CHAINS or strategy not in verifiable:
        raise errors.verification.strategy_invalid(param="strategy")
    if not kinds.fits(strategy, row.canonical):
        raise errors.verification.strategy_invalid(param="strategy")
    waiting = ceremony.new_challenge(scope, strategy, row.canonical, id).verification
    async with scope.db.write() as tx:
        _, owned = await own_identifiers.locked(tx, scope, caller)
        own_identifiers.refuse_verified(own_identifiers.own(owned, id))
        await verifications.insert_verification(tx, waiting, owner=caller.user_id)
        row = replace(
            row,
            strategy=strategy,
            attempts=0,
            expire_at=waiting.expire_at,
            updated_at=scope.now,
            verification_id=waiting.id,
        )
        await identifications.update_verification(tx, row)
    client_id = caller.browser.credential.client_id
    return Asked(row, ceremony.challenge(scope, waiting, row.canonical, client_id))


async def attempt(
    scope: Scope, caller: SignedIn, id: IdentificationId, given: AttemptWallet
) -> IdentificationRow:
    """Prove a wallet by its signature; the first one proved becomes the primary one."""
    row, waiting = await own_identifiers.under_way(scope, caller, _TYPE, id)
    if waiting is None or waiting.strategy not in kinds.CHAINS:
        raise errors.verification.missing()
    claim = ceremony.claim(
        scope,
        waiting,
        row.canonical,
        given.signature,
        strategy=waiting.strategy,
        client_id=caller.browser.credential.client_id,
    )
    return await own_identifiers.judge(scope, caller, row, claim)


async def delete(scope: Scope, user_id: UserId, id: IdentificationId) -> None:
    """Take a wallet from its user, who keeps at least one identification of some type."""
    async with scope.db.write() as tx:
        user, owned = await users.lock_with_identifications(tx, scope, user_id)
        if not any(each.id == id and each.type == _TYPE for each in owned):
            raise errors.web3_wallet.not_found()
        left = [each for each in owned if each.id != id]
        if not left:
            raise errors.user.last_identification()
        await identifications.delete_identification(tx, scope.instance.id, id)
        await own_identifiers.write_primary(tx, scope, user, left)
