"""Frontend API endpoints of proving oneself again."""

from hallporter.contract import errors
from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SessionId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.actions import HeldClient
from hallporter.features.envelope.envelope import wrapped
from hallporter.features.envelope.views import Client
from hallporter.features.reverifications import actions, replies
from hallporter.features.reverifications.actions import Reverification, Start
from hallporter.features.reverifications.views import SessionReverification
from hallporter.features.strategies.strategy import GivenProof


@frontend.post("/v1/client/sessions/{session_id}/verify")
async def start_session_reverification(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, given: Start
) -> Reply:
    """Begin to prove oneself again, at the level that something asks for."""
    return await _reply(scope, caller, await actions.start(scope, caller, session_id, given.level))


@frontend.post("/v1/client/sessions/{session_id}/verify/prepare_first_factor")
async def prepare_session_reverification_first_factor(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, given: GivenProof
) -> Reply:
    """Send the code of a first factor."""
    done = await actions.prepare(scope, caller, session_id, given, "needs_first_factor")
    return await _reply(scope, caller, done)


@frontend.post(
    "/v1/client/sessions/{session_id}/verify/attempt_first_factor", costs="wrong_attempts"
)
async def attempt_session_reverification_first_factor(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, given: GivenProof
) -> Reply:
    """Prove the first factor."""
    done = await actions.attempt(scope, caller, session_id, given, "needs_first_factor")
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sessions/{session_id}/verify/prepare_second_factor")
async def prepare_session_reverification_second_factor(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, given: GivenProof
) -> Reply:
    """Send the code of a second factor."""
    done = await actions.prepare(scope, caller, session_id, given, "needs_second_factor")
    return await _reply(scope, caller, done)


@frontend.post(
    "/v1/client/sessions/{session_id}/verify/attempt_second_factor", costs="wrong_attempts"
)
async def attempt_session_reverification_second_factor(
    scope: Scope, caller: KnownBrowser, session_id: SessionId, given: GivenProof
) -> Reply:
    """Prove the second factor."""
    done = await actions.attempt(scope, caller, session_id, given, "needs_second_factor")
    return await _reply(scope, caller, done)


async def _reply(scope: Scope, caller: KnownBrowser, done: Reverification) -> Reply:
    """Reply with the session as it now is; once it is fresh, with a token that says so."""

    reply = await replies.reverification(scope, done)

    def find(client: Client) -> SessionReverification:
        session = next((each for each in client.sessions if each.id == done.row.session_id), None)
        if session is None:
            raise errors.session.not_active()
        return reply(session)

    held = HeldClient(caller.credential.client_id, caller.credential.token_hash)
    return await wrapped(scope, caller, held, find, with_token=done.row.status == "complete")
