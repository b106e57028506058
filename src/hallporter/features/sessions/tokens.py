"""Session tokens from session rows."""

from functools import lru_cache
from typing import Any
from zlib import crc32

from hallporter.contract import errors
from hallporter.contract.api_version import V2025_04_10
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND
from hallporter.features.instances import lifetimes
from hallporter.features.jwt_templates import store as jwt_template_store
from hallporter.features.sessions.rows import SessionRow
from hallporter.tokens import session_token
from hallporter.tokens.session_token import SessionFacts

# Claims of version 2 came with this API version.
_CLAIMS_V2 = V2025_04_10
_SIGNED_ANEW_AFTER = 30 * SECOND
_REMEMBERED = 10_000


async def mint(
    scope: Scope,
    session: SessionRow,
    *,
    authorized_party: str | None = None,
    ttl_seconds: int | None = None,
) -> str:
    """Return a session token for `session`, made for `authorized_party` or the page that asks."""
    if ttl_seconds is not None:
        await lifetimes.note(scope, ttl_seconds)
    return session_token.mint(
        scope.instance,
        _facts(session),
        now=scope.now,
        authorized_party=authorized_party or scope.request.origin,
        is_v2=scope.version >= _CLAIMS_V2,
        ttl_seconds=ttl_seconds,
        own_claims=await _own_claims(scope, session),
    )


async def token_of_client(scope: Scope, session: SessionRow, *, since: int) -> str:
    """Return a session token for a Client object; it may have been signed a moment ago.

    It is no older than `since` (ms) and the session's last change, because browsers and backends
    reject older ones as outdated.
    """
    facts = _facts(session)
    if facts.actor is not None or scope.instance.session_claims is not None:
        # The session row alone does not show whether its claims have changed.
        return await mint(scope, session)
    # Each session has its own beat, or all would be signed anew at one moment.
    age = (scope.now + crc32(session.id.encode())) % _SIGNED_ANEW_AFTER
    latest = max(since, session.updated_at, scope.now - age)
    return _as_of(
        # After the clock was set back a change may lie ahead.
        min(latest, scope.now),
        scope.instance,
        facts,
        scope.request.origin,
        is_v2=scope.version >= _CLAIMS_V2,
    )


@lru_cache(maxsize=_REMEMBERED)
def _as_of(
    moment: int,
    instance: Instance,
    facts: SessionFacts,
    authorized_party: str | None,
    *,
    is_v2: bool,
) -> str:
    return session_token.mint(
        instance, facts, now=moment, authorized_party=authorized_party, is_v2=is_v2
    )


def _facts(session: SessionRow) -> SessionFacts:
    return SessionFacts(
        session_id=session.id,
        user_id=session.user_id,
        status=session.status,
        actor=session.acted_by(),
        first_factor_verified_at=session.first_factor_verified_at,
        second_factor_verified_at=session.second_factor_verified_at,
    )


async def _own_claims(scope: Scope, session: SessionRow) -> dict[str, Any] | None:
    # Only an instance that has such claims pays for a second statement.
    if scope.instance.session_claims is None:
        return None
    subject = await jwt_template_store.subject_by_session(
        scope.db, scope.instance.id, session.id, scope.now
    )
    if subject is None:
        raise errors.session.not_found()
    return scope.instance.session_claims(subject)
