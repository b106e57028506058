"""Device Trust: a password alone signs nobody in where they have not been before.

What is remembered are the sessions that a user had on a client. One that was revoked says that the
device is not to be trusted any more, until the user has signed in there anew.
"""

from typing import Literal

from hallporter.contract.scope import Scope
from hallporter.core.database import Reader
from hallporter.features.sessions import store as sessions
from hallporter.features.sign_ins import hiding
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.verifications import strategies
from hallporter.features.verifications.strategy import Subject

State = Literal["pending", "new", "known"]


async def is_due(db: Reader, scope: Scope, row: SignInRow, subject: Subject) -> bool:
    """Tell whether a password has to be followed by the proof of an address.

    Who has a second factor shows that instead, and who has no address at all cannot be asked.
    """
    if not scope.instance.settings.client_trust or row.first_factor_strategy != "password":
        return False
    user = subject.user
    if user is None or user.bypass_client_trust or subject.has_second_factor:
        return False
    if not strategies.trust_factors(scope.instance.settings, subject):
        return False
    return await _state(db, row) != "known"


async def state(scope: Scope, row: SignInRow) -> State | None:
    """Return whether a sign-in's user was signed in on its client before; None if nobody asks."""
    if not scope.instance.settings.client_trust:
        return None
    # Of strangers nothing is remembered anywhere.
    return "pending" if hiding.hides(scope, row) else await _state(scope.db, row)


async def _state(db: Reader, row: SignInRow) -> State:
    if row.user_id is None:
        return "pending"
    is_known = await sessions.is_known_on_client(
        db, row.instance_id, row.client_id, row.user_id, but=row.created_session_id
    )
    return "known" if is_known else "new"
