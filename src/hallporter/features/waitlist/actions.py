"""Joining the waitlist, and being let in from it."""

import msgspec

from hallporter.contract import errors, ids
from hallporter.contract.events import Event
from hallporter.contract.ids import InvitationId, WaitlistEntryId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Identifier
from hallporter.features.events import outbox
from hallporter.features.identifications import canonical
from hallporter.features.invitations import actions as invitation_actions
from hallporter.features.invitations import store as invitation_store
from hallporter.features.invitations.actions import CreateInvitation
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.messages import actions as message_actions
from hallporter.features.verifications import limits
from hallporter.features.waitlist import store
from hallporter.features.waitlist.rows import WaitlistEntryRow


class CreateWaitlistEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The address to add, and whether it gets a confirmation by mail."""

    email_address: Identifier
    notify: bool | None = True


class Entry(msgspec.Struct, frozen=True):
    """An entry, and the invitation that let it in."""

    row: WaitlistEntryRow
    invitation: InvitationRow | None = None


async def join_oneself(scope: Scope, email_address: str) -> Entry:
    """Put an address on the waitlist that anybody may have named; raises 429 for too many."""
    address = canonical.email_address(email_address, param="email_address")
    await limits.spend_mail(scope, address)
    (entry,) = await join(scope, [CreateWaitlistEntry(email_address=email_address)])
    return entry


async def join(scope: Scope, given: list[CreateWaitlistEntry]) -> list[Entry]:
    """Put addresses on the waitlist; who is on it already stays where they are."""
    addresses = [
        canonical.email_address(each.email_address, param="email_address") for each in given
    ]
    joined: list[WaitlistEntryRow] = []
    async with scope.db.write() as tx:
        for each, address in zip(given, addresses, strict=True):
            row = _new_row(scope, address)
            is_new = await store.join(tx, row)
            if is_new:
                outbox.add(tx, scope, Event.WAITLIST_ENTRY_CREATED, row.id)
            if is_new and each.notify is not False:
                await message_actions.send_notice(tx, scope, "waitlist_confirmation", address)
            found = await store.entry_of_address(tx, scope.instance.id, address)
            if found is not None:
                joined.append(found)
    return await with_invitations(scope, joined)


async def invite(scope: Scope, id: WaitlistEntryId, *, ignore_existing: bool) -> Entry:
    """Let an entry in: its address is sent an invitation."""
    row = await _entry(scope, id)
    if row.status == "completed":
        raise errors.invitation.entry_not_open(status=row.status)
    given = CreateInvitation(
        email_address=row.email_address,
        ignore_existing=ignore_existing,
        template_slug="waitlist_invitation",
    )
    made = await invitation_actions.prepared(scope, given)
    async with scope.db.write() as tx:
        await invitation_actions.keep(tx, scope, made)
        if not await store.invite(tx, scope.instance.id, id, made.row.id, scope.now):
            raise errors.invitation.entry_not_open(status="changed by another request")
        outbox.add(tx, scope, Event.WAITLIST_ENTRY_UPDATED, id)
    return Entry(await _entry(scope, id), made.row)


async def reject(scope: Scope, id: WaitlistEntryId) -> Entry:
    """Turn an entry down."""
    row = await _entry(scope, id)
    async with scope.db.write() as tx:
        if not await store.reject(tx, scope.instance.id, id, scope.now):
            raise errors.invitation.entry_not_open(status=row.status)
        outbox.add(tx, scope, Event.WAITLIST_ENTRY_UPDATED, id)
    return Entry(await _entry(scope, id))


async def delete(scope: Scope, id: WaitlistEntryId) -> None:
    """Take an entry that waits off the list."""
    row = await _entry(scope, id)
    async with scope.db.write() as tx:
        if not await store.delete_pending(tx, scope.instance.id, id):
            raise errors.invitation.entry_not_open(status=row.status)


async def with_invitations(scope: Scope, rows: list[WaitlistEntryRow]) -> list[Entry]:
    """Return entries with the invitations that they have had, read at once."""
    named = [row.invitation_id for row in rows if row.invitation_id is not None]
    if not named:
        return [Entry(row) for row in rows]
    found = await invitation_store.invitations_by_ids(scope.db, scope.instance.id, named)
    by_id = {each.id: each for each in found}
    return [Entry(row, by_id.get(row.invitation_id or InvitationId(""))) for row in rows]


def refuse_unless_kept(scope: Scope) -> None:
    """Raise unless the instance has a waitlist."""
    if scope.instance.settings.sign_up.mode != "waitlist":
        raise errors.invitation.no_waitlist()


def _new_row(scope: Scope, address: str) -> WaitlistEntryRow:
    return WaitlistEntryRow(
        id=ids.WAITLIST_ENTRY.new(scope.now),
        instance_id=scope.instance.id,
        email_address=address,
        status="pending",
        invitation_id=None,
        invited_at=None,
        created_at=scope.now,
        updated_at=scope.now,
    )


async def _entry(scope: Scope, id: WaitlistEntryId) -> WaitlistEntryRow:
    row = await store.entry_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.invitation.entry_not_found()
    return row
