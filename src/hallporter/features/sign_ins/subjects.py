"""Whom a sign-in is about, read with all that can be proved of them."""

from hallporter.contract.ids import UserId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.features.credentials import store as credentials
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.users import store as users
from hallporter.features.verifications import store as verifications
from hallporter.features.verifications.strategy import Subject


async def of_user(
    scope: Scope, user_id: UserId | None, verification_id: VerificationId | None = None
) -> Subject:
    """Return what can be proved of a user, and the proof under way."""
    if user_id is None:
        return Subject()
    instance_id = scope.instance.id
    return Subject(
        user=await users.user_details(scope.db, instance_id, user_id),
        credentials=await credentials.credentials(scope.db, instance_id, user_id),
        verification=None
        if verification_id is None
        else await verifications.verification_by_id(scope.db, instance_id, verification_id),
    )


async def of_sign_in(scope: Scope, row: SignInRow) -> Subject:
    """Return the subject of a sign-in, with the verification of the factor it waits for."""
    if row.status == "needs_second_factor":
        return await of_user(scope, row.user_id, row.second_factor_verification_id)
    return await of_user(scope, row.user_id, row.first_factor_verification_id)
