"""One-time codes: six digits, ten minutes, five attempts, one use (OWASP ASVS 6.5, 6.6)."""

from collections.abc import Awaitable, Callable

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.ids import IdentificationId, VerificationId
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core import random
from hallporter.core.clock import MINUTE
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.identifications import canonical
from hallporter.features.verifications import channels, store, waiting
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.waiting import not_waited_for

_LENGTH = 6
_LIFETIME = 10 * MINUTE
_MAX_ATTEMPTS = 5


class SentCode(msgspec.Struct, frozen=True):
    """A new code: what is stored of it, and what is sent, if anything is."""

    verification: VerificationRow
    address: str
    code: Secret
    is_sent: bool


def new_code(
    scope: Scope,
    strategy: str,
    address: str,
    identification_id: IdentificationId | None,
    channel: str | None = None,
) -> SentCode:
    """Make a code for `address`, which goes to a telephone by the `channel` that was asked for.

    In test mode Clerk's test addresses get 424242 and no mail.
    """
    is_test = scope.instance.settings.test_mode and canonical.is_test_address(address)
    code = canonical.TEST_CODE if is_test else random.digits(_LENGTH)
    row = new_verification(scope, strategy, code, identification_id, channel)
    return SentCode(verification=row, address=address, code=Secret(code), is_sent=not is_test)


def new_verification(
    scope: Scope,
    strategy: str,
    code: str,
    identification_id: IdentificationId | None,
    channel: str | None = None,
) -> VerificationRow:
    """Return a proof that waits for `code`."""
    row = waiting.new_verification(
        scope, strategy, expire_at=scope.now + _LIFETIME, identification_id=identification_id
    )
    return replace(
        row,
        code_digest=_digest(scope, row.id, code),
        channel=channels.chosen(scope, channel) if strategy.endswith("phone_code") else None,
    )


def _digest(scope: Scope, id: VerificationId, code: str) -> str:
    """Return the keyed hash of a code: six digits hashed without a key could be tried out."""
    return scope.box.digest("verification code", f"{id}:{code.strip()}")


def claim(
    scope: Scope,
    waiting: VerificationRow | None,
    code: Secret | None,
    *,
    strategy: str,
    wrong: ApiError | None = None,
) -> Callable[[Write], Awaitable[ApiError | None]]:
    """Return what tries `code`, all of it inside the write; `wrong` is said of any but the right.

    Raises when none was given.
    """
    if code is None:
        raise errors.form.missing(param="code")
    given = code.reveal()

    async def tried(tx: Write) -> ApiError | None:
        if waiting is None or waiting.strategy != strategy:
            return not_waited_for(waiting)
        digest = _digest(scope, waiting.id, given)
        row = await store.try_code(tx, waiting, digest, scope.now, max_attempts=_MAX_ATTEMPTS)
        if row is None:
            return _why_not_tried(waiting, scope.now)
        if row.status == "verified":
            return None
        return wrong or errors.form.code_incorrect(param="code")

    return tried


def _why_not_tried(row: VerificationRow, now: int) -> ApiError:
    match row.status_at(now):
        case "verified":
            return errors.verification.already_verified()
        case "expired":
            return errors.verification.expired()
        case _:
            return errors.verification.failed()
