"""An instance: one tenant of the server, with its keys and settings, as every feature sees it."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from joserfc.jwk import RSAKey

from hallporter.contract.hosts import hostname, is_local
from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import Settings
from hallporter.contract.token_template import TokenTemplate

EnvironmentType = Literal["development", "production"]


class SigningKey(msgspec.Struct, frozen=True):
    """A parsed RSA key and the id under which the JWKS shows it."""

    kid: str
    key: RSAKey
    private_key: RSAPrivateKey
    """The same key as the library that signs knows it."""


class Instance(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Everything about an instance that a request needs; a new object at each revision."""

    id: InstanceId
    slug: str
    environment_type: EnvironmentType
    frontend_host: str
    publishable_key: str
    settings: Settings
    signing_keys: tuple[SigningKey, ...]
    """Those that are published, first the one that signs."""
    revision: int
    templates: Mapping[str, TokenTemplate] = msgspec.field(default_factory=dict[str, TokenTemplate])
    """The JWT templates by name."""
    session_claims: Callable[[Any], dict[str, Any]] | None = None
    """What session tokens tell beside their own claims, as a template does."""
    withdrawn_keys: tuple[SigningKey, ...] = ()
    """Those that were: they open what the database judges as well, and nothing else."""
    ahead_by: int = 0
    """By how many ms a test has moved the instance's clock; always 0 outside of test mode."""

    @property
    def signing_key(self) -> SigningKey:
        """The key that signs."""
        return self.signing_keys[0]

    def key_by_id(self, kid: object) -> SigningKey | None:
        """Return the key that verifies tokens with this `kid`."""
        return next((key for key in self.signing_keys if key.kid == kid), None)

    def withdrawn_key_by_id(self, kid: object) -> SigningKey | None:
        """Return the key that did verify tokens with this `kid`."""
        return next((key for key in self.withdrawn_keys if key.kid == kid), None)

    @property
    def issuer(self) -> str:
        """The `iss` of session tokens: the key's host, also behind a proxy and on plain http."""
        return f"https://{self.frontend_host}"

    @property
    def cookie_suffix(self) -> str:
        """What the SDKs append to cookie names: 8 characters of the key's SHA-1 in base64url."""
        digest = hashlib.sha1(self.publishable_key.encode(), usedforsecurity=False).digest()
        return base64.urlsafe_b64encode(digest).decode()[:8]

    @cached_property
    def is_local(self) -> bool:
        """Whether the instance lives on this machine only."""
        return is_local(self.frontend_host)

    @property
    def home_domain(self) -> str:
        """The domain whose pages the instance serves: the frontend host without `clerk.`."""
        return hostname(self.frontend_host).removeprefix("clerk.")


def publishable_key_for(environment_type: EnvironmentType, frontend_host: str) -> str:
    """Return the key that tells an SDK the frontend host; padding is left off, one form for all."""
    prefix = "pk_live_" if environment_type == "production" else "pk_test_"
    encoded = base64.b64encode(f"{frontend_host}$".encode()).decode()
    return prefix + encoded.rstrip("=")
