"""An agent opens the link of its task: a session at once, and its cookies for the app."""

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.origins import is_allowed_redirect
from hallporter.contract.reply import Redirect
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.agent_tasks import actions, store
from hallporter.features.agent_tasks.rows import AgentTaskRow
from hallporter.features.browsers import actions as browser_actions
from hallporter.features.browsers import handshake
from hallporter.features.browsers import store as browser_store
from hallporter.features.browsers.handshake import HandshakeQuery
from hallporter.features.clients import actions as client_actions
from hallporter.features.clients.actions import HeldClient
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sessions.actions import NewSession
from hallporter.features.users import actions as user_actions


class Begun(msgspec.Struct, frozen=True):
    """Where the agent goes on, and the client that its session is on."""

    redirect: Redirect
    client: HeldClient


async def begin(scope: Scope, browser: Browser, ticket: Secret) -> Begun:
    """Start the session of a task, once, without a second factor; then on to the app."""
    # The link signs in any browser that opens it, so a foreign page must not be able to trigger it.
    if scope.request.is_cross_site:
        raise errors.request.cross_site()
    task = await actions.open_one(scope, ticket)
    if not is_allowed_redirect(scope.instance, task.redirect_url):
        raise errors.request.redirect_url_invalid(param="redirect_url")
    client = await browser_actions.open_client(scope, browser)
    browser_actions.refuse_beside_impersonation(client)
    to_act_for = client_actions.held_or_coming(scope, browser, client)
    async with scope.db.write() as tx:
        if not await store.settle_agent_task(tx, scope.instance.id, task.id, "accepted", scope.now):
            raise errors.sign_in.ticket_invalid(param="ticket")
        await user_actions.refuse_kept_out(tx, scope, task.user_id)
        started = await session_actions.start(tx, scope, to_act_for, _of_task(task))
    opened = await browser_store.open_client_by_id(
        scope.db, scope.instance.id, started.client.id, scope.now
    )
    query = HandshakeQuery(redirect_url=task.redirect_url)
    return Begun(await handshake.carried(scope, browser, opened, query), started.client)


def _of_task(task: AgentTaskRow) -> NewSession:
    # clerk-js tells an agent from a person by this type, and shows no banner of impersonation.
    return NewSession(
        user_id=task.user_id,
        strategy="ticket",
        first_factor_verified_at=None,
        actor={"type": "agent", "sub": task.agent_id},
        max_duration_in_seconds=task.session_max_duration_in_seconds,
    )
