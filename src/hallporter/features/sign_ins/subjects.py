"""Whom a sign-in is about, read with all that can be proved of them."""

import msgspec

from hallporter.contract.ids import IdentificationId, UserId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.identifications import canonical
from hallporter.features.sign_ins import store
from hallporter.features.sign_ins.rows import SignInRow, SubjectRow
from hallporter.features.users.rows import UserDetailsRow
from hallporter.features.verifications import store as verifications
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.strategy import Subject


async def of_identifier(scope: Scope, identifier: str) -> tuple[IdentificationId | None, Subject]:
    """Return which identification `identifier` names, and whose it is: nobody's, perhaps."""
    spelled = canonical.spelled(identifier)
    if spelled is None:
        return None, Subject()
    row = await store.subject_by_identifier(scope.db, scope.instance.id, *spelled)
    return (None, Subject()) if row is None else (row.identification_id, _subject(row))


async def of_user(
    scope: Scope, user_id: UserId | None, verification_id: VerificationId | None = None
) -> Subject:
    """Return what can be proved of a user, and the proof under way."""
    if user_id is None:
        return Subject()
    row = await store.subject_by_user(scope.db, scope.instance.id, user_id, verification_id)
    return Subject() if row is None else _subject(row)


async def of_sign_in(scope: Scope, row: SignInRow) -> Subject:
    """Return the subject of a sign-in, with the verification of the factor it waits for."""
    if row.user_id is None and row.identifier is not None:
        return Subject(verification=await _under_way(scope, row))
    if row.status == "needs_second_factor":
        return await of_user(scope, row.user_id, row.second_factor_verification_id)
    return await of_user(scope, row.user_id, row.first_factor_verification_id)


async def _under_way(scope: Scope, row: SignInRow) -> VerificationRow | None:
    id = row.first_factor_verification_id
    if id is None:
        return None
    return await verifications.verification_by_id(scope.db, scope.instance.id, id)


def _subject(row: SubjectRow) -> Subject:
    return Subject(
        user=msgspec.json.decode(row.user, type=UserDetailsRow),
        credentials=msgspec.json.decode(row.credentials, type=CredentialsRow | None),
        verification=msgspec.json.decode(row.verification, type=VerificationRow | None),
    )
