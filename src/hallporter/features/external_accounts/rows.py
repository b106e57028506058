"""How external accounts are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    ExternalAccountId,
    IdentificationId,
    InstanceId,
    UserId,
)


class ExternalAccountRow(msgspec.Struct, frozen=True):
    """A row of `external_accounts`; unverified until its first visit has come back."""

    id: ExternalAccountId
    instance_id: InstanceId
    user_id: UserId
    identification_id: IdentificationId
    strategy: str
    status: Literal["unverified", "verified"]
    error: msgspec.Raw
    issuer: str
    provider_user_id: str
    approved_scopes: str
    email_address: str
    email_address_verified: bool | None
    first_name: str
    last_name: str
    username: str | None
    image_url: str | None
    label: str | None
    public_metadata: msgspec.Raw
    expire_at: int | None
    created_at: int
    updated_at: int

    @property
    def is_verified(self) -> bool:
        """Whether the provider has confirmed that this is the user."""
        return self.status == "verified"


class ExternalTokensRow(msgspec.Struct, frozen=True):
    """A row of `external_account_tokens`: what the provider gave for its own API."""

    external_account_id: ExternalAccountId
    instance_id: InstanceId
    access_token_encrypted: str
    refresh_token_encrypted: str | None
    id_token_encrypted: str | None
    expire_at: int | None
    updated_at: int
