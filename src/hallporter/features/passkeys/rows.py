"""How passkeys are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import ClientId, InstanceId, PasskeyId, UserId, VerificationId


class PasskeyRow(msgspec.Struct, frozen=True):
    """A row of `passkeys`; `credential_id` is base64url, as browsers name it."""

    id: PasskeyId
    instance_id: InstanceId
    user_id: UserId
    name: str
    status: Literal["unverified", "verified"]
    credential_id: str | None
    public_key: bytes | None
    sign_count: int
    transports: list[str]
    client_id: ClientId
    verification_id: VerificationId
    last_used_at: int | None
    created_at: int
    updated_at: int


class ShownPasskeyRow(msgspec.Struct, frozen=True):
    """A registered passkey as it comes with its user."""

    id: PasskeyId
    name: str
    credential_id: str
    transports: list[str]
    last_used_at: int | None
    created_at: int
    updated_at: int
