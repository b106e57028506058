"""What a strategy prepares: made before the write, then stored and sent within it."""

from typing import Protocol

import msgspec

from hallporter.contract.ids import ClientId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.core.database import Write
from hallporter.features.verifications import store
from hallporter.features.verifications.rows import Purpose, VerificationRow
from hallporter.features.verifications.store import Owner


class ProofRequest(msgspec.Struct, frozen=True):
    """What a proof is for, and which client requests it."""

    subject_id: str
    client_id: ClientId
    owner: Owner
    """The browser, or the signed-in user, that requests it."""
    regarding: str
    """Of several queued messages with the same value, only the newest is sent."""
    purpose: Purpose | None = None
    """What an opened link leads back to; None for other proofs."""


class Recipient(msgspec.Struct, frozen=True):
    """Where a message goes; a phone number is reached by a channel."""

    address: str
    channel: PhoneCodeChannel | None


class Prepared(Protocol):
    """What is to be stored and sent."""

    @property
    def verification(self) -> VerificationRow | None:
        """The pending verification; None if the proof is given at a provider."""
        ...

    @property
    def verification_id(self) -> VerificationId:
        """The id of the verification."""
        ...

    @property
    def recipient(self) -> Recipient | None:
        """Where the message goes, for the rate limits; None if there is no message."""
        ...

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it, and queue its message if it has one."""
        ...


class Awaited(msgspec.Struct, frozen=True):
    """A pending verification."""

    verification: VerificationRow
    recipient: Recipient | None = None
    """Where the message goes."""

    @property
    def verification_id(self) -> VerificationId:
        """The id of the verification."""
        return self.verification.id

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it."""
        await store.insert_verification(tx, self.verification, owner=request.owner)
