"""Links by mail: 256 bits, ten minutes, one use, for the browser and the attempt they are for."""

from urllib.parse import urlsplit

import msgspec

from hallporter.contract import errors
from hallporter.contract.ids import ClientId, IdentificationId, VerificationId
from hallporter.contract.origins import is_allowed, is_allowed_redirect
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.verifications import store, waiting
from hallporter.features.verifications.rows import EmailLinkRow, Purpose, VerificationRow

STRATEGY = "email_link"
_LIFETIME = 10 * MINUTE
_PATH = "/v1/verify"


class SentLink(msgspec.Struct, frozen=True):
    """A new link: what is stored of its proof, and where it leads after that."""

    verification: VerificationRow
    address: str
    token: Secret
    redirect_url: str


class Asked(msgspec.Struct, frozen=True):
    """What a link is for, by its id, and which client asked for it."""

    purpose: Purpose
    subject_id: str
    client_id: ClientId


def new_link(
    scope: Scope,
    address: str,
    identification_id: IdentificationId | None,
    redirect_url: str | None,
) -> SentLink:
    """Make a link for `address`; raises when it may not lead where the request wants."""
    if not redirect_url:
        raise errors.form.missing(param="redirect_url")
    if not is_allowed_redirect(scope.instance, redirect_url):
        raise errors.request.redirect_url_invalid(param="redirect_url")
    row = waiting.new_verification(
        scope, STRATEGY, expire_at=scope.now + _LIFETIME, identification_id=identification_id
    )
    return SentLink(row, address, Secret(random_token()), redirect_url)


def stored(scope: Scope, sent: SentLink, asked: Asked) -> EmailLinkRow:
    """Return the row of a link."""
    return EmailLinkRow(
        token_hash=hash_of_token(sent.token),
        instance_id=scope.instance.id,
        verification_id=sent.verification.id,
        client_id=asked.client_id,
        purpose=asked.purpose,
        subject_id=asked.subject_id,
        redirect_url=sent.redirect_url,
        opened_by=None,
    )


def url_of(scope: Scope, sent: SentLink) -> Secret:
    """Return the link as it is mailed."""
    return Secret(f"{_base_url(scope)}{_PATH}?token={sent.token.reveal()}")


async def by_token(scope: Scope, token: Secret) -> EmailLinkRow | None:
    """Return the link that has this token."""
    return await store.email_link_by_hash(scope.db, scope.instance.id, hash_of_token(token))


async def opened_by(scope: Scope, verification_id: VerificationId | None) -> ClientId | None:
    """Return the client that opened the link of a proof: clerk-js asks whether it was its own."""
    if verification_id is None:
        return None
    row = await store.email_link_of_verification(scope.db, scope.instance.id, verification_id)
    return None if row is None else row.opened_by


def _base_url(scope: Scope) -> str:
    """Return where the link leads: where we were called, unless a stranger's host was named."""
    called = urlsplit(scope.visitor.base_url)
    host = scope.instance.frontend_host
    if called.netloc == host or is_allowed(scope.instance, f"{called.scheme}://{called.netloc}"):
        return scope.visitor.base_url
    return f"{'http' if scope.instance.is_local else 'https'}://{host}"
