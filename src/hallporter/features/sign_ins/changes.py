"""What a sign-in changes of its user, once it is complete.

Access to a mailbox or to an account at a provider is the first factor only. Until the second one is
proved, the password stays, other sessions go on and no account is linked.
"""

import msgspec

from hallporter.contract.ids import SignInId, UserId
from hallporter.contract.scope import Scope
from hallporter.core.clock import DAY
from hallporter.core.database import Write
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.credentials import store as credential_store
from hallporter.features.external_accounts import linking
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sign_ins import store
from hallporter.features.sign_ins.rows import SignInChangeRow
from hallporter.features.strategies.strategy import Change

# Longer than any sign-in may wait.
_KEPT = 2 * DAY


async def keep(tx: Write, scope: Scope, id: SignInId, change: Change) -> None:
    """Keep a change until its sign-in is complete; those of sign-ins long abandoned go."""
    sealed = None
    if change.identity is not None:
        sealed = scope.box.encrypt(msgspec.json.encode(change.identity))
    row = SignInChangeRow(
        sign_in_id=id,
        instance_id=scope.instance.id,
        password_hash=change.password_hash,
        ends_sessions=change.ends_sessions,
        strategy=change.strategy,
        identity_encrypted=sealed,
        created_at=scope.now,
    )
    await store.insert_change(tx, row, older_than=scope.now - _KEPT)


async def kept(tx: Write, scope: Scope, id: SignInId) -> Change | None:
    """Take what was kept for a sign-in that has just proved its second factor."""
    found = await store.take_change(tx, scope.instance.id, id)
    if found is None:
        return None
    identity = None
    if found.identity_encrypted is not None:
        identity = msgspec.json.decode(scope.box.decrypt(found.identity_encrypted), type=Identity)
    return Change(
        password_hash=found.password_hash,
        ends_sessions=found.ends_sessions,
        strategy=found.strategy,
        identity=identity,
    )


async def make(tx: Write, scope: Scope, user_id: UserId, change: Change) -> None:
    """Make a change; raises `external_account_exists` when another user has the account by now."""
    if change.password_hash is not None:
        await credential_store.set_password(
            tx, scope.instance.id, user_id, change.password_hash, scope.now
        )
        await session_actions.settle(tx, scope, user_id)
    if change.ends_sessions:
        await session_actions.end_all_of_user(tx, scope, user_id)
    if change.strategy is not None and change.identity is not None:
        await linking.attach(tx, scope, user_id, change.strategy, change.identity)
