"""What stands in for a code or a link that nobody may get: told like one, and opened by nothing.

Where an instance never tells who has an account, strangers are asked for codes as users are.
"""

import msgspec
from msgspec.structs import replace

from hallporter.contract.scope import Scope
from hallporter.core import random
from hallporter.core.database import Write
from hallporter.features.messages import actions as messages
from hallporter.features.messages.kinds import NoticeSlug
from hallporter.features.verifications import codes, links, store
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.store import Owner


class Decoy(msgspec.Struct, frozen=True):
    """A proof that is waited for in vain, and what is mailed instead of it, if anything is."""

    verification: VerificationRow
    address: str
    is_sent: bool
    """Whether a real one would have been."""
    notice: NoticeSlug | None = None


def made(
    scope: Scope,
    strategy: str,
    address: str,
    *,
    channel: str | None,
    redirect_url: str | None,
    notice: NoticeSlug | None = None,
) -> Decoy:
    """Make what stands in for the code or link of `strategy`; raises what making that raises."""
    if strategy == links.STRATEGY:
        link = links.new_link(scope, address, None, redirect_url)
        return Decoy(link.verification, address, is_sent=True, notice=notice)
    sent = codes.new_code(scope, strategy, address, None, channel)
    # No six digits have this digest.
    row = replace(sent.verification, code_digest=random.token())
    return Decoy(row, address, sent.is_sent, None if row.channel else notice)


async def send(tx: Write, scope: Scope, decoy: Decoy, *, owner: Owner) -> None:
    """Store it, which has been counted as a real one is (`limits`), and mail its notice."""
    await store.insert_verification(tx, decoy.verification, owner=owner)
    if decoy.is_sent and decoy.notice is not None:
        await messages.send_notice(tx, scope, decoy.notice, decoy.address)
