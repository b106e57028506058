"""Backend API endpoints of invitations."""

from typing import Annotated, Literal

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import InvitationId
from hallporter.contract.objects import Page, listed
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Search, Word, bytes_at_most
from hallporter.core.database import Where, like_pattern
from hallporter.core.paging import ListQuery
from hallporter.edge.operation import backend
from hallporter.features.invitations import actions, store, views
from hallporter.features.invitations.actions import CreateInvitation
from hallporter.features.invitations.views import Invitation

_MOST_AT_ONCE = 10


class Invite(CreateInvitation, frozen=True, kw_only=True):
    """Whom to invite, and how."""


class InviteSeveral(msgspec.Struct, frozen=True, kw_only=True):
    """A bare list."""

    invitations: Annotated[
        list[CreateInvitation],
        msgspec.Meta(min_length=1, max_length=_MOST_AT_ONCE),
        bytes_at_most(_MOST_AT_ONCE * 12_288),
    ] = msgspec.field(name="")


class ListInvitations(ListQuery, frozen=True, kw_only=True):
    """Which invitations."""

    status: Literal["pending", "accepted", "revoked", "expired"] | None = None
    query: Search | None = None
    order_by: Word = "-created_at"


@backend.post("/v1/invitations")
async def create_invitation(scope: Scope, caller: SecretKey, given: Invite) -> Invitation:
    """Invite somebody."""
    (made,) = await actions.create(scope, [given])
    return views.invitation(made.row, scope.now, made.url)


@backend.post("/v1/invitations/bulk")
async def create_bulk_invitations(
    scope: Scope, caller: SecretKey, given: InviteSeveral
) -> list[Invitation]:
    """Invite several, all or none."""
    made = await actions.create(scope, given.invitations)
    return [views.invitation(each.row, scope.now, each.url) for each in made]


@backend.get("/v1/invitations")
async def list_invitations(
    scope: Scope, caller: SecretKey, query: ListInvitations
) -> list[Invitation] | Page[Invitation]:
    """Return the invitations, newest first unless told otherwise."""
    rows = await store.list_invitations(
        scope.db.listing,
        _where(scope, query),
        order=query.order_by.strip().lstrip("+"),
        limit=query.size,
        offset=query.offset,
    )
    found = [views.invitation(each, scope.now) for each in rows]
    return await listed(
        query, found, lambda: store.count_invitations(scope.db.listing, _where(scope, query))
    )


@backend.post("/v1/invitations/{invitation_id}/revoke")
async def revoke_invitation(
    scope: Scope, caller: SecretKey, invitation_id: InvitationId
) -> Invitation:
    """Take back an invitation."""
    return views.invitation(await actions.revoke(scope, invitation_id), scope.now)


def _where(scope: Scope, query: ListInvitations) -> Where:
    if query.order_by.strip().lstrip("+") not in store.ORDERS:
        raise errors.form.value_invalid(param="order_by")
    where = Where("instance_id = $1", scope.instance.id)
    if query.status is not None:
        where.add(store.WITH_STATUS[query.status], scope.now)
    if query.query is not None:
        where.add(store.SEARCHED, like_pattern(query.query.strip()))
    return where
