"""Signing in by ticket: of a sign-in token, which a server makes, or of an invitation."""

from typing import Annotated

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.callers import Browser
from hallporter.contract.ids import SignInTokenId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id
from hallporter.core.clock import DAY, SECOND
from hallporter.core.database import Write
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.actor_tokens import actions as actor_tokens
from hallporter.features.identifications import store as identifications
from hallporter.features.invitations import actions as invitations
from hallporter.features.invitations import store as invitation_store
from hallporter.features.sessions import identity
from hallporter.features.sign_ins import actions, impersonating, store, subjects
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.sign_ins.rows import SignInTokenRow
from hallporter.features.users import actions as users
from hallporter.features.users import store as user_store
from hallporter.features.verifications.strategy import Claim, Verdict

_DEFAULT_LIFETIME_SECONDS = 30 * DAY // SECOND
_LONGEST_LIFETIME_SECONDS = 315_360_000


class CreateSignInToken(msgspec.Struct, frozen=True, kw_only=True):
    """For whom, and for how long."""

    user_id: Id[UserId]
    org_id: Id[str] | None = None
    expires_in_seconds: Annotated[int, msgspec.Meta(ge=1, le=_LONGEST_LIFETIME_SECONDS)] | None = (
        None
    )


async def create(scope: Scope, given: CreateSignInToken) -> tuple[SignInTokenRow, Secret]:
    """Make a ticket for a user; only now is it told in the clear."""
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


async def accept(scope: Scope, browser: Browser, ticket: Secret | None) -> Outcome:
    """Sign in by ticket: it stands for the first factor, never for the second.

    That of an actor token signs in who acts in the user's place; that of an invitation signs in
    whoever has the account of the address that it was mailed to.
    """
    if ticket is None:
        raise errors.form.missing(param="ticket")
    actor_token = await actor_tokens.of_ticket(scope, ticket)
    if actor_token is not None:
        return await impersonating.accept(scope, browser, actor_token)
    token = await of_ticket(scope, ticket)
    if token is None:
        return await _accept_invitation(scope, browser, ticket)
    if token.status == "revoked":
        raise errors.sign_in.token_revoked(param="ticket")
    if token.status != "pending":
        raise errors.sign_in.token_already_used(param="ticket")
    if token.expire_at <= scope.now:
        raise errors.sign_in.ticket_expired(param="ticket")

    async def claim(tx: Write) -> Verdict:
        if await store.settle_sign_in_token(tx, scope.instance.id, token.id, "accepted", scope.now):
            return None
        return errors.sign_in.token_already_used(param="ticket")

    return await _sign_in(scope, browser, token.user_id, claim)


async def _accept_invitation(scope: Scope, browser: Browser, ticket: Secret) -> Outcome:
    invitation = await invitations.open_one(scope, ticket)
    owner = await identifications.owned_identification(
        scope.db, scope.instance.id, "email_address", invitation.email_address
    )
    if owner is None or owner.status != "verified":
        raise errors.invitation.account_not_exists(param="ticket")

    async def claim(tx: Write) -> Verdict:
        if await invitation_store.settle_invitation(
            tx, scope.instance.id, invitation.id, "accepted", scope.now
        ):
            return None
        return errors.invitation.already_accepted(param="ticket")

    return await _sign_in(scope, browser, owner.user_id, claim)


async def _sign_in(scope: Scope, browser: Browser, user_id: UserId, claim: Claim) -> Outcome:
    client = await identity.open_client(scope, browser)
    subject = await subjects.of_user(scope, user_id)
    await actions.refuse_second_session(scope, client)
    await actions.refuse_signed_in(scope, client, subject)
    users.refuse_locked(scope, subject.user)
    return await actions.attempt_new(scope, browser, client, subject, claim, "ticket")


async def of_ticket(scope: Scope, ticket: Secret) -> SignInTokenRow | None:
    """Return the sign-in token that a ticket stands for, whatever became of it."""
    return await store.sign_in_token_by_hash(scope.db, scope.instance.id, hash_of_token(ticket))
