"""Sign-in tokens: tickets that a server makes, and takes back."""

from typing import Annotated

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.ids import SignInTokenId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id
from hallporter.core.clock import DAY, SECOND
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.sign_in_tokens import store
from hallporter.features.sign_in_tokens.rows import SignInTokenRow
from hallporter.features.users import store as user_store

_DEFAULT_LIFETIME_SECONDS = 30 * DAY // SECOND
_LONGEST_LIFETIME_SECONDS = 315_360_000


class CreateSignInToken(msgspec.Struct, frozen=True, kw_only=True):
    """The user it is for, and its lifetime."""

    user_id: Id[UserId]
    org_id: Id[str] | None = None
    expires_in_seconds: Annotated[int, msgspec.Meta(ge=1, le=_LONGEST_LIFETIME_SECONDS)] | None = (
        None
    )


async def create(scope: Scope, given: CreateSignInToken) -> tuple[SignInTokenRow, Secret]:
    """Create a ticket for a user. Its value is returned here and never shown again."""
    lifetime = given.expires_in_seconds or _DEFAULT_LIFETIME_SECONDS
    if given.org_id is not None:
        raise errors.form.value_invalid(param="org_id")
    if await user_store.user_by_id(scope.db, scope.instance.id, given.user_id) is None:
        raise errors.user.not_found()
    ticket = Secret(random_token())
    row = SignInTokenRow(
        id=ids.SIGN_IN_TOKEN.new(scope.now),
        instance_id=scope.instance.id,
        user_id=given.user_id,
        token_hash=hash_of_token(ticket),
        status="pending",
        expire_at=scope.now + lifetime * SECOND,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        await store.insert_sign_in_token(tx, row)
    return row, ticket


async def revoke(scope: Scope, id: SignInTokenId) -> SignInTokenRow:
    """Take back a ticket that was not used yet."""
    row = await store.sign_in_token_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.sign_in.token_not_found()
    async with scope.db.write() as tx:
        if not await store.settle_sign_in_token(tx, scope.instance.id, id, "revoked", scope.now):
            raise errors.sign_in.token_not_pending()
    return replace(row, status="revoked", updated_at=scope.now)


def refuse_spent(scope: Scope, row: SignInTokenRow) -> None:
    """Raise unless the ticket can still be taken."""
    if row.status == "revoked":
        raise errors.sign_in.token_revoked(param="ticket")
    if row.status != "pending":
        raise errors.sign_in.token_already_used(param="ticket")
    if row.expire_at <= scope.now:
        raise errors.sign_in.ticket_expired(param="ticket")
