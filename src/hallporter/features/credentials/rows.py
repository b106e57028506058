"""How credentials are stored."""

import msgspec

from hallporter.contract.ids import InstanceId, UserId


class CredentialsRow(msgspec.Struct, frozen=True):
    """A row of `credentials`: at most one per user, nothing in the clear."""

    user_id: UserId
    instance_id: InstanceId
    password_hash: str | None
    password_updated_at: int | None
    totp_secret_encrypted: str | None
    totp_last_step: int | None
    backup_code_hashes: list[str]
    mfa_enabled_at: int | None
    mfa_disabled_at: int | None
    updated_at: int
    pending_totp_secret_encrypted: str | None
    password_compromised_at: int | None
    proofs_void_at: int | None
    """What was proved before counts no more: a password was changed, a key taken away, everything
    signed out."""
