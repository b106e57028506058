"""Backend API endpoints for test suites."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.objects import Moment, UnixTime, WireObject
from hallporter.contract.scope import Scope
from hallporter.core.clock import HOUR, SECOND
from hallporter.edge.operation import backend
from hallporter.features.testing import actions
from hallporter.features.testing.actions import MoveClock
from hallporter.tokens import jwt

_CATEGORY = "cl_testing"


class TestingToken(WireObject, frozen=True, tag="testing_token"):
    """What a test puts into `__clerk_testing_token`."""

    token: str
    expires_at: UnixTime


class TestingClock(WireObject, frozen=True, tag="testing_clock"):
    """What time it is for the instance, and by how many ms it is ahead of real time."""

    now: Moment
    ahead_by: int


@backend.get("/v1/testing/clock")
async def get_testing_clock(scope: Scope, caller: SecretKey) -> TestingClock:
    """Tell what time it is for an instance in test mode."""
    return _clock(scope, await actions.ahead_by(scope))


@backend.post("/v1/testing/clock", changes_instance=True, in_maintenance=True)
async def move_testing_clock(scope: Scope, caller: SecretKey, given: MoveClock) -> TestingClock:
    """Move the clock of an instance in test mode; it goes on from there."""
    return _clock(scope, await actions.move(scope, given))


@backend.post("/v1/testing_tokens")
async def create_testing_token(scope: Scope, caller: SecretKey) -> TestingToken:
    """Make a token for `@clerk/testing`. There is no bot protection here that it would lift."""
    issued_at = scope.now // SECOND
    expires_at = issued_at + HOUR // SECOND
    claims = {"exp": expires_at, "iat": issued_at, "iss": scope.instance.issuer}
    token = jwt.sign(scope.instance.signing_key, claims, category=_CATEGORY, issued_at=issued_at)
    return TestingToken(token=token, expires_at=expires_at)


def _clock(scope: Scope, ahead_by: int) -> TestingClock:
    return TestingClock(now=scope.real_now + ahead_by, ahead_by=ahead_by)
