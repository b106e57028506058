"""Inviting somebody by mail: the link holds a ticket, which a sign-up of their address spends."""

from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import InvitationId
from hallporter.contract.origins import is_allowed_redirect
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Identifier, Url
from hallporter.core.clock import DAY
from hallporter.core.database import Write
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.clients import addresses
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications import canonical
from hallporter.features.invitations import store
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.messages import actions as message_actions
from hallporter.features.users import metadata
from hallporter.features.users.metadata import Metadata

_DEFAULT_DAYS = 30
_LONGEST_DAYS = 365


class CreateInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to invite, and how."""

    email_address: Identifier
    public_metadata: Metadata | None = None
    redirect_url: Url | None = None
    notify: bool | None = True
    ignore_existing: bool | None = False
    expires_in_days: Annotated[int, msgspec.Meta(ge=1, le=_LONGEST_DAYS)] | None = None
    template_slug: Literal["invitation", "waitlist_invitation"] | None = None


class NewInvitation(msgspec.Struct, frozen=True):
    """A new invitation and its link, which is shown and mailed only now."""

    row: InvitationRow
    url: Secret
    given: CreateInvitation


async def create(scope: Scope, given: list[CreateInvitation]) -> list[NewInvitation]:
    """Make invitations, all or none, and mail their links."""
    made = [await prepared(scope, each) for each in given]
    async with scope.db.write() as tx:
        for each in made:
            await keep(tx, scope, each)
    return made


async def prepared(scope: Scope, given: CreateInvitation) -> NewInvitation:
    """Return an invitation that may be made."""
    address = canonical.email_address(given.email_address, param="email_address")
    _refuse_redirect(scope, given.redirect_url)
    if not given.ignore_existing:
        await identification_actions.refuse_taken(
            scope, "email_address", address, param="email_address"
        )
        if await store.is_invited(scope.db, scope.instance.id, address, scope.now):
            raise errors.invitation.duplicate(email_address=address)
    public_metadata = given.public_metadata or {}
    metadata.refuse_large(public_metadata, param="public_metadata")
    ticket = Secret(random_token())
    row = InvitationRow(
        id=ids.INVITATION.new(scope.now),
        instance_id=scope.instance.id,
        email_address=address,
        token_hash=hash_of_token(ticket),
        status="pending",
        public_metadata=msgspec.Raw(msgspec.json.encode(public_metadata)),
        redirect_url=given.redirect_url,
        expire_at=scope.now + (given.expires_in_days or _DEFAULT_DAYS) * DAY,
        created_at=scope.now,
        updated_at=scope.now,
    )
    return NewInvitation(row, Secret(addresses.of_ticket(scope, ticket)), given)


async def keep(tx: Write, scope: Scope, made: NewInvitation) -> None:
    """Store an invitation and queue its mail, if one is wanted."""
    await store.insert_invitation(tx, made.row)
    if made.given.notify is False:
        return
    await message_actions.send_notice(
        tx,
        scope,
        made.given.template_slug or "invitation",
        made.row.email_address,
        action_url=made.url.reveal(),
        expires_in_days=(made.row.expire_at - scope.now) // DAY,
    )


async def revoke(scope: Scope, id: InvitationId) -> InvitationRow:
    """Take back an invitation that nobody has accepted."""
    row = await store.invitation_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.invitation.not_found()
    async with scope.db.write() as tx:
        if not await store.settle_invitation(tx, scope.instance.id, id, "revoked", scope.now):
            raise _not_revocable(row)
    return replace(row, status="revoked", updated_at=scope.now)


def refuse_closed(scope: Scope, row: InvitationRow) -> None:
    """Raise the error of an invitation that can no longer be used."""
    match row.status_at(scope.now):
        case "pending":
            return
        case "expired":
            raise errors.sign_in.ticket_expired(param="ticket")
        case _:
            raise not_pending(row)


def _not_revocable(row: InvitationRow) -> ApiError:
    if row.status == "revoked":
        return errors.invitation.already_revoked()
    return errors.invitation.already_accepted()


def not_pending(row: InvitationRow) -> ApiError:
    """Return why an invitation cannot be taken any more."""
    if row.status == "revoked":
        return errors.invitation.revoked()
    return errors.invitation.already_accepted()


def _refuse_redirect(scope: Scope, url: str | None) -> None:
    if url is not None and not is_allowed_redirect(scope.instance, url):
        raise errors.request.redirect_url_invalid(param="redirect_url")
