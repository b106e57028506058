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


class SigningKeyRow(msgspec.Struct, frozen=True):
    """A row of `signing_keys`."""

    kid: str
    instance_id: InstanceId
    private_key_encrypted: str
    created_at: int


class RevisionRow(msgspec.Struct, frozen=True):
    """What the cache compares."""

    id: InstanceId
    revision: int
