"""Session tokens from session rows."""

from typing import Any

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_version import V2025_04_10
from hallporter.contract.scope import Scope
from hallporter.features.jwt_templates import store as jwt_templates
from hallporter.features.sessions.rows import SessionRow
from hallporter.tokens import session_token
from hallporter.tokens.session_token import SessionFacts

# Claims of version 2 came with this API version.
_CLAIMS_V2 = V2025_04_10


async def mint(
    scope: Scope,
    session: SessionRow,
    *,
    authorized_party: str | None = None,
    ttl_seconds: int | None = None,
) -> str:
    """Return a session token for `session`, made for `authorized_party` or the page that asks."""
    return session_token.mint(
        scope.instance,
        SessionFacts(
            session_id=session.id,
            user_id=session.user_id,
            status=session.status,
            actor=msgspec.json.decode(session.actor),
            first_factor_verified_at=session.first_factor_verified_at,
            second_factor_verified_at=session.second_factor_verified_at,
        ),
        now=scope.now,
        authorized_party=authorized_party or scope.visitor.origin,
        is_v2=scope.version >= _CLAIMS_V2,
        ttl_seconds=ttl_seconds,
        own_claims=await _own_claims(scope, session),
    )


async def _own_claims(scope: Scope, session: SessionRow) -> dict[str, Any] | None:
    # Only an instance that has such claims pays for a second statement.
    if scope.instance.session_claims is None:
        return None
    subject = await jwt_templates.subject_by_session(
        scope.db, scope.instance.id, session.id, scope.now
    )
    if subject is None:
        raise errors.session.not_found()
    return scope.instance.session_claims(subject)
