"""JWT templates as servers see them: a key of their own is never told."""

from hallporter.contract.ids import JwtTemplateId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.features.jwt_templates.rows import JwtTemplateRow


class JwtTemplate(WireObject, frozen=True, tag="jwt_template"):
    """A template; lifetimes in seconds."""

    id: JwtTemplateId
    name: str
    claims: Opaque
    lifetime: int
    allowed_clock_skew: int
    custom_signing_key: bool
    signing_algorithm: str
    created_at: Moment
    updated_at: Moment


def jwt_template(row: JwtTemplateRow) -> JwtTemplate:
    """Return the template for the Backend API."""
    return JwtTemplate(
        id=row.id,
        name=row.name,
        claims=row.claims,
        lifetime=row.lifetime,
        allowed_clock_skew=row.allowed_clock_skew,
        custom_signing_key=row.signing_key_encrypted is not None,
        signing_algorithm=row.signing_algorithm,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
