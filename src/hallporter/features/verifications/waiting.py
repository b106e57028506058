"""A new proof: that of most strategies waits to be given."""

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import IdentificationId
from hallporter.contract.scope import Scope
from hallporter.features.verifications.rows import VerificationRow, VerificationStatus


def not_waited_for(prepared: VerificationRow | None) -> ApiError:
    """Return why a proof is not taken: none, or one by another strategy, was prepared."""
    if prepared is None:
        return errors.verification.missing()
    return errors.verification.prepared_otherwise(param="strategy")


def new_verification(
    scope: Scope,
    strategy: str,
    *,
    expire_at: int,
    identification_id: IdentificationId | None = None,
    status: VerificationStatus = "unverified",
) -> VerificationRow:
    """Return a proof by `strategy`; `status` says if it was given elsewhere already."""
    return VerificationRow(
        id=ids.VERIFICATION.new(scope.now),
        instance_id=scope.instance.id,
        strategy=strategy,
        status=status,
        attempts=0,
        code_digest=None,
        identification_id=identification_id,
        expire_at=expire_at,
        created_at=scope.now,
        updated_at=scope.now,
    )
