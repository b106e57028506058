"""The user of a sign-in, read together with everything that can be proved."""

import msgspec
from msgspec.structs import replace

from hallporter.contract.ids import UserId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import AttributeSettings
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.identifications import canonical
from hallporter.features.sign_ins import store
from hallporter.features.sign_ins.rows import SignInRow, SubjectRow
from hallporter.features.strategies.strategy import Subject
from hallporter.features.users.rows import UserDetailsRow
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.rows import VerificationRow

_USER = msgspec.json.Decoder(UserDetailsRow)
_CREDENTIALS = msgspec.json.Decoder(CredentialsRow | None)
_VERIFICATION = msgspec.json.Decoder(VerificationRow | None)


async def of_identifier(scope: Scope, identifier: str) -> Subject:
    """Return the user that `identifier` names. It may name none."""
    spelled = canonical.spelled(identifier)
    if spelled is None:
        return Subject()
    attribute: AttributeSettings = getattr(scope.instance.settings.attributes, spelled[0])
    if not attribute.identifies:
        return Subject()
    row = await store.subject_by_identifier(scope.db, scope.instance.id, *spelled)
    return Subject() if row is None else _subject(scope, row)


async def of_user(
    scope: Scope, user_id: UserId | None, verification_id: VerificationId | None = None
) -> Subject:
    """Return what can be proved of a user, and the proof under way."""
    if user_id is None:
        return Subject()
    row = await store.subject_by_user(scope.db, scope.instance.id, user_id, verification_id)
    return Subject() if row is None else _subject(scope, row)


async def of_sign_in(scope: Scope, row: SignInRow) -> Subject:
    """Return the subject of a sign-in, with the verification of the factor it waits for."""
    awaited = row.awaited_verification_id
    if row.user_id is not None or awaited is None:
        subject = await of_user(scope, row.user_id, awaited)
        return replace(subject, identification_id=row.identification_id)
    # The sign-in has no user yet: it waits for a passkey that anybody may show, or for a provider.
    # A provider's proof is stored elsewhere, so it is not found here.
    proof = await verification_store.verification_by_id(scope.db, scope.instance.id, awaited)
    return Subject(verification=proof)


def _subject(scope: Scope, row: SubjectRow) -> Subject:
    user = _USER.decode(row.user)
    is_kept_out = user.banned or user.is_locked(scope.now)
    owned = [each for each in user.identification_rows() if each.is_owned]
    return Subject(
        user=user,
        owned=owned,
        has_second_factor=user.totp_enabled or any(each.is_second_factor for each in owned),
        is_kept_out=is_kept_out,
        credentials=_CREDENTIALS.decode(row.credentials),
        verification=_VERIFICATION.decode(row.verification),
        identification_id=row.identification_id,
    )
