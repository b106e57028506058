"""Signing in in a user's place: by an actor token, which is proof enough and no proof of theirs."""

from typing import Any

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.scope import Scope
from hallporter.features.actor_tokens import actions as actor_tokens
from hallporter.features.actor_tokens import store
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.clients import actions as clients
from hallporter.features.clients.rows import OpenClientRow
from hallporter.features.sessions import actions as sessions
from hallporter.features.sessions import identity
from hallporter.features.sessions.actions import NewSession
from hallporter.features.sign_ins import actions, subjects
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.users import actions as users


async def accept(scope: Scope, browser: Browser, token: ActorTokenRow) -> Outcome:
    """Start the session of an actor token at once: whoever has it cannot show a second factor.

    It counts as no sign-in of the user's. It takes the place of the user's own session on this
    client, if there is one; on an instance of single sessions that of whatever is open.
    """
    actor_tokens.refuse_spent(scope, token)
    client = await identity.open_client(scope, browser)
    refuse_second_actor(client)
    subject = await subjects.of_user(scope, token.user_id)
    users.refuse_locked(scope, subject.user)
    to_act_for = clients.held_or_coming(scope, browser, client)
    row = replace(
        actions.new_row(scope),
        client_id=to_act_for.id,
        user_id=token.user_id,
        first_factor_strategy="ticket",
        status="complete",
    )
    async with scope.db.write() as tx:
        if not await store.settle_actor_token(
            tx, scope.instance.id, token.id, "accepted", scope.now
        ):
            raise errors.actor_token.already_used(param="ticket")
        await users.refuse_kept_out(tx, scope, token.user_id, signs_in=False)
        started = await sessions.start(tx, scope, to_act_for, _of_token(token))
        row = replace(row, created_session_id=started.session.id)
        await sign_in_store.insert_sign_in(tx, row)
    return Outcome(row, started.client)


def refuse_second_actor(client: OpenClientRow | None) -> None:
    """Raise where somebody acts already: in a user's place nobody takes the place of another."""
    opened = [] if client is None else client.open_sessions()
    if any(each.session.acted_by() is not None for each in opened):
        raise errors.session.impersonated()


def _of_token(token: ActorTokenRow) -> NewSession:
    # No factor was proved.
    return NewSession(
        user_id=token.user_id,
        strategy="ticket",
        first_factor_verified_at=None,
        actor=msgspec.json.decode(token.actor, type=dict[str, Any]),
        max_duration_in_seconds=token.session_max_duration_in_seconds,
    )
