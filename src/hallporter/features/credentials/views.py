"""Credentials as their own user sees them."""

from hallporter.contract.ids import UserId
from hallporter.contract.objects import Moment, WireObject


class Totp(WireObject, frozen=True, tag="totp"):
    """An authenticator app. `secret` and `uri` are shown once, before it is verified."""

    id: str
    secret: str | None
    uri: str | None
    verified: bool
    backup_codes: list[str] | None
    created_at: Moment
    updated_at: Moment


class BackupCodes(WireObject, frozen=True, tag="backup_code"):
    """Backup codes, shown once."""

    id: str
    codes: list[str]
    created_at: Moment
    updated_at: Moment


def new_totp(user_id: UserId, *, secret: str, uri: str, now: int) -> Totp:
    """Return an authenticator app that waits for its first code."""
    return Totp(
        id=id_of_totp(user_id),
        secret=secret,
        uri=uri,
        verified=False,
        backup_codes=None,
        created_at=now,
        updated_at=now,
    )


def verified_totp(user_id: UserId, *, backup_codes: list[str] | None, now: int) -> Totp:
    """Return an authenticator app that was just turned on."""
    return Totp(
        id=id_of_totp(user_id),
        secret=None,
        uri=None,
        verified=True,
        backup_codes=backup_codes,
        created_at=now,
        updated_at=now,
    )


def backup_codes(user_id: UserId, codes: list[str], now: int) -> BackupCodes:
    """Return backup codes that were just made."""
    return BackupCodes(id=_of_user("bkc", user_id), codes=codes, created_at=now, updated_at=now)


def id_of_totp(user_id: UserId) -> str:
    """Return the id of a user's authenticator app: there is one at most, so it is the user's."""
    return _of_user("totp", user_id)


def _of_user(prefix: str, user_id: UserId) -> str:
    return f"{prefix}_{user_id.partition('_')[2]}"
