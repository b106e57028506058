"""What a server does with a user's credentials: it compares them, or takes them away."""

from typing import Literal

from hallporter.contract import errors
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core import passwords
from hallporter.core.secret import Secret
from hallporter.features.credentials import one_time, store
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.events import users as user_events

CodeType = Literal["totp", "backup_code"]


async def verify_password(scope: Scope, user_id: UserId, given: Secret) -> None:
    """Raise unless `given` is the user's password."""
    known = await store.credentials(scope.db, scope.instance.id, user_id)
    if known is None or known.password_hash is None:
        raise errors.user.no_password_set()
    if not await passwords.fits(known.password_hash, given.reveal()):
        raise errors.form.password_incorrect(param="password")


async def verify_totp(scope: Scope, user_id: UserId, code: Secret) -> CodeType:
    """Spend a code of the user's authenticator app, or a backup code; tell which it was."""
    known = await store.credentials(scope.db, scope.instance.id, user_id)
    if known is None or known.totp_secret_encrypted is None:
        raise errors.user.totp_not_enabled()
    spent = await _spend(scope, known, known.totp_secret_encrypted, code.reveal().strip())
    if spent is None:
        raise errors.form.code_incorrect(param="code")
    return spent


async def _spend(scope: Scope, known: CredentialsRow, sealed: str, code: str) -> CodeType | None:
    secret = scope.box.decrypt(sealed).decode()
    step = one_time.matching_step(secret, code, scope.now)
    code_hash = one_time.hash_of_backup_code(scope, code)
    instance_id, user_id = scope.instance.id, known.user_id
    async with scope.db.write() as tx:
        if step is not None:
            is_new = await store.use_totp_step(tx, instance_id, user_id, step)
            return "totp" if is_new else None
        is_known = await store.use_backup_code(tx, instance_id, user_id, code_hash)
        if is_known:
            # With the last one the user has none any more.
            user_events.changed(tx, scope, user_id)
        return "backup_code" if is_known else None
