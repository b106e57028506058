"""Somebody whom a provider has proved."""

import msgspec

from hallporter.delivery.oauth.identity import Identity
from hallporter.features.visits.rows import ExternalVerificationRow


class ExternalProof(msgspec.Struct, frozen=True):
    """A verification at a provider, and the identity that it proved."""

    verification: ExternalVerificationRow
    identity: Identity

    @property
    def strategy(self) -> str:
        """The strategy of the provider."""
        return self.verification.strategy
