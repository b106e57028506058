"""Visits as the outside sees them."""

import msgspec
from msgspec import UNSET, UnsetType

from hallporter.contract import ids
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.scope import Scope
from hallporter.features.visits import store
from hallporter.features.visits.rows import ExternalVerificationRow


class OAuthVerification(WireObject, frozen=True, tag="verification_oauth"):
    """Where a visit to a provider stands."""

    status: str
    strategy: str
    attempts: int | None
    expire_at: Moment
    error: msgspec.Raw
    external_verification_redirect_url: str | UnsetType = UNSET


async def visit(scope: Scope, id: str | None) -> OAuthVerification | None:
    """Return where the visit of this id stands; None for ids of other verifications."""
    if id is None or not id.startswith(ids.EXTERNAL_VERIFICATION.prefix):
        return None
    row = await store.verification_by_id(scope.db, scope.instance.id, id)
    return None if row is None else verification(scope, row)


def verification(scope: Scope, row: ExternalVerificationRow) -> OAuthVerification:
    """Return where a visit stands; its address only for the browser that is to go there."""
    status = row.status_at(scope.now)
    sealed = row.redirect_url_encrypted if status == "unverified" else None
    return OAuthVerification(
        status=status,
        strategy=row.strategy,
        attempts=None,
        expire_at=row.expire_at,
        error=row.error,
        external_verification_redirect_url=UNSET
        if sealed is None
        else scope.box.decrypt(sealed).decode(),
    )
