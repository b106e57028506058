"""The `__client` token: a client and its secret, which rotates at each sign-in and sign-out.

To the SDKs it is opaque; to `POST /v1/clients/verify` it is "a JWT that represents the client".
"""

import msgspec

from hallporter.contract.ids import ClientId
from hallporter.contract.instance import Instance
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of
from hallporter.tokens import jwt

CATEGORY = "cl_client"


class ClientClaims(msgspec.Struct, frozen=True):
    """What the token says: the client and its rotating secret."""

    id: ClientId
    rotating_token: str

    @property
    def token_hash(self) -> str:
        """What the database knows of the secret."""
        return hash_of(self.rotating_token)


def new_rotating_token() -> str:
    """Return a fresh rotating secret of 256 bits."""
    return random_token()


def mint(instance: Instance, client_id: ClientId, rotating_token: str, now: int) -> Secret:
    """Return the token for the cookie `__client`."""
    claims = ClientClaims(id=client_id, rotating_token=rotating_token)
    key = instance.signing_key
    return Secret(jwt.sign(key, claims, category=CATEGORY, issued_at=now // 1000))


def verify(instance: Instance, token: str) -> ClientClaims:
    """Return what `token` says or raise; whether it is still current, the database knows."""
    return jwt.verified_claims(instance, token, {CATEGORY: ClientClaims}, backed=(CATEGORY,))
