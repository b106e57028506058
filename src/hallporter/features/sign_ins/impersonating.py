"""Signing in in a user's place: by an actor token, which is proof enough and no proof of theirs."""

from typing import Any

import msgspec
from msgspec.structs import replace

from hallporter.contract.scope import Scope
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.browsers.actions import refuse_second_actor
from hallporter.features.clients.actions import ComingClient, HeldClient
from hallporter.features.clients.rows import ClientRow
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sessions.actions import NewSession
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ins import subjects
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.strategies.strategy import Known
from hallporter.features.users import actions as user_actions


async def accept(
    scope: Scope,
    row: SignInRow,
    client: HeldClient | ComingClient,
    found: ClientRow | None,
    known: Known,
    token: ActorTokenRow,
) -> tuple[SignInRow, HeldClient]:
    """Start the session of an actor token at once: the actor cannot prove the user's second factor.

    It does not count as a sign-in of the user. It replaces the user's own session on this client.
    On a single-session instance it replaces any open session.
    """
    refuse_second_actor(found)
    subject = await subjects.of_user(scope, token.user_id)
    user_actions.refuse_locked(scope, subject.user)
    async with scope.db.write() as tx:
        wrong = await known.claim(tx)
        if wrong is not None:
            raise wrong
        await user_actions.refuse_kept_out(tx, scope, token.user_id)
        started = await session_actions.start(tx, scope, client, _of_token(known.strategy, token))
        done = replace(
            row,
            user_id=token.user_id,
            first_factor_strategy=known.strategy,
            status="complete",
            created_session_id=started.session.id,
        )
        await sign_in_store.insert_sign_in(tx, done)
    return done, started.client


def _of_token(strategy: str, token: ActorTokenRow) -> NewSession:
    # No factor was proved.
    return NewSession(
        user_id=token.user_id,
        strategy=strategy,
        first_factor_verified_at=None,
        actor=msgspec.json.decode(token.actor, type=dict[str, Any]),
        max_duration_in_seconds=token.session_max_duration_in_seconds,
    )
