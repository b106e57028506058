"""Open a mailed link: check the browser, spend the link, and redirect.

The redirect has the query that clerk-js reads (`handleEmailLinkVerification`).
"""

from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import ClientId, IdentificationId, SessionId, SignInId, SignUpId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.clients.actions import HeldClient
from hallporter.features.identifications import store as identification_store
from hallporter.features.profile.identifiers import own_identifiers
from hallporter.features.sessions import identity
from hallporter.features.sign_ins import email_links as sign_in_email_links
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ups import email_links as sign_up_email_links
from hallporter.features.sign_ups import store as sign_up_store
from hallporter.features.verifications import links
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.claims import Verdict
from hallporter.features.verifications.rows import EmailLinkRow

Status = Literal["verified", "expired", "failed", "client_mismatch"]
_STATUS = "__clerk_status"
_SESSION = "__clerk_created_session"


class Landing(msgspec.Struct, frozen=True):
    """Where the browser goes on; `client` is set when its token changed with a new session."""

    url: str
    client: HeldClient | None = None


async def open_link(scope: Scope, browser: Browser, token: Secret) -> Landing:
    """Spend a link and return where to redirect the browser; raises only for an unknown link.

    Only the browser that requested the link is signed in by it. Another browser gets an error, and
    the link stays valid, because mail scanners open links before their readers do. If the settings
    accept a proof from any browser, it counts for the one that requested it.
    """
    link = await links.by_token(scope, token)
    if link is None:
        raise errors.verification.link_invalid(param="token")
    proof = await verification_store.verification_by_id(
        scope.db, scope.instance.id, link.verification_id
    )
    status = "failed" if proof is None else proof.status_at(scope.now)
    if status != "unverified":
        return _landing(link, "expired" if status == "expired" else "failed")
    client = await identity.current_client(scope, browser)
    opened_by = None if client is None else client.id
    if opened_by != link.client_id and scope.instance.settings.email_link.require_same_client:
        return _landing(link, "client_mismatch")
    try:
        return await _spend(scope, browser, link, opened_by)
    except ApiError:
        # Used at this very moment, replaced by a newer link, or of no use to this account.
        return _landing(link, "failed")


async def _spend(
    scope: Scope, browser: Browser, link: EmailLinkRow, opened_by: ClientId | None
) -> Landing:
    if link.purpose == "own_address":
        await _own_address(scope, link, opened_by)
        return _landing(link, "verified")
    if opened_by != link.client_id or browser.credential is None:
        await _from_elsewhere(scope, link, opened_by)
        return _landing(link, "verified")
    if link.purpose == "sign_in":
        signed_in = await sign_in_email_links.open_here(scope, browser, link)
        session_id, held = signed_in.sign_in.created_session_id, signed_in.client
    else:
        known = KnownBrowser(browser.credential, browser.dev_browser_hash, browser.transport)
        signed_up = await sign_up_email_links.open_here(scope, known, link)
        session_id, held = signed_up.sign_up.created_session_id, signed_up.client
    return _landing(link, "verified", session_id, held)


async def _own_address(scope: Scope, link: EmailLinkRow, opened_by: ClientId | None) -> None:
    id = IdentificationId(link.subject_id)
    row = await identification_store.identification_by_id(scope.db, scope.instance.id, id)
    if row is None or row.verification_id != link.verification_id:
        raise errors.verification.failed()

    async def claim(tx: Write) -> Verdict:
        if await verification_store.spend_email_link(tx, link, opened_by, scope.now):
            return None
        return errors.verification.already_verified()

    await own_identifiers.prove(scope, row, claim)


async def _from_elsewhere(scope: Scope, link: EmailLinkRow, opened_by: ClientId | None) -> None:
    """Keep that the address is proved: the browser that asked finds it so, and goes on."""
    if not await _is_waited_for(scope, link):
        raise errors.verification.failed()
    async with scope.db.write() as tx:
        if not await verification_store.spend_email_link(tx, link, opened_by, scope.now):
            raise errors.verification.already_verified()


async def _is_waited_for(scope: Scope, link: EmailLinkRow) -> bool:
    db, instance_id = scope.db, scope.instance.id
    if link.purpose == "sign_in":
        sign_in = await sign_in_store.sign_in_by_id(db, instance_id, SignInId(link.subject_id))
        current = None if sign_in is None else sign_in.awaited_verification_id
    else:
        sign_up = await sign_up_store.sign_up_by_id(db, instance_id, SignUpId(link.subject_id))
        current = None if sign_up is None else sign_up.email_address_verification_id
    return current == link.verification_id


def _landing(
    link: EmailLinkRow,
    status: Status,
    session_id: SessionId | None = None,
    client: HeldClient | None = None,
) -> Landing:
    parameters = [(_STATUS, status)]
    if session_id is not None:
        parameters.append((_SESSION, session_id))
    parts = urlsplit(link.redirect_url)
    kept = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if pair[0] not in (_STATUS, _SESSION)
    ]
    return Landing(urlunsplit(parts._replace(query=urlencode([*kept, *parameters]))), client)
