"""Backend API endpoints of the waitlist."""

from typing import Annotated

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import WaitlistEntryId
from hallporter.contract.objects import Deleted, Page
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Search, Word
from hallporter.core.database import Where, like_pattern
from hallporter.core.paging import PageQuery
from hallporter.edge.operation import backend
from hallporter.features.waitlist import actions, store, views
from hallporter.features.waitlist.actions import CreateWaitlistEntry, Entry
from hallporter.features.waitlist.rows import Status
from hallporter.features.waitlist.views import WaitlistEntry

_MOST_AT_ONCE = 50


class CreateSeveral(msgspec.Struct, frozen=True, kw_only=True):
    """A bare list."""

    entries: Annotated[
        list[CreateWaitlistEntry], msgspec.Meta(min_length=1, max_length=_MOST_AT_ONCE)
    ] = msgspec.field(name="")


class InviteEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an invitation or a user that there is stands in the way."""

    ignore_existing: bool | None = False


class ListWaitlistEntries(PageQuery, frozen=True, kw_only=True):
    """Which entries."""

    status: Status | None = None
    query: Search | None = None
    order_by: Word = "-created_at"


@backend.post("/v1/waitlist_entries")
async def create_waitlist_entry(
    scope: Scope, caller: SecretKey, given: CreateWaitlistEntry
) -> WaitlistEntry:
    """Add an entry to the waitlist."""
    (entry,) = await actions.join(scope, [given])
    return _shown(scope, entry)


@backend.post("/v1/waitlist_entries/bulk")
async def create_bulk_waitlist_entries(
    scope: Scope, caller: SecretKey, given: CreateSeveral
) -> list[WaitlistEntry]:
    """Put several on the waitlist, all or none."""
    return [_shown(scope, each) for each in await actions.join(scope, given.entries)]


@backend.get("/v1/waitlist_entries")
async def list_waitlist_entries(
    scope: Scope, caller: SecretKey, query: ListWaitlistEntries
) -> Page[WaitlistEntry]:
    """Return the waitlist, newest first unless told otherwise."""
    order = query.order_by.strip().lstrip("+")
    if order not in store.ORDERS:
        raise errors.form.value_invalid(param="order_by")
    where = Where("instance_id = $1", scope.instance.id)
    if query.status is not None:
        where.add(store.WITH_STATUS, query.status)
    if query.query is not None:
        where.add(store.SEARCHED, like_pattern(query.query.strip()))
    total = await store.count_entries(scope.db.listing, where)
    rows = await store.list_entries(
        scope.db.listing,
        where,
        order=order,
        limit=query.size,
        offset=query.offset,
    )
    found = await actions.with_invitations(scope, rows)
    return Page([_shown(scope, each) for each in found], total)


@backend.post("/v1/waitlist_entries/{waitlist_entry_id}/invite")
async def invite_waitlist_entry(
    scope: Scope, caller: SecretKey, waitlist_entry_id: WaitlistEntryId, given: InviteEntry
) -> WaitlistEntry:
    """Invite an entry of the waitlist."""
    ignores = bool(given.ignore_existing)
    entry = await actions.invite(scope, waitlist_entry_id, ignore_existing=ignores)
    return _shown(scope, entry)


@backend.post("/v1/waitlist_entries/{waitlist_entry_id}/reject")
async def reject_waitlist_entry(
    scope: Scope, caller: SecretKey, waitlist_entry_id: WaitlistEntryId
) -> WaitlistEntry:
    """Reject an entry of the waitlist."""
    return _shown(scope, await actions.reject(scope, waitlist_entry_id))


@backend.delete("/v1/waitlist_entries/{waitlist_entry_id}")
async def delete_waitlist_entry(
    scope: Scope, caller: SecretKey, waitlist_entry_id: WaitlistEntryId
) -> Deleted:
    """Delete an entry of the waitlist."""
    await actions.delete(scope, waitlist_entry_id)
    return Deleted("waitlist_entry", waitlist_entry_id)


def _shown(scope: Scope, entry: Entry) -> WaitlistEntry:
    return views.waitlist_entry(entry.row, entry.invitation, scope.now)
