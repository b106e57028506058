"""The two ceremonies of WebAuthn: the options for the browser, and how its answer is verified.

A challenge is not stored: it is a keyed digest of its verification's id, which is spent once. The
library takes a tenth of a second to load, so it is loaded with the first passkey.
"""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec

from hallporter.contract import errors, origins
from hallporter.contract.hosts import is_loopback
from hallporter.contract.ids import UserId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE
from hallporter.core.secret import Secret
from hallporter.features.passkeys.rows import PasskeyRow, ShownPasskeyRow
from hallporter.features.verifications import waiting
from hallporter.features.verifications.rows import VerificationRow

if TYPE_CHECKING:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

STRATEGY = "passkey"
_LIFETIME = 10 * MINUTE
# EdDSA, ES256 and RS256, by their numbers (IANA, "COSE Algorithms"): what a browser is offered and
# what is taken. Named here, so that a release of the library adds none.
_ALGORITHMS = (-8, -7, -257)


class _ClientData(msgspec.Struct, frozen=True, rename="camel"):
    """The client data that a browser signs (WebAuthn Level 3 §5.8.1)."""

    origin: str
    cross_origin: bool = False
    top_origin: str | None = None
    """The page around it, where it happened in a frame of another origin than that page's."""


class _Response(msgspec.Struct, frozen=True, rename={"client_data": "clientDataJSON"}):
    client_data: str
    transports: list[str] | None = None


class Credential(msgspec.Struct, frozen=True):
    """A browser's answer as far as it is read before it is judged."""

    # Base64url: what is looked up must hold no NUL, of which PostgreSQL knows none.
    id: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_=-]*\Z")]
    response: _Response


class Registered(msgspec.Struct, frozen=True):
    """A new key; the credential's id is base64url."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: list[str]


def new_verification(scope: Scope) -> VerificationRow:
    """Return a proof that waits for a browser's answer to its challenge."""
    return waiting.new_verification(scope, STRATEGY, expire_at=scope.now + _LIFETIME)


def creation_options(
    scope: Scope,
    id: VerificationId,
    user_id: UserId,
    *,
    identifier: str,
    registered: list[ShownPasskeyRow],
) -> str:
    """Return in JSON what `navigator.credentials.create` is called with."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    rp_id = _rp_id(scope, scope.request.origin)
    if rp_id is None:
        raise errors.passkey.not_supported()
    options = webauthn.generate_registration_options(
        rp_id=rp_id,
        rp_name=scope.instance.settings.display.application_name,
        user_name=identifier,
        user_id=user_id.encode(),
        challenge=_challenge(scope, id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(registered),
        supported_pub_key_algs=_algorithms(),
    )
    return webauthn.options_to_json(options)


def request_options(
    scope: Scope, id: VerificationId, registered: list[ShownPasskeyRow]
) -> str | None:
    """Return in JSON what `navigator.credentials.get` is called with; None where it cannot be.

    Without `registered` any passkey will do.
    """
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    rp_id = _rp_id(scope, scope.request.origin)
    if rp_id is None:
        return None
    options = webauthn.generate_authentication_options(
        rp_id=rp_id,
        challenge=_challenge(scope, id),
        allow_credentials=_descriptors(registered),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def parsed(given: Secret | None) -> Credential:
    """Return what `given` holds; raises when that is no credential."""
    if given is None:
        raise errors.form.missing(param="public_key_credential")
    try:
        return msgspec.json.decode(given.reveal(), type=Credential)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise errors.form.format_invalid(param="public_key_credential") from error


def registered(scope: Scope, id: VerificationId, given: Secret) -> Registered | None:
    """Return the key of an answer to `creation_options`; None when the answer does not hold."""
    import webauthn
    from webauthn.helpers.structs import AuthenticatorTransport

    credential = parsed(given)
    known = [each.value for each in AuthenticatorTransport]
    try:
        origin, rp_id = _page(scope, credential)
        found = webauthn.verify_registration_response(
            credential=given.reveal(),
            expected_challenge=_challenge(scope, id),
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=_algorithms(),
        )
    except _library_errors():
        return None
    return Registered(
        credential_id=webauthn.helpers.bytes_to_base64url(found.credential_id),
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        transports=[each for each in credential.response.transports or [] if each in known],
    )


def used(scope: Scope, id: VerificationId, given: Secret, row: PasskeyRow) -> int | None:
    """Return the new counter of an answer to `request_options`; None when it does not hold."""
    import webauthn

    if row.public_key is None:
        return None
    try:
        origin, rp_id = _page(scope, parsed(given))
        found = webauthn.verify_authentication_response(
            credential=given.reveal(),
            expected_challenge=_challenge(scope, id),
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=row.public_key,
            # The counter is judged where it is written.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _library_errors():
        return None
    return found.new_sign_count


def _library_errors() -> tuple[type[Exception], ...]:
    """Return what the library raises for what does not hold: some before it has seen the shape."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, TypeError, LookupError


def _algorithms() -> "list[COSEAlgorithmIdentifier]":
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    return [COSEAlgorithmIdentifier(number) for number in _ALGORITHMS]


def _challenge(scope: Scope, id: VerificationId) -> bytes:
    return scope.box.digest("passkey challenge", id).encode()


def _page(scope: Scope, credential: Credential) -> tuple[str, str]:
    """Return the origin in the client data, and the RP ID for it.

    Raises ValueError unless both belong to the instance.
    """
    from webauthn.helpers import base64url_to_bytes

    said = msgspec.json.decode(
        base64url_to_bytes(credential.response.client_data), type=_ClientData
    )
    rp_id = _rp_id(scope, said.origin)
    if rp_id is None or not origins.is_allowed(scope.instance, said.origin):
        raise ValueError("a page of somebody else's")
    if not _is_in_own_frame(scope, said):
        raise ValueError("in a frame of somebody else's page")
    return said.origin, rp_id


def _is_in_own_frame(scope: Scope, said: _ClientData) -> bool:
    """Tell whether the embedding page may use the instance (WebAuthn Level 3 §7.1, §7.2).

    If the browser does not name that page, it counts as foreign.
    """
    if said.top_origin is not None:
        return origins.is_allowed(scope.instance, said.top_origin)
    return not said.cross_origin


def _rp_id(scope: Scope, origin: str | None) -> str | None:
    """Return the RP ID: the instance's home domain, or on this machine the page's host.

    A page outside both gets None, as no browser would create a key for it.
    """
    home = scope.instance.home_domain
    host = home if origin is None else urlsplit(origin).hostname or ""
    if host == home or host.endswith(f".{home}"):
        return home
    return host if scope.instance.is_local and is_loopback(host) else None


def _descriptors(registered: list[ShownPasskeyRow]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(each.credential_id),
            transports=[AuthenticatorTransport(name) for name in each.transports] or None,
        )
        for each in registered
    ]
