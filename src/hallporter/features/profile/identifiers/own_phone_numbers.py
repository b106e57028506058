"""What is special about one's own phone numbers: they may serve as second factor."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import InPerson, InSession, Recent, SignedIn
from hallporter.contract.ids import IdentificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.core.database import Write
from hallporter.features.credentials import store as credential_store
from hallporter.features.identifications import store as identification_store
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.profile.credentials import own_factors
from hallporter.features.profile.identifiers import own_identifiers
from hallporter.features.profile.identifiers.own_identifiers import (
    AttemptIdentifier,
    PrepareIdentifier,
    WriteCallback,
)
from hallporter.features.sessions import recency
from hallporter.features.sessions import store as session_store
from hallporter.features.strategies.strategy import Proof
from hallporter.features.users.rows import UserDetailsRow

_TYPE = "phone_number"


class UpdatePhoneNumber(msgspec.Struct, frozen=True, kw_only=True):
    """What the number is for; null changes nothing."""

    reserved_for_second_factor: bool | None = None
    default_second_factor: bool | None = None


class Number(msgspec.Struct, frozen=True):
    """A number as it now is, and the backup codes that were made along with it."""

    row: IdentificationRow
    backup_codes: list[str] | None = None
    channel: PhoneCodeChannel | None = None
    """How a code for it has just left."""


async def prepare(
    scope: Scope, caller: InSession[InPerson], id: IdentificationId, given: PrepareIdentifier
) -> Number:
    """Send a code to a number."""
    prepared = await own_identifiers.prepare(scope, caller, _TYPE, id, given)
    return Number(prepared.row, channel=prepared.verification.channel)


async def attempt(
    scope: Scope, caller: InSession[InPerson], id: IdentificationId, given: AttemptIdentifier
) -> Number:
    """Prove a number; where it was added as second factor it is one from now on."""
    made: list[str] = []
    settle = _settled(scope, await own_factors.own_user(scope, caller), made)

    async def then(tx: Write, owned: list[IdentificationRow]) -> None:
        await settle(tx, owned)
        if own_identifiers.own(owned, id).is_second_factor:
            # The code proves the factor as well as any later one will.
            await session_store.note_factors(
                tx, scope.instance.id, caller.session_id, scope.now, first=False, second=True
            )

    row = await own_identifiers.attempt(scope, caller, _TYPE, id, Proof(code=given.code), then)
    return Number(row, made or None)


async def delete(scope: Scope, caller: SignedIn[Recent], id: IdentificationId) -> None:
    """Take a number away; with the last second factor the backup codes go."""
    then = _settled(scope, await own_factors.own_user(scope, caller), [])
    await own_identifiers.delete(scope, caller, _TYPE, id, then)


async def update(
    scope: Scope, caller: InSession[InPerson], id: IdentificationId, given: UpdatePhoneNumber
) -> Number:
    """Keep a number for the second factor, choose the default one, or do neither any more.

    Which of them is asked for first protects nothing: Clerk's components have no dialog there.
    """
    if given.reserved_for_second_factor is not None:
        await recency.refuse_stale(scope, caller)
    before = await own_factors.own_user(scope, caller)
    async with scope.db.write() as tx:
        user, owned = await own_identifiers.locked(tx, scope, caller)
        row = own_identifiers.own([each for each in owned if each.type == _TYPE], id)
        changed = _changed(scope, row, given)
        others = [each for each in owned if each.id != id]
        if _stops_identifying(row, changed) and not own_identifiers.suffices(scope, _TYPE, others):
            raise errors.user.last_identification()
        if changed.default_second_factor:
            others = [await _not_default(tx, each) for each in others]
        await identification_store.update_verification(tx, changed)
        if _stops_identifying(row, changed):
            await credential_store.void_proofs(tx, scope.instance.id, user.id, scope.now)
        await own_identifiers.write_primary(tx, scope, user, [*others, changed])
        codes = await own_factors.numbers_changed(tx, scope, before, [*others, changed])
    return Number(changed, codes)


def _changed(scope: Scope, row: IdentificationRow, given: UpdatePhoneNumber) -> IdentificationRow:
    is_reserved = _chosen(given.reserved_for_second_factor, row.reserved_for_second_factor)
    if is_reserved and not row.reserved_for_second_factor:
        own_identifiers.refuse_no_second_factor(scope, _TYPE)
    is_default = _chosen(given.default_second_factor, row.default_second_factor) and is_reserved
    if is_reserved and not row.is_verified:
        raise errors.form.verification_needed(param="reserved_for_second_factor")
    if given.default_second_factor and not is_reserved:
        raise errors.form.value_invalid(param="default_second_factor")
    return replace(
        row,
        reserved_for_second_factor=is_reserved,
        default_second_factor=is_default,
        updated_at=scope.now,
    )


def _chosen(given: bool | None, current: bool) -> bool:
    return current if given is None else given


def _stops_identifying(row: IdentificationRow, changed: IdentificationRow) -> bool:
    return changed.reserved_for_second_factor and not row.reserved_for_second_factor


async def _not_default(tx: Write, row: IdentificationRow) -> IdentificationRow:
    if not row.default_second_factor:
        return row
    row = replace(row, default_second_factor=False)
    await identification_store.update_verification(tx, row)
    return row


def _settled(scope: Scope, before: UserDetailsRow, made: list[str]) -> WriteCallback:
    async def then(tx: Write, owned: list[IdentificationRow]) -> None:
        made.extend(await own_factors.numbers_changed(tx, scope, before, owned) or [])

    return then
