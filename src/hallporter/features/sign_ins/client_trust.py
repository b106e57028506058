"""Device Trust: a password alone signs nobody in where they have not been before.

What is remembered are the sessions that a user had on a client. One that was revoked says that the
device is not to be trusted any more, until the user has signed in there anew.
"""

from hallporter.contract.scope import Scope
from hallporter.core.database import Reader
from hallporter.features.sessions import store as sessions
from hallporter.features.sign_ins import hiding
from hallporter.features.sign_ins.rows import ClientTrustState, SignInRow
from hallporter.features.verifications import strategies
from hallporter.features.verifications.strategy import Subject


async def is_due(db: Reader, scope: Scope, row: SignInRow, subject: Subject) -> bool:
    """Tell whether a password has to be followed by the proof of an address.

    Who has a second factor shows that instead, and who has no address at all cannot be asked.
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
    is_known = await sessions.is_known_on_client(
        db, row.instance_id, row.client_id, row.user_id, but=row.created_session_id
    )
    return "known" if is_known else "new"
