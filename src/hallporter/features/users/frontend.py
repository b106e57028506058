"""Frontend doors of the user's own account."""

from hallporter.contract.callers import Guarded, SignedIn
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.envelope import own_reply, reply_as
from hallporter.features.users import own
from hallporter.features.users.own import OwnMetadata, UpdateOwnUser


@frontend.get("/v1/me")
async def get_user(scope: Scope, caller: SignedIn) -> Reply:
    """Return the user of the acting session."""
    return await own_reply(scope, caller, lambda user: user)


@frontend.patch("/v1/me")
async def patch_user(scope: Scope, caller: SignedIn, given: UpdateOwnUser) -> Reply:
    """Change one's names, or which identifier is the primary one."""
    await own.update(scope, caller.user_id, given)
    return await own_reply(scope, caller, lambda user: user)


@frontend.delete("/v1/me")
async def delete_user(scope: Scope, caller: Guarded) -> Reply:
    """Delete one's own account with everything in it."""
    await own.delete(scope, caller.user_id)
    deleted = Deleted("user", caller.user_id)
    return await reply_as(scope, caller, lambda _client: deleted, with_tokens=True)


@frontend.patch("/v1/me/metadata")
async def patch_user_metadata(scope: Scope, caller: SignedIn, given: OwnMetadata) -> Reply:
    """Merge into one's own unsafe metadata."""
    await own.update_metadata(scope, caller.user_id, given)
    return await own_reply(scope, caller, lambda user: user)
