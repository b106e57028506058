"""Native apps in small: a token in a header, and keys that sign what they are asked."""

import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

from hallporter.contract.api_version import NEWEST
from tests.harness import Browser, Reply, Tenant

ROOT = "/v1/me/trusted_devices"
STRATEGY = "trusted_device"


class App(Browser):
    """An app on a phone: no page, no cookies, the client's token in `Authorization`."""

    def __init__(self, tenant: Tenant, version: str | None = NEWEST) -> None:
        super().__init__(tenant, version, None)
        self.params["_is_native"] = "1"

    def request(self, method: str, path: str, **more: Any) -> Reply:
        """Send a request, and keep the token that comes back."""
        reply = super().request(method, path, **more)
        if reply.headers.get("authorization"):
            self.http.headers["Authorization"] = reply.headers["authorization"]
        return reply

    def sign_out(self) -> None:
        """End every session of this app."""
        self.post("/v1/client/sessions", _method="DELETE").ok()


@dataclass
class Device:
    """A key as a phone keeps it."""

    app_identifier: str = "com.example.app"
    platform: str = "ios"
    name: str = "Ada's phone"
    id: str = ""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def jwk(self) -> str:
        """The public key, as Clerk's SDKs spell it."""
        numbers = self.key.public_key().public_numbers()
        x, y = (bytes_to_base64url(each.to_bytes(32)) for each in (numbers.x, numbers.y))
        return json.dumps({"kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256"})

    @property
    def form(self) -> dict[str, str]:
        """What an enrolment tells of it."""
        return {
            "platform": self.platform,
            "app_identifier": self.app_identifier,
            "name": self.name,
            "algorithm": "ES256",
            "public_key_jwk": self.jwk,
        }

    def sign(self, text: str) -> str:
        """Sign in the raw form of JWS."""
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        return bytes_to_base64url(r.to_bytes(32) + s.to_bytes(32))

    def sign_der(self, text: str) -> str:
        """Sign in the form that Apple's and Android's key stores make."""
        return bytes_to_base64url(self.key.sign(text.encode(), ec.ECDSA(SHA256())))

    def answer(self, challenge: Any) -> dict[str, str]:
        """Return a signed challenge."""
        signed_text = challenge["client_data"]
        return {"client_data": signed_text, "signature": self.sign(signed_text)}


def prepare(app: Browser, device: Device) -> Reply:
    """Begin to enrol a device."""
    return app.post(f"{ROOT}/prepare", **device.form)


def attempt(app: Browser, device: Device, challenge: Any, **bent: str) -> Reply:
    """Answer an enrolment."""
    given = {**device.form, **device.answer(challenge), **bent}
    reply = app.post(f"{ROOT}/attempt", **given)
    if reply.status == 200:
        device.id = reply.body["id"]
    return reply


def enrol(app: Browser, device: Device) -> Any:
    """Enrol a device."""
    return attempt(app, device, prepare(app, device).ok().body).ok().body


def ask(app: Browser, device: Device) -> tuple[str, Any]:
    """Begin to sign in by a device; return where to answer, and what is asked."""
    begun = app.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id=device.id).ok()
    verification = begun.body["first_factor_verification"]
    return f"/v1/client/sign_ins/{begun.body['id']}", verification["trusted_device_challenge"]


def sign_in(app: Browser, device: Device, path: str, challenge: Any, **bent: str) -> Reply:
    """Answer a sign-in."""
    given = {
        "strategy": STRATEGY,
        "trusted_device_id": device.id,
        "algorithm": "ES256",
        **device.answer(challenge),
        **bent,
    }
    return app.post(f"{path}/attempt_first_factor", **given)
