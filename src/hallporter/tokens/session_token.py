"""The session token (Clerk, "Session tokens"): 60 seconds, RS256, claims of version 1 or 2."""

from typing import Any

import msgspec

from hallporter.contract import errors
from hallporter.contract.ids import SessionId, UserId
from hallporter.contract.instance import Instance
from hallporter.core.clock import MINUTE
from hallporter.core.random import token_id
from hallporter.tokens import jwt

CATEGORY = "cl_B7d4PD111AAA"
_BACKDATED_SECONDS = 10
_NEVER = -1


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says of its session; times in ms."""

    session_id: SessionId
    user_id: UserId
    status: str
    actor: dict[str, Any] | None
    first_factor_verified_at: int | None
    second_factor_verified_at: int | None


class SessionClaims(msgspec.Struct, frozen=True):
    """The claims that every session token must have (times in s) and that we read back."""

    sub: UserId
    sid: SessionId
    iss: str
    exp: int
    nbf: int
    iat: int


def mint(
    instance: Instance,
    session: SessionFacts,
    *,
    now: int,
    authorized_party: str | None,
    is_v2: bool,
    ttl_seconds: int | None = None,
    own_claims: dict[str, Any] | None = None,
) -> str:
    """Return a signed session token; `authorized_party` is the Origin it is for (`azp`).

    `own_claims` are the instance's; they take the place of none that are ours.
    """
    issued_at = now // 1000
    claims: dict[str, Any] = {
        "exp": issued_at + (ttl_seconds or instance.settings.session_token_ttl_seconds),
        "fva": factor_verification_age(
            session.first_factor_verified_at, session.second_factor_verified_at, now
        ),
        "iat": issued_at,
        "iss": instance.issuer,
        "jti": token_id(),
        "nbf": issued_at - _BACKDATED_SECONDS,
        "sid": session.session_id,
        "sub": session.user_id,
    }
    if authorized_party is not None:
        claims["azp"] = authorized_party
    if session.actor is not None:
        claims["act"] = session.actor
    if is_v2:
        claims |= {"sts": session.status, "v": 2}
    elif session.status != "active":
        # Version 1 has no such claim; backends that know it must not take this for signed in.
        claims["sts"] = session.status
    if own_claims:
        claims = own_claims | claims
    return jwt.sign(instance.signing_key, claims, category=CATEGORY, issued_at=issued_at)


def factor_verification_age(first: int | None, second: int | None, now: int) -> list[int]:
    """Return minutes since the first and the second factor were shown, -1 where never."""
    return [_minutes_since(first, now), _minutes_since(second, now)]


def _minutes_since(moment: int | None, now: int) -> int:
    return _NEVER if moment is None else max(0, (now - moment) // MINUTE)


def verify(instance: Instance, token: str, now: int) -> SessionClaims:
    """Return the claims of a session token that holds at `now`.

    Raises `token_invalid`, or `token_expired` when only its time is over.
    """
    claims = jwt.verified_claims(instance, token, {CATEGORY: SessionClaims})
    refuse_unfit(instance, claims, now)
    return claims


def refuse_unfit(instance: Instance, claims: SessionClaims, now: int) -> None:
    """Raise unless verified claims are this instance's and hold at `now`."""
    _refuse_foreign(instance, claims)
    seconds = now / 1000
    if claims.nbf - jwt.LEEWAY_SECONDS > seconds or claims.iat - jwt.LEEWAY_SECONDS > seconds:
        raise errors.client.token_invalid()
    if seconds >= claims.exp + jwt.LEEWAY_SECONDS:
        raise errors.client.token_expired()


def verify_ignoring_expiry(instance: Instance, token: str) -> SessionClaims:
    """Return the claims of a session token of any age that this instance issued.

    It proves nothing by itself: whoever asks looks for a secret beside it.
    """
    claims = jwt.verified_claims(instance, token, {CATEGORY: SessionClaims}, backed=(CATEGORY,))
    _refuse_foreign(instance, claims)
    return claims


def _refuse_foreign(instance: Instance, claims: SessionClaims) -> None:
    if claims.iss != instance.issuer:
        raise errors.client.token_invalid()
