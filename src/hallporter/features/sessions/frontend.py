"""Frontend API endpoints of sessions."""

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import KnownBrowser, Recent, SignedIn
from hallporter.contract.ids import SessionId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Name
from hallporter.edge.operation import frontend
from hallporter.features.clients.actions import HeldClient
from hallporter.features.envelope import views as envelope_views
from hallporter.features.envelope.envelope import reply_as, wrapped
from hallporter.features.envelope.views import Client, Session
from hallporter.features.sessions import actions, devices, template_tokens, tokens, views
from hallporter.features.sessions.actions import Changed
from hallporter.features.sessions.views import ActiveSession, Token


@frontend.get("/v1/client/sessions/{session_id}")
async def get_session(scope: Scope, caller: KnownBrowser, session_id: SessionId) -> Reply:
    """Return one of the client's own sessions."""
    session = await actions.own_session(scope, caller, session_id)
    return await _reply(scope, caller, Changed(session, _shown(caller)))


@frontend.post("/v1/client/sessions/{session_id}/touch", in_maintenance=True)
async def touch_session(scope: Scope, caller: KnownBrowser, session_id: SessionId) -> Reply:
    """Make a session the active one."""
    session = await actions.touch(scope, caller, session_id)
    return await _reply(scope, caller, Changed(session, _shown(caller)), with_token=True)


@frontend.post("/v1/client/sessions/{session_id}/end", in_maintenance=True)
async def end_session(scope: Scope, caller: KnownBrowser, session_id: SessionId) -> Reply:
    """Sign one user out."""
    ended = await actions.end_own(scope, caller, session_id, "ended")
    return await _reply(scope, caller, ended, with_token=True)


@frontend.post("/v1/client/sessions/{session_id}/remove", in_maintenance=True)
async def remove_session(scope: Scope, caller: KnownBrowser, session_id: SessionId) -> Reply:
    """Sign one user out and forget the account on this client."""
    removed = await actions.end_own(scope, caller, session_id, "removed")
    return await _reply(scope, caller, removed, with_token=True)


@frontend.delete("/v1/client/sessions", in_maintenance=True)
async def remove_client_sessions_and_retain_cookie(scope: Scope, caller: KnownBrowser) -> Reply:
    """Sign everybody out; the client stays."""
    held = await actions.end_all_own(scope, caller, "removed")
    return await wrapped(scope, caller, held, lambda client: client)


@frontend.post("/v1/client/sessions/{session_id}/tokens", in_maintenance=True)
async def create_session_token(scope: Scope, caller: KnownBrowser, session_id: SessionId) -> Token:
    """Mint a session token: the request that every signed-in page makes every minute."""
    session = await actions.to_mint_from(scope, caller, session_id)
    return Token(jwt=await tokens.mint(scope, session))


@frontend.get("/v1/me/sessions")
async def get_users_sessions(scope: Scope, caller: SignedIn) -> list[Session]:
    """Return one's sessions on every device."""
    rows = await actions.of_user(scope, caller)
    return await envelope_views.own_sessions(scope, caller.user_id, rows)


@frontend.get("/v1/me/sessions/active")
async def get_sessions(scope: Scope, caller: SignedIn) -> list[ActiveSession]:
    """Return one's devices: from what and where each session is used."""
    rows = await actions.of_user(scope, caller)
    city_database = scope.instance.settings.session.city_database
    found = await devices.activities(rows, city_database=city_database)
    return [views.active_session(row, activity, scope.now) for row, activity in found]


@frontend.post("/v1/me/sessions/{session_id}/revoke", in_maintenance=True)
async def revoke_session(scope: Scope, caller: SignedIn[Recent], session_id: SessionId) -> Reply:
    """Sign out one of one's devices."""
    revoked = await actions.revoke_own(scope, caller, session_id)
    session = await envelope_views.own_session(scope, revoked)
    return await reply_as(scope, caller, lambda _client: session, with_token=True)


def _shown(caller: KnownBrowser) -> HeldClient:
    return HeldClient(caller.credential.client_id, caller.credential.token_hash)


async def _reply(
    scope: Scope, caller: KnownBrowser, changed: Changed, *, with_token: bool = False
) -> Reply:
    """Reply with a session as its client holds it, or as it ended."""
    id, is_live = changed.session.id, changed.session.is_live(scope.now)
    ended = None if is_live else await envelope_views.own_session(scope, changed.session)

    def find(client: Client) -> Session:
        found = ended or next((each for each in client.sessions if each.id == id), None)
        if found is None:
            raise errors.session.not_active()
        return found

    return await wrapped(scope, caller, changed.client, find, with_token=with_token)


class CreateServiceToken(msgspec.Struct, frozen=True, kw_only=True):
    """For which service."""

    service: Name


@frontend.post("/v1/client/sessions/{session_id}/tokens/{template_name}", in_maintenance=True)
async def create_session_token_with_template(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, template_name: str
) -> Token:
    """Mint a token for another service."""
    return Token(jwt=await template_tokens.for_browser(scope, caller, session_id, template_name))


@frontend.post("/v1/me/tokens")
async def create_service_token(scope: Scope, caller: SignedIn, given: CreateServiceToken) -> Token:
    """Mint a token for another service as early SDKs ask: the template of its name says how."""
    jwt = await template_tokens.for_browser(scope, caller.browser, caller.session_id, given.service)
    return Token(jwt=jwt)
