"""Backend API endpoints of users."""

from typing import Annotated

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import UserId
from hallporter.contract.objects import Deleted, TotalCount
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id
from hallporter.edge.operation import backend
from hallporter.features.users import (
    actions,
    changes,
    listing,
    metadata,
    pictures,
    provisioning,
    store,
    views,
)
from hallporter.features.users.changes import UpdateUser
from hallporter.features.users.listing import ListUsers, UserFilters
from hallporter.features.users.metadata import GivenMetadata
from hallporter.features.users.provisioning import CreateUser
from hallporter.features.users.views import BackendUser


class GivenUsers(msgspec.Struct, frozen=True, kw_only=True):
    """Who is meant: between one and fifty users."""

    user_ids: Annotated[list[Id[UserId]], msgspec.Meta(min_length=1, max_length=50)]


@backend.post("/v1/users")
async def create_user(scope: Scope, caller: SecretKey, given: CreateUser) -> BackendUser:
    """Make a user."""
    return await _user(scope, await provisioning.create_user(scope, given))


@backend.get("/v1/users")
async def get_user_list(scope: Scope, caller: SecretKey, query: ListUsers) -> list[BackendUser]:
    """Return one page of the users that pass every filter."""
    rows = await listing.list_users(scope, query)
    return [views.backend_user(row, scope) for row in rows]


@backend.get("/v1/users/count")
async def get_users_count(scope: Scope, caller: SecretKey, query: UserFilters) -> TotalCount:
    """Return how many users pass every filter."""
    return TotalCount(await store.count_users(scope.db.listing, listing.filtered(scope, query)))


@backend.get("/v1/users/{user_id}")
async def get_user(scope: Scope, caller: SecretKey, user_id: UserId) -> BackendUser:
    """Return one user."""
    return await _user(scope, user_id)


@backend.patch("/v1/users/{user_id}")
async def update_user(
    scope: Scope, caller: SecretKey, user_id: UserId, given: UpdateUser
) -> BackendUser:
    """Change a user."""
    await changes.update_user(scope, user_id, given)
    return await _user(scope, user_id)


@backend.delete("/v1/users/{user_id}")
async def delete_user(scope: Scope, caller: SecretKey, user_id: UserId) -> Deleted:
    """Delete a user with everything that is theirs."""
    await actions.delete_user(scope, user_id)
    return Deleted("user", user_id)


@backend.delete("/v1/users/{user_id}/profile_image")
async def delete_user_profile_image(
    scope: Scope, caller: SecretKey, user_id: UserId
) -> BackendUser:
    """Take a user's picture away."""
    await pictures.remove(scope, user_id)
    return await _user(scope, user_id)


@backend.patch("/v1/users/{user_id}/metadata")
async def update_user_metadata(
    scope: Scope, caller: SecretKey, user_id: UserId, given: GivenMetadata
) -> BackendUser:
    """Merge into a user's metadata."""
    await metadata.update_metadata(scope, user_id, given)
    return await _user(scope, user_id)


@backend.put("/v1/users/{user_id}/metadata")
async def replace_user_metadata(
    scope: Scope, caller: SecretKey, user_id: UserId, given: GivenMetadata
) -> BackendUser:
    """Replace a user's metadata."""
    await metadata.replace_metadata(scope, user_id, given)
    return await _user(scope, user_id)


@backend.post("/v1/users/{user_id}/ban")
async def ban_user(scope: Scope, caller: SecretKey, user_id: UserId) -> BackendUser:
    """Ban a user, whose sessions end."""
    await actions.set_banned(scope, [user_id], banned=True)
    return await _user(scope, user_id)


@backend.post("/v1/users/{user_id}/unban")
async def unban_user(scope: Scope, caller: SecretKey, user_id: UserId) -> BackendUser:
    """Lift a user's ban."""
    await actions.set_banned(scope, [user_id], banned=False)
    return await _user(scope, user_id)


@backend.post("/v1/users/ban")
async def users_ban(scope: Scope, caller: SecretKey, given: GivenUsers) -> list[BackendUser]:
    """Ban several users, whose sessions end."""
    await actions.set_banned(scope, given.user_ids, banned=True)
    return await _users(scope, given.user_ids)


@backend.post("/v1/users/unban")
async def users_unban(scope: Scope, caller: SecretKey, given: GivenUsers) -> list[BackendUser]:
    """Lift several users' bans."""
    await actions.set_banned(scope, given.user_ids, banned=False)
    return await _users(scope, given.user_ids)


@backend.post("/v1/users/{user_id}/lock")
async def lock_user(scope: Scope, caller: SecretKey, user_id: UserId) -> BackendUser:
    """Lock a user out for a while."""
    await actions.set_locked(scope, user_id, locked=True)
    return await _user(scope, user_id)


@backend.post("/v1/users/{user_id}/unlock")
async def unlock_user(scope: Scope, caller: SecretKey, user_id: UserId) -> BackendUser:
    """Let a locked user in again."""
    await actions.set_locked(scope, user_id, locked=False)
    return await _user(scope, user_id)


async def _user(scope: Scope, user_id: UserId) -> BackendUser:
    row = await store.user_details(scope.db, scope.instance.id, user_id)
    if row is None:
        raise errors.user.not_found()
    return views.backend_user(row, scope)


async def _users(scope: Scope, user_ids: list[UserId]) -> list[BackendUser]:
    rows = await store.users_details(scope.db, scope.instance.id, user_ids)
    return [views.backend_user(row, scope) for row in rows]
