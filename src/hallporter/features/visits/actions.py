"""A visit to a provider begins: its secrets, its address, and what is kept until it returns."""

from urllib.parse import urljoin

import msgspec
import structlog
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import ClientId, UserId, VerificationId
from hallporter.contract.origins import is_allowed_redirect
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Name, Url
from hallporter.core.clock import MINUTE
from hallporter.core.database import Write
from hallporter.core.random import token as random_token
from hallporter.core.secret import hash_of
from hallporter.delivery.oauth import exchange
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.exchange import Visit
from hallporter.delivery.oauth.http import ProviderError
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.redirect_urls import actions as redirect_url_actions
from hallporter.features.verifications.prepared import ProofRequest
from hallporter.features.visits import store
from hallporter.features.visits.rows import (
    ExternalVerificationRow,
    OAuthStateRow,
    Purpose,
)

log = structlog.get_logger()

_LIFETIME = 10 * MINUTE
_CALLBACK = "/v1/oauth_callback"
_NULL = msgspec.Raw(b"null")


class VisitFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a request may say of the way to a provider and back."""

    redirect_url: Url | None = None
    action_complete_redirect_url: Url | None = None
    oidc_prompt: Name | None = None
    oidc_login_hint: Name | None = None


class Visited(msgspec.Struct, frozen=True):
    """What is stored of a visit, or of a token that stands for one."""

    row: ExternalVerificationRow

    @property
    def verification(self) -> None:
        """Nothing is waited for here: the proof is given at the provider."""
        return

    @property
    def verification_id(self) -> VerificationId:
        """The id of the verification."""
        return VerificationId(self.row.id)

    @property
    def recipient(self) -> None:
        """Nobody is sent anything."""
        return

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it."""
        await store.insert_verification(tx, self.row)


class Begun(Visited, frozen=True):
    """A visit that may begin; the browser that asks for it alone may come back from it."""

    url: str
    state: OAuthStateRow

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it: for whom it is asked it says already."""
        await self.keep(tx)

    async def keep(self, tx: Write) -> None:
        """Store it."""
        await store.insert_verification(tx, self.row)
        await store.insert_state(tx, self.state)


async def begin(
    scope: Scope,
    connection: Connection,
    purpose: Purpose,
    given: VisitFields,
    request: ProofRequest,
    *,
    is_native: bool,
    user_id: UserId | None = None,
    additional_scopes: tuple[str, ...] = (),
) -> Begun:
    """Make a visit; raises when it may not lead back to where the request wants."""
    redirect_url, complete_url = await _judged(scope, given, is_native=is_native)
    visit = Visit(
        state=random_token(),
        nonce=random_token(),
        code_verifier=random_token(),
        callback_url=scope.instance.settings.social_callback_url
        or f"{scope.request.base_url}{_CALLBACK}",
        prompt=given.oidc_prompt,
        login_hint=given.oidc_login_hint,
        additional_scopes=additional_scopes,
    )
    try:
        url = await exchange.authorization_url(connection, visit)
    except ProviderError as error:
        raise unreachable(scope, connection.strategy, error) from error
    row = _verification(scope, connection.strategy, url, request.client_id)
    state = OAuthStateRow(
        state_hash=hash_of(visit.state),
        instance_id=scope.instance.id,
        client_id=request.client_id,
        user_id=user_id,
        strategy=connection.strategy,
        purpose=purpose,
        subject_id=request.subject_id,
        verification_id=row.id,
        secrets_encrypted=scope.box.encrypt(msgspec.json.encode(replace(visit, state=""))),
        callback_url=visit.callback_url,
        redirect_url=redirect_url,
        action_complete_redirect_url=complete_url,
        is_native=is_native,
        is_back=False,
        expire_at=scope.now + _LIFETIME,
    )
    return Begun(row, url, state)


def visit_of(scope: Scope, state: OAuthStateRow) -> Visit:
    """Return the secrets of a visit that has come back."""
    return msgspec.json.decode(scope.box.decrypt(state.secrets_encrypted), type=Visit)


def identity_left(scope: Scope, state: OAuthStateRow) -> Identity:
    """Return who came back from a visit of an app's."""
    return msgspec.json.decode(scope.box.decrypt(state.secrets_encrypted), type=Identity)


