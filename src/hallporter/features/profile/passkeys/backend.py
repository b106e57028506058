"""Backend API endpoints of passkeys."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import PasskeyId, UserId
from hallporter.contract.objects import Deleted
from hallporter.contract.scope import Scope
from hallporter.edge.operation import backend
from hallporter.features.profile.passkeys import actions


@backend.delete("/v1/users/{user_id}/passkeys/{passkey_id}")
async def user_passkey_delete(
    scope: Scope, caller: SecretKey, user_id: UserId, passkey_id: PasskeyId
) -> Deleted:
    """Take a passkey away from a user."""
    await actions.delete(scope, user_id, passkey_id)
    return Deleted("passkey", passkey_id)
