"""External accounts as the outside sees them."""

from msgspec import UNSET

from hallporter.contract.ids import ExternalAccountId, IdentificationId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.features.external_accounts.rows import ExternalAccountRow
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.identifications.views import Link
from hallporter.features.visits.views import OAuthVerification


class ExternalAccount(WireObject, frozen=True, tag="external_account"):
    """An account of a user at a provider."""

    id: ExternalAccountId
    provider: str
    identification_id: IdentificationId
    provider_user_id: str
    approved_scopes: str
    email_address: str
    email_address_verified: bool | None
    first_name: str
    last_name: str
    avatar_url: str
    image_url: str | None
    username: str | None
    phone_number: str | None
    public_metadata: Opaque
    label: str | None
    created_at: Moment
    updated_at: Moment
    verification: OAuthVerification | None


def external_account(
    row: ExternalAccountRow, now: int, *, url: str | None = None
) -> ExternalAccount:
    """Return the account that `row` stores; `url` is where a visit just begun leads."""
    return ExternalAccount(
        id=row.id,
        provider=row.strategy,
        identification_id=row.identification_id,
        provider_user_id=row.provider_user_id,
        approved_scopes=row.approved_scopes,
        email_address=row.email_address,
        email_address_verified=row.email_address_verified,
        first_name=row.first_name,
        last_name=row.last_name,
        avatar_url=row.image_url or "",
        image_url=row.image_url,
        username=row.username,
        phone_number=None,
        public_metadata=row.public_metadata,
        label=row.label,
        created_at=row.created_at,
        updated_at=row.updated_at,
        verification=OAuthVerification(
            status=_status(row, now, is_under_way=url is not None),
            strategy=row.strategy,
            attempts=None,
            expire_at=row.updated_at if row.expire_at is None else row.expire_at,
            error=row.error,
            external_verification_redirect_url=UNSET if url is None else url,
        ),
    )


def _status(row: ExternalAccountRow, now: int, *, is_under_way: bool) -> str:
    if is_under_way:
        return "unverified"
    if row.is_verified or row.expire_at is None or row.expire_at > now:
        return row.status
    return "expired"


def links(accounts: list[ExternalAccountRow], address: IdentificationRow) -> list[Link]:
    """Return the accounts whose provider vouches for an address of their user."""
    return [
        Link(each.strategy, each.identification_id)
        for each in accounts
        if each.is_verified
        and each.email_address_verified
        and each.email_address.lower() == address.canonical
    ]
