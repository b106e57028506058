"""Frontend API endpoints of one's own trusted devices."""

from hallporter.contract.callers import AtTask, InPerson, KnownBrowser, Recent
from hallporter.contract.ids import TrustedDeviceId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.envelope.envelope import own_reply, wrapped
from hallporter.features.trusted_devices import actions, views
from hallporter.features.trusted_devices.actions import (
    AttemptTrustedDevice,
    PrepareTrustedDevice,
    ValidateTrustedDevice,
)
from hallporter.features.trusted_devices.views import TrustedDeviceValidation


@frontend.get("/v1/me/trusted_devices")
async def list_trusted_devices(scope: Scope, caller: AtTask) -> Reply:
    """Return one's devices."""
    devices = [views.trusted_device(row) for row in await actions.of_user(scope, caller.user_id)]
    return await own_reply(scope, caller, lambda _user: devices)


@frontend.post("/v1/me/trusted_devices/prepare")
async def prepare_trusted_device(
    scope: Scope, caller: AtTask[Recent], given: PrepareTrustedDevice
) -> Reply:
    """Begin to enrol the device that the app runs on."""
    challenge = views.challenge(await actions.prepare(scope, caller, given))
    return await own_reply(scope, caller, lambda _user: challenge)


@frontend.post("/v1/me/trusted_devices/attempt", costs="wrong_attempts")
async def attempt_trusted_device(
    scope: Scope, caller: AtTask[InPerson], given: AttemptTrustedDevice
) -> Reply:
    """Enrol the device by its signature."""
    device = views.trusted_device(await actions.attempt(scope, caller, given))
    return await own_reply(scope, caller, lambda _user: device)


# Not guarded: apps revoke as they sign out, however old their session is, and nobody gets in by it.
@frontend.delete("/v1/me/trusted_devices/{trusted_device_id}")
async def revoke_trusted_device(
    scope: Scope, caller: AtTask[InPerson], trusted_device_id: TrustedDeviceId
) -> Reply:
    """Let a device sign in no more."""
    device = views.trusted_device(await actions.revoke(scope, caller.user_id, trusted_device_id))
    return await own_reply(scope, caller, lambda _user: device)


@frontend.post("/v1/client/trusted_devices/validate")
async def validate_trusted_device(
    scope: Scope, caller: KnownBrowser, given: ValidateTrustedDevice
) -> Reply:
    """Tell whether a device may sign in."""
    found = await actions.validate(scope, caller, given.trusted_device_id)
    validation = TrustedDeviceValidation(valid=found.is_valid)
    return await wrapped(scope, caller, found.client, lambda _client: validation)
