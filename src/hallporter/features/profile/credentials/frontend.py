"""Frontend API endpoints of the user's own credentials."""

import msgspec

from hallporter.contract.callers import AtTask, InPerson, Recent, SignedIn
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Code
from hallporter.edge.operation import frontend
from hallporter.features.credentials import views as credential_views
from hallporter.features.envelope.envelope import own_reply
from hallporter.features.profile.credentials import own_factors, own_password
from hallporter.features.profile.credentials.own_password import ChangePassword, RemovePassword


class GivenCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the app that is to be turned on."""

    code: Code


@frontend.post("/v1/me/change_password", costs="wrong_attempts")
async def change_password(scope: Scope, caller: AtTask[Recent], given: ChangePassword) -> Reply:
    """Choose a new password."""
    await own_password.change(scope, caller, given)
    return await own_reply(scope, caller, lambda user: user)


@frontend.post("/v1/me/remove_password", costs="wrong_attempts")
async def remove_password(scope: Scope, caller: SignedIn[Recent], given: RemovePassword) -> Reply:
    """Do without a password from now on."""
    await own_password.remove(scope, caller, given)
    return await own_reply(scope, caller, lambda user: user)


@frontend.post("/v1/me/totp")
async def post_totp(scope: Scope, caller: AtTask[Recent]) -> Reply:
    """Begin to set up an authenticator app."""
    new = await own_factors.begin_app(scope, caller)
    totp = credential_views.new_totp(
        caller.user_id, secret=new.secret.reveal(), uri=new.uri.reveal(), now=scope.now
    )
    return await own_reply(scope, caller, lambda _user: totp)


@frontend.post("/v1/me/totp/attempt_verification", costs="wrong_attempts")
async def verify_totp(scope: Scope, caller: AtTask[InPerson], given: GivenCode) -> Reply:
    """Turn the authenticator app on with a first code."""
    codes = await own_factors.confirm_app(scope, caller, given.code)
    totp = credential_views.verified_totp(caller.user_id, backup_codes=codes, now=scope.now)
    return await own_reply(scope, caller, lambda _user: totp)


@frontend.delete("/v1/me/totp")
async def delete_totp(scope: Scope, caller: SignedIn[Recent]) -> Reply:
    """Take the authenticator app away."""
    await own_factors.remove_app(scope, caller)
    deleted = Deleted("totp", credential_views.id_of_totp(caller.user_id))
    return await own_reply(scope, caller, lambda _user: deleted)


@frontend.post("/v1/me/backup_codes")
async def create_backup_codes(scope: Scope, caller: AtTask[Recent]) -> Reply:
    """Make new backup codes; the old ones open nothing any more."""
    codes = await own_factors.new_backup_codes(scope, caller)
    made = credential_views.backup_codes(caller.user_id, codes, scope.now)
    return await own_reply(scope, caller, lambda _user: made)
