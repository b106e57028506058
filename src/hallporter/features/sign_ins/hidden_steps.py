"""The steps of a sign-in that does not reveal whether there is a user.

Locked and banned users learn of it only after a proof. Until then they are treated like unknown
identifiers.
"""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.scope import Scope
from hallporter.features.sign_ins import hiding
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.strategies.strategy import Attempt, Strategy
from hallporter.features.verifications.prepared import Prepared


async def prepare(scope: Scope, row: SignInRow, strategy: Strategy, attempt: Attempt) -> Prepared:
    """Make what goes to the address that the sign-in names, if it is that of a user."""
    named = hiding.named(scope, row.identifier or "")
    if named is None or not strategy.offered_to_anybody(named):
        raise strategy.unsupported()
    subject = attempt.subject
    if subject.user is not None and not subject.is_kept_out:
        chosen = replace(
            attempt.proof,
            email_address_id=row.identification_id,
            phone_number_id=row.identification_id,
        )
        try:
            return await strategy.prepare(scope, replace(attempt, proof=chosen))
        except ApiError as error:
            if error.occurrences[0].kind is not errors.sign_in.strategy_invalid:
                raise
            # A number that is reserved for the second factor does not sign in, and the reply must
            # not show that it exists.
    notice = "sign_in_without_account" if subject.user is None else None
    return strategy.prepare_decoy(scope, named.canonical, attempt.proof, notice)
