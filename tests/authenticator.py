"""A browser's passkeys in small: keys, and answers to WebAuthn's two ceremonies."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tests.harness import ORIGIN

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """A device with one passkey; what it says can be bent, as an attacker would."""

    origin: str = ORIGIN
    rp_id: str | None = None
    sign_count: int = 0
    counts: bool = True
    flags: int = _PRESENT | _VERIFIED
    client_data: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the browser says beside that, such as in whose frame it was."""
    attested_key: Any = None
    """What it says that its key is, in CBOR's terms, instead of the truth."""
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def id(self) -> str:
        """The credential's id as browsers name it."""
        return bytes_to_base64url(self.credential_id)

    def create(self, nonce: str) -> str:
        """Answer `navigator.credentials.create`."""
        options = json.loads(nonce)
        data = self._data(options["rp"]["id"], self.flags | _ATTESTED) + self._attested()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", options),
                "attestationObject": bytes_to_base64url(attestation),
                "transports": ["internal", "a new one"],
            }
        )

    def get(self, nonce: str) -> str:
        """Answer `navigator.credentials.get`."""
        options = json.loads(nonce)
        if self.counts:
            self.sign_count += 1
        data = self._data(options["rpId"], self.flags)
        client_data = self._client_data("webauthn.get", options)
        digest = hashlib.sha256(base64url_to_bytes(client_data)).digest()
        return self._answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": bytes_to_base64url(data),
                "signature": bytes_to_base64url(self.key.sign(data + digest, ec.ECDSA(SHA256()))),
                "userHandle": None,
            }
        )

    def _data(self, rp_id: str, flags: int) -> bytes:
        hashed = hashlib.sha256((self.rp_id or rp_id).encode()).digest()
        return hashed + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _attested(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public_key = cbor2.dumps(self.attested_key or {1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        return bytes(16) + length + self.credential_id + public_key

    def _client_data(self, kind: str, options: dict[str, Any]) -> str:
        client_data = {
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            **self.client_data,
        }
        return bytes_to_base64url(json.dumps(client_data).encode())

    def _answer(self, response: dict[str, Any]) -> str:
        return json.dumps(
            {"type": "public-key", "id": self.id, "rawId": self.id, "response": response}
        )
