"""Backend API endpoints of the lists of who may sign up."""

import msgspec

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import InstanceId, InvitationId, ListedIdentifierId
from hallporter.contract.objects import Deleted, Moment, Page, WireObject, listed
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Identifier
from hallporter.core.paging import ListQuery
from hallporter.edge.operation import backend
from hallporter.features.restrictions import actions, store
from hallporter.features.restrictions.rows import ListedIdentifierRow, ListedType


class AllowIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    """Who may sign up: `ada@example.com`, `*@example.com`, `+4930…`, `+49*` or `0x…`."""

    identifier: Identifier
    notify: bool | None = False


class BlockIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    """Who may not sign up, written in the same way."""

    identifier: Identifier


class AllowlistIdentifier(WireObject, frozen=True, tag="allowlist_identifier"):
    """Who may sign up."""

    id: ListedIdentifierId
    invitation_id: InvitationId | msgspec.UnsetType
    identifier: str
    identifier_type: ListedType
    instance_id: InstanceId
    created_at: Moment
    updated_at: Moment


class BlocklistIdentifier(WireObject, frozen=True, tag="blocklist_identifier"):
    """Who may not sign up."""

    id: ListedIdentifierId
    identifier: str
    identifier_type: ListedType
    instance_id: InstanceId
    created_at: Moment
    updated_at: Moment


@backend.post("/v1/allowlist_identifiers")
async def create_allowlist_identifier(
    scope: Scope, caller: SecretKey, given: AllowIdentifier
) -> AllowlistIdentifier:
    """Add an identifier to the allowlist."""
    row = await actions.add(scope, "allow", given.identifier, notify=bool(given.notify))
    return _allowed(row)


@backend.get("/v1/allowlist_identifiers")
async def list_allowlist_identifiers(
    scope: Scope, caller: SecretKey, query: ListQuery
) -> list[AllowlistIdentifier] | Page[AllowlistIdentifier]:
    """Return who may sign up, newest first."""
    db, instance_id = scope.db.listing, scope.instance.id
    rows = await store.page_of_list(db, instance_id, "allow", query.size, query.offset)
    found = [_allowed(each) for each in rows]
    return await listed(query, found, lambda: store.count_list(db, instance_id, "allow"))


@backend.delete("/v1/allowlist_identifiers/{identifier_id}")
async def delete_allowlist_identifier(
    scope: Scope, caller: SecretKey, identifier_id: ListedIdentifierId
) -> Deleted:
    """Take somebody off the list."""
    await actions.remove(scope, "allow", identifier_id)
    return Deleted("allowlist_identifier", identifier_id)


@backend.post("/v1/blocklist_identifiers")
async def create_blocklist_identifier(
    scope: Scope, caller: SecretKey, given: BlockIdentifier
) -> BlocklistIdentifier:
    """Add an identifier to the blocklist."""
    return _blocked(await actions.add(scope, "block", given.identifier))


@backend.get("/v1/blocklist_identifiers")
async def list_blocklist_identifiers(scope: Scope, caller: SecretKey) -> Page[BlocklistIdentifier]:
    """Return all who may not sign up, newest first: the documents know no pages here."""
    db, instance_id = scope.db.listing, scope.instance.id
    found = [_blocked(each) for each in await store.page_of_list(db, instance_id, "block", None, 0)]
    return Page(found, len(found))


@backend.delete("/v1/blocklist_identifiers/{identifier_id}")
async def delete_blocklist_identifier(
    scope: Scope, caller: SecretKey, identifier_id: ListedIdentifierId
) -> Deleted:
    """Take somebody off the list."""
    await actions.remove(scope, "block", identifier_id)
    return Deleted("blocklist_identifier", identifier_id)


def _allowed(row: ListedIdentifierRow) -> AllowlistIdentifier:
    return AllowlistIdentifier(
        id=row.id,
        invitation_id=row.invitation_id or msgspec.UNSET,
        identifier=row.identifier,
        identifier_type=row.type,
        instance_id=row.instance_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _blocked(row: ListedIdentifierRow) -> BlocklistIdentifier:
    return BlocklistIdentifier(
        id=row.id,
        identifier=row.identifier,
        identifier_type=row.type,
        instance_id=row.instance_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
