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


class Asker(msgspec.Struct, frozen=True):
    """What a proof is for, by its id, and which client asks for it."""

    subject_id: str
    client_id: ClientId
    owner: Owner
    """Who asks: a browser, or a user who is signed in."""
    regarding: str
    """Of two messages that regard the same, only the newer is sent."""
    purpose: Purpose | None = None
    """None where nothing that is opened elsewhere can lead back to it."""


class Recipient(msgspec.Struct, frozen=True):
    """Whom a message goes to; a telephone is reached by a channel."""

    address: str
    channel: PhoneCodeChannel | None


class Prepared(Protocol):
    """What is to be stored and sent."""

    @property
    def verification(self) -> VerificationRow | None:
        """The proof that is waited for; None where it is given at a provider."""
        ...

    @property
    def verification_id(self) -> VerificationId:
        """The id under which it is found again."""
        ...

    @property
    def recipient(self) -> Recipient | None:
        """Whom a message would go to, which is counted before the write; None where none goes."""
        ...

    async def send(self, tx: Write, scope: Scope, asker: Asker) -> None:
        """Store it, and queue its message if it has one."""
        ...


class Awaited(msgspec.Struct, frozen=True):
    """A proof that is waited for."""

    verification: VerificationRow
    recipient: Recipient | None = None
    """Whom a message goes to."""

    @property
    def verification_id(self) -> VerificationId:
        """The id under which it is found again."""
        return self.verification.id

    async def send(self, tx: Write, scope: Scope, asker: Asker) -> None:
        """Store it."""
        await store.insert_verification(tx, self.verification, owner=asker.owner)
