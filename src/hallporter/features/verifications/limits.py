"""How often a code or a link may be asked for: by whom, to whom, and within one attempt."""

from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE
from hallporter.features.identifications import canonical
from hallporter.features.limits import actions as limits
from hallporter.features.limits.actions import Spending
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.links import SentLink

# So many at once, and then one for each interval that has passed.
_AT_ONCE = 6
_PER_RECIPIENT = 5 * MINUTE
_PER_ATTEMPT = MINUTE


async def spend(scope: Scope, sent: SentCode | SentLink | Decoy, *, regarding: str) -> None:
    """Count what is about to be sent for the attempt `regarding`; raises 429 when it is too much.

    Before the write that sends it: rows that many requests count in are held by none of them.
    """
    if isinstance(sent, SentLink) or sent.is_sent:
        by_attempt = limits.spending(
            scope, f"attempt {regarding}", at_once=_AT_ONCE, interval=_PER_ATTEMPT
        )
        is_to_phone = sent.verification.channel is not None
        spendings = _to_phone(scope, sent.address) if is_to_phone else _by_mail(scope, sent.address)
        await limits.spend(scope.db, scope.instance.id, [by_attempt, *spendings], scope.now)


async def spend_mail(scope: Scope, address: str) -> None:
    """Count a mail that somebody asks for without an attempt; raises 429 when it is too much."""
    await limits.spend(scope.db, scope.instance.id, _by_mail(scope, address), scope.now)


def _by_mail(scope: Scope, address: str) -> list[Spending]:
    return [
        _to(scope, canonical.mailbox(address)),
        *limits.by_sender(scope, "mails"),
        *limits.by_instance(scope, "mails"),
    ]


def _to_phone(scope: Scope, phone_number: str) -> list[Spending]:
    return [
        _to(scope, phone_number),
        *limits.by_sender(scope, "sms"),
        *limits.by_range(scope, phone_number),
        *limits.by_instance(scope, "sms"),
    ]


def _to(scope: Scope, recipient: str) -> Spending:
    return limits.spending(
        scope, f"recipient {recipient}", at_once=_AT_ONCE, interval=_PER_RECIPIENT
    )
