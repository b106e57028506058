"""What stands in for a code or a link that nobody may get: told like one, and opened by nothing.

Where an instance never tells who has an account, strangers are asked for codes as users are.
"""

from typing import Self

from msgspec.structs import replace

from hallporter.contract.scope import Scope
from hallporter.core import random
from hallporter.core.database import Write
from hallporter.features.messages import actions as messages
from hallporter.features.messages.kinds import NoticeSlug
from hallporter.features.verifications import store
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.links import SentLink
from hallporter.features.verifications.prepared import Asker, Awaited


class Decoy(Awaited, frozen=True, kw_only=True):
    """A proof that is waited for in vain, and what is mailed instead of it, if anything is.

    Its recipient is that of a real one, which it is counted as.
    """

    notice: NoticeSlug | None

    @classmethod
    def of_code(cls, code: SentCode, notice: NoticeSlug | None) -> Self:
        """Return what stands in for a code."""
        # No six digits have this digest.
        row = replace(code.verification, code_digest=random.token())
        return cls(row, code.recipient, notice=None if row.channel else notice)

    @classmethod
    def of_link(cls, link: SentLink, notice: NoticeSlug | None) -> Self:
        """Return what stands in for a link."""
        return cls(link.verification, link.recipient, notice=notice)

    async def send(self, tx: Write, scope: Scope, asker: Asker) -> None:
        """Store it and mail its notice."""
        await store.insert_verification(tx, self.verification, owner=asker.owner)
        if self.recipient is not None and self.notice is not None:
            await messages.send_notice(tx, scope, self.notice, self.recipient.address)
