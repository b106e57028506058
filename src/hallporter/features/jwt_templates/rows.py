"""How JWT templates are stored, and what a token made from one may tell."""

import msgspec

from hallporter.contract.ids import InstanceId, JwtTemplateId


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
