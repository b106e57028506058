"""How visits to providers are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    ClientId,
    ExternalVerificationId,
    InstanceId,
    UserId,
)

Purpose = Literal["sign_in", "sign_up", "connect"]


class ExternalVerificationRow(msgspec.Struct, frozen=True):
    """A row of `external_verifications`: what became of a visit to a provider."""

    id: ExternalVerificationId
    instance_id: InstanceId
    client_id: ClientId
    strategy: str
    status: Literal["unverified", "verified", "failed", "transferable"]
    error: msgspec.Raw
    redirect_url_encrypted: str | None
    identity_encrypted: str | None
    expire_at: int
    created_at: int
    updated_at: int

    def status_at(self, now: int) -> str:
        """Return the status, time taken into account."""
        is_open = self.status in ("unverified", "transferable")
        return "expired" if is_open and self.expire_at <= now else self.status


class OAuthStateRow(msgspec.Struct, frozen=True):
    """A row of `oauth_states`: a visit under way, and what it is for.

    What a native app began is kept once more when it `is_back`: by the nonce that the app shows,
    and with who the provider said it was in place of the secrets.
    """

    state_hash: str
    instance_id: InstanceId
    client_id: ClientId
    user_id: UserId | None
    strategy: str
    purpose: Purpose
    subject_id: str
    verification_id: ExternalVerificationId | None
    secrets_encrypted: str
    callback_url: str
    redirect_url: str
    action_complete_redirect_url: str | None
    is_native: bool
    is_back: bool
    expire_at: int
