"""Links by mail: 256 bits, ten minutes, one use, for the browser and the attempt they are for."""

from urllib.parse import urlsplit

from hallporter.contract import errors
from hallporter.contract.ids import ClientId, IdentificationId, VerificationId
from hallporter.contract.origins import is_allowed, is_allowed_redirect
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE
from hallporter.core.database import Write
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.messages import actions as message_actions
from hallporter.features.messages.actions import Carried
from hallporter.features.messages.kinds import LinkSlug
from hallporter.features.verifications import store, waiting
from hallporter.features.verifications.prepared import Awaited, ProofRequest, Recipient
from hallporter.features.verifications.rows import EmailLinkRow, Purpose, VerificationRow

STRATEGY = "email_link"
_LIFETIME = 10 * MINUTE
_PATH = "/v1/verify"


_SLUGS: dict[Purpose, LinkSlug] = {
    "sign_in": "magic_link_sign_in",
    "sign_up": "magic_link_sign_up",
    "own_address": "magic_link_user_profile",
}


class SentLink(Awaited, frozen=True, kw_only=True):
    """A new link: what is stored of its proof, and where it leads after that."""

    token: Secret
    redirect_url: str

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it for the client that asks, with its proof, and queue its mail."""
        purpose, recipient = request.purpose, self.recipient
        if purpose is None or recipient is None:
            raise TypeError("a link goes to somebody, and leads back to what it is for")
        await store.insert_verification(tx, self.verification, owner=request.owner)
        await store.insert_email_link(
            tx,
            EmailLinkRow(
                token_hash=hash_of_token(self.token),
                instance_id=scope.instance.id,
                verification_id=self.verification.id,
                client_id=request.client_id,
                purpose=purpose,
                subject_id=request.subject_id,
                redirect_url=self.redirect_url,
                opened_by=None,
            ),
        )
        await message_actions.send_link(
            tx,
            scope,
            recipient.address,
            Secret(f"{_base_url(scope)}{_PATH}?token={self.token.reveal()}"),
            slug=_SLUGS[purpose],
            carried=Carried(self.verification.id, self.verification.expire_at),
            regarding=request.regarding,
        )


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
    return SentLink(
        row,
        Recipient(address, None),
        token=Secret(random_token()),
        redirect_url=redirect_url,
    )


async def by_token(scope: Scope, token: Secret) -> EmailLinkRow | None:
    """Return the link that has this token."""
    return await store.email_link_by_hash(scope.db, scope.instance.id, hash_of_token(token))


async def opened_by(scope: Scope, verification_id: VerificationId) -> ClientId | None:
    """Return the client that opened the link of a proof: clerk-js asks whether it was its own."""
    row = await store.email_link_of_verification(scope.db, scope.instance.id, verification_id)
    return None if row is None else row.opened_by


def is_opened(row: VerificationRow | None) -> bool:
    """Tell whether a verification is a link that was opened."""
    return row is not None and row.is_by(STRATEGY) and row.status == "verified"


def _base_url(scope: Scope) -> str:
    """Return where the link leads: where we were called, unless a stranger's host was named."""
    called = urlsplit(scope.request.base_url)
    host = scope.instance.frontend_host
    if called.netloc == host or is_allowed(scope.instance, f"{called.scheme}://{called.netloc}"):
        return scope.request.base_url
    return f"{'http' if scope.instance.is_local else 'https'}://{host}"