def sealed(scope: Scope, identity: Identity) -> str:
    """Return an identity as it is stored."""
    return scope.box.encrypt(msgspec.json.encode(identity))


def identity_of(scope: Scope, row: ExternalVerificationRow) -> Identity | None:
    """Return the stored identity, or None if it was deleted."""
    if row.identity_encrypted is None:
        return None
    return msgspec.json.decode(scope.box.decrypt(row.identity_encrypted), type=Identity)


def settled(
    scope: Scope,
    row: ExternalVerificationRow,
    *,
    error: ApiError | None = None,
    identity: Identity | None = None,
) -> ExternalVerificationRow:
    """Return what became of a visit: proved, failed, or to be continued elsewhere.

    With both an identity and an error the other of sign-in and sign-up may take it over.
    """
    status = "verified" if error is None else "failed" if identity is None else "transferable"
    return replace(
        row,
        status=status,
        error=_NULL if error is None else error_of(error),
        redirect_url_encrypted=None,
        identity_encrypted=None if identity is None else sealed(scope, identity),
        expire_at=scope.now + _LIFETIME,
        updated_at=scope.now,
    )


def error_of(error: ApiError) -> msgspec.Raw:
    """Return an error as it is kept and told."""
    return msgspec.Raw(msgspec.json.encode(error.occurrences[0].wire_object()))


def by_token(
    scope: Scope,
    strategy: str,
    identity: Identity,
    client_id: ClientId,
    *,
    error: ApiError | None = None,
) -> ExternalVerificationRow:
    """Return the verification of an id token.

    Without an account it holds an error, and can be transferred to a sign-up.
    """
    row = _verification(scope, strategy, "", client_id)
    return settled(scope, row, error=error, identity=identity)


def unreachable(scope: Scope, strategy: str, failed: ProviderError) -> ApiError:
    """Log why a provider cannot be used, and return the error to show."""
    log.warning(
        "provider not usable",
        instance=scope.instance.slug,
        strategy=strategy,
        reason=str(failed),
    )
    return errors.oauth.misconfigured_provider(strategy=strategy, param="strategy")


def _verification(
    scope: Scope, strategy: str, url: str, client_id: ClientId
) -> ExternalVerificationRow:
    return ExternalVerificationRow(
        id=ids.EXTERNAL_VERIFICATION.new(scope.now),
        instance_id=scope.instance.id,
        client_id=client_id,
        strategy=strategy,
        status="unverified",
        error=_NULL,
        redirect_url_encrypted=scope.box.encrypt(url),
        identity_encrypted=None,
        expire_at=scope.now + _LIFETIME,
        created_at=scope.now,
        updated_at=scope.now,
    )


async def _judged(scope: Scope, given: VisitFields, *, is_native: bool) -> tuple[str, str | None]:
    """Return where the visit leads back to, open and complete, once all of it is judged."""
    back, complete = given.redirect_url, given.action_complete_redirect_url
    if not back:
        raise errors.form.missing(param="redirect_url")
    await _refuse_unlisted(scope, "redirect_url", back, is_native=is_native)
    if complete:
        # clerk-js sends a path where the app names one.
        complete = _joined(back, complete)
        param = "action_complete_redirect_url"
        await _refuse_unlisted(scope, param, complete, is_native=is_native)
    for param in ("oidc_prompt", "oidc_login_hint"):
        hint: str | None = getattr(given, param)
        if hint is not None and not hint.isprintable():
            raise errors.form.value_invalid(param=param)
    return back, complete or None


async def _refuse_unlisted(scope: Scope, param: str, url: str, *, is_native: bool) -> None:
    # What an app is told there is for no page that is not listed, not even the instance's own.
    if not is_native and is_allowed_redirect(scope.instance, url):
        return
    if await redirect_url_actions.is_listed(scope, url):
        return
    if is_native:
        raise errors.redirect_url.not_listed(param=param)
    raise errors.request.redirect_url_invalid(param=param)


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        # Nothing that could be allowed.
        return ""
