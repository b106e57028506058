"""Frontend doors of JWT templates."""

import msgspec

from hallporter.contract.callers import KnownBrowser, SignedIn
from hallporter.contract.ids import SessionId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Name
from hallporter.edge.operation import frontend
from hallporter.features.jwt_templates import minting
from hallporter.features.sessions.views import Token


class CreateServiceToken(msgspec.Struct, frozen=True, kw_only=True):
    """For which service."""

    service: Name


@frontend.post("/v1/client/sessions/{session_id}/tokens/{template_name}", in_maintenance=True)
async def create_session_token_with_template(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, template_name: str
) -> Token:
    """Mint a token for another service."""
    return Token(jwt=await minting.for_browser(scope, caller, session_id, template_name))


@frontend.post("/v1/me/tokens")
async def create_service_token(scope: Scope, caller: SignedIn, given: CreateServiceToken) -> Token:
    """Mint a token for another service as early SDKs ask: the template of its name says how."""
    jwt = await minting.for_browser(scope, caller.browser, caller.session_id, given.service)
    return Token(jwt=jwt)
