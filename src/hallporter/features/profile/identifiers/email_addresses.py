"""A user's email addresses: given, verified, chosen as primary, taken away."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id, Identifier
from hallporter.core.database import Write
from hallporter.features.credentials import store as credential_store
from hallporter.features.events import users as user_events
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications import canonical
from hallporter.features.identifications import store as identification_store
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.users import actions as user_actions
from hallporter.features.users import store as user_store
from hallporter.features.users.notices import tell_previous_primary
from hallporter.features.users.rows import UserRow

_TYPE = "email_address"


class CreateEmailAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A further address of a user."""

    user_id: Id[UserId]
    email_address: Identifier
    verified: bool = False
    primary: bool = False
    notify_primary_email_address_changed: bool = False


class UpdateEmailAddress(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; null changes nothing."""

    verified: bool | None = None
    primary: bool | None = None
    notify_primary_email_address_changed: bool = False


async def get(scope: Scope, id: IdentificationId) -> IdentificationRow:
    """Return an email address of the instance; raises 404."""
    row = await identification_store.identification_by_id(scope.db, scope.instance.id, id)
    if row is None or row.type != _TYPE:
        raise errors.user.email_address_not_found()
    return row


async def create(scope: Scope, given: CreateEmailAddress) -> IdentificationRow:
    """Give a user an address; the first verified one becomes the primary one."""
    await _check_new(scope, given)
    row = identification_actions.new_identification(
        scope,
        given.user_id,
        _TYPE,
        given.email_address,
        verified_by="admin" if given.verified else None,
        param=_TYPE,
    )
    async with scope.db.write() as tx:
        user, owned = await user_actions.lock_with_identifications(tx, scope, given.user_id)
        if any(each.type == _TYPE and each.canonical == row.canonical for each in owned):
            raise identification_actions.taken(_TYPE, param=_TYPE)
        await identification_actions.add(tx, row, param=_TYPE)
        await _write_user(
            tx,
            scope,
            user,
            [*owned, row],
            primary=row.id if given.primary else None,
            is_notified=given.notify_primary_email_address_changed,
        )
    return row


async def _check_new(scope: Scope, given: CreateEmailAddress) -> None:
    if await user_store.user_by_id(scope.db, scope.instance.id, given.user_id) is None:
        raise errors.user.not_found()
    collector = ErrorCollector()
    with collector.noted():
        spelled = canonical.email_address(given.email_address, param=_TYPE)
        await identification_actions.refuse_taken(scope, _TYPE, spelled, param=_TYPE)
    if given.primary and not given.verified:
        collector.add(errors.form.verification_needed(param="primary"))
    collector.raise_any()


async def update(
    scope: Scope, id: IdentificationId, given: UpdateEmailAddress
) -> IdentificationRow:
    """Mark an address as verified or not, or make it the primary one."""
    found = await get(scope, id)
    async with scope.db.write() as tx:
        user, owned = await user_actions.lock_with_identifications(tx, scope, found.user_id)
        before = _own(owned, id)
        row = _changed(scope, before, user, given)
        if not await identification_store.update_verification(tx, row):
            raise identification_actions.taken(_TYPE, param=_TYPE)
        if before.is_owned and not row.is_owned:
            await credential_store.void_proofs(tx, scope.instance.id, user.id, scope.now)
        await _write_user(
            tx,
            scope,
            user,
            [row if each.id == id else each for each in owned],
            primary=id if given.primary else None,
            is_notified=given.notify_primary_email_address_changed,
        )
    return row


def _changed(
    scope: Scope, row: IdentificationRow, user: UserRow, given: UpdateEmailAddress
) -> IdentificationRow:
    is_verified = row.is_verified if given.verified is None else given.verified
    is_primary = bool(given.primary) or user.primary_email_address_id == row.id
    if is_primary and not is_verified and (given.primary or given.verified is False):
        raise errors.form.verification_needed(param="primary")
    if is_verified == row.is_verified:
        return row
    return replace(
        row,
        status="verified" if is_verified else "unverified",
        strategy="admin" if is_verified else None,
        attempts=None,
        expire_at=None,
        updated_at=scope.now,
    )


async def delete(scope: Scope, id: IdentificationId) -> None:
    """Take an address from its user, who keeps at least one identification of some type."""
    found = await get(scope, id)
    async with scope.db.write() as tx:
        user, owned = await user_actions.lock_with_identifications(tx, scope, found.user_id)
        row = _own(owned, id)
        left = [each for each in owned if each.id != id]
        if not left:
            raise errors.user.last_identification()
        await user_actions.take_away(tx, scope, row)
        await _write_user(tx, scope, user, left, primary=None, is_notified=False)


def _own(owned: list[IdentificationRow], id: IdentificationId) -> IdentificationRow:
    """Return the address as it is under the lock; somebody may have deleted it meanwhile."""
    row = next((each for each in owned if each.id == id), None)
    if row is None:
        raise errors.user.email_address_not_found()
    return row


async def _write_user(
    tx: Write,
    scope: Scope,
    user: UserRow,
    owned: list[IdentificationRow],
    *,
    primary: IdentificationId | None,
    is_notified: bool,
) -> None:
    """Store the primary address: the one asked for, else the one there was, else the oldest."""
    eligible = [each.id for each in owned if each.type == _TYPE and each.is_owned]
    wanted = (primary, user.primary_email_address_id, *eligible)
    chosen = next((id for id in wanted if id in eligible), None)
    changed = replace(user, primary_email_address_id=chosen, updated_at=scope.now)
    await user_store.update_user(tx, changed)
    user_events.changed(tx, scope, user.id)
    if is_notified:
        await tell_previous_primary(tx, scope, owned, user, changed)
