"""Backend doors of a user's external accounts."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import ExternalAccountId, UserId
from hallporter.contract.objects import Deleted
from hallporter.contract.scope import Scope
from hallporter.edge.operation import backend
from hallporter.features.external_accounts import connecting


@backend.delete("/v1/users/{user_id}/external_accounts/{external_account_id}")
async def delete_external_account(
    scope: Scope, caller: SecretKey, user_id: UserId, external_account_id: ExternalAccountId
) -> Deleted:
    """Take an account from a user."""
    await connecting.delete(scope, user_id, external_account_id)
    return Deleted("external_account", external_account_id)
