"""Backend API endpoints of wallets."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.objects import Deleted
from hallporter.contract.scope import Scope
from hallporter.edge.operation import backend
from hallporter.features.profile.web3_wallets import actions


@backend.delete("/v1/users/{user_id}/web3_wallets/{web3_wallet_identification_id}")
async def user_web3_wallet_delete(
    scope: Scope,
    caller: SecretKey,
    user_id: UserId,
    web3_wallet_identification_id: IdentificationId,
) -> Deleted:
    """Take a wallet from a user."""
    await actions.delete(scope, user_id, web3_wallet_identification_id)
    return Deleted("web3_wallet", web3_wallet_identification_id)
