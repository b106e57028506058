"""Making and taking back what lets an agent work for a user."""

import hashlib
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.ids import AgentId, AgentTaskId, InstanceId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id, Identifier, Url
from hallporter.core.clock import MINUTE
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.actor_tokens.actions import Seconds
from hallporter.features.agent_tasks import store
from hallporter.features.agent_tasks.rows import AgentTaskRow
from hallporter.features.identifications import canonical
from hallporter.features.identifications import store as identification_store
from hallporter.features.users import store as user_store

# Clerk says of the session how long it lasts, of the link nothing: it is opened by a program, soon.
_LIFETIME = 30 * MINUTE

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Description = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class OnBehalfOf(msgspec.Struct, frozen=True, kw_only=True):
    """A user, by id or by something verified of theirs."""

    user_id: Id[UserId] | None = None
    identifier: Identifier | None = None


class CreateAgentTask(msgspec.Struct, frozen=True, kw_only=True):
    """The user, the agent, the task, and the page where it begins."""

    on_behalf_of: OnBehalfOf
    permissions: Literal["*"]
    agent_name: Name
    task_description: Description
    redirect_url: Url
    session_max_duration_in_seconds: Seconds | None = None


async def create(scope: Scope, given: CreateAgentTask) -> tuple[AgentTaskRow, Secret]:
    """Create the ticket of a task. Its value is returned here and never shown again."""
    _refuse_unfit_url(scope, given.redirect_url)
    ticket = Secret(random_token())
    row = AgentTaskRow(
        id=ids.AGENT_TASK.new(scope.now),
        instance_id=scope.instance.id,
        user_id=await _user_id(scope, given.on_behalf_of),
        agent_id=_agent_id(scope.instance.id, given.agent_name),
        agent_name=given.agent_name,
        task_description=given.task_description,
        redirect_url=given.redirect_url,
        token_hash=hash_of_token(ticket),
        status="pending",
        session_max_duration_in_seconds=given.session_max_duration_in_seconds or 1_800,
        expire_at=scope.now + _LIFETIME,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        await store.insert_agent_task(tx, row)
    return row, ticket


async def revoke(scope: Scope, id: AgentTaskId) -> AgentTaskRow:
    """Take back a task that was not begun yet."""
    row = await store.agent_task_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.actor_token.task_not_found()
    async with scope.db.write() as tx:
        if not await store.settle_agent_task(tx, scope.instance.id, id, "revoked", scope.now):
            raise errors.actor_token.task_not_pending()
    return replace(row, status="revoked", updated_at=scope.now)


async def open_one(scope: Scope, ticket: Secret) -> AgentTaskRow:
    """Return the task that may be begun with a ticket; raises what is wrong with it."""
    row = await store.agent_task_by_hash(scope.db, scope.instance.id, hash_of_token(ticket))
    if row is None:
        raise errors.actor_token.task_ticket_not_found()
    if row.status != "pending":
        raise errors.sign_in.ticket_invalid(param="ticket")
    if row.expire_at <= scope.now:
        raise errors.sign_in.ticket_expired(param="ticket")
    return row


async def _user_id(scope: Scope, given: OnBehalfOf) -> UserId:
    if given.user_id is not None and given.identifier is not None:
        raise errors.form.conditional_disallowed(
            param="on_behalf_of.identifier", given="on_behalf_of.user_id"
        )
    if given.user_id is None and given.identifier is None:
        raise errors.form.missing(param="on_behalf_of.user_id")
    id = given.user_id or await _owner(scope, given.identifier or "")
    if id is None or await user_store.user_by_id(scope.db, scope.instance.id, id) is None:
        raise errors.user.not_found()
    return id


async def _owner(scope: Scope, identifier: str) -> UserId | None:
    spelled = canonical.spelled(identifier)
    if spelled is None:
        return None
    row = await identification_store.owned_identification(scope.db, scope.instance.id, *spelled)
    return row.user_id if row is not None and row.is_verified else None


def _refuse_unfit_url(scope: Scope, url: str) -> None:
    """Raise unless `url` is absolute and https; whose page it is, is asked when it is gone to."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise errors.form.format_invalid(param="redirect_url") from error
    may_be_plain = scope.instance.is_local or scope.instance.environment_type == "development"
    schemes = ("https", "http") if may_be_plain else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise errors.form.format_invalid(param="redirect_url")


def _agent_id(instance_id: InstanceId, name: str) -> AgentId:
    """Return an agent's id: one name, one id, on each instance another."""
    digest = hashlib.sha256(f"{instance_id} {name}".encode()).hexdigest()
    return AgentId(f"agent_{digest[:27]}")
