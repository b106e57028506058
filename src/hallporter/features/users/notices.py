"""Mails to users about changes of their accounts, in case somebody else made them."""

from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.messages import actions as message_actions
from hallporter.features.messages.kinds import Fact, NoticeSlug
from hallporter.features.users.rows import UserDetailsRow, UserRow


async def tell(
    tx: Write, scope: Scope, user: UserDetailsRow, slug: NoticeSlug, **facts: Fact
) -> None:
    """Queue a notice to the user's primary email address, if there is one, with its `facts`."""
    for each in user.identification_rows():
        if each.id == user.primary_email_address_id:
            await message_actions.send_notice(tx, scope, slug, each.canonical, **facts)


async def tell_previous_primary(
    tx: Write, scope: Scope, owned: list[IdentificationRow], before: UserRow, after: UserRow
) -> None:
    """Write to the address that was primary until now: its owner may not be who changed it."""
    old, new = before.primary_email_address_id, after.primary_email_address_id
    addresses = {each.id: each for each in owned}
    if old is None or new is None or old == new or old not in addresses:
        return
    await message_actions.send_notice(
        tx,
        scope,
        "primary_email_address_changed",
        addresses[old].canonical,
        new_email_address=addresses[new].identifier,
    )
