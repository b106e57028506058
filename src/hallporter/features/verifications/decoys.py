"""Decoys: verifications without a message, which no code or link can prove.

With enumeration protection on, unknown identifiers must be asked for a code just like users.
"""

from typing import Self

from msgspec.structs import replace

from hallporter.contract.scope import Scope
from hallporter.core import random
from hallporter.core.database import Write
from hallporter.features.messages import actions as message_actions
from hallporter.features.messages.kinds import NoticeSlug
from hallporter.features.verifications import store
from hallporter.features.verifications.prepared import Awaited, ProofRequest


class Decoy(Awaited, frozen=True, kw_only=True):
    """A proof that is waited for in vain, and what is mailed instead of it, if anything is.

    Its recipient is that of a real one, which it is counted as.
    """

    notice: NoticeSlug | None

    @classmethod
    def of(cls, real: Awaited, notice: NoticeSlug | None) -> Self:
        """Return what stands in for a code, or for a link."""
        row = real.verification
        if row.code_digest is not None:
            # No six digits have this digest.
            row = replace(row, code_digest=random.token())
        return cls(row, real.recipient, notice=None if row.channel else notice)

    async def send(self, tx: Write, scope: Scope, request: ProofRequest) -> None:
        """Store it and mail its notice."""
        await store.insert_verification(tx, self.verification, owner=request.owner)
        if self.recipient is not None and self.notice is not None:
            await message_actions.send_notice(tx, scope, self.notice, self.recipient.address)
