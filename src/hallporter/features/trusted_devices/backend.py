"""Backend API endpoints of trusted devices."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import TrustedDeviceId, UserId
from hallporter.contract.objects import Page
from hallporter.contract.scope import Scope
from hallporter.edge.operation import backend
from hallporter.features.trusted_devices import actions, views
from hallporter.features.trusted_devices.views import TrustedDevice


@backend.get("/v1/users/{user_id}/trusted_devices")
async def list_user_trusted_devices(
    scope: Scope, caller: SecretKey, user_id: UserId
) -> Page[TrustedDevice]:
    """Return a user's devices."""
    rows = await actions.of_known_user(scope, user_id)
    return Page([views.trusted_device(row) for row in rows], len(rows))


@backend.delete("/v1/users/{user_id}/trusted_devices/{trusted_device_id}")
async def revoke_user_trusted_device(
    scope: Scope, caller: SecretKey, user_id: UserId, trusted_device_id: TrustedDeviceId
) -> TrustedDevice:
    """Let a user's device sign in no more."""
    return views.trusted_device(await actions.revoke(scope, user_id, trusted_device_id))
