"""Mails to users about changes of their accounts, in case somebody else made them."""

from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.messages import actions as messages
from hallporter.features.messages.kinds import Fact, NoticeSlug
from hallporter.features.users.rows import UserDetailsRow


async def tell(
    tx: Write, scope: Scope, user: UserDetailsRow, slug: NoticeSlug, **facts: Fact
) -> None:
    """Queue a notice to the user's primary email address, if there is one, with its `facts`."""
    for each in user.identification_rows():
        if each.id == user.primary_email_address_id:
            await messages.send_notice(tx, scope, slug, each.canonical, **facts)
