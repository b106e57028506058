"""How instances and their keys are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import InstanceId, SecretKeyId


class InstanceRow(msgspec.Struct, frozen=True):
    """A row of `instances`."""

    id: InstanceId
    slug: str
    environment_type: Literal["development", "production"]
    frontend_host: str
    publishable_key: str
    settings: msgspec.Raw
    revision: int
    created_at: int
    updated_at: int


class SecretKeyRow(msgspec.Struct, frozen=True):
    """A row of `secret_keys`: found by its hash, readable only with the master key."""

    id: SecretKeyId
    instance_id: InstanceId
    key_hash: str
    key_encrypted: str
    created_at: int


class SecretKeyRecord(msgspec.Struct, frozen=True):
    """A row of `secret_key_records`: what is known of a secret key, also after it was revoked."""

    id: SecretKeyId
    instance_id: InstanceId
    name: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


class SigningKeyRow(msgspec.Struct, frozen=True):
    """A row of `signing_keys`."""

    kid: str
    instance_id: InstanceId
    private_key_encrypted: str
    created_at: int


class SigningKeyTimes(msgspec.Struct, frozen=True):
    """A row of `signing_key_times`: when a key signs, and how long it has to verify."""

    kid: str
    instance_id: InstanceId
    signs_from: int
    tokens_until: int
    withdrawn_at: int | None


class RevisionRow(msgspec.Struct, frozen=True):
    """What the cache compares."""

    id: InstanceId
    revision: int
