"""Rate limits by sender, recipient and instance.

Counters are in the database and shared by all processes. A subject that is over its limit is also
remembered in this process, so that a flood costs no statements.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.hosts import is_loopback
from hallporter.contract.ids import InstanceId
from hallporter.contract.scope import Scope
from hallporter.core.clock import HOUR, MINUTE, SECOND
from hallporter.core.database import Reader
from hallporter.core.networks import holders
from hallporter.features.limits import store

Kind = Literal["mails", "sms", "wrong_attempts", "sign_ups", "clients"]
# Wrong attempts of a user on a known device, counted apart from others behind the same address.
_OWN_AT_ONCE, _OWN_INTERVAL = 20, MINUTE
_REMEMBERED = 10_000
# Networks hand out their numbers in blocks of this many last digits.
_RANGE_DIGITS = 4


class Spending(msgspec.Struct, frozen=True):
    """One use of a limit: `at_once` uses in a burst, then one every `interval` ms."""

    subject: str
    """A keyed hash of who it is, and of what: it may be the address of a stranger."""
    at_once: int
    interval: int


class _Exceeded(msgspec.Struct, frozen=True):
    """From when until when, in ms, a limit is used up."""

    at: int
    until: int


_exceeded: dict[tuple[InstanceId, str], _Exceeded] = {}


def spending(scope: Scope, who: str, *, at_once: int, interval: int) -> Spending:
    """Return one use of the limit of `who`: `at_once` in a burst, then one every `interval` ms."""
    return Spending(scope.box.digest("limit", who), at_once, interval)


def by_sender(scope: Scope, kind: Kind) -> list[Spending]:
    """Return what a request costs its sender: nothing if the sender is unknown."""
    ip = scope.request.ip
    if ip is None or _is_test(scope):
        return []
    limits = scope.instance.settings.limits
    match kind:
        case "mails":
            most = limits.mails_per_address
        case "sms":
            most = limits.sms_per_address
        case "wrong_attempts":
            most = limits.wrong_attempts_per_address
        case "sign_ups":
            most = limits.sign_ups_per_address
        case "clients":
            most = limits.clients_per_address
    found: list[Spending] = []
    for each in holders(ip):
        found += _hourly(scope, f"{kind} {each.name}", most * each.senders)
    return found


def by_instance(scope: Scope, kind: Literal["mails", "sms"]) -> list[Spending]:
    """Return what a message costs its instance."""
    if _is_test(scope):
        return []
    limits = scope.instance.settings.limits
    most = limits.sms_per_instance if kind == "sms" else limits.mails_per_instance
    return _hourly(scope, f"{kind} of all", most)


def by_range(scope: Scope, phone_number: str) -> list[Spending]:
    """Return what a message costs the ten thousand numbers that begin like its own."""
    if _is_test(scope):
        return []
    most = scope.instance.settings.limits.sms_per_range
    return _hourly(scope, f"range {phone_number[:-_RANGE_DIGITS]}", most)


def _hourly(scope: Scope, who: str, most: int) -> list[Spending]:
    """Return one of `most` at once and as many again within an hour; 0: without limit."""
    if not most:
        return []
    return [spending(scope, who, at_once=most, interval=max(1, HOUR // most))]


def _is_test(scope: Scope) -> bool:
    """Tell whether the request is a local test, which has no limits."""
    ip, instance = scope.request.ip, scope.instance
    return instance.settings.test_mode and instance.is_local and ip is not None and is_loopback(ip)


async def spend_of_sender(scope: Scope, kind: Kind) -> list[Spending]:
    """Count a request for its sender, or raise 429; return what can be given back."""
    spendings = by_sender(scope, kind)
    if spendings:
        await spend(scope.db, scope.instance.id, spendings, scope.now)
    return spendings


async def spend_of_own(scope: Scope, kind: Kind, user_id: str) -> list[Spending]:
    """Count one for a user at a client of their own, or raise 429; return what to give back."""
    own = spending(scope, f"own {kind} {user_id}", at_once=_OWN_AT_ONCE, interval=_OWN_INTERVAL)
    await spend(scope.db, scope.instance.id, [own], scope.now)
    return [own]


async def spend(db: Reader, instance_id: InstanceId, spendings: list[Spending], now: int) -> None:
    """Count all of them, or raise 429 and count none where one is too many.

    Inside a write a refusal has to undo it.
    """
    if not spendings:
        return
    refuse_remembered(instance_id, spendings, now)
    in_order = sorted(spendings, key=lambda each: each.subject)
    row = await store.spend(
        db,
        instance_id,
        [each.subject for each in in_order],
        [each.interval for each in in_order],
        [each.interval * each.at_once for each in in_order],
        now,
    )
    if row.counted == len(in_order):
        return
    for each, wait in zip(in_order, row.waits, strict=True):
        if wait > 0:
            _remember(instance_id, each, now, wait)
    raise _too_many(max(row.waits))


async def give_back(scope: Scope, spendings: Iterable[Spending]) -> None:
    """Take back what was counted before it was known whether it had to be."""
    for each in spendings:
        await store.give_back(scope.db, scope.instance.id, each.subject, each.interval)
        _exceeded.pop((scope.instance.id, each.subject), None)


def refuse_remembered(instance_id: InstanceId, spendings: Iterable[Spending], now: int) -> None:
    """Raise 429 for a limit that is known to be used up, without asking the database."""
    if not _exceeded:
        return
    for each in spendings:
        exceeded = _exceeded.get((instance_id, each.subject))
        # The entry is ignored if the clock was set back.
        if exceeded is not None and exceeded.at <= now < exceeded.until:
            raise _too_many(exceeded.until - now)


def _remember(instance_id: InstanceId, spent: Spending, now: int, wait: int) -> None:
    if len(_exceeded) >= _REMEMBERED:
        _exceeded.clear()
    _exceeded[instance_id, spent.subject] = _Exceeded(now, now + wait)


def _too_many(wait: int) -> ApiError:
    return errors.request.rate_limited(retry_after_seconds=max(1, -(-wait // SECOND)))
