"""Trusted devices as the outside sees them."""

import msgspec

from hallporter.contract.ids import TrustedDeviceId
from hallporter.contract.objects import Moment, WireObject
from hallporter.features.trusted_devices import ceremony
from hallporter.features.trusted_devices.rows import ChallengeRow, Platform, TrustedDeviceRow


class TrustedDevice(WireObject, frozen=True, tag="trusted_device"):
    """A trusted device."""

    id: TrustedDeviceId
    platform: Platform
    app_identifier: str
    name: str | None
    algorithm: str
    status: str
    created_at: Moment
    updated_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None


class TrustedDeviceChallenge(WireObject, frozen=True, tag="trusted_device_challenge"):
    """What a device is to sign: `client_data`, as it is."""

    challenge: str
    challenge_id: str
    trusted_device_id: TrustedDeviceId | msgspec.UnsetType
    client_data: str
    expires_at: Moment
    algorithm: str


class TrustedDeviceValidation(WireObject, frozen=True, tag="trusted_device_validation"):
    """Whether a device may sign in."""

    valid: bool


def trusted_device(row: TrustedDeviceRow) -> TrustedDevice:
    """Return the device that `row` stores."""
    return TrustedDevice(
        id=row.id,
        platform=row.platform,
        app_identifier=row.app_identifier,
        name=row.name,
        algorithm=ceremony.ALGORITHM,
        status=row.status,
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def challenge(row: ChallengeRow) -> TrustedDeviceChallenge:
    """Return the challenge that `row` stores."""
    client_data = ceremony.client_data_of(row)
    return TrustedDeviceChallenge(
        challenge=client_data.challenge,
        challenge_id=client_data.challenge_id,
        trusted_device_id=row.trusted_device_id or msgspec.UNSET,
        client_data=row.client_data,
        expires_at=client_data.expires_at,
        algorithm=client_data.algorithm,
    )
