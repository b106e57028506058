"""How JWT templates are stored, and what a token made from one may tell."""

import msgspec

from hallporter.contract.ids import InstanceId, JwtTemplateId, UserId


class JwtTemplateRow(msgspec.Struct, frozen=True):
    """A row of `jwt_templates`; lifetimes in seconds."""

    id: JwtTemplateId
    instance_id: InstanceId
    name: str
    claims: msgspec.Raw
    lifetime: int
    allowed_clock_skew: int
    signing_algorithm: str
    signing_key_encrypted: str | None
    created_at: int
    updated_at: int


class SubjectRow(msgspec.Struct, frozen=True):
    """A session and its user, as far as a template may tell of them."""

    is_live: bool
    is_pending: bool
    actor: msgspec.Raw
    user_id: UserId
    external_id: str | None
    first_name: str | None
    last_name: str | None
    username: str | None
    primary_email_address: str | None
    email_verified: bool
    primary_phone_number: str | None
    phone_number_verified: bool
    two_factor_enabled: bool
    public_metadata: msgspec.Raw
    unsafe_metadata: msgspec.Raw
    created_at: int
    updated_at: int
