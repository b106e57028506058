"""Frontend API endpoints of the user's own account."""

from hallporter.contract.callers import Anyone, AtTask, Recent, SignedIn
from hallporter.contract.ids import ProfileImageId
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply, UserContent
from hallporter.contract.scope import Scope
from hallporter.contract.upload import Upload
from hallporter.edge.operation import frontend
from hallporter.features.envelope.envelope import own_reply, reply_as
from hallporter.features.oauth_callbacks import collecting
from hallporter.features.oauth_callbacks.collecting import Collect
from hallporter.features.profile import own
from hallporter.features.profile.own import OwnMetadata, UpdateOwnUser
from hallporter.features.users import pictures
from hallporter.features.users import views as user_views


@frontend.get("/v1/me")
async def get_user(scope: Scope, caller: AtTask, query: Collect) -> Reply:
    """Return the user of the acting session."""
    await collecting.account(scope, caller, query)
    return await own_reply(scope, caller, lambda user: user)


@frontend.patch("/v1/me")
async def patch_user(scope: Scope, caller: SignedIn, given: UpdateOwnUser) -> Reply:
    """Change one's names, or which identifier is the primary one."""
    await own.update(scope, caller, given)
    return await own_reply(scope, caller, lambda user: user)


@frontend.delete("/v1/me")
async def delete_user(scope: Scope, caller: SignedIn[Recent]) -> Reply:
    """Delete one's own account with everything in it."""
    await own.delete(scope, caller.user_id)
    deleted = Deleted("user", caller.user_id)
    return await reply_as(scope, caller, lambda _client: deleted, with_token=True)


@frontend.post("/v1/me/profile_image")
async def update_profile_image(scope: Scope, caller: SignedIn, given: Upload) -> Reply:
    """Show another picture of oneself."""
    image = user_views.profile_image(await pictures.replace(scope, caller, given), scope)
    return await own_reply(scope, caller, lambda _user: image)


@frontend.delete("/v1/me/profile_image")
async def delete_profile_image(scope: Scope, caller: SignedIn) -> Reply:
    """Show no picture of oneself."""
    deleted = Deleted("image", await pictures.remove(scope, caller.user_id))
    return await own_reply(scope, caller, lambda _user: deleted)


@frontend.get("/v1/images/{image_id}")
async def get_profile_image(scope: Scope, caller: Anyone, image_id: ProfileImageId) -> UserContent:
    """Return the picture that `image_url` points to."""
    row = await pictures.get(scope, image_id)
    return UserContent(row.media_type, row.content)


@frontend.patch("/v1/me/metadata")
async def patch_user_metadata(scope: Scope, caller: SignedIn, given: OwnMetadata) -> Reply:
    """Merge into one's own unsafe metadata."""
    await own.update_metadata(scope, caller.user_id, given)
    return await own_reply(scope, caller, lambda user: user)
