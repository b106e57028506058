"""The challenge that a device signs, and how the signature is verified: ES256 only."""

import base64
import hashlib
import hmac
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from hallporter.contract import errors, ids
from hallporter.contract.callers import Transport
from hallporter.contract.ids import TrustedDeviceId, UserId
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE
from hallporter.core.database import Write
from hallporter.core.random import token as random_token
from hallporter.features.trusted_devices import store
from hallporter.features.trusted_devices.rows import ChallengeRow, Platform, TrustedDeviceRow
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications import waiting
from hallporter.features.verifications.prepared import Awaited, ProofRequest
from hallporter.features.verifications.rows import VerificationRow

STRATEGY = "trusted_device"
ALGORITHM = "ES256"
_LIFETIME = 5 * MINUTE
_COORDINATE = 32


class _Jwk(msgspec.Struct, frozen=True):
    """A public key of P-256 (RFC 7518 §6.2.1)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    d: msgspec.UnsetType = msgspec.UNSET


class ClientData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a challenge is for. A signature for one purpose is invalid for another."""

    type: Literal["trusted_device.enroll", "trusted_device.sign_in"]
    challenge: str
    challenge_id: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_]*\Z")]
    """Looked up, so that it must hold no NUL, of which PostgreSQL knows none."""
    issuer: str
    algorithm: Literal["ES256"]
    expires_at: int
    platform: Platform
    app_identifier: str
    key: str
    """The thumbprint of the public key (RFC 7638)."""
    trusted_device_id: TrustedDeviceId | None = None


class NewChallenge(Awaited, frozen=True, kw_only=True):
    """A new challenge: its pending verification, and the user and device it is for."""

    user_id: UserId
    trusted_device_id: TrustedDeviceId | None
    client_data: ClientData

    def row(self, client_id: ids.ClientId) -> ChallengeRow:
        """Return what is stored of it, for the client that asked."""
        return ChallengeRow(
            verification_id=self.verification.id,
            instance_id=self.verification.instance_id,
            client_id=client_id,
            user_id=self.user_id,
            trusted_device_id=self.trusted_device_id,
            client_data=msgspec.json.encode(self.client_data).decode(),
        )

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it with its proof."""
        await verification_store.insert_verification(tx, self.verification, owner=request.owner)
        await store.insert_challenge(tx, self.row(request.client_id))


def refuse_unfit(scope: Scope, transport: Transport) -> None:
    """Raise unless the instance signs in by trusted devices, and a native app asks."""
    if not scope.instance.settings.trusted_device.sign_in:
        raise errors.trusted_device.not_enabled()
    if transport != "native":
        raise errors.trusted_device.native_only()


def enrolment_challenge(
    scope: Scope, user_id: UserId, *, platform: Platform, app_identifier: str, public_key: bytes
) -> NewChallenge:
    """Return a challenge to the holder of a new key."""
    verification = _new_verification(scope)
    client_data = ClientData(
        type="trusted_device.enroll",
        challenge=random_token(),
        challenge_id=verification.id,
        issuer=scope.instance.issuer,
        algorithm=ALGORITHM,
        expires_at=verification.expire_at,
        platform=platform,
        app_identifier=app_identifier,
        key=thumbprint(public_key),
    )
    return NewChallenge(
        verification, user_id=user_id, trusted_device_id=None, client_data=client_data
    )


def sign_in_challenge(scope: Scope, device: TrustedDeviceRow) -> NewChallenge:
    """Return a challenge to an enrolled device. It does not reveal the user."""
    verification = _new_verification(scope)
    client_data = ClientData(
        type="trusted_device.sign_in",
        challenge=random_token(),
        challenge_id=verification.id,
        issuer=scope.instance.issuer,
        algorithm=ALGORITHM,
        expires_at=verification.expire_at,
        platform=device.platform,
        app_identifier=device.app_identifier,
        key=thumbprint(device.public_key),
        trusted_device_id=device.id,
    )
    return NewChallenge(
        verification,
        user_id=device.user_id,
        trusted_device_id=device.id,
        client_data=client_data,
    )


def client_data_of(row: ChallengeRow) -> ClientData:
    """Return what a stored challenge is for."""
    return msgspec.json.decode(row.client_data, type=ClientData)


def public_key_of(jwk: str) -> bytes:
    """Return the key of a JWK as an uncompressed point; raises when it is no public key of P-256.

    A private key that was sent by mistake is refused as well: others may have seen it.
    """
    try:
        given = msgspec.json.decode(jwk, type=_Jwk)
        point = b"\x04" + _coordinate(given.x) + _coordinate(given.y)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (msgspec.DecodeError, UnicodeEncodeError, ValueError) as error:
        raise errors.form.format_invalid(param="public_key_jwk") from error
    return point


def thumbprint(public_key: bytes) -> str:
    """Return the base64url SHA-256 thumbprint of a key (RFC 7638 §3)."""
    x, y = public_key[1 : 1 + _COORDINATE], public_key[1 + _COORDINATE :]
    members = f'{{"crv":"P-256","kty":"EC","x":"{_text(x)}","y":"{_text(y)}"}}'
    return _text(hashlib.sha256(members.encode()).digest())


def is_signed(
    challenge: ChallengeRow, public_key: bytes, *, client_data: str, signature: str
) -> bool:
    """Tell whether `signature` is the key's signature of the challenge's exact text.

    It may be raw as in JWS (RFC 7518 §3.4), or DER as made by Apple's and Android's key stores.
    """
    expected = challenge.client_data.encode()
    # A text that cannot be encoded is not the challenge.
    if not hmac.compare_digest(expected, client_data.encode(errors="replace")):
        return False
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    try:
        key.verify(_der(_bytes(signature)), expected, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _new_verification(scope: Scope) -> VerificationRow:
    return waiting.new_verification(scope, STRATEGY, expire_at=scope.now + _LIFETIME)


def _der(signature: bytes) -> bytes:
    if len(signature) != 2 * _COORDINATE:
        return signature
    r, s = signature[:_COORDINATE], signature[_COORDINATE:]
    return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


def _coordinate(text: str) -> bytes:
    found = _bytes(text)
    if len(found) != _COORDINATE:
        raise ValueError("not a coordinate of P-256")
    return found


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
