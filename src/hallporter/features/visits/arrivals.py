"""Somebody whom a provider has proved."""

import msgspec

from hallporter.delivery.oauth.identity import Identity
from hallporter.features.visits.rows import ExternalVerificationRow


class Arrival(msgspec.Struct, frozen=True):
    """A visit that proved somebody, and who that is."""

    verification: ExternalVerificationRow
    identity: Identity

    @property
    def strategy(self) -> str:
        """The strategy that proved them."""
        return self.verification.strategy
