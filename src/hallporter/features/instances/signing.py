"""Which of an instance's signing keys signs, which are published, which are over: by the clock.

A key is published before it signs, so that whoever keeps our JWKS has it by then. It stays
published until the last token that it signed has expired, and caches have, too. After that it still
opens what the database judges as well: the tokens of clients, which last for years, and the expired
session tokens that refreshes show.
"""

from collections.abc import Sequence

import msgspec

from hallporter.core.clock import DAY, HOUR
from hallporter.features.instances.rows import SigningKeyRow, SigningKeyTimes

LONGEST_SESSION_TOKEN = DAY
"""The bound of `session_token_ttl_seconds`: what is longer is noted (`lifetimes.py`)."""
CACHES = HOUR
"""For how long somebody may keep our JWKS; @clerk/backend 3.25 does so for five minutes."""


class Timed(msgspec.Struct, frozen=True):
    """A signing key and its times, in ms; `ends_at` is when it is no longer published."""

    row: SigningKeyRow
    signs_from: int
    ends_at: int | None


class Stages(msgspec.Struct, frozen=True):
    """An instance's signing keys at one moment, newest first in each stage."""

    current: Timed
    coming: list[Timed]
    leaving: list[Timed]
    withdrawn: list[Timed]
    changes_at: int | None
    """When the next of them enters another stage."""

    @property
    def published(self) -> list[Timed]:
        """What the JWKS shows, first the key that signs."""
        return [self.current, *self.coming, *self.leaving]


def stages(rows: Sequence[SigningKeyRow], times: Sequence[SigningKeyTimes], now: int) -> Stages:
    """Return in which stage each key is at `now`; there is at least one key."""
    known = {each.kid: each for each in times}
    timed = _timed(rows, known)
    candidates = [each for each in timed if each.signs_from <= now and not _is_over(each, now)]
    # Somebody has to sign: the oldest, if the clock was set back before all of them.
    current = candidates[0] if candidates else timed[-1]
    others = [each for each in timed if each is not current]
    moments = [moment for each in timed for moment in (each.signs_from, each.ends_at)]
    return Stages(
        current=current,
        coming=[each for each in others if each.signs_from > now and not _is_over(each, now)],
        leaving=[each for each in others if each.signs_from <= now and not _is_over(each, now)],
        withdrawn=[each for each in others if _is_over(each, now)],
        changes_at=min((each for each in moments if each is not None and each > now), default=None),
    )


def _is_over(key: Timed, now: int) -> bool:
    return key.ends_at is not None and key.ends_at <= now


def _timed(rows: Sequence[SigningKeyRow], known: dict[str, SigningKeyTimes]) -> list[Timed]:
    """Return the keys with their times, the one that signs last first."""
    starts = {
        row.kid: known[row.kid].signs_from if row.kid in known else row.created_at for row in rows
    }
    ordered = sorted(rows, key=lambda row: (starts[row.kid], row.kid), reverse=True)
    found: list[Timed] = []
    successor: int | None = None
    for row in ordered:
        at = known.get(row.kid)
        withdrawn_at = None if at is None else at.withdrawn_at
        ends_at = withdrawn_at
        if ends_at is None and successor is not None:
            tokens_until = 0 if at is None else at.tokens_until
            ends_at = max(successor + LONGEST_SESSION_TOKEN, tokens_until) + CACHES
        found.append(Timed(row, starts[row.kid], ends_at))
        if withdrawn_at is None:
            successor = starts[row.kid]
    return found
