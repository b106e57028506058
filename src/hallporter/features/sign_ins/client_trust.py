"""Client trust: on an unknown device a password alone does not sign a user in.

A device is known by the sessions that the user had on its client. After a revoked session it is
unknown again, until the user signs in there anew.
"""

from hallporter.contract.scope import Scope
from hallporter.core.database import Reader
from hallporter.features import strategies
from hallporter.features.sessions import store as session_store
from hallporter.features.sign_ins import hiding
from hallporter.features.sign_ins.rows import ClientTrustState, SignInRow
from hallporter.features.strategies.strategy import Subject


async def is_due(db: Reader, scope: Scope, row: SignInRow, subject: Subject) -> bool:
    """Tell whether the proof of an address has to follow the password.

    A user with a second factor proves that instead. A user without any address cannot be asked.
    """
    user = subject.user
    if user is None or user.bypass_client_trust or subject.has_second_factor:
        return False
    if not strategies.offered(strategies.of_instance(scope.instance).trust, subject):
        return False
    return await _state(db, row) != "known"


async def state(scope: Scope, row: SignInRow) -> ClientTrustState:
    """Return whether a sign-in's user was signed in on its client before."""
    # Of strangers nothing is remembered anywhere.
    return "pending" if hiding.hides(scope, row) else await _state(scope.db, row)


async def _state(db: Reader, row: SignInRow) -> ClientTrustState:
    if row.user_id is None:
        return "pending"
    is_known = await session_store.is_known_on_client(
        db, row.instance_id, row.client_id, row.user_id, but=row.created_session_id
    )
    return "known" if is_known else "new"
