"""Mail to users about a sign-in to their account on a new device."""

from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.sessions import store as session_store
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.strategies.strategy import Subject
from hallporter.features.users import notices


async def tell(tx: Write, scope: Scope, row: SignInRow, subject: Subject, method: str) -> None:
    """Queue the notice for a sign-in that is about to complete.

    There is none for a user's first sign-in.
    """
    user = subject.user
    if user is None or user.last_sign_in_at is None:
        return
    if await session_store.is_known_on_client(
        tx, row.instance_id, row.client_id, user.id, but=None
    ):
        return
    await notices.tell(tx, scope, user, "new_device_sign_in", sign_in_method=method)
