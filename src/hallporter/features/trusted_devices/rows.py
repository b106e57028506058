"""How trusted devices and what they are asked are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    ClientId,
    InstanceId,
    TrustedDeviceId,
    UserId,
    VerificationId,
)

Platform = Literal["ios", "android"]


class TrustedDeviceRow(msgspec.Struct, frozen=True):
    """A row of `trusted_devices`; `public_key` is an uncompressed point of P-256."""

    id: TrustedDeviceId
    instance_id: InstanceId
    user_id: UserId
    client_id: ClientId
    platform: Platform
    app_identifier: str
    name: str | None
    public_key: bytes
    status: Literal["active", "revoked"]
    last_used_at: int | None
    revoked_at: int | None
    created_at: int
    updated_at: int


class ChallengeRow(msgspec.Struct, frozen=True):
    """A row of `trusted_device_challenges`: the text that a device is to sign."""

    verification_id: VerificationId
    instance_id: InstanceId
    client_id: ClientId
    user_id: UserId
    trusted_device_id: TrustedDeviceId | None
    """None while the device is enrolled."""
    client_data: str
