"""Open a link with a ticket: redirect to the page that signs up or in with it."""

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.actor_tokens import actions as actor_token_actions
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.browsers import actions as browser_actions
from hallporter.features.clients import addresses
from hallporter.features.clients.actions import HeldClient
from hallporter.features.identifications import store as identification_store
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sign_in_tokens.rows import SignInTokenRow
from hallporter.features.tickets import actions

_TICKET = "__clerk_ticket"
_STATUS = "__clerk_status"


class Landing(msgspec.Struct, frozen=True):
    """The page that takes the ticket, and the client if it was signed out."""

    url: str
    client: HeldClient | None = None


async def receive(scope: Scope, browser: Browser, ticket: Secret) -> Landing:
    """Return the page that takes the ticket, with the status that clerk-js reads.

    The status is `sign_up` or `sign_in`. The link of an actor token signs the browser out first,
    because Clerk's components ignore the ticket of a signed-in user (Clerk, "Sign in with an actor
    token").
    """
    page = _with(scope.instance.settings.display.sign_in_url, scope, "sign_in", ticket)
    match await actions.of_ticket(scope, ticket):
        case InvitationRow() as invitation:
            return Landing(await _of_invitation(scope, invitation, ticket))
        case ActorTokenRow() as token:
            actor_token_actions.refuse_spent(scope, token)
            return Landing(page, await _signed_out(scope, browser))
        case SignInTokenRow():
            return Landing(page)
        case None:
            raise errors.sign_in.ticket_invalid(param="ticket")


async def _signed_out(scope: Scope, browser: Browser) -> HeldClient | None:
    client = await browser_actions.open_client(scope, browser)
    shown = browser.credential
    # On a satellite the session belongs to the primary domain, and is ended there.
    if client is None or shown is None or browser.transport != "cookie":
        return None
    browser_actions.refuse_second_actor(client)
    if not client.sessions:
        return None
    known = KnownBrowser(shown, browser.dev_browser_hash, browser.transport)
    return await session_actions.end_all_own(scope, known, "replaced")


async def _of_invitation(scope: Scope, row: InvitationRow, ticket: Secret) -> str:
    owner = await identification_store.owned_identification(
        scope.db, scope.instance.id, "email_address", row.email_address
    )
    display = scope.instance.settings.display
    own_page = display.sign_up_url if owner is None else display.sign_in_url
    status = "sign_up" if owner is None else "sign_in"
    return _with(row.redirect_url or own_page, scope, status, ticket)


def _with(page: str, scope: Scope, status: str, ticket: Secret) -> str:
    url = addresses.with_parameter(page or f"{scope.request.base_url}/", _STATUS, status)
    return addresses.with_parameter(url, _TICKET, ticket.reveal())
