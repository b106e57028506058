"""Reverifications as the outside sees them: `replies` makes them of what is stored."""

from hallporter.contract.objects import WireObject
from hallporter.features.envelope.views import Session
from hallporter.features.sign_ins.views import FactorVerification
from hallporter.features.verifications.factors import Factor


class SessionReverification(WireObject, frozen=True, tag="session_reverification"):
    """Where the proof stands, and the session that it is about."""

    level: str
    status: str
    supported_first_factors: list[Factor]
    supported_second_factors: list[Factor]
    first_factor_verification: FactorVerification | None
    second_factor_verification: FactorVerification | None
    session: Session
