"""Session tokens from session rows."""

import msgspec

from hallporter.contract.api_version import V2025_04_10
from hallporter.contract.scope import Scope
from hallporter.features.sessions.rows import SessionRow
from hallporter.tokens import session_token
from hallporter.tokens.session_token import SessionFacts

# Claims of version 2 came with this API version.
_CLAIMS_V2 = V2025_04_10


def mint(
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
    )
