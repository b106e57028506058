"""One-time codes: six digits, ten minutes, five attempts, one use (OWASP ASVS 6.5, 6.6)."""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import IdentificationId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.core import random
from hallporter.core.clock import MINUTE
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.identifications import canonical
from hallporter.features.messages import actions as message_actions
from hallporter.features.messages.actions import Carried
from hallporter.features.messages.kinds import CodeSlug
from hallporter.features.verifications import store, waiting
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.prepared import Awaited, ProofRequest, Recipient
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.waiting import not_waited_for

_LENGTH = 6
_LIFETIME = 10 * MINUTE
_MAX_ATTEMPTS = 5


class SentCode(Awaited, frozen=True, kw_only=True):
    """A new code: what is stored of it, and what is sent, if it goes to anybody."""

    code: Secret
    slug: CodeSlug

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it and queue its message, by mail or to a telephone."""
        await store.insert_verification(tx, self.verification, owner=request.owner)
        if self.recipient is None:
            return
        carried = Carried(self.verification.id, self.verification.expire_at)
        address, channel = self.recipient.address, self.recipient.channel
        if channel is None:
            await message_actions.send_code(
                tx,
                scope,
                address,
                self.code,
                slug=self.slug,
                carried=carried,
                regarding=request.regarding,
            )
            return
        await message_actions.send_sms_code(
            tx,
            scope,
            address,
            self.code,
            channel=channel,
            slug=self.slug,
            carried=carried,
            regarding=request.regarding,
        )


def new_code(
    scope: Scope,
    strategy: str,
    address: str,
    identification_id: IdentificationId | None,
    *,
    channel: PhoneCodeChannel | None = None,
    slug: CodeSlug = "verification_code",
) -> SentCode:
    """Make a code for `address`, which goes to a telephone by `channel`.

    In test mode Clerk's test addresses get 424242 and no mail.
    """
    is_test = scope.instance.settings.test_mode and canonical.is_test_address(address)
    code = canonical.TEST_CODE if is_test else random.digits(_LENGTH)
    row = replace(new_verification(scope, strategy, code, identification_id), channel=channel)
    recipient = None if is_test else Recipient(address, channel)
    return SentCode(row, recipient, code=Secret(code), slug=slug)


def new_verification(
    scope: Scope, strategy: str, code: str, identification_id: IdentificationId | None
) -> VerificationRow:
    """Return a proof that waits for `code`."""
    row = waiting.new_verification(
        scope, strategy, expire_at=scope.now + _LIFETIME, identification_id=identification_id
    )
    return replace(row, code_digest=_digest(scope, row.id, code))


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
    is_void: bool = False,
) -> Claim:
    """Return what tries `code`, all of it inside the write; `wrong` is said of any but the right.

    With `is_void` no code is right any more, and the reply is that to a wrong one. Raises when none
    was given.
    """
    if code is None:
        raise errors.form.missing(param="code")
    given = code.reveal()

    async def tried(tx: Write) -> Verdict:
        if waiting is None or not waiting.is_by(strategy):
            return not_waited_for(waiting)
        # No code has a digest that is made up.
        digest = random.token() if is_void else _digest(scope, waiting.id, given)
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
