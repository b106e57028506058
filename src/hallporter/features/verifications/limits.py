"""Rate limits of codes and links: by sender, by recipient, and within one attempt."""

from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import ClientId, UserId
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE
from hallporter.features.identifications import canonical
from hallporter.features.limits import actions as limit_actions
from hallporter.features.limits.actions import Spending
from hallporter.features.sessions import store as session_store
from hallporter.features.verifications.prepared import Prepared

# So many at once, and then one for each interval that has passed.
_AT_ONCE = 6
_PER_RECIPIENT = 5 * MINUTE
_PER_ATTEMPT = MINUTE


async def spend(
    scope: Scope,
    prepared: Prepared,
    *,
    regarding: str,
    user_id: UserId | None = None,
    client_id: ClientId | None = None,
) -> None:
    """Count a message for the attempt `regarding`; raises 429 when the limit is reached.

    On a known device a user has a separate limit. Otherwise anybody could use up a user's codes by
    requesting them. Call it before the write that stores the message, so that no transaction holds
    the locks of the shared counters.
    """
    if prepared.recipient is None:
        return
    address, channel = prepared.recipient.address, prepared.recipient.channel
    by_attempt = limit_actions.spending(
        scope, f"attempt {regarding}", at_once=_AT_ONCE, interval=_PER_ATTEMPT
    )
    if channel is not None:
        recipient, others = address, _by_phone(scope, address)
    else:
        recipient, others = canonical.mailbox(address), _by_mail(scope)
    others = [by_attempt, *others]
    try:
        await _count(scope, [_to(scope, recipient), *others])
    except ApiError:
        if user_id is None or client_id is None:
            raise
        if not await session_store.is_known_on_client(
            scope.db, scope.instance.id, client_id, user_id, but=None
        ):
            raise
        await _count(scope, [_to(scope, f"{recipient} by {user_id}"), *others])


async def spend_mail(scope: Scope, address: str) -> None:
    """Count a mail that belongs to no attempt; raises 429 when the limit is reached."""
    await _count(scope, [_to(scope, canonical.mailbox(address)), *_by_mail(scope)])


async def _count(scope: Scope, spendings: list[Spending]) -> None:
    await limit_actions.spend(scope.db, scope.instance.id, spendings, scope.now)


def _by_mail(scope: Scope) -> list[Spending]:
    return [*limit_actions.by_sender(scope, "mails"), *limit_actions.by_instance(scope, "mails")]


def _by_phone(scope: Scope, phone_number: str) -> list[Spending]:
    return [
        *limit_actions.by_sender(scope, "sms"),
        *limit_actions.by_range(scope, phone_number),
        *limit_actions.by_instance(scope, "sms"),
    ]


def _to(scope: Scope, recipient: str) -> Spending:
    return limit_actions.spending(
        scope, f"recipient {recipient}", at_once=_AT_ONCE, interval=_PER_RECIPIENT
    )
