"""Backend doors for test suites."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.objects import WireObject
from hallporter.contract.scope import Scope
from hallporter.core.clock import HOUR, SECOND
from hallporter.edge.operation import backend
from hallporter.tokens import jwt

_CATEGORY = "cl_testing"


class TestingToken(WireObject, frozen=True, tag="testing_token"):
    """What a test puts into `__clerk_testing_token`; `expires_at` in s, as Clerk has it."""

    token: str
    expires_at: int


@backend.post("/v1/testing_tokens")
async def create_testing_token(scope: Scope, caller: SecretKey) -> TestingToken:
    """Make a token for `@clerk/testing`. There is no bot protection here that it would lift."""
    issued_at = scope.now // SECOND
    expires_at = issued_at + HOUR // SECOND
    claims = {"exp": expires_at, "iat": issued_at, "iss": scope.instance.issuer}
    token = jwt.sign(scope.instance.signing_key, claims, category=_CATEGORY, issued_at=issued_at)
    return TestingToken(token=token, expires_at=expires_at)
