"""Frontend doors of JWT templates."""

from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SessionId
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.jwt_templates import minting
from hallporter.features.sessions.views import Token


@frontend.post("/v1/client/sessions/{session_id}/tokens/{template_name}")
async def create_session_token_with_template(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, template_name: str
) -> Token:
    """Mint a token for another service."""
    return Token(jwt=await minting.for_browser(scope, caller, session_id, template_name))
