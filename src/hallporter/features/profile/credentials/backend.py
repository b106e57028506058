"""Backend API endpoints of credentials."""

from typing import Literal

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Code, Password
from hallporter.edge.operation import backend
from hallporter.features.credentials import actions as credential_actions
from hallporter.features.profile.credentials import disarming
from hallporter.features.users import store as user_store
from hallporter.features.users import views as user_views
from hallporter.features.users.views import BackendUser


class GivenPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A password to compare."""

    password: Password


class GivenCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code to spend."""

    code: Code


class RemovePassword(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the user's sessions end with the password."""

    sign_out_of_other_sessions: bool = False


class SetCompromised(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the user's sessions end at once."""

    revoke_all_sessions: bool | None = None


class Verified(msgspec.Struct, frozen=True):
    """It was right."""

    verified: Literal[True]


class VerifiedCode(msgspec.Struct, frozen=True):
    """It was right, and what it was."""

    verified: Literal[True]
    code_type: credential_actions.CodeType


class OfUser(msgspec.Struct, frozen=True):
    """Whose second factors changed."""

    user_id: UserId


@backend.post("/v1/users/{user_id}/verify_password")
async def verify_password(
    scope: Scope, caller: SecretKey, user_id: UserId, given: GivenPassword
) -> Verified:
    """Tell whether a password is the user's."""
    await _refuse_stranger(scope, user_id)
    await credential_actions.verify_password(scope, user_id, given.password)
    return Verified(verified=True)


@backend.post("/v1/users/{user_id}/verify_totp")
async def verify_totp(
    scope: Scope, caller: SecretKey, user_id: UserId, given: GivenCode
) -> VerifiedCode:
    """Spend a code of the user's authenticator app, or a backup code."""
    await _refuse_stranger(scope, user_id)
    code_type = await credential_actions.verify_totp(scope, user_id, given.code)
    return VerifiedCode(verified=True, code_type=code_type)


@backend.post("/v1/users/{user_id}/remove_password")
async def remove_user_password(
    scope: Scope, caller: SecretKey, user_id: UserId, given: RemovePassword
) -> BackendUser:
    """Take a user's password away."""
    await disarming.remove_password(scope, user_id, ends_sessions=given.sign_out_of_other_sessions)
    return await _user(scope, user_id)


@backend.delete("/v1/users/{user_id}/mfa")
async def disable_mfa(scope: Scope, caller: SecretKey, user_id: UserId) -> OfUser:
    """Take all of a user's second factors away."""
    await disarming.disable_mfa(scope, user_id)
    return OfUser(user_id)


@backend.delete("/v1/users/{user_id}/totp")
async def delete_totp(scope: Scope, caller: SecretKey, user_id: UserId) -> OfUser:
    """Take a user's authenticator app away."""
    await disarming.disable_mfa(scope, user_id, backup_codes=False, phone_numbers=False)
    return OfUser(user_id)


@backend.delete("/v1/users/{user_id}/backup_code")
async def delete_backup_code(scope: Scope, caller: SecretKey, user_id: UserId) -> OfUser:
    """Take a user's backup codes away."""
    await disarming.disable_mfa(scope, user_id, totp=False, phone_numbers=False)
    return OfUser(user_id)


@backend.post("/v1/users/{user_id}/password/set_compromised")
async def set_user_password_compromised(
    scope: Scope, caller: SecretKey, user_id: UserId, given: SetCompromised
) -> BackendUser:
    """Have a user choose another password at the next sign-in."""
    ends_sessions = bool(given.revoke_all_sessions)
    await disarming.set_compromised(scope, user_id, compromised=True, ends_sessions=ends_sessions)
    return await _user(scope, user_id)


@backend.post("/v1/users/{user_id}/password/unset_compromised")
async def unset_user_password_compromised(
    scope: Scope, caller: SecretKey, user_id: UserId
) -> BackendUser:
    """Take that back."""
    await disarming.set_compromised(scope, user_id, compromised=False)
    return await _user(scope, user_id)


async def _user(scope: Scope, user_id: UserId) -> BackendUser:
    row = await user_store.user_details(scope.db, scope.instance.id, user_id)
    if row is None:
        raise errors.user.not_found()
    return user_views.backend_user(row, scope)


async def _refuse_stranger(scope: Scope, user_id: UserId) -> None:
    if await user_store.user_by_id(scope.db, scope.instance.id, user_id) is None:
        raise errors.user.not_found()
