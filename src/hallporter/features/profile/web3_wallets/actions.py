"""Users add wallets of their own; servers take wallets away."""

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import Recent, SignedIn
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token
from hallporter.features.identifications import canonical
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.profile.identifiers import own_identifiers
from hallporter.features.profile.identifiers.own_identifiers import Type
from hallporter.features.users import actions as user_actions

_TYPE: Type = "web3_wallet"


class AttemptWallet(msgspec.Struct, frozen=True, kw_only=True):
    """The wallet's answer."""

    signature: Token


async def create(scope: Scope, caller: SignedIn[Recent], given: str) -> IdentificationRow:
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


async def delete(scope: Scope, user_id: UserId, id: IdentificationId) -> None:
    """Take a wallet from its user, who keeps at least one identification of some type."""
    async with scope.db.write() as tx:
        user, owned = await user_actions.lock_with_identifications(tx, scope, user_id)
        row = next((each for each in owned if each.id == id and each.type == _TYPE), None)
        if row is None:
            raise errors.web3_wallet.not_found()
        left = [each for each in owned if each.id != id]
        if not left:
            raise errors.user.last_identification()
        await user_actions.take_away(tx, scope, row)
        await own_identifiers.write_primary(tx, scope, user, left)
